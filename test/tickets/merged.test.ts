import type { z } from 'zod'
import { known } from '#facts/fact.ts'
import type { NamedTicket } from '#facts/ticket.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { type Blind, blind, met, unmet, type Verdict } from '#controls/control.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, commitBy } from '../controls/sample-change.ts'
import { absent, carries, counted, found, mergedAt, mergedChange } from './sample-ticket.ts'

interface Row {
  readonly when: string
  readonly settings?: z.input<typeof ticketLink.settings>
  readonly ticket: NamedTicket
  readonly expect: Verdict | Blind
}

const check = (rows: readonly Row[]): void => {
  checkControl(
    ticketLink,
    rows.map(({ when, settings, ticket, expect }) => ({
      when: `the change is merged and ${when}`,
      facts: { change: mergedChange, commits: [commitBy(ana)], pushes: [], tickets: known([ticket]) },
      settings: { projects: ['BUG'], verify: 'state' as const, ...settings },
      expect,
    })),
  )
}

const before = { readAt: '2026-05-04T11:58:00.000Z' }
const after = { readAt: '2026-05-04T12:10:00.000Z' }
const closed = { category: 'closed', status: 'Done' } as const
const later = { categorySince: '2026-05-04T12:00:05.000Z' }
const earlier = { categorySince: '2026-05-04T11:00:00.000Z' }
const unknown = { categorySince: null }
const untold = 'what it was at the merge cannot be told.'
const wasClosed = counted(
  unmet(['BUG-453 was closed (Done) at the merge, and the policy asks for a ticket that is open or in progress.']),
)
const has = (...more: readonly string[]): Verdict => counted(met(carries, ...more))

check([
  {
    when: 'the ticket was read before it, in progress',
    ticket: found({}, before),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket was read before it, closed',
    ticket: found({ ...closed, ...earlier }, before),
    expect: wasClosed,
  },
  {
    when: 'the ticket was read at that very moment, closed',
    ticket: found({ ...closed, ...unknown }, { readAt: mergedAt }),
    expect: wasClosed,
  },
  {
    when: 'the ticket was read before it, and told no times',
    ticket: found(unknown, before),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket has been in progress since before',
    ticket: found(earlier, after),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket has been closed since before',
    ticket: found({ ...closed, ...earlier }, after),
    expect: wasClosed,
  },
  {
    when: 'the ticket was closed by it',
    ticket: found({ ...closed, ...later }, after),
    expect: has('Jira has it: Bug, Done.', 'It was closed after the merge.'),
  },
  {
    when: 'the ticket was closed since, and only open ones may be named',
    settings: { 'status-categories': ['open'] },
    ticket: found({ ...closed, ...later }, after),
    expect: blind(`BUG-453 has been closed (Done) since 2026-05-04 12:00 UTC: ${untold}`),
  },
  {
    when: 'the ticket was closed since, and only closed ones may be named',
    settings: { 'status-categories': ['closed'] },
    ticket: found({ ...closed, ...later }, after),
    expect: blind(`BUG-453 has been closed (Done) since 2026-05-04 12:00 UTC: ${untold}`),
  },
  {
    when: 'the ticket was closed since, and any may be named',
    settings: { 'status-categories': [] },
    ticket: found({ ...closed, ...later }, after),
    expect: has('Jira has it: Bug, Done.'),
  },
  {
    when: 'the ticket is in progress since after: it may have been closed',
    ticket: found(later, after),
    expect: blind(`BUG-453 has been in progress (In Review) since 2026-05-04 12:00 UTC: ${untold}`),
  },
  {
    when: 'the ticket is in no category since after',
    ticket: found({ category: null, status: 'Limbo', ...later }, after),
    expect: blind(`BUG-453 has been in no status category (Limbo) since 2026-05-04 12:00 UTC: ${untold}`),
  },
  {
    when: 'the ticket was read after it, in progress, and tells no times',
    ticket: found(unknown, after),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket was read after it, closed, and tells no times',
    ticket: found({ ...closed, ...unknown }, after),
    expect: blind(`BUG-453 is closed (Done) now: ${untold}`),
  },
  {
    when: 'the ticket was read after it in a listed status',
    settings: { states: ['In Review'] },
    ticket: found(earlier, after),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket was read after it in another status of its category',
    settings: { states: ['Doing'] },
    ticket: found(earlier, after),
    expect: blind(`BUG-453 is in the status "In Review" now: ${untold}`),
  },
  {
    when: 'the ticket was read before it in another status',
    settings: { states: ['Doing'] },
    ticket: found(earlier, before),
    expect: counted(unmet(['BUG-453 was in the status "In Review" at the merge, and the policy asks for "Doing".'])),
  },
  {
    when: 'the ticket was closed by it and statuses are listed',
    settings: { states: ['In Review', 'Done'] },
    ticket: found({ ...closed, ...later }, after),
    expect: blind(`BUG-453 is in the status "Done" now: ${untold}`),
  },
  {
    when: 'the ticket is of another type, which tells its own tale',
    settings: { types: ['Story'] },
    ticket: found({ ...closed, ...later }, after),
    expect: counted(unmet(['BUG-453 is of the type "Bug", and the policy asks for "Story".'])),
  },
  {
    when: 'the ticket was created after the work',
    ticket: found({ createdAt: '2026-05-04T11:00:00.000Z' }, after),
    expect: counted(
      unmet([
        'BUG-453 was created on 2026-05-04 11:00:00 UTC, but commit def5678 was written on 2026-05-04 08:00:00 UTC: the policy asks for a ticket that was there before the work.',
      ]),
    ),
  },
  ...(['exists', 'state'] as const).flatMap((verify): readonly Row[] => [
    {
      when: `the ticket was created after it (${verify})`,
      settings: { verify },
      ticket: found({ createdAt: '2026-05-04T12:00:01.000Z' }, after),
      expect: counted(
        unmet([
          'BUG-453 was created on 2026-05-04 12:00:01 UTC, after the change was merged on 2026-05-04 12:00:00 UTC.',
        ]),
      ),
    },
    {
      when: `the ticket was created after it, as was known before its tracker went away (${verify})`,
      settings: { verify },
      ticket: found({ createdAt: '2026-05-04T12:00:01.000Z' }, { ...after, staleBecause: 'took longer than 10 s' }),
      expect: counted(
        unmet([
          'BUG-453 was created on 2026-05-04 12:00:01 UTC, after the change was merged on 2026-05-04 12:00:00 UTC.',
          'That is as of 2026-05-04 12:10 UTC: since then, Jira took longer than 10 s. It is judged again when Jira answers.',
        ]),
      ),
    },
    {
      when: `its tracker tells no date (${verify})`,
      settings: { verify },
      ticket: found({ createdAt: '' }, after),
      expect: blind('Jira does not tell when BUG-453 was created.'),
    },
  ]),
  {
    when: 'the ticket was created after the work but before it, and existence alone is asked for',
    settings: { verify: 'exists' },
    ticket: found({ createdAt: '2026-05-04T11:00:00.000Z' }, after),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket was created in its very second, and existence alone is asked for',
    settings: { verify: 'exists' },
    ticket: found({ createdAt: '2026-05-04T12:00:00.900Z' }, after),
    expect: has('Jira has it: Bug, In Review.'),
  },
  {
    when: 'the ticket is closed since, and existence alone is asked for',
    settings: { verify: 'exists' },
    ticket: found({ ...closed, ...later }, after),
    expect: has('Jira has it: Bug, Done.'),
  },
  {
    when: 'Jira has none',
    ticket: absent,
    expect: counted(unmet(['Jira has no BUG-453, or hides it from Countersign.'])),
  },
  {
    when: 'the ticket was read at no known time, closed',
    ticket: found({ ...closed, ...unknown }, { readAt: '' }),
    expect: blind(`BUG-453 is closed (Done) now: ${untold}`),
  },
])

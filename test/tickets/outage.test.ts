import type { z } from 'zod'
import type { Change } from '#facts/change-facts.ts'
import { known } from '#facts/fact.ts'
import type { NamedTicket, Ticket } from '#facts/ticket.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { type Blind, blind, met, unmet, type Verdict, waiting } from '#controls/control.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, change, commitBy } from '../controls/sample-change.ts'
import { absent, answered, away, carries, counted, found, mergedChange, ticket } from './sample-ticket.ts'

interface Row {
  readonly when: string
  readonly settings?: z.input<typeof ticketLink.settings>
  readonly ticket: NamedTicket
  readonly change?: Change
  readonly expect: Verdict | Blind
}

const check = (rows: readonly Row[]): void => {
  checkControl(
    ticketLink,
    rows.map(({ when, settings, ticket: seen, change: looked = change, expect }) => ({
      when,
      facts: { change: looked, commits: [commitBy(ana)], pushes: [], tickets: known([seen]) },
      settings: { projects: ['BUG'], verify: 'state' as const, ...settings },
      expect,
    })),
  )
}

const why = 'answered 503 Service Unavailable'
const stale = (more: Partial<Ticket> = {}): NamedTicket => found(more, { staleBecause: why })
const provisionally = (...because: readonly string[]): Verdict =>
  counted({ outcome: 'met', because: [carries, ...because], provisional: true })

const unseen = 'BUG-453 could not be looked up: Jira took longer than 10 s.'
const passes = `${unseen} The policy lets the change pass meanwhile, and it is judged again when Jira answers.`
const waits = waiting('Jira to answer about BUG-453', [
  `${unseen} It is judged again when Jira answers; until then the policy does not let it pass.`,
])
const asOf = `That is as of 2026-05-04 10:00 UTC: since then, Jira ${why}. It is judged again when Jira answers.`

const unread = answered({ outcome: 'unanswered', why: 'answered something that cannot be read' })
const unreadWaits = waiting('Jira to answer about BUG-453', [
  'BUG-453 could not be looked up: Jira answered something that cannot be read.',
  'Jira is not away, so the change does not pass by this. It is asked again; if this goes on, an administrator has to find out why Jira cannot tell about BUG-453.',
])

check(
  (['exists', 'state'] as const).flatMap((verify) =>
    (['block', 'allow-and-recheck'] as const).flatMap((onOutage) =>
      [change, { ...change, state: 'closed' as const }, mergedChange].map((looked) => ({
        when: `Jira has no answer to this one question (${verify}, ${onOutage}, ${looked.state}): no policy lets it pass`,
        settings: { verify, 'on-outage': onOutage },
        ticket: unread,
        change: looked,
        expect: unreadWaits,
      })),
    ),
  ),
)

check([
  { when: 'Jira is away', ticket: away, expect: provisionally(passes) },
  {
    when: 'Jira is away and existence alone is asked for',
    settings: { verify: 'exists' },
    ticket: away,
    expect: provisionally(passes),
  },
  {
    when: 'Jira is away and the key alone is asked for',
    settings: { verify: 'pattern' },
    ticket: away,
    expect: counted(met(carries)),
  },
  { when: 'Jira is away and the policy blocks', settings: { 'on-outage': 'block' }, ticket: away, expect: waits },
  {
    when: 'Jira is away, the policy blocks and existence alone is asked for',
    settings: { 'on-outage': 'block', verify: 'exists' },
    ticket: away,
    expect: waits,
  },
  { when: 'Jira is away and the change is merged', ticket: away, change: mergedChange, expect: provisionally(passes) },
  {
    when: 'Jira is away, the change is merged and the policy blocks',
    settings: { 'on-outage': 'block' },
    ticket: away,
    change: mergedChange,
    expect: waiting('Jira to answer about BUG-453', [`${unseen} It is judged again when Jira answers.`]),
  },
  {
    when: 'Linear is away',
    settings: { trackers: ['linear'] },
    ticket: { ...away, tracker: 'linear' },
    expect: provisionally(passes.replaceAll('Jira', 'Linear')),
  },
  {
    when: 'Jira is away, and had it earlier',
    ticket: stale(),
    expect: provisionally('Jira has it: Bug, In Review.', asOf),
  },
  {
    when: 'Jira is away, had it earlier, and the policy blocks: what is known stands',
    settings: { 'on-outage': 'block' },
    ticket: stale(),
    expect: provisionally('Jira has it: Bug, In Review.', asOf),
  },
  {
    when: 'Jira is away, and it was moved earlier',
    ticket: stale({ key: 'ENG-9' }),
    expect: provisionally('Jira has it: Bug, In Review.', 'It is called ENG-9 now.', asOf),
  },
  {
    when: 'Jira is away, and it was closed earlier',
    ticket: stale({ category: 'closed', status: 'Done' }),
    expect: counted(
      unmet([
        'BUG-453 is closed (Done), and the policy asks for a ticket that is open or in progress.',
        asOf,
        'Change that in Jira, or name a ticket that fits.',
      ]),
    ),
  },
  {
    when: 'Jira is away, and it was closed earlier, which is not asked for',
    settings: { verify: 'exists' },
    ticket: stale({ category: 'closed', status: 'Done' }),
    expect: provisionally('Jira has it: Bug, Done.', asOf),
  },
  {
    when: 'Jira is away, and told no date earlier',
    ticket: stale({ createdAt: '' }),
    expect: blind('Jira does not tell when BUG-453 was created.', asOf),
  },
  {
    when: 'Jira is away, and it is not known since when',
    ticket: { ...stale(), readAt: '' },
    expect: provisionally(
      'Jira has it: Bug, In Review.',
      `That is what was known last: since then, Jira ${why}. It is judged again when Jira answers.`,
    ),
  },
  {
    when: 'Jira is away, and had none earlier: it may have been made since',
    ticket: { ...absent, staleBecause: 'took longer than 10 s' },
    expect: provisionally(passes),
  },
  {
    when: 'Jira is away, had none earlier, and the policy blocks',
    settings: { 'on-outage': 'block' },
    ticket: { ...absent, staleBecause: 'took longer than 10 s' },
    expect: waits,
  },
  {
    when: 'Jira is away and every commit has to name the ticket: that is wrong for certain',
    settings: { 'every-commit': true },
    ticket: away,
    change: { ...change, state: 'closed' },
    expect: counted(unmet(['1 of 1 commit does not name BUG-453: def5678.'])),
  },
  {
    when: 'Jira answers',
    ticket: found(),
    expect: counted(met(carries, `Jira has it: ${ticket.type ?? ''}, ${ticket.status}.`)),
  },
])

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { z } from 'zod'
import type { Account, Change, Commit } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { type NamedTicket, restsOnOutage, type Ticket, type TicketAnswer } from '#facts/ticket.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { ana, change, commitBy, dependabot, wholeFacts } from '../controls/sample-change.ts'
import { anyText } from '../facts/any-text.ts'

const text = fc.oneof(anyText({ maxLength: 30 }), fc.constantFrom('BUG-453', 'ENG-7/x', 'gh-12', 'sc-3', 'fix'))
const time = fc.oneof(
  fc.constantFrom(
    '2026-05-03T09:00:00.000Z',
    '2026-05-04T12:00:00.000Z',
    '2027-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
  ),
  anyText({ maxLength: 12 }),
)
const account: fc.Arbitrary<Account | null> = fc.constantFrom(ana, dependabot, null)
const tracker = fc.constantFrom('jira' as const, 'linear' as const, 'shortcut' as const, 'github-issues' as const)

const ticket: fc.Arbitrary<Ticket> = fc.record({
  key: text,
  title: text,
  type: fc.option(text),
  status: text,
  category: fc.constantFrom('open' as const, 'in-progress' as const, 'closed' as const, null),
  categorySince: fc.option(time),
  creator: fc.option(text),
  createdAt: time,
  url: text,
})

const answer: fc.Arbitrary<TicketAnswer> = fc.oneof(
  ticket.map((found) => ({ outcome: 'found' as const, ticket: found })),
  fc.constant({ outcome: 'not-found-or-hidden' as const }),
  text.map((why) => ({ outcome: 'unavailable' as const, why })),
  text.map((why) => ({ outcome: 'unanswered' as const, why })),
  text.map((why) => ({ outcome: 'not-connected' as const, why })),
)

const named: fc.Arbitrary<NamedTicket> = fc.record({
  tracker,
  key: text,
  named: fc.constantFrom('BUG-453', 'ENG-7', '#12', 'sc-3'),
  answer,
  readAt: time,
  staleBecause: fc.option(text),
})

const anyChange: fc.Arbitrary<Change> = fc
  .record({
    headBranch: text,
    title: text,
    body: text,
    baseBranch: text,
    author: account,
    openedAt: time,
    crossRepository: fc.boolean(),
    state: fc.constantFrom('open' as const, 'closed' as const, 'merged' as const),
    merge: fc.option(fc.record({ at: time, by: account, commitSha: fc.constant(null) })),
  })
  .map((more) => ({ ...change, ...more }))

const commit: fc.Arbitrary<Commit> = fc
  .record({
    sha: fc.constantFrom(change.headSha, 'a'.repeat(40)),
    parents: fc.array(fc.constant('b'.repeat(40)), { maxLength: 2 }),
    headline: text,
    mentions: fc.option(fc.array(text, { maxLength: 2 })),
    authoredAt: fc.option(time),
  })
  .map((more) => ({ ...commitBy(ana), ...more }))

const written = fc.record({
  where: fc.uniqueArray(fc.constantFrom('branch' as const, 'title' as const, 'body' as const, 'commits' as const), {
    minLength: 1,
  }),
  require: fc.constantFrom('any' as const, 'all' as const),
  'on-conflict': fc.constantFrom('unmet' as const, 'first' as const),
  projects: fc.constantFrom<string[][]>([], ['BUG'], ['BUG', 'linear:ENG']),
  trackers: fc.uniqueArray(tracker, { minLength: 1 }),
  verify: fc.constantFrom('pattern' as const, 'exists' as const, 'state' as const),
  types: fc.constantFrom<string[][]>([], ['Bug']),
  states: fc.constantFrom<string[][]>([], ['Doing']),
  'status-categories': fc.uniqueArray(fc.constantFrom('open' as const, 'in-progress' as const, 'closed' as const)),
  'on-outage': fc.constantFrom('block' as const, 'allow-and-recheck' as const),
  'every-commit': fc.boolean(),
  exempt: fc.constantFrom<{ apps: number[] }[]>({ apps: [] }, { apps: [dependabot.id] }),
})

const facts = fc.record({
  change: anyChange,
  commits: fc.array(commit, { maxLength: 3 }),
  pushes: fc.constant([]),
  tickets: fc.oneof(
    fc.array(named, { maxLength: 3 }).map((tickets) => known(tickets)),
    fc.constant(unknown('was lost')),
  ),
})

const parsed = (settings: z.input<typeof ticketLink.settings>) => ticketLink.settings.parse(settings)

describe('whatever the facts and the policy', () => {
  test('a change is judged, in sentences', () => {
    fc.assert(
      fc.property(facts, written, (seen, settings) => {
        const verdict = ticketLink.evaluate(seen, parsed(settings))
        expect(verdict.because.length).toBeGreaterThan(0)
        const { figures } = { figures: undefined, ...verdict }
        expect(figures?.['commits-with-key'] ?? 0).toBeLessThanOrEqual(seen.commits.length)
      }),
    )
  })

  test('nothing is asked for twice, and never more than one ticket', () => {
    fc.assert(
      fc.property(facts, written, (seen, settings) => {
        const whole = { ...wholeFacts, change: known(seen.change), commits: known(seen.commits), tickets: seen.tickets }
        const [asked, ...more] = ticketLink.asks?.(whole, parsed(settings)).tickets ?? []
        expect(more).toEqual([])
        if (asked === undefined || !seen.tickets.known) return
        const found: NamedTicket = {
          tracker: asked.tracker,
          key: asked.key,
          named: asked.key,
          answer: { outcome: 'not-found-or-hidden' },
          readAt: '2026-05-04T10:00:00.000Z',
          staleBecause: null,
        }
        const complete = { ...whole, tickets: known([...seen.tickets.value, found]) }
        expect(ticketLink.asks?.(complete, parsed(settings))).toEqual({})
      }),
    )
  })

  test('a ticket that was never asked for is no reason to be blind', () => {
    fc.assert(
      fc.property(facts, written, (seen, settings) => {
        const whole = { ...wholeFacts, change: known(seen.change), commits: known(seen.commits), tickets: known([]) }
        const asks = ticketLink.asks?.(whole, parsed(settings)).tickets ?? []
        const verdict = ticketLink.evaluate({ ...seen, tickets: known([]) }, parsed(settings))
        if (asks.length === 0) expect(verdict.outcome).not.toBe('blind')
        else expect(['blind', 'unmet']).toContain(verdict.outcome)
      }),
    )
  })
})

describe('an outage', () => {
  const atBranch = { ...change, headBranch: 'BUG-453-fix' }
  const outage: fc.Arbitrary<NamedTicket> = named
    .map((one): NamedTicket => ({ ...one, tracker: 'jira', named: 'BUG-453' }))
    .filter((one) => restsOnOutage(one) && one.answer.outcome !== 'found')

  test('never makes a ticket missing', () => {
    fc.assert(
      fc.property(outage, anyChange, written, (ticket_, { state, merge }, settings) => {
        const verdict = ticketLink.evaluate(
          { change: { ...atBranch, state, merge }, commits: [], pushes: [], tickets: known([ticket_]) },
          parsed({ ...settings, where: ['branch'], trackers: ['jira'], projects: ['BUG'] }),
        )
        expect(verdict.outcome).not.toBe('unmet')
        expect(verdict.because.join(' ')).not.toContain('has no BUG-453')
      }),
    )
  })

  test('never makes it met for good, where tickets are verified', () => {
    const resting = named
      .map((one): NamedTicket => ({ ...one, tracker: 'jira', named: 'BUG-453' }))
      .filter((one) => restsOnOutage(one))
    fc.assert(
      fc.property(resting, fc.constantFrom('exists' as const, 'state' as const), (ticket_, verify) => {
        const verdict = ticketLink.evaluate(
          { change: atBranch, commits: [], pushes: [], tickets: known([ticket_]) },
          parsed({ projects: ['BUG'], verify }),
        )
        if (verdict.outcome === 'met') expect(verdict.provisional).toBe(true)
        if (ticket_.answer.outcome === 'unanswered') expect(verdict.outcome).toBe('waiting')
      }),
    )
  })
})

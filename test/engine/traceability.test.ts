import { describe, expect, test } from '@jest/globals'
import type { Finding } from '#engine/assess.ts'
import { type Trace, traceOf, wantsLinkBack } from '#engine/traceability.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { NamedTicket } from '#facts/ticket.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import { foundTicket } from './sample-tickets.ts'
import { policyOf } from './sample-policy.ts'

const because = ['A reason.']
const of = { control: 'ticket-link', mode: 'enforce', because } as const
const met: Finding = { ...of, outcome: 'met' }
const provisional: Finding = { ...of, outcome: 'met', provisional: true }
const unmet: Finding = { ...of, outcome: 'unmet', fix: [] }
const waiting: Finding = { ...of, outcome: 'waiting', awaited: 'Jira to answer about BUG-453' }
const exempt: Finding = { ...of, outcome: 'not-applicable' }
const undetermined: Finding = { ...of, outcome: 'undetermined' }
const review: Finding = { control: 'independent-review', mode: 'enforce', outcome: 'met', because }

const unanswered: NamedTicket = { ...foundTicket, answer: { outcome: 'unavailable', why: 'took longer than 10 s' } }
const stale: NamedTicket = { ...foundTicket, staleBecause: 'took longer than 10 s' }
const hidden: NamedTicket = { ...foundTicket, answer: { outcome: 'not-found-or-hidden' } }

interface Row {
  readonly when: string
  readonly finding: Finding | null
  readonly tickets?: Fact<readonly NamedTicket[]>
  readonly expect: Trace
}

const rows: readonly Row[] = [
  { when: 'its tracker shows the ticket', finding: met, tickets: known([foundTicket]), expect: 'verified' },
  { when: 'one of its tickets is shown', finding: met, tickets: known([hidden, foundTicket]), expect: 'verified' },
  { when: 'no ticket was looked up', finding: met, expect: 'named' },
  { when: 'the ticket is not shown', finding: met, tickets: known([hidden]), expect: 'named' },
  { when: 'what is known of the ticket is stale', finding: met, tickets: known([stale]), expect: 'named' },
  { when: 'tickets could not be looked up', finding: met, tickets: unknown('the store is away'), expect: 'named' },
  { when: 'the tracker did not answer', finding: provisional, tickets: known([unanswered]), expect: 'provisional' },
  { when: 'an old answer stands in', finding: provisional, tickets: known([stale]), expect: 'provisional' },
  {
    when: 'one ticket is shown and another not',
    finding: provisional,
    tickets: known([foundTicket, unanswered]),
    expect: 'provisional',
  },
  { when: 'the control is not met', finding: unmet, tickets: known([foundTicket]), expect: 'missing' },
  { when: 'it was merged while it waited', finding: waiting, tickets: known([unanswered]), expect: 'provisional' },
  { when: 'it needs no ticket', finding: exempt, expect: 'exempt' },
  { when: 'it could not be judged', finding: undetermined, expect: 'undetermined' },
  { when: 'the control was off', finding: null, expect: 'not-judged' },
]

describe('how a change traces to a ticket', () => {
  for (const { when, finding, tickets = known([]), expect: expected } of rows) {
    test(`is ${expected} when ${when}`, () => {
      expect(traceOf([review, ...(finding === null ? [] : [finding])], { tickets })).toBe(expected)
    })
  }
})

describe('the address of the change on its ticket', () => {
  const policy = (mode: 'off' | 'observe' | 'enforce', linkBack: boolean): EffectivePolicy =>
    policyOf({ 'ticket-link': { mode, settings: { 'link-back': linkBack } } })

  test.each([
    ['wanted when the policy asks for it', policy('enforce', true), true],
    ['wanted when the control only observes', policy('observe', true), true],
    ['not wanted when the policy does not ask', policy('enforce', false), false],
    ['not wanted when the control is off', policy('off', true), false],
    ['not wanted when the policy does not know the control', policyOf({}), false],
  ])('is %s', (_name, given, expected) => {
    expect(wantsLinkBack(given)).toBe(expected)
  })
})

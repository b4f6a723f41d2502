import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Account } from '#facts/change-facts.ts'
import { leadsToHead, type Push, pushersOf } from '#facts/pushes.ts'

const account = (id: number, login: string): Account => ({ id, login, kind: 'user' })
const ana = account(1, 'ana')
const ben = account(2, 'ben')
const cleo = account(3, 'cleo')

const opening = (after: string, by = ana): Push => ({ before: null, after, by })
const push = (before: string, after: string, by = ana): Push => ({ before, after, by })

interface Row {
  readonly when: string
  readonly pushes: readonly Push[]
  readonly leads: boolean
  readonly pushers: readonly Account[]
}

/** In every row the head is `h`. */
const rows: readonly Row[] = [
  { when: 'nothing was told', pushes: [], leads: false, pushers: [] },
  {
    when: 'it was opened with its head: who opened it pushed nothing',
    pushes: [opening('h')],
    leads: true,
    pushers: [],
  },
  { when: 'it was opened with another head', pushes: [opening('a')], leads: false, pushers: [] },
  {
    when: 'each push follows the one before',
    pushes: [opening('a'), push('a', 'b', ben), push('b', 'h', cleo)],
    leads: true,
    pushers: [ben, cleo],
  },
  {
    when: 'the opening was not told',
    pushes: [push('a', 'b', ben), push('b', 'h', ben)],
    leads: false,
    pushers: [ben],
  },
  {
    when: 'a push in the middle was not told',
    pushes: [opening('a'), push('a', 'b', ben), push('c', 'h', cleo)],
    leads: false,
    pushers: [ben, cleo],
  },
  { when: 'the last push was not told', pushes: [opening('a'), push('a', 'b', ben)], leads: false, pushers: [ben] },
  {
    when: 'pushes by force lead back to the opening commit and on',
    pushes: [opening('a'), push('a', 'b', ben), push('b', 'a', ben), push('a', 'h', cleo)],
    leads: true,
    pushers: [ben, cleo],
  },
  {
    when: 'pushes go round in a loop that the opening does not lead into',
    pushes: [opening('a'), push('h', 'b', ben), push('b', 'h', ben)],
    leads: false,
    pushers: [ben],
  },
  {
    when: 'a push by force brought it back to the head it was opened with',
    pushes: [opening('h'), push('h', 'b', ben), push('b', 'h', cleo)],
    leads: true,
    pushers: [ben, cleo],
  },
  {
    when: 'one account pushes under two logins',
    pushes: [opening('a'), push('a', 'b', ben), push('b', 'h', account(ben.id, 'benedict'))],
    leads: true,
    pushers: [account(ben.id, 'benedict')],
  },
  {
    when: 'who opened it pushes as well',
    pushes: [opening('a', ana), push('a', 'h', ana)],
    leads: true,
    pushers: [ana],
  },
]

describe('pushes', () => {
  for (const { when, pushes, leads, pushers } of rows) {
    test(`${leads ? 'lead' : 'do not lead'} to the head when ${when}`, () => {
      expect(leadsToHead(pushes, 'h')).toBe(leads)
      expect(pushersOf(pushes)).toEqual(pushers)
    })
  }

  const shas = fc.constantFrom('a', 'b', 'c', 'd', 'h')
  const anyPush: fc.Arbitrary<Push> = fc.record({
    before: fc.option(shas, { nil: null }),
    after: shas,
    by: fc.constantFrom(ana, ben, cleo),
  })
  const inTwoOrders = fc
    .array(anyPush, { maxLength: 12 })
    .chain((pushes) =>
      fc.tuple(
        fc.constant(pushes),
        fc.shuffledSubarray(pushes, { minLength: pushes.length, maxLength: pushes.length }),
      ),
    )

  test('mean the same in whatever order they were told', () => {
    const ids = (pushes: readonly Push[]) => new Set(pushersOf(pushes).map(({ id }) => id))
    fc.assert(
      fc.property(inTwoOrders, ([pushes, shuffled]) => {
        expect(leadsToHead(shuffled, 'h')).toBe(leadsToHead(pushes, 'h'))
        expect(ids(shuffled)).toEqual(ids(pushes))
      }),
    )
  })

  test('lead to the head from any history told whole, and not once one of its steps is missing', () => {
    const history = fc.array(fc.constantFrom(ana, ben, cleo), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(history, fc.nat(), (people, place) => {
        const head = String(people.length)
        const steps = people.map((by, at) => push(String(at), String(at + 1), by))
        const told = [opening('0'), ...steps]
        expect(leadsToHead(told, head)).toBe(true)
        expect(leadsToHead(told.toSpliced(place % told.length, 1), head)).toBe(false)
      }),
    )
  })
})

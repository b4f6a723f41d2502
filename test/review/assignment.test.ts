import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assign, type Demand } from '#review/assignment.ts'

interface Row {
  readonly when: string
  readonly demands: readonly Demand[]
  /** How many places each demand gets. */
  readonly filled: readonly number[]
}

const rows: readonly Row[] = [
  { when: 'nobody asks for anybody', demands: [], filled: [] },
  { when: 'one person fits two demands: one gets them', demands: [asks(1, 1), asks(1, 1)], filled: [1, 0] },
  { when: 'two people fit two demands', demands: [asks(1, 1, 2), asks(1, 1, 2)], filled: [1, 1] },
  {
    when: 'the first demand would take the only person who fits the second',
    demands: [asks(1, 1, 2), asks(1, 1)],
    filled: [1, 1],
  },
  {
    when: 'people have to move along a chain of demands',
    demands: [asks(1, 1, 2), asks(1, 2, 3), asks(1, 3, 4), asks(1, 1)],
    filled: [1, 1, 1, 1],
  },
  { when: 'a demand asks for two of three', demands: [asks(2, 1, 2, 3), asks(1, 1)], filled: [2, 1] },
  { when: 'nobody fits', demands: [asks(2)], filled: [0] },
  { when: 'a demand asks for nobody', demands: [asks(0, 1), asks(1, 1)], filled: [0, 1] },
  { when: 'somebody is listed twice', demands: [asks(2, 1, 1)], filled: [1] },
]

function asks(count: number, ...candidates: readonly number[]): Demand {
  return { count, candidates }
}

const placesIn = (given: ReadonlyMap<number, number>, demands: readonly Demand[]): readonly number[] =>
  demands.map((_, place) => [...given.values()].filter((one) => one === place).length)

describe('people are given to demands', () => {
  for (const { when, demands, filled } of rows) {
    test(`${filled.join(' and ') || 'not at all'} when ${when}`, () => {
      expect(placesIn(assign(demands), demands)).toEqual(filled)
    })
  }

  const anyDemands = fc.array(
    fc.record({
      count: fc.nat({ max: 3 }),
      candidates: fc.uniqueArray(fc.integer({ min: 1, max: 5 })),
    }),
    { maxLength: 4 },
  )

  test('as many as trying everything would give, never to a demand they do not fit, never more than it asks for', () => {
    fc.assert(
      fc.property(anyDemands, (demands) => {
        const given = assign(demands)
        for (const [person, place] of given) expect(demands[place]?.candidates).toContain(person)
        for (const [place, count] of placesIn(given, demands).entries()) {
          expect(count).toBeLessThanOrEqual(demands[place]?.count ?? 0)
        }
        expect(given.size).toBe(mostByTrying([1, 2, 3, 4, 5], demands))
      }),
    )
  })

  test('the same in whatever order people are listed', () => {
    fc.assert(
      fc.property(anyDemands, (demands) => {
        const turned = demands.map((demand) => ({ ...demand, candidates: demand.candidates.toReversed() }))
        expect(assign(turned)).toEqual(assign(demands))
      }),
    )
  })
})

/** How many places can be filled at most, by trying every way. */
function mostByTrying([person, ...others]: readonly number[], demands: readonly Demand[]): number {
  if (person === undefined) return 0
  const without = mostByTrying(others, demands)
  const ways = demands.flatMap((demand, place) =>
    demand.count > 0 && demand.candidates.includes(person)
      ? [1 + mostByTrying(others, demands.with(place, { ...demand, count: demand.count - 1 }))]
      : [],
  )
  return Math.max(without, ...ways)
}

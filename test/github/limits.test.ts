import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RateLimited } from '#github/errors.ts'
import { type Ceilings, type Cost, gitHubCeilings, Limits } from '#github/limits.ts'
import { fakeClock } from './fake-clock.ts'

const longestWaitMs = 5_000
const minuteMs = 60_000

const read: Cost = { api: 'rest', points: 1, createsContent: false }
const write: Cost = { api: 'rest', points: 5, createsContent: false }
const query: Cost = { api: 'graphql', points: 1, createsContent: false }
const comment: Cost = { api: 'rest', points: 5, createsContent: true }

/** So low that a few requests reach them. */
const low: Ceilings = {
  restPointsPerMinute: 20,
  graphqlPointsPerMinute: 4,
  contentPerMinute: 2,
  contentPerHour: 5,
  atOnce: 3,
}

interface Asked {
  readonly at: number
  readonly cost: Cost
  /** How long GitHub takes, and when within that it counts the request. */
  readonly lastsMs: number
  readonly countedAfter: number
}

interface Done extends Asked {
  readonly startedAt: number
  readonly countedAt: number
  readonly endedAt: number
}

/** Puts the requests to one installation's limits; who is turned away comes back when told to, or not at all. */
async function play(
  asked: readonly Asked[],
  options: { clock: ReturnType<typeof fakeClock>; ceilings: Ceilings; back: 'comes back' | 'stays away' },
) {
  const { clock, ceilings, back } = options
  const limits = new Limits({ ceilings, clock, longestWaitMs })
  const done: Done[] = []
  const turnedAway: RateLimited[] = []
  const ask = async (one: Asked): Promise<void> => {
    try {
      await limits.run(one.cost, async () => {
        const startedAt = clock.now()
        await clock.wait(one.lastsMs)
        done.push({ ...one, startedAt, countedAt: startedAt + one.lastsMs * one.countedAfter, endedAt: clock.now() })
      })
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error
      turnedAway.push(error)
      if (back === 'stays away') return
      await clock.wait(error.retryAfterMs)
      await ask(one)
    }
  }
  const all = asked.map(async (one) => {
    await clock.wait(one.at)
    await ask(one)
  })
  return { done, turnedAway, all: Promise.all(all) }
}

const requests = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 3 * minuteMs }),
    cost: fc.constantFrom(read, write, query, comment),
    lastsMs: fc.integer({ min: 1, max: 10_000 }),
    countedAfter: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 20, maxLength: 60 },
)

/** The most that any window of that length holds. */
function mostIn(done: readonly Done[], windowMs: number, charge: (cost: Cost) => number): number {
  const sums = done.map(({ countedAt: end }) =>
    done
      .filter(({ countedAt }) => countedAt > end - windowMs && countedAt <= end)
      .reduce((sum, { cost }) => sum + charge(cost), 0),
  )
  return Math.max(0, ...sums)
}

describe('limits', () => {
  test('no ceiling is exceeded in any window, whenever GitHub counts a request', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.constantFrom('comes back' as const, 'stays away' as const), async (asked, back) => {
        const clock = fakeClock()
        const { done, all } = await play(asked, { clock, ceilings: low, back })
        await clock.run()
        await all
        const content = (cost: Cost) => Number(cost.createsContent)
        expect(mostIn(done, minuteMs, (cost) => (cost.api === 'rest' ? cost.points : 0))).toBeLessThanOrEqual(20)
        expect(mostIn(done, minuteMs, (cost) => (cost.api === 'graphql' ? cost.points : 0))).toBeLessThanOrEqual(4)
        expect(mostIn(done, minuteMs, content)).toBeLessThanOrEqual(2)
        expect(mostIn(done, 60 * minuteMs, content)).toBeLessThanOrEqual(5)
        const atOnce = done.map(({ startedAt: at }) =>
          done.filter((other) => other.startedAt <= at && at < other.endedAt),
        )
        expect(Math.max(0, ...atOnce.map((under) => under.length))).toBeLessThanOrEqual(3)
      }),
      { numRuns: 60 },
    )
  })

  test('whoever comes back when told to gets through', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const clock = fakeClock()
        const { done, all } = await play(asked, { clock, ceilings: low, back: 'comes back' })
        await clock.run()
        await all
        expect(done).toHaveLength(asked.length)
      }),
      { numRuns: 30 },
    )
  })

  test('nobody waits longer than the longest wait before being turned away', async () => {
    const clock = fakeClock()
    const limits = new Limits({ ceilings: { ...low, atOnce: 1 }, clock, longestWaitMs })
    const hanging = limits.run(read, () => clock.wait(minuteMs))
    let turnedAwayAt = -1
    const second = limits.run(read, () => Promise.resolve()).catch(() => (turnedAwayAt = clock.now()))
    await clock.run()
    await Promise.all([hanging, second])
    expect(turnedAwayAt).toBe(longestWaitMs)
  })

  test('one installation delays no other', async () => {
    await fc.assert(
      fc.asyncProperty(requests, requests, async (busy, quiet) => {
        const alone = fakeClock()
        const undisturbed = await play(quiet, { clock: alone, ceilings: low, back: 'stays away' })
        await alone.run()
        const shared = fakeClock()
        await play(busy, { clock: shared, ceilings: low, back: 'comes back' })
        const beside = await play(quiet, { clock: shared, ceilings: low, back: 'stays away' })
        await shared.run()
        const times = (done: readonly Done[]) =>
          done.map(({ startedAt }) => startedAt).sort((one, other) => one - other)
        expect(times(beside.done)).toEqual(times(undisturbed.done))
      }),
      { numRuns: 20 },
    )
  })

  test("1,000 checks at once are written at GitHub's own pace: 180 a minute", async () => {
    const clock = fakeClock()
    const asked = Array.from({ length: 1_000 }, () => ({ at: 0, cost: write, lastsMs: 1, countedAfter: 0 }))
    const { done, turnedAway, all } = await play(asked, { clock, ceilings: gitHubCeilings, back: 'comes back' })
    await clock.run()
    await all
    const inMinute = (minute: number) => done.filter(({ startedAt }) => Math.floor(startedAt / minuteMs) === minute)
    expect([0, 1, 2, 3, 4, 5].map((minute) => inMinute(minute).length)).toEqual([180, 180, 180, 180, 180, 100])
    // Each was told its turn, so that nobody asked in vain twice.
    expect(turnedAway).toHaveLength(820)
  })

  test('a comment that must wait holds up no read', async () => {
    const clock = fakeClock()
    const limits = new Limits({ ceilings: { ...low, contentPerMinute: 1 }, clock, longestWaitMs: 2 * minuteMs })
    const order: string[] = []
    const ask = (name: string, cost: Cost) => limits.run(cost, () => Promise.resolve(void order.push(name)))
    const all = [ask('first comment', comment), ask('second comment', comment), ask('read', read), ask('query', query)]
    await clock.run()
    await Promise.all(all)
    expect(order).toEqual(['first comment', 'read', 'query', 'second comment'])
  })

  test.each([
    { paused: ['rest', 'graphql'] as const, startsAt: { rest: 4_000, graphql: 4_000 } },
    { paused: ['graphql'] as const, startsAt: { rest: 0, graphql: 4_000 } },
  ])('a pause of $paused holds up exactly that', async ({ paused, startsAt }) => {
    const clock = fakeClock()
    const limits = new Limits({ ceilings: 'lifted', clock, longestWaitMs })
    limits.pause(paused, 4_000)
    const at: Record<string, number> = {}
    const all = [read, query].map((cost) => limits.run(cost, () => Promise.resolve((at[cost.api] = clock.now()))))
    await clock.run()
    await Promise.all(all)
    expect(at).toEqual(startsAt)
  })

  test('a pause longer than the longest wait turns away at once, and says how long', async () => {
    const limits = new Limits({ ceilings: 'lifted', clock: fakeClock(), longestWaitMs })
    limits.pause(['rest'], 90_000)
    await expect(limits.run(read, () => Promise.resolve())).rejects.toMatchObject({ retryAfterMs: 90_000 })
  })

  test('lifted, everything starts at once', async () => {
    const clock = fakeClock()
    const limits = new Limits({ ceilings: 'lifted', clock, longestWaitMs })
    let started = 0
    const all = Array.from({ length: 5_000 }, () => limits.run(comment, () => Promise.resolve((started += 1))))
    await Promise.all(all)
    expect([started, clock.now()]).toEqual([5_000, 0])
  })
})

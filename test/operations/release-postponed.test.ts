import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Ports, releasePostponed } from '#operations/release-postponed.ts'

const hourMs = 3_600_000

/** Changes put by in memory, and when each was queued. */
function memory(hourlyLimit: number) {
  const lines = new Map<number, number[]>()
  const buckets = new Map<number, Parameters<Parameters<Ports['release']>[1]>[0]>()
  const queued: { readonly atMs: number; readonly installationId: number; readonly change: number }[] = []
  const clock = { ms: Date.UTC(2026, 0, 10) }
  const ports: Ports = {
    now: () => new Date(clock.ms),
    findPostponedInstallations: () =>
      Promise.resolve([...lines].filter(([, line]) => line.length > 0).map(([installation]) => installation)),
    hourlyLimitOf: () => hourlyLimit,
    release: (installationId, refill) => {
      const { tokens, at } = refill(buckets.get(installationId) ?? { tokens: 0, at: new Date(0).toISOString() })
      const taken = (lines.get(installationId) ?? []).splice(0, Math.floor(tokens))
      for (const change of taken) queued.push({ atMs: clock.ms, installationId, change })
      buckets.set(installationId, { tokens: tokens - taken.length, at })
      return Promise.resolve(taken.length)
    },
  }
  let last = 0
  const postpone = (installationId: number, count: number): void => {
    const line = lines.get(installationId) ?? []
    for (let added = 0; added < count; added += 1) line.push((last += 1))
    lines.set(installationId, line)
  }
  return { lines, queued, clock, ports, postpone }
}

interface Row {
  readonly when: string
  readonly limit: number
  readonly share?: number
  readonly postponed: number
  readonly atOnce: number
}

const rows: readonly Row[] = [
  { when: 'nothing is put by', limit: 5_000, postponed: 0, atOnce: 0 },
  { when: 'the organization is small', limit: 5_000, postponed: 40, atOnce: 40 },
  { when: 'it is large: a twelfth of 555 an hour', limit: 5_000, postponed: 4_000, atOnce: 46 },
  { when: 'GitHub gives more: a twelfth of 1,388 an hour', limit: 12_500, postponed: 4_000, atOnce: 115 },
  { when: 'the share is half: a twelfth of 833 an hour', limit: 5_000, share: 1 / 2, postponed: 4_000, atOnce: 69 },
  { when: 'GitHub gives next to nothing', limit: 1, postponed: 5, atOnce: 1 },
]

const third = 1 / 3

describe('releasePostponed', () => {
  for (const { when, limit, share = third, postponed, atOnce } of rows) {
    test(`queues ${String(atOnce)} at once when ${when}`, async () => {
      const { ports, postpone } = memory(limit)
      postpone(1, postponed)
      expect(await releasePostponed(ports, share)).toBe(atOnce)
      expect(await releasePostponed(ports, share)).toBe(0)
    })
  }

  test('goes on with the oldest, second by second, until none is left', async () => {
    const { ports, postpone, clock, queued } = memory(5_000)
    postpone(1, 200)
    for (let second = 0; second < 1_200; second += 1) {
      await releasePostponed(ports, third)
      clock.ms += 1_000
    }
    expect(queued.map(({ change }) => change)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
  })

  test('queues all of them some day, even where GitHub gives next to nothing', async () => {
    const { ports, postpone, clock, queued } = memory(1)
    postpone(1, 5)
    for (let hour = 0; hour < 5; hour += 1) {
      await releasePostponed(ports, third)
      clock.ms += hourMs
    }
    expect(queued).toHaveLength(5)
  })

  test('never queues more in any hour than the share, loses none and queues none twice', async () => {
    const steps = fc.array(
      fc.record({
        // Now and then a clock is set back.
        waitMs: fc.oneof(fc.nat(5_000), fc.nat(2 * hourMs), fc.integer({ min: -60_000, max: 0 })),
        postponed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(300) }),
        installationId: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 60 },
    )
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 15_000 }), steps, async (limit, taken) => {
      const { ports, postpone, clock, queued, lines } = memory(limit)
      let postponed = 0
      for (const step of taken) {
        clock.ms += step.waitMs
        postpone(step.installationId, step.postponed)
        postponed += step.postponed
        await releasePostponed(ports, third)
      }
      const budget = Math.max(2, Math.floor(limit / 3 / 3))
      for (const { atMs, installationId } of queued) {
        const inHour = queued.filter(
          (one) => one.installationId === installationId && one.atMs >= atMs && one.atMs <= atMs + hourMs,
        )
        expect(inHour.length).toBeLessThanOrEqual(budget)
      }
      const changes = [...queued.map(({ change }) => change), ...[...lines.values()].flat()]
      expect(new Set(changes).size).toBe(postponed)
      expect(changes).toHaveLength(postponed)
    })
    await fc.assert(property, { numRuns: 150 })
  }, 60_000)
})

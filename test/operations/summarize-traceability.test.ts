import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Trace, traces } from '#engine/traceability.ts'
import {
  lastDays,
  summarizeTraceability,
  type TraceabilityPorts,
  type TraceabilitySummary,
} from '#operations/summarize-traceability.ts'

const period = { from: '2026-07-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' }

type Counted = Awaited<ReturnType<TraceabilityPorts['countTraces']>>[number]
type Untraced = Awaited<ReturnType<TraceabilityPorts['findUntraced']>>

const of = (trace: Trace | null, changes: number, repository = 'acme/shop'): Counted => ({ repository, trace, changes })

const summarize = (
  counted: readonly Counted[],
  untraced: Untraced = { total: 0, changes: [] },
): Promise<TraceabilitySummary> =>
  summarizeTraceability('acme', period, {
    countTraces: () => Promise.resolve(counted),
    findUntraced: () => Promise.resolve(untraced),
  })

const shares: readonly { when: string; counted: readonly Counted[]; merged: number; share: number | null }[] = [
  { when: 'nothing was merged', counted: [], merged: 0, share: null },
  { when: 'every ticket was verified', counted: [of('verified', 4)], merged: 4, share: 1 },
  { when: 'keys were only named', counted: [of('named', 4)], merged: 4, share: 0 },
  { when: 'one of two rests on an outage', counted: [of('verified', 1), of('provisional', 1)], merged: 2, share: 0.5 },
  { when: 'one of four has no ticket', counted: [of('verified', 3), of('missing', 1)], merged: 4, share: 0.75 },
  {
    when: 'the rest was exempt, undetermined or not judged',
    counted: [of('verified', 1), of('missing', 1), of('exempt', 10), of('undetermined', 20), of('not-judged', 30)],
    merged: 62,
    share: 0.5,
  },
  { when: 'nothing was judged', counted: [of('exempt', 1), of('undetermined', 1)], merged: 2, share: null },
  { when: 'an earlier release kept no trace', counted: [of(null, 9)], merged: 9, share: null },
]

describe('the share with a verified ticket', () => {
  for (const { when, counted, merged, share } of shares) {
    test(`is ${String(share)} of ${merged} merged when ${when}`, async () => {
      expect(await summarize(counted)).toMatchObject({ period, merged, share })
    })
  }
})

test('a trace that was not kept counts as not judged, beside those that were', async () => {
  expect((await summarize([of(null, 2), of('not-judged', 3)])).notJudged).toBe(5)
})

test('each repository has its own figures, in order of the names', async () => {
  const { repositories } = await summarize([
    of('verified', 1, 'acme/shop'),
    of('missing', 3, 'acme/shop'),
    of('exempt', 2, 'acme/bank'),
  ])
  expect(repositories).toEqual([
    {
      repository: 'acme/bank',
      merged: 2,
      verified: 0,
      named: 0,
      provisional: 0,
      missing: 0,
      exempt: 2,
      undetermined: 0,
      notJudged: 0,
      share: null,
    },
    {
      repository: 'acme/shop',
      merged: 4,
      verified: 1,
      named: 0,
      provisional: 0,
      missing: 3,
      exempt: 0,
      undetermined: 0,
      notJudged: 0,
      share: 0.25,
    },
  ])
})

test('whatever was counted, each change is counted once, in the whole and in its repository', async () => {
  const counts = fc.record({
    repository: fc.constantFrom('acme/a', 'acme/b', 'acme/c'),
    trace: fc.constantFrom(...traces, null),
    changes: fc.nat(1_000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(counts), async (counted) => {
      const summary = await summarize(counted)
      const merged = counted.reduce((sum, { changes }) => sum + changes, 0)
      expect(sumOf(summary)).toBe(merged)
      expect(summary.merged).toBe(merged)
      expect(summary.repositories.reduce((sum, one) => sum + sumOf(one), 0)).toBe(merged)
      for (const { share } of [summary, ...summary.repositories]) {
        expect(share === null || (share >= 0 && share <= 1)).toBe(true)
      }
    }),
  )
})

const sumOf = (one: Omit<TraceabilitySummary, 'period' | 'repositories' | 'untraced'>): number =>
  one.verified + one.named + one.provisional + one.missing + one.exempt + one.undetermined + one.notJudged

describe('the changes without a verified ticket', () => {
  const change = {
    repository: 'acme/shop',
    number: 4,
    title: 'Fix it',
    url: 'https://github.com/acme/shop/pull/4',
    mergedAt: '2026-08-01T10:00:00.000Z',
    trace: 'missing',
    because: ['No ticket key in the branch name fix.'],
  } as const

  test('are asked for up to 100, in the period', async () => {
    const asked: unknown[] = []
    await summarizeTraceability('acme', period, {
      countTraces: () => Promise.resolve([]),
      findUntraced: (...words) => {
        asked.push(words)
        return Promise.resolve({ total: 0, changes: [] })
      },
    })
    expect(asked).toEqual([['acme', period, 100]])
  })

  test('are told with their reasons, and how many there are', async () => {
    expect((await summarize([], { total: 101, changes: [change] })).untraced).toEqual({ total: 101, changes: [change] })
  })

  test('say that they were not judged where no trace was kept', async () => {
    const { untraced } = await summarize([], { total: 1, changes: [{ ...change, trace: null, because: [] }] })
    expect(untraced.changes).toEqual([
      { ...change, trace: 'not-judged', because: ['The control ticket-link did not judge this change.'] },
    ])
  })
})

test('the last 90 days end now', () => {
  expect(lastDays(90, new Date('2026-11-10T12:00:00.000Z'))).toEqual({
    from: '2026-08-12T12:00:00.000Z',
    to: '2026-11-10T12:00:00.000Z',
  })
})

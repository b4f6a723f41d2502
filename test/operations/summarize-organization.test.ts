import { describe, expect, test } from '@jest/globals'
import type { Standing } from '#engine/standing.ts'
import { type Ports, summarizeOrganization } from '#operations/summarize-organization.ts'

const none: Readonly<Record<Standing, number>> = { met: 0, unmet: 0, waiting: 0, undetermined: 0 }

function ports(merged: Readonly<Record<Standing, number>>, isInstalled = true): Ports & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    now: () => new Date('2026-11-10T12:00:00.000Z'),
    isInstalled: () => Promise.resolve(isInstalled),
    findPolicySummary: () => Promise.resolve({ organization: null, modes: [], versions: [] }),
    countOpenChanges: () => Promise.resolve({ met: 1, unmet: 2, waiting: 3, undetermined: 4 }),
    countOpenFindings: () => Promise.resolve([]),
    countStale: () => Promise.resolve({ changes: 2, since: '2026-11-09T08:00:00.000Z' }),
    countMerged: (_organization, since) => {
      asked.push(since.toISOString())
      return Promise.resolve(merged)
    },
    countTraces: (_organization, { from, to }) => {
      asked.push(`${from} to ${to}`)
      return Promise.resolve([{ repository: 'acme/shop', trace: 'verified', changes: 3 }])
    },
    findUntraced: () => Promise.resolve({ total: 0, changes: [] }),
    findWaitingLongest: () => Promise.resolve([]),
    findUndetermined: () => Promise.resolve({ total: 0, findings: [] }),
  }
}

const rows: readonly { when: string; merged: Readonly<Record<Standing, number>>; shareMet: number | null }[] = [
  { when: 'nothing was merged', merged: none, shareMet: null },
  { when: 'nothing merged could be judged', merged: { ...none, undetermined: 5 }, shareMet: null },
  { when: 'what was not judged is left out', merged: { ...none, met: 3, unmet: 1, undetermined: 96 }, shareMet: 0.75 },
  { when: 'a change was merged while it waited', merged: { ...none, met: 1, waiting: 1 }, shareMet: 0.5 },
]

describe('summarizeOrganization', () => {
  for (const { when, merged, shareMet } of rows) {
    test(`share met is ${String(shareMet)} when ${when}`, async () => {
      const summary = await summarizeOrganization('acme', null, ports(merged))
      expect(summary?.merged.map((window) => window.shareMet)).toEqual([shareMet, shareMet, shareMet])
      const total = Object.values(merged).reduce((sum, count) => sum + count, 0)
      expect(summary?.merged[0]?.merged).toBe(total)
    })
  }

  test('windows end now and are 7, 30 and 90 days long', async () => {
    const fake = ports(none)
    await summarizeOrganization('acme', null, fake)
    expect(fake.asked.slice(0, 3)).toEqual([
      '2026-11-03T12:00:00.000Z',
      '2026-10-11T12:00:00.000Z',
      '2026-08-12T12:00:00.000Z',
    ])
  })

  test('the traceability figures are of the last 90 days when no period is asked about', async () => {
    const fake = ports(none)
    const summary = await summarizeOrganization('acme', null, fake)
    expect(fake.asked.at(-1)).toBe('2026-08-12T12:00:00.000Z to 2026-11-10T12:00:00.000Z')
    expect(summary?.traceability).toMatchObject({
      period: { from: '2026-08-12T12:00:00.000Z', to: '2026-11-10T12:00:00.000Z' },
      merged: 3,
      share: 1,
    })
  })

  test('the traceability figures are of the period that is asked about', async () => {
    const fake = ports(none)
    const period = { from: '2026-07-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' }
    expect((await summarizeOrganization('acme', period, fake))?.traceability.period).toEqual(period)
    expect(fake.asked.at(-1)).toBe('2026-07-01T00:00:00.000Z to 2026-10-01T00:00:00.000Z')
  })

  test('the open changes add up', async () => {
    expect((await summarizeOrganization('acme', null, ports(none)))?.openChanges.total).toBe(10)
  })

  test('open changes that could not be looked at are told, with the oldest', async () => {
    const stale = { changes: 2, since: '2026-11-09T08:00:00.000Z' }
    expect((await summarizeOrganization('acme', null, ports(none)))?.stale).toEqual(stale)
  })

  test('says nothing of an organization it is not installed on', async () => {
    expect(await summarizeOrganization('acme', null, ports(none, false))).toBeNull()
  })
})

import { beforeAll, expect, test } from '@jest/globals'
import type { Trace } from '#engine/traceability.ts'
import { storeInstallation } from '#store/installations.ts'
import type { Database } from '#store/database.ts'
import { summaryPorts } from '#store/ports.ts'
import { describeOnBothDatabases } from './databases.ts'
import { anAssessment, aSubject, books, hasNoTicket, recordable, someFacts } from './samples.ts'

const january = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }

interface Merged {
  readonly trace: Trace
  readonly at: string
  readonly where?: Parameters<typeof aSubject>[0]
}

describeOnBothDatabases('traceability', (current) => {
  let database: Database
  const ask = () => summaryPorts(database)

  beforeAll(async () => {
    database = await current().open()
    for (const [id, account] of [
      [1, 'Acme'],
      [2, 'other'],
    ] as const) {
      await storeInstallation(database.kysely, { id, account, standing: 'active' }, new Date(0))
    }
    await merge(1, { trace: 'verified', at: '2026-01-01T00:00:00Z' })
    await merge(2, { trace: 'verified', at: '2026-01-31T23:59:59Z' })
    await merge(3, { trace: 'verified', at: '2026-02-01T00:00:00Z' })
    await merge(4, { trace: 'verified', at: '2025-12-31T23:59:59Z' })
    await merge(5, { trace: 'missing', at: '2026-01-05T00:00:00Z' })
    await merge(6, { trace: 'exempt', at: '2026-01-06T00:00:00Z' })
    await merge(7, { trace: 'named', at: '2026-01-07T00:00:00Z', where: { repositoryId: 11, repository: 'tools' } })
    await merge(8, { trace: 'provisional', at: '2026-01-07T00:00:00Z' })
    await merge(9, { trace: 'missing', at: '2026-01-09T00:00:00Z', where: { installationId: 2, owner: 'other' } })
    await merge(10, { trace: 'missing', at: '2026-01-10T00:00:00Z' })
    // As an earlier version recorded it.
    await database.kysely.updateTable('changes').set({ trace: null }).where('number', '=', 10).execute()
    await database.kysely.deleteFrom('findings').where('number', '=', 10).execute()
  })

  async function merge(number: number, { trace, at, where }: Merged): Promise<void> {
    const ports = books(database)
    const subject = aSubject({ number, ...where })
    await ports.beginAssessment(subject)
    const facts = someFacts({ number, state: 'merged', merge: { at, by: null, commitSha: null } })
    const assessment = anAssessment({ subject, facts, findings: [hasNoTicket] })
    await ports.recordAssessment({ ...recordable({ assessment, findingsDigest: 'f', entry: null }), trace })
  }

  test('is counted by repository, from the beginning of a period until before its end', async () => {
    expect(await ask().countTraces('acme', january)).toHaveLength(6)
    expect(await ask().countTraces('acme', january)).toEqual(
      expect.arrayContaining([
        { repository: 'acme/shop', trace: 'verified', changes: 2 },
        { repository: 'acme/shop', trace: 'missing', changes: 1 },
        { repository: 'acme/shop', trace: 'exempt', changes: 1 },
        { repository: 'acme/shop', trace: 'provisional', changes: 1 },
        { repository: 'acme/shop', trace: null, changes: 1 },
        { repository: 'acme/tools', trace: 'named', changes: 1 },
      ]),
    )
    expect(await ask().countTraces('acme', { ...january, from: '2026-01-31T00:00:00Z' })).toEqual([
      { repository: 'acme/shop', trace: 'verified', changes: 1 },
    ])
    expect(await ask().countTraces('OTHER', january)).toEqual([
      { repository: 'other/shop', trace: 'missing', changes: 1 },
    ])
    expect(await ask().countTraces('nobody', january)).toEqual([])
  })

  test('lists the changes that have none, and why, the latest merge first', async () => {
    const { total, changes } = await ask().findUntraced('acme', january, 100)
    expect(total).toBe(4)
    expect(changes.map(({ number, trace }) => [number, trace])).toEqual([
      [10, null],
      [8, 'provisional'],
      [7, 'named'],
      [5, 'missing'],
    ])
    expect(changes.at(0)?.because).toEqual([])
    expect(changes.at(-1)).toEqual({
      repository: 'acme/shop',
      number: 5,
      title: 'Sell more',
      url: 'https://github.test/acme/shop/pull/1',
      mergedAt: '2026-01-05T00:00:00.000Z',
      trace: 'missing',
      because: ['the branch names no ticket'],
    })
  })

  test('counts all of them, however many are listed', async () => {
    const { total, changes } = await ask().findUntraced('acme', january, 1)
    expect([total, changes.length]).toEqual([4, 1])
    expect(await ask().findUntraced('nobody', january, 1)).toEqual({ total: 0, changes: [] })
  })
})

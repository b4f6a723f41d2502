import { beforeAll, expect, test } from '@jest/globals'
import { digestOf } from '#facts/digest.ts'
import { subjectKey } from '#facts/subject.ts'
import type { Database } from '#store/database.ts'
import { readLedger } from '#store/ledger.ts'
import { deliveryPorts, mergeGroupPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { describeOnBothDatabases } from './databases.ts'
import { aGroup, anEntry } from './samples.ts'

const now = new Date('2026-01-10T00:00:00Z')

describeOnBothDatabases('groups of the merge queue', (current) => {
  let database: Database
  let ports: ReturnType<typeof mergeGroupPorts>
  beforeAll(async () => {
    database = await current().open()
    ports = mergeGroupPorts(database, () => now)
  })
  const entries = async () => (await readLedger(database.kysely, 0, 1_000)).length
  const hearOfEnd = (headSha: string) =>
    deliveryPorts(database, { offer: () => Promise.resolve() }, () => now).inTransaction((within) =>
      within.endMergeGroup(aGroup({ headSha })),
    )
  const payload = { findings: [] }
  const entryOf = (headSha: string) =>
    anEntry({
      kind: 'merge-group.assessed',
      subject: subjectKey(aGroup({ headSha })),
      payloadDigest: digestOf(payload),
    })

  test('begin open and unrecorded, and later as they were recorded last', async () => {
    const subject = aGroup({ headSha: 'a1' })
    expect(await ports.beginMergeGroup(subject)).toEqual({ state: 'open', findingsDigest: null })
    await ports.recordMergeGroup({ subject, findingsDigest: 'f1', entry: entryOf('a1'), payload })
    expect(await ports.beginMergeGroup(subject)).toEqual({ state: 'open', findingsDigest: 'f1' })
    expect(await entries()).toBe(1)
    expect(await ports.beginMergeGroup(aGroup({ headSha: 'a1', repositoryId: 11 }))).toMatchObject({
      findingsDigest: null,
    })
  })

  test('whose findings are not new leave no entry', async () => {
    await ports.recordMergeGroup({ subject: aGroup({ headSha: 'a1' }), findingsDigest: 'f1', entry: null, payload })
    expect(await entries()).toBe(1)
  })

  test('whose entry does not fit its payload are not recorded at all', async () => {
    const subject = aGroup({ headSha: 'a1' })
    const recording = ports.recordMergeGroup({ subject, findingsDigest: 'f2', entry: entryOf('a1'), payload: 'other' })
    await expect(recording).rejects.toThrow('names its payload by digest')
    expect(await ports.beginMergeGroup(subject)).toMatchObject({ findingsDigest: 'f1' })
  })

  test('have their written check entered', async () => {
    await ports.recordEntry(anEntry({ kind: 'check.written', payloadDigest: digestOf(payload) }), payload)
    expect(await entries()).toBe(2)
  })

  test('stay ended, whether their end is heard of before or after their beginning', async () => {
    await hearOfEnd('a1')
    await hearOfEnd('a2')
    expect(await ports.beginMergeGroup(aGroup({ headSha: 'a1' }))).toEqual({ state: 'ended', findingsDigest: 'f1' })
    expect(await ports.beginMergeGroup(aGroup({ headSha: 'a2' }))).toEqual({ state: 'ended', findingsDigest: null })
  })

  test('are forgotten 30 days after anything of theirs was recorded', async () => {
    const later = (ms: number) => new Date(now.getTime() + 30 * 24 * 3_600_000 + ms)
    expect(await pruneStore(database.kysely, later(0))).toMatchObject({ mergeGroups: 0 })
    expect(await pruneStore(database.kysely, later(1))).toMatchObject({ mergeGroups: 3 })
  })
})

import { beforeAll, expect, test } from '@jest/globals'
import type { Database } from '#store/database.ts'
import {
  claimDueReconciles,
  isInstalledOn,
  listInstallations,
  storeInstallation,
  giveReconcileBack,
} from '#store/installations.ts'
import { deliveryPorts, type Offering, reconcilePorts, recoveryPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { describeOnBothDatabases } from './databases.ts'
import {
  anAssessment,
  aSubject,
  books,
  comparedFacts,
  hasReview,
  recordable,
  someFacts,
  waitsForReview,
} from './samples.ts'
import { unknown } from '#facts/fact.ts'
import type { Delivery } from '#facts/delivery.ts'

const delivery = (guid: string, change: Partial<Delivery> = {}): Delivery => ({
  guid,
  event: 'pull_request',
  action: 'opened',
  installationId: 1,
  organization: 'acme',
  sender: 'ada',
  occurredAt: '2026-01-01T00:00:00Z',
  receivedAt: '2026-01-01T00:00:01.000Z',
  body: '{"a":"\\u0000 and a lone \\ud800"}',
  ...change,
})

const now = () => new Date('2026-01-10T00:00:00Z')
const cause = { actor: 'ada', reason: 'r', occurredAt: '2026-01-01T00:00:00Z', receivedAt: '2026-01-01T00:00:00Z' }

describeOnBothDatabases('deliveries', (current) => {
  let database: Database
  const offered: number[] = []
  const queue: Offering = {
    offer: async (entries) =>
      void offered.push(...entries.map(({ subject }) => (subject.kind === 'change' ? subject.number : 0))),
  }
  beforeAll(async () => {
    database = await current().open()
  })
  const ports = () => deliveryPorts(database, queue, now)
  const store = (one: Delivery) => ports().inTransaction((within) => within.storeDelivery(one))

  test('are stored once, however often and in how many places they come at once', async () => {
    const other = deliveryPorts(await current().open(), queue, now)
    const storings = Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? ports() : other).inTransaction((within) => within.storeDelivery(delivery('twice'))),
    )
    const outcomes = await Promise.all(storings)
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
    const row = await database.kysely.selectFrom('deliveries').selectAll().executeTakeFirstOrThrow()
    expect(row.body).toBe(delivery('twice').body)
  })

  test('are not stored when anything of theirs fails', async () => {
    const failing = ports().inTransaction(async (within) => {
      await within.storeDelivery(delivery('rolled back'))
      await within.storePush(aSubject({ number: 99 }), {
        before: null,
        after: 'x',
        by: { id: 1, login: 'a', kind: 'user' },
      })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect([...(await recoveryPorts(database).findStored(['rolled back', 'twice', "'; --"]))]).toEqual(['twice'])
    expect(await books(database).findPushes(aSubject({ number: 99 }))).toEqual([])
  })

  test('are found among more than a statement takes', async () => {
    const guids = Array.from({ length: 5_000 }, (_, at) => `unknown-${at}`)
    expect([...(await recoveryPorts(database).findStored([...guids, 'twice']))]).toEqual(['twice'])
    expect([...(await recoveryPorts(database).findStored([]))]).toEqual([])
  })

  test('reach the queue within their transaction', async () => {
    await ports().inTransaction((within) => within.offer([aSubject({ number: 5 })], cause))
    expect(offered).toEqual([5])
  })

  test('are forgotten after 14 days', async () => {
    await store(delivery('old', { receivedAt: '2025-12-26T23:59:59Z' }))
    await store(delivery('young', { receivedAt: '2025-12-27T00:00:01Z' }))
    expect(await pruneStore(database.kysely, now())).toMatchObject({ deliveries: 1, apiCalls: 0 })
    expect([...(await recoveryPorts(database).findStored(['old', 'young']))]).toEqual(['young'])
  })

  test('recovery goes on where the last pass began', async () => {
    const recovery = recoveryPorts(database)
    expect(await recovery.lastPass()).toBeNull()
    await recovery.recordPass(new Date(1_000))
    await recovery.recordPass(now())
    expect(await recovery.lastPass()).toEqual(now())
  })

  test('lead to the open changes they touch: by head, by repository', async () => {
    const assessments = books(database)
    const seen = [
      { subject: aSubject({ number: 1 }), facts: someFacts(), findings: [waitsForReview] },
      { subject: aSubject({ number: 2 }), facts: someFacts({ headSha: 'f' }), findings: [hasReview] },
      { subject: aSubject({ number: 3 }), facts: someFacts({ state: 'closed' }), findings: [] },
      { subject: aSubject({ number: 4, repositoryId: 11 }), facts: someFacts(), findings: [] },
      { subject: aSubject({ number: 5, repositoryId: 12, installationId: 2 }), facts: someFacts(), findings: [] },
    ]
    for (const one of seen) {
      await assessments.beginAssessment(one.subject)
      await assessments.recordAssessment(
        recordable({ assessment: anAssessment(one), findingsDigest: 'f', entry: null }),
      )
    }
    await assessments.beginAssessment(aSubject({ number: 6 }))
    const head = 'a'.repeat(40)
    const found = await ports().inTransaction(async (within) => ({
      head: await within.findChangesByHead(10, head),
      repository: await within.findOpenChanges({ repositoryId: 10 }),
    }))
    // #6 has begun and was never recorded: what its head is nobody knows.
    expect(found.head).toEqual([aSubject({ number: 1 }), aSubject({ number: 6 })])
    expect(found.repository.map((subject) => subject.number)).toEqual([1, 2, 6])
    const recorded = await reconcilePorts(database, queue).findRecordedOpenChanges(1)
    expect([...recorded].sort((a, b) => a.subject.number - b.subject.number)).toMatchObject([
      { subject: aSubject({ number: 1 }), headSha: head, lookedAt: '2026-01-02T00:00:00.000Z', standing: 'waiting' },
      { subject: { number: 2 }, headSha: 'f', standing: 'met' },
      { subject: { number: 4 }, standing: 'undetermined' },
      { subject: { number: 6 }, headSha: '', lookedAt: '1970-01-01T00:00:00.000Z', standing: null },
    ])
  })

  test('that name a commit lead to the changes it was pushed to, also before a look has seen it there', async () => {
    const pushedSha = 'd'.repeat(40)
    const assessments = books(database)
    for (const [number, state] of [
      [21, 'open'],
      [22, 'closed'],
    ] as const) {
      const subject = aSubject({ number, repositoryId: 20 })
      await assessments.beginAssessment(subject)
      const assessment = anAssessment({ subject, facts: someFacts({ number, state }) })
      await assessments.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
      const push = { before: 'a'.repeat(40), after: pushedSha, by: { id: 1, login: 'a', kind: 'user' } } as const
      await ports().inTransaction((within) => within.storePush(subject, push))
    }
    const find = (sha: string) => ports().inTransaction((within) => within.findChangesByHead(20, sha))
    expect(await find(pushedSha)).toEqual([aSubject({ number: 21, repositoryId: 20 })])
    expect(await find('e'.repeat(40))).toEqual([])
  })

  test('of a push lead to the changes of that base branch: all, or those compared with its tip', async () => {
    const assessments = books(database)
    const seen = [
      { number: 31, facts: someFacts() },
      { number: 32, facts: comparedFacts() },
      { number: 33, facts: comparedFacts({ baseBranch: 'release/2' }) },
      { number: 34, facts: comparedFacts({ state: 'closed' }) },
      { number: 35, facts: { ...someFacts(), change: unknown('GitHub did not tell') } },
    ]
    for (const { number, facts } of seen) {
      const subject = aSubject({ number, repositoryId: 30 })
      await assessments.beginAssessment(subject)
      const assessment = anAssessment({ subject, facts })
      await assessments.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
    }
    const find = async (branch: string, which: 'all' | 'resting-on-base') => {
      const found = await ports().inTransaction((within) => within.findOpenChanges({ repositoryId: 30, branch, which }))
      return found.map((subject) => subject.number)
    }
    expect(await find('main', 'all')).toEqual([31, 32, 35])
    expect(await find('main', 'resting-on-base')).toEqual([32, 35])
    expect(await find('release/2', 'resting-on-base')).toEqual([33, 35])
    // While a look is under way nobody knows what its answer will rest on.
    await assessments.beginAssessment(aSubject({ number: 31, repositoryId: 30 }))
    expect(await find('main', 'resting-on-base')).toEqual([31, 32, 35])
  })

  test('an installation is reconciled when it is new, when it changed, and every so often, by one worker', async () => {
    const other = await current().open()
    const at = (time: string) => new Date(`2026-02-01T${time}:00Z`)
    const everyMs = 3_600_000
    const claim = (time: string) => claimDueReconciles(database.kysely, at(time), everyMs)
    await storeInstallation(database.kysely, { id: 1, account: 'Acme', standing: 'active' }, at('00:00'))
    await storeInstallation(database.kysely, { id: 2, account: 'Other', standing: 'suspended' }, at('00:00'))
    const claims = await Promise.all(
      [database, other, database, other].map((one) => claimDueReconciles(one.kysely, at('00:00'), everyMs)),
    )
    expect(claims.flat()).toEqual([1])
    expect(await claim('00:59')).toEqual([])
    expect(await claim('01:00')).toEqual([1])
    await storeInstallation(database.kysely, { id: 2, account: 'Other', standing: 'active' }, at('01:00'))
    expect(await claim('01:01')).toEqual([2])
    await giveReconcileBack(database.kysely, 1, new Date(0))
    expect(await claim('01:02')).toEqual([1])
    await storeInstallation(database.kysely, { id: 1, account: 'acme-renamed', standing: 'removed' }, at('01:03'))
    expect(await claim('09:00')).toEqual([2])
    expect(await listInstallations(database.kysely)).toEqual([
      { id: 1, account: 'acme-renamed', standing: 'removed', reconciledAt: null },
      { id: 2, account: 'Other', standing: 'active', reconciledAt: '2026-02-01T09:00:00.000Z' },
    ])
    expect(await isInstalledOn(database.kysely, 'OTHER')).toBe(true)
    expect(await isInstalledOn(database.kysely, 'acme-renamed')).toBe(false)
  })
})

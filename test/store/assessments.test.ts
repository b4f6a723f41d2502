import { beforeAll, expect, test } from '@jest/globals'
import { digestOf } from '#facts/digest.ts'
import type { Database } from '#store/database.ts'
import { readLedger } from '#store/ledger.ts'
import { deliveryPorts } from '#store/ports.ts'
import { describeOnBothDatabases } from './databases.ts'
import {
  anAssessment,
  anEntry,
  aSubject,
  hasNoTicket,
  hasReview,
  someFacts,
  waitsForReview,
  recordable,
  books,
} from './samples.ts'
import type { Act, Assessment } from '#engine/assessment.ts'
import { SupersededAssessment } from '#facts/superseded-assessment.ts'

describeOnBothDatabases('assessments', (current) => {
  let database: Database
  let ports: ReturnType<typeof books>
  beforeAll(async () => {
    database = await current().open()
    ports = books(database)
  })
  const record = (assessment: Assessment, findingsDigest = 'f1') => {
    const entry = anEntry({ payloadDigest: digestOf(assessment), subject: `change/10/${assessment.subject.number}` })
    return ports.recordAssessment(recordable({ assessment, findingsDigest, entry }))
  }
  const rowOf = (number: number) =>
    database.kysely.selectFrom('changes').selectAll().where('number', '=', number).executeTakeFirstOrThrow()

  test('are numbered within their subject, and begin with what was recorded last', async () => {
    const subject = aSubject({ number: 1 })
    expect(await ports.beginAssessment(subject)).toEqual({
      number: 1,
      findingsDigest: null,
      state: null,
      standing: null,
      acts: [],
      commands: [],
      restsOnOutage: false,
    })
    await record(anAssessment({ subject, number: 1 }), 'f1')
    expect(await ports.beginAssessment(subject)).toEqual({
      number: 2,
      findingsDigest: 'f1',
      state: 'open',
      standing: 'waiting',
      acts: [],
      commands: [],
      restsOnOutage: false,
    })
    expect(await ports.beginAssessment(aSubject({ number: 2 }))).toMatchObject({ number: 1 })
  })

  test('begun at once on two connections get different numbers', async () => {
    const other = books(await current().open())
    const begun = Array.from({ length: 30 }, (_, at) =>
      (at % 2 === 0 ? ports : other).beginAssessment(aSubject({ number: 3 })),
    )
    const numbers = (await Promise.all(begun)).map((one) => one.number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
  })

  test('write the change, its findings, the blob and the entry', async () => {
    const subject = aSubject({ number: 4, owner: 'Acme', repository: 'renamed', installationId: 2 })
    await ports.beginAssessment(aSubject({ number: 4 }))
    const merge = { at: '2026-01-03T00:00:00Z', by: null, commitSha: null }
    const facts = someFacts({ number: 4, state: 'merged', merge, title: `nul \0 '); --` })
    await record(anAssessment({ subject, facts, findings: [hasReview, hasNoTicket] }))
    expect(await rowOf(4)).toMatchObject({
      installation_id: 2,
      owner: 'Acme',
      repository: 'renamed',
      state: 'merged',
      title: `nul \ufffd '); --`,
      opened_at: '2026-01-01T00:00:00.000Z',
      merged_at: '2026-01-03T00:00:00.000Z',
      conclusion: 'unmet',
      policy_digest: 'p1',
    })
    expect(JSON.parse((await rowOf(4)).facts ?? '')).toEqual(facts)
    const position = await ports.ledgerPosition(subject)
    const [line] = await readLedger(database.kysely, (position ?? 0) - 1, 1)
    expect(JSON.parse(line?.entry ?? '')).toMatchObject({ sequence: position, subject: 'change/10/4' })
  })

  test('whose findings are not new leave no entry', async () => {
    const before = await readLedger(database.kysely, 0, 1_000)
    const subject = aSubject({ number: 5 })
    await ports.beginAssessment(subject)
    await ports.recordAssessment(
      recordable({ assessment: anAssessment({ subject }), findingsDigest: 'f', entry: null }),
    )
    expect(await readLedger(database.kysely, 0, 1_000)).toEqual(before)
    expect((await rowOf(5)).looked_at).toBe('2026-01-02T00:00:00.000Z')
  })

  test('that are superseded write nothing, whatever they try', async () => {
    const subject = aSubject({ number: 6 })
    const presumedDead = await ports.beginAssessment(subject)
    await ports.beginAssessment(subject)
    const before = { row: await rowOf(6), ledger: await readLedger(database.kysely, 0, 1_000) }
    const late = anAssessment({ subject, number: presumedDead.number, findings: [hasNoTicket] })
    const act: Act = {
      subject,
      assessment: 1,
      key: 'check/a/b',
      digest: 'd',
      state: 'done',
      at: '2026-01-02T00:00:00.000Z',
      externalId: 7,
    }
    await expect(record(late)).rejects.toThrow(SupersededAssessment)
    await expect(ports.intendAct({ ...act, state: 'intended' })).rejects.toThrow('a later one has begun')
    await expect(ports.recordAct(act, { a: 1 }, anEntry({ payloadDigest: digestOf({ a: 1 }) }))).rejects.toThrow(
      SupersededAssessment,
    )
    expect({ row: await rowOf(6), ledger: await readLedger(database.kysely, 0, 1_000) }).toEqual(before)
    expect((await ports.beginAssessment(subject)).acts).toEqual([])
  })

  test('come with the acts of their subject, each once by its key', async () => {
    const subject = aSubject({ number: 7 })
    await ports.beginAssessment(subject)
    const act: Act = {
      subject,
      assessment: 1,
      key: 'comment/audit',
      digest: 'd1',
      state: 'intended',
      at: '2026-01-02T00:00:00.000Z',
      externalId: null,
    }
    await ports.intendAct(act)
    expect((await ports.beginAssessment(subject)).acts).toEqual([act])
    // GitHub's ids are larger than 32 bits.
    const done: Act = { ...act, assessment: 2, state: 'done', externalId: 9_007_199_254_740_991 }
    const payload = { do: 'post-comment', body: 'hello' }
    const entry = anEntry({ kind: 'comment.posted', subject: 'change/10/7', payloadDigest: digestOf(payload) })
    await ports.recordAct(done, payload, entry)
    expect((await ports.beginAssessment(subject)).acts).toEqual([done])
  })

  test('of changes with the same head show each other their findings, the closed ones left out', async () => {
    const headSha = 'b'.repeat(40)
    for (const [number, state] of [
      [11, 'open'],
      [12, 'open'],
      [13, 'closed'],
    ] as const) {
      const subject = aSubject({ number })
      await ports.beginAssessment(subject)
      const facts = someFacts({ number, state, headSha })
      await record(anAssessment({ subject, facts, findings: number === 12 ? [hasNoTicket, waitsForReview] : [] }))
    }
    expect(await ports.findSharingHead(aSubject({ number: 11 }), headSha)).toEqual([
      { number: 12, findings: [waitsForReview, hasNoTicket] },
    ])
    expect(await ports.findSharingHead(aSubject({ number: 12 }), headSha)).toEqual([{ number: 11, findings: [] }])
    expect(await ports.findSharingHead(aSubject({ number: 11, repositoryId: 11 }), headSha)).toEqual([])
  })

  test('of changes that are gone close them in our books', async () => {
    const subject = aSubject({ number: 14 })
    await ports.beginAssessment(subject)
    await ports.recordGone(subject)
    expect((await rowOf(14)).state).toBe('gone')
  })

  test('come with the commands of their subject, oldest first, until each is answered', async () => {
    const subject = aSubject({ number: 17 })
    const asked = (commentId: number, at: string) => ({ commentId, command: 'recheck', by: 'ada', at }) as const
    const [first, second] = [
      asked(9_007_199_254_740_991, '2026-01-02T00:00:00.000Z'),
      asked(5, '2026-01-03T00:00:00.000Z'),
    ]
    const { inTransaction } = deliveryPorts(database, { offer: () => Promise.resolve() }, () => new Date(0))
    await inTransaction(async (within) => {
      for (const command of [second, first, second]) await within.storeCommand(subject, command)
      await within.storeCommand(aSubject({ number: 18 }), asked(6, first.at))
    })
    expect((await ports.beginAssessment(subject)).commands).toEqual([first, second])
    const answered: Act = {
      subject,
      assessment: 1,
      key: `reaction/${String(first.commentId)}`,
      digest: 'd1',
      state: 'done',
      at: '2026-01-02T00:00:00.000Z',
      externalId: 1,
    }
    await ports.recordAnswer(answered, first, anEntry({ kind: 'command.answered', payloadDigest: digestOf(first) }))
    expect(await ports.beginAssessment(subject)).toMatchObject({ acts: [answered], commands: [second] })
    await expect(ports.recordAnswer(answered, second, anEntry({ payloadDigest: digestOf(second) }))).rejects.toThrow(
      SupersededAssessment,
    )
    expect((await ports.beginAssessment(subject)).commands).toEqual([second])
    expect((await ports.beginAssessment(aSubject({ number: 18 }))).commands).toHaveLength(1)
  })

  test('that fail make the answer recorded before stale, since the first that failed, until one is recorded', async () => {
    const subject = aSubject({ number: 19 })
    const stale = async () => {
      const { stale_since, stale_why } = await rowOf(19)
      return { stale_since, stale_why }
    }
    const fresh = { stale_since: null, stale_why: null }
    await ports.beginAssessment(subject)
    await ports.recordStale(subject, 'GitHub answers 502', new Date('2026-01-05T00:00:00Z'))
    expect(await stale()).toEqual(fresh)
    await record(anAssessment({ subject }))
    await ports.recordStale(subject, 'GitHub answers 502', new Date('2026-01-06T00:00:00Z'))
    await ports.recordStale(subject, 'GitHub answers 503', new Date('2026-01-07T00:00:00Z'))
    expect(await stale()).toEqual({ stale_since: '2026-01-06T00:00:00.000Z', stale_why: 'GitHub answers 503' })
    await ports.beginAssessment(subject)
    await record(anAssessment({ subject, number: 2 }))
    expect(await stale()).toEqual(fresh)
  })

  test('remember who pushed, each push once', async () => {
    const subject = aSubject({ number: 15 })
    const by = { id: 5, login: 'ada', kind: 'user' } as const
    const opened = { before: null, after: 'a1', by }
    const pushed = { before: 'a1', after: 'a2', by: { id: 6, login: 'dependabot[bot]', kind: 'bot' } as const }
    await ports.storePushes(subject, [opened, pushed])
    await ports.storePushes(subject, [pushed, opened])
    expect(await ports.findPushes(subject)).toEqual([opened, pushed])
    expect(await ports.findPushes(aSubject({ number: 16 }))).toEqual([])
  })
})

import { beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { digestOf } from '#facts/digest.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { leafHash } from '#ledger/merkle.ts'
import type { Database } from '#store/database.ts'
import { appendEntry, findLedgerPosition, readLedger } from '#store/ledger.ts'
import { describeOnBothDatabases } from './databases.ts'

const entry = (change: Partial<NewEntry> = {}): NewEntry => ({
  kind: 'change.assessed',
  occurredAt: '2026-01-02T03:04:05Z',
  receivedAt: '2026-01-02T03:04:06.000Z',
  actor: 'countersign',
  reason: 'because',
  organization: 'acme',
  subject: 'change/1/1',
  policyDigest: null,
  payloadDigest: null,
  ...change,
})

describeOnBothDatabases('the ledger', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
  })
  const append = (one: NewEntry, payload?: unknown) =>
    database.inTransaction((within) => appendEntry(within, one, payload))
  const all = () => readLedger(database.kysely, 0, 10_000)

  test('numbers entries from 1 and keeps each as canonical JSON beside its leaf hash', async () => {
    const payload = { a: 'x', b: [1, 2] }
    const first = await append(entry())
    const second = await append(entry({ payloadDigest: digestOf(payload) }), payload)
    expect([first.sequence, second.sequence]).toEqual([1, 2])
    const lines = await all()
    expect(lines.map((line) => JSON.parse(line.entry) as unknown)).toEqual([first, second])
    expect(lines[0]?.entry.startsWith('{"actor":"countersign","kind":"change.assessed"')).toBe(true)
    for (const line of lines) expect(line.leafHash).toBe(leafHash(Buffer.from(line.entry)).toString('hex'))
    const blob = await database.kysely.selectFrom('blobs').selectAll().executeTakeFirst()
    expect(blob).toEqual({ digest: digestOf(payload), content: '{"a":"x","b":[1,2]}' })
  })

  test('keeps equal payloads once', async () => {
    const payload = { same: true }
    await append(entry({ payloadDigest: digestOf(payload) }), payload)
    await append(entry({ payloadDigest: digestOf(payload) }), payload)
    const blobs = await database.kysely
      .selectFrom('blobs')
      .where('digest', '=', digestOf(payload))
      .selectAll()
      .execute()
    expect(blobs).toHaveLength(1)
  })

  test('refuses a payload that is not the one its entry names', async () => {
    const before = await all()
    await expect(append(entry({ payloadDigest: digestOf({ a: 1 }) }), { a: 2 })).rejects.toThrow('names its payload')
    await expect(append(entry({ payloadDigest: digestOf({ a: 1 }) }))).rejects.toThrow('names its payload')
    expect(await all()).toEqual(before)
  })

  test('takes text from outside that a database refuses', async () => {
    const hostile = `null \0, half \ud800, right to left \u202e, '); drop table ledger; --`
    const placed = await append(entry({ reason: hostile }))
    const line = (await readLedger(database.kysely, placed.sequence - 1, 1))[0]
    expect(JSON.parse(line?.entry ?? '')).toEqual(placed)
    expect(placed.reason).toBe(hostile.replace('\0', '\ufffd'))
  })

  test('has no gaps after rollbacks, from several connections at once', async () => {
    const other = await current().open()
    const before = (await all()).length
    const attempts = Array.from({ length: 60 }, (_, at) =>
      (at % 2 === 0 ? database : other)
        .inTransaction(async (within) => {
          await appendEntry(within, entry({ reason: `attempt ${at}` }))
          if (at % 3 === 0) throw new Error('changed its mind')
        })
        .catch((error: unknown) => error),
    )
    const errors = (await Promise.all(attempts)).filter((error) => error !== undefined)
    expect(errors).toHaveLength(20)
    expect(errors.every((error) => error instanceof Error && error.message === 'changed its mind')).toBe(true)
    const sequences = (await all()).map((line) => line.sequence)
    expect(sequences).toEqual(Array.from({ length: before + 40 }, (_, at) => at + 1))
  })

  test('tells the position of the latest assessment of a subject', async () => {
    await append(entry({ subject: 'change/7/7' }))
    const latest = await append(entry({ subject: 'change/7/7' }))
    await append(entry({ subject: 'change/7/7', kind: 'check.written' }))
    expect(await findLedgerPosition(database.kysely, 'change/7/7')).toBe(latest.sequence)
    expect(await findLedgerPosition(database.kysely, 'change/7/8')).toBeNull()
  })

  describe('only grows', () => {
    const leaf = { kind: 'x', occurred_at: '', received_at: '', actor: '', reason: '', organization: '', subject: '' }
    const row = { ...leaf, policy_digest: null, payload_digest: null, entry: '{}', leaf_hash: '' }
    test.each<[sentence: string, attempt: (on: Database['kysely']) => Promise<unknown>]>([
      ['an entry cannot be changed', (on) => on.updateTable('ledger').set({ reason: 'other' }).execute()],
      ['an entry cannot be removed', (on) => on.deleteFrom('ledger').where('sequence', '=', 1).execute()],
      [
        'an entry cannot take a place that is taken',
        (on) =>
          on
            .insertInto('ledger')
            .values({ ...row, sequence: 1 })
            .execute(),
      ],
      [
        'an entry cannot leave places out',
        (on) =>
          on
            .insertInto('ledger')
            .values({ ...row, sequence: 9_999 })
            .execute(),
      ],
      ['a blob cannot be changed', (on) => on.updateTable('blobs').set({ content: 'other' }).execute()],
      ['a blob cannot be removed', (on) => on.deleteFrom('blobs').execute()],
      ['the head cannot go back', (on) => on.updateTable('ledger_head').set({ sequence: 0 }).execute()],
      ['the head cannot leap', (on) => on.updateTable('ledger_head').set({ sequence: 10_000 }).execute()],
      ['the head cannot be removed', (on) => on.deleteFrom('ledger_head').execute()],
      ['there is one head', (on) => on.insertInto('ledger_head').values({ id: 1, sequence: 5 }).execute()],
    ])('%s', async (_sentence, attempt) => {
      const before = await all()
      await expect(attempt(database.kysely)).rejects.toThrow(/append-only|next place/)
      expect(await all()).toEqual(before)
    })

    test('nothing is replaced or emptied by the ways around these', async () => {
      const before = await all()
      const ways =
        database.dialect === 'sqlite'
          ? [
              sql`insert or replace into ledger select * from ledger where sequence = 1`,
              sql`replace into blobs (digest, content) select digest, 'other' from blobs`,
              sql`insert or replace into ledger_head (id, sequence) values (1, 0)`,
              sql`update or replace ledger set sequence = 2 where sequence = 1`,
            ]
          : [sql`truncate ledger`, sql`truncate blobs cascade`, sql`truncate ledger_head`]
      for (const way of ways) await expect(way.execute(database.kysely)).rejects.toThrow(/append-only|next place/)
      expect(await all()).toEqual(before)
    })
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sql, type Transaction } from 'kysely'
import type { Database } from '#store/database.ts'
import type { Tables } from '#store/tables.ts'
import { onEmbedded } from './databases.ts'

type Work = (within: Transaction<Tables>) => Promise<string>

describe('transactions that come in together', () => {
  const current = onEmbedded()
  let database: Database
  /** Another connection to the same file: it sees what is committed, and nothing else. */
  let outside: Sqlite.Database

  beforeAll(async () => {
    database = await current().open()
    outside = new Sqlite(join(current().dataDir, 'countersign.db'), { readonly: true })
  })
  afterAll(() => {
    outside.close()
  })
  beforeEach(async () => {
    await database.kysely.deleteFrom('passes').execute()
  })

  const committed = (): readonly unknown[] =>
    outside.prepare<[], string>('select name from passes order by cast(name as integer)').pluck().all()
  const inside = async (within: Transaction<Tables>): Promise<readonly string[]> =>
    (await within.selectFrom('passes').select('name').execute()).map(({ name }) => name)

  const write =
    (name: string, then: 'returns' | 'throws' = 'returns'): Work =>
    async (within) => {
      await within.insertInto('passes').values({ name, at: '' }).execute()
      if (then === 'throws') throw new Error(`${name} fails`)
      return name
    }

  /** More than one group's worth. */
  const many = Array.from({ length: 250 }, (_, at) => String(at + 1))
  const fails = (name: string): boolean => Number(name) % 10 === 0

  test('fail alone: each that throws is rolled back and heard of, and takes no other along', async () => {
    const results = await Promise.allSettled(
      many.map((name) => database.inTransaction(write(name, fails(name) ? 'throws' : 'returns'))),
    )
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual(
      many.map((name) => (fails(name) ? `Error: ${name} fails` : name)),
    )
    expect(committed()).toEqual(many.filter((name) => !fails(name)))
  })

  test('fail alone also when the database itself refuses a statement', async () => {
    const results = await Promise.allSettled(['1', '1', '2'].map((name) => database.inTransaction(write(name))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(committed()).toEqual(['1', '2'])
  })

  test('are heard of only once they are on disk', async () => {
    const unseen: string[] = []
    const watch = async (name: string): Promise<void> => {
      await database.inTransaction(write(name))
      if (!committed().includes(name)) unseen.push(name)
    }
    await Promise.all(many.map(watch))
    expect(unseen).toEqual([])
    expect(committed()).toHaveLength(many.length)
  })

  test('share their commits: none is seen from outside before the last of its group has run', async () => {
    const seen: number[] = []
    const watching =
      (name: string): Work =>
      async (within) => {
        seen.push(committed().length)
        return write(name)(within)
      }
    await Promise.all(many.map((name) => database.inTransaction(watching(name))))
    expect(new Set(seen).size).toBeLessThan(many.length / 10)
  })

  test('run one after another, in the order they came in, each seeing what those before it did', async () => {
    const events: string[] = []
    const noting =
      (name: string): Work =>
      async (within) => {
        events.push(`${name} begins after ${String((await inside(within)).length)}`)
        return write(name)(within)
      }
    const ended: string[] = []
    await Promise.all(many.map(async (name) => void ended.push(await database.inTransaction(noting(name)))))
    expect(events).toEqual(many.map((name, at) => `${name} begins after ${String(at)}`))
    expect(ended).toEqual(many)
  })

  test('see nothing of one that failed before them', async () => {
    const [failing, next] = [database.inTransaction(write('1', 'throws')), database.inTransaction(inside)]
    await expect(failing).rejects.toThrow('1 fails')
    expect(await next).toEqual([])
  })

  test('may come in while others run', async () => {
    const results: Promise<string>[] = []
    const first = database.inTransaction(async (within) => {
      results.push(database.inTransaction(write('2')), database.inTransaction(write('3')))
      return write('1')(within)
    })
    expect(await first).toBe('1')
    expect(await Promise.all(results)).toEqual(['2', '3'])
    expect(committed()).toEqual(['1', '2', '3'])
  })

  test('all fail when their commit fails, and leave nothing; the next ones succeed', async () => {
    const results = await Promise.allSettled([
      database.inTransaction(write('1')),
      database.inTransaction(spoilCommit),
      database.inTransaction(write('2', 'throws')),
      database.inTransaction(write('3')),
    ])
    expect(results.map((result) => (result.status === 'rejected' ? String(result.reason) : result.value))).toEqual(
      Array.from({ length: 4 }, () => expect.stringContaining('FOREIGN KEY constraint failed')),
    )
    expect(committed()).toEqual([])
    expect(await database.inTransaction(write('4'))).toBe('4')
    expect(committed()).toEqual(['4'])
  })

  test('all hear that the disk is full, whichever of them filled it; once there is room the next ones succeed', async () => {
    await limitPages(database, 1)
    const large = 'x'.repeat(100_000)
    const results = await Promise.allSettled(['1', large, '2'].map((name) => database.inTransaction(write(name))))
    await limitPages(database, 1_000_000)
    expect(results).toEqual(
      results.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'SQLITE_FULL' }) })),
    )
    expect(committed()).toEqual([])
    expect(await database.inTransaction(write('3'))).toBe('3')
    expect(committed()).toEqual(['3'])
  })

  test('keep no reader beside them from what was there before, and their own reader waits for the whole group', async () => {
    await database.inTransaction(write('1'))
    const beside = await current().open()
    const gate = Promise.withResolvers<undefined>()
    const events: string[] = []
    const read = async (from: Database): Promise<readonly string[]> =>
      (await from.kysely.selectFrom('passes').select('name').execute()).map(({ name }) => name)
    const writing = database.inTransaction(async (within) => {
      await write('2')(within)
      events.push('written')
      await gate.promise
    })
    const together = database.inTransaction(write('3'))
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const own = read(database).then((names) => {
      events.push('read')
      return names
    })
    expect(await read(beside)).toEqual(['1'])
    expect(events).toEqual(['written'])
    gate.resolve(undefined)
    await Promise.all([writing, together])
    expect(await own).toEqual(['1', '2', '3'])
    expect(await read(beside)).toEqual(['1', '2', '3'])
  })
})

/** As a full disk would: the file cannot grow beyond what it has, at least. */
async function limitPages(database: Database, pages: number): Promise<void> {
  await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(database.kysely)
}

/** Leaves a finding without its change, and has that looked at no sooner than at the commit. */
async function spoilCommit(within: Transaction<Tables>): Promise<void> {
  await sql`pragma defer_foreign_keys = on`.execute(within)
  await within
    .insertInto('findings')
    .values({
      repository_id: 1,
      number: 1,
      control: 'ticket-link',
      mode: 'enforce',
      outcome: 'met',
      since: '',
      finding: '{}',
    })
    .execute()
}

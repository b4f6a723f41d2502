import { describe, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '#store/database.ts'
import { migrations } from '#store/migrations/migrations.ts'
import { dumpSchema } from '#store/schema-dump.ts'
import { isStoreAway } from '#store/store-away.ts'
import { describeOnBothDatabases, onEmbedded } from './databases.ts'

describeOnBothDatabases('a database', (current) => {
  test('is migrated once, however many do so at once', async () => {
    const databases = [await current().open(), await current().open(), await current().open()]
    const applied = await Promise.all(databases.map((database) => database.migrate()))
    expect(applied.flat()).toEqual([])
    const versions = await databases[0]?.kysely.selectFrom('schema_versions').select(['number', 'name']).execute()
    expect(versions).toEqual(migrations.map(({ number, name }) => ({ number, name })))
  })

  test('gives counts and large numbers as numbers', async () => {
    const database = await current().open()
    const { rows } = await sql`select count(*) as counted, cast(9007199254740991 as bigint) as large`.execute(
      database.kysely,
    )
    expect(rows).toEqual([{ counted: 1, large: 9_007_199_254_740_991 }])
  })

  test('of a newer version is refused, with what to do', async () => {
    const database = await current().open()
    const newer = { number: 9_999, name: 'from-the-future', applied_at: '' }
    await database.kysely.insertInto('schema_versions').values(newer).execute()
    await expect(database.migrate()).rejects.toThrow('migrated by a newer Countersign')
    await database.kysely.deleteFrom('schema_versions').where('number', '=', 9_999).execute()
    expect(await database.migrate()).toEqual([])
  })

  test('runs transactions whole, or not at all', async () => {
    const [database, other] = [await current().open(), await current().open()]
    const count = (on: typeof database) =>
      on.inTransaction(async (within) => {
        const at = sql<string>`cast(cast(passes.at as integer) + 1 as text)`
        await within
          .insertInto('passes')
          .values({ name: 'count', at: '1' })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ at }))
          .execute()
      })
    await Promise.all(Array.from({ length: 40 }, (_, at) => count(at % 2 === 0 ? database : other)))
    await expect(
      other.inTransaction(async (within) => {
        await within.insertInto('passes').values({ name: 'rolled back', at: '' }).execute()
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await database.kysely.selectFrom('passes').selectAll().execute()).toEqual([{ name: 'count', at: '40' }])
  })
})

test('migrations are numbered from 1 without gaps', () => {
  expect(migrations.map((one) => one.number)).toEqual(migrations.map((_, at) => at + 1))
})

describe('the embedded home', () => {
  const current = onEmbedded()

  test('makes its directory, is durable at every commit, and checks references', async () => {
    const dataDir = join(current().dataDir, 'deep', 'er')
    const database = await openDatabase({ dataDir })
    await database.migrate()
    const pragma = async (name: string): Promise<unknown[]> => {
      const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(database.kysely)
      return Object.values(rows[0] ?? {})
    }
    expect(await pragma('journal_mode')).toEqual(['wal'])
    expect(await pragma('synchronous')).toEqual([2])
    expect(await pragma('foreign_keys')).toEqual([1])
    await database.close()
  })

  test('says what to do when its directory cannot be used', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-test-'))
    await writeFile(join(directory, 'file'), '')
    const opening = openDatabase({ dataDir: join(directory, 'file', 'data') })
    await expect(opening).rejects.toThrow(/cannot keep its data in .*Set DATA_DIR to a directory/)
    await rm(directory, { recursive: true })
  })

  test('is described by a dump of its schema that is the same every time', async () => {
    const dump = await dumpSchema()
    expect(dump).toBe(await dumpSchema())
    for (const part of ['CREATE TABLE ledger (', 'CREATE TRIGGER ledger_not_updated', 'CREATE INDEX changes_head']) {
      expect(dump).toContain(part)
    }
  })
})

describe('an error means that the store is away', () => {
  const coded = (code: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { code })
  test.each<[sentence: string, error: unknown, away: boolean]>([
    ['when nobody listens', coded('ECONNREFUSED'), true],
    ['when the server is shutting down', coded('57P01'), true],
    ['when there are too many connections', coded('53300'), true],
    ['when the connection broke', coded('08006'), true],
    ['when the disk is full', coded('SQLITE_FULL'), true],
    ['when another process holds the file', coded('SQLITE_BUSY_SNAPSHOT'), true],
    ['when the disk cannot be read', coded('SQLITE_IOERR_READ'), true],
    ['when the driver says so without a code', new Error('Connection terminated unexpectedly'), true],
    ['when the server is silent', new Error('Query read timeout'), true],
    ['when no connection becomes free', new Error('timeout exceeded when trying to connect'), true],
    ['when connecting takes too long', new Error('Connection terminated due to connection timeout'), true],
    ['when the connection is closed already', new Error('Client was closed and is not queryable'), true],
    ['when the file may not be written', coded('SQLITE_READONLY_DBMOVED'), true],
    ['when the file cannot be opened', coded('SQLITE_CANTOPEN'), true],
    ['when that is its cause', new Error('y', { cause: coded('ETIMEDOUT') }), true],
    ['not when a statement is wrong', coded('42601'), false],
    ['not when a row is there already', coded('SQLITE_CONSTRAINT_UNIQUE'), false],
    ['not when it is no error', 'ECONNREFUSED', false],
    ['not when it is its own cause', ((error) => Object.assign(error, { cause: error }))(new Error('z')), false],
  ])('%s', (_sentence, error, away) => {
    expect(isStoreAway(error)).toBe(away)
  })

  test('as it comes from a server that is not there', async () => {
    const database = await openDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataDir: tmpdir() })
    const error = await database.migrate().catch((refused: unknown) => refused)
    expect(isStoreAway(error)).toBe(true)
    await database.close()
  })
})

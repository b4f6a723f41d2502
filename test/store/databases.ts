import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { digestOf } from '#facts/digest.ts'
import { type Database, openDatabase } from '#store/database.ts'
import { migrations } from '#store/migrations/migrations.ts'

/** A migrated, empty database of its own for a test file, and as many openings of it as a test wants. */
export interface TestDatabase {
  readonly dialect: 'sqlite' | 'postgres'
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** Opens it once more, as another process would; closed when the file's tests are done. */
  open(): Promise<Database>
}

/** Runs the same tests on SQLite and on PostgreSQL. `current` gives the file's database inside hooks and tests. */
export function describeOnBothDatabases(name: string, tests: (current: () => TestDatabase) => void): void {
  describe(`${name}, embedded`, () => {
    tests(onEmbedded())
  })
  describeOnServer(`${name}, on PostgreSQL`, tests)
}

/** Where no PostgreSQL answers, says so and leaves the tests out; in CI they fail. */
export function describeOnServer(name: string, tests: (current: () => TestDatabase) => void): void {
  describe(name, () => {
    if (server === null && process.env['CI'] !== 'true') test.skip('no PostgreSQL answers', () => undefined)
    else tests(provide(createOnServer))
  })
}

/** For the few tests that are about one home. */
export const onEmbedded = (): (() => TestDatabase) => provide(createEmbedded)

/** A database without any table. On PostgreSQL this empties the file's own, so that it is for its last test. */
export async function openEmpty({ dialect, databaseUrl, dataDir }: TestDatabase): Promise<Database> {
  if (dialect === 'sqlite') return openDatabase({ dataDir: join(dataDir, 'empty') })
  const database = await openDatabase({ databaseUrl, dataDir })
  await sql`drop schema public cascade`.execute(database.kysely)
  await sql`create schema public`.execute(database.kysely)
  return database
}

interface Created {
  readonly location: { readonly databaseUrl: string | undefined; readonly dataDir: string }
  readonly remove: () => Promise<void>
}

function provide(create: () => Promise<Created>): () => TestDatabase {
  let created: Created | undefined
  const opened: Database[] = []
  beforeAll(async () => {
    created = await create()
  }, 60_000)
  afterAll(async () => {
    for (const database of opened) await database.close()
    await created?.remove()
  }, 60_000)
  return () => {
    if (created === undefined) throw new Error('The database is there in hooks and tests only.')
    const { location } = created
    return {
      ...location,
      dialect: location.databaseUrl === undefined ? 'sqlite' : 'postgres',
      open: async () => {
        const database = await openDatabase(location)
        opened.push(database)
        return database
      },
    }
  }
}

async function createEmbedded(): Promise<Created> {
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  const database = await openDatabase({ dataDir })
  await database.migrate()
  await database.close()
  return {
    location: { databaseUrl: undefined, dataDir },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  }
}

/** TEST_DATABASE_URL, else a server on this machine that trusts. */
const serverUrl = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

const server = await findServer()

async function findServer(): Promise<string | null> {
  try {
    await onServer('select 1')
    return serverUrl
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      `No PostgreSQL answers (${why}): its tests are left out. Start one on 127.0.0.1:5432 or set TEST_DATABASE_URL.\n`,
    )
    return null
  }
}

async function createOnServer(): Promise<Created> {
  const template = await findOrMakeTemplate()
  const name = `countersign_test_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name} template ${template}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    location: { databaseUrl: url.href, dataDir: tmpdir() },
    remove: () => onServer(`drop database if exists ${name} with (force)`),
  }
}

/**
 * A migrated database that others are copied from: made once for each state of the migrations, and left for the next run.
 *
 * It is made under another name: a database that somebody is connected to cannot be copied.
 */
async function findOrMakeTemplate(): Promise<string> {
  const template = `countersign_template_${digestOf(migrations.map((one) => one.statements('postgres'))).slice(0, 16)}`
  await withServer(async (client) => {
    await client.query('select pg_advisory_lock(7316420952)')
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template])
    if (rowCount !== 0) return
    await client.query(`drop database if exists ${template}_new with (force)`)
    await client.query(`create database ${template}_new`)
    const url = new URL(serverUrl)
    url.pathname = `/${template}_new`
    const database = await openDatabase({ databaseUrl: url.href, dataDir: tmpdir() })
    await database.migrate().finally(() => database.close())
    await client.query(`alter database ${template}_new rename to ${template}`)
  })
  return template
}

async function onServer(sql: string): Promise<void> {
  await withServer(async (client) => {
    await client.query(sql)
  })
}

async function withServer(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    await work(client)
  } finally {
    await client.end()
  }
}

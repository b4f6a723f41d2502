import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from 'kysely'
import { errorCode } from './store-away.ts'

/** How long a writer waits for another process (the CLI beside a running server) to finish. */
const patienceMs = 10_000
/** SQLite's own waiting stops the whole program, so it is kept short, and the rest is waited here. */
const blockingMs = 20

/** SQLite in a file of `dataDir`, durable at every commit; in memory when null. */
export function embeddedDialect(dataDir: string | null): SqliteDialect {
  const connection = dataDir === null ? open(':memory:') : openFile(dataDir)
  return new EmbeddedDialect({ database: withPreparedOnce(connection) })
}

function openFile(dataDir: string): Sqlite.Database {
  const directory = resolve(dataDir)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return open(join(directory, 'countersign.db'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `Countersign cannot keep its data in ${directory}: ${why}. Set DATA_DIR to a directory that this user may write to.`,
      { cause },
    )
  }
}

function open(file: string): Sqlite.Database {
  const connection = new Sqlite(file, { timeout: patienceMs })
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  // Without this, `insert or replace` removes rows unseen by the triggers that guard the ledger.
  connection.pragma('recursive_triggers = ON')
  connection.pragma(`busy_timeout = ${blockingMs}`)
  return connection
}

class EmbeddedDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config)
  }
}

/**
 * Takes the write lock when a transaction begins, and waits for it.
 *
 * A deferred one would take it at its first write, and fail there at once, without waiting, when another process has
 * written since its first read.
 */
class ImmediateDriver extends SqliteDriver {
  #connection: DatabaseConnection | null = null

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= patient(await super.acquireConnection())
    return this.#connection
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Runs a statement again while another process writes. Within a transaction there is no other: it has the lock. */
const patient = (connection: DatabaseConnection): DatabaseConnection => ({
  executeQuery: async (query) => {
    const givesUpAt = performance.now() + patienceMs
    for (;;) {
      try {
        return await connection.executeQuery(query)
      } catch (error) {
        if (!isBusy(error) || performance.now() > givesUpAt) throw error
        await delay(5 + Math.random() * 10)
      }
    }
  },
  streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
})

const isBusy = (error: unknown): boolean => errorCode(error)?.startsWith('SQLITE_BUSY') === true

/** Far more than the statements we have; texts that vary (lists of values) must not pile up. */
const mostPrepared = 500

/** Prepares each statement once: preparing costs as much as running. */
function withPreparedOnce(connection: Sqlite.Database): Exclude<SqliteDialectConfig['database'], () => unknown> {
  const prepared = new Map<string, Sqlite.Statement<readonly unknown[]>>()
  return {
    close: () => {
      prepared.clear()
      connection.close()
    },
    prepare: (sql: string) => {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const statement = connection.prepare<readonly unknown[]>(sql)
      if (prepared.size >= mostPrepared) prepared.clear()
      prepared.set(sql, statement)
      return statement
    },
  }
}

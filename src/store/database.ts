import { Kysely, type Dialect as KyselyDialect, type Transaction } from 'kysely'
import { embeddedDialect } from './embedded-dialect.ts'
import { type AppliedMigration, applyMigrations } from './apply-migrations.ts'
import type { Dialect } from './migrations/migration.ts'
import { groupCommits } from './group-commit.ts'
import { serverDialect } from './server-dialect.ts'
import type { Tables } from './tables.ts'

/** Where everything is kept: one interface over both homes. */
export interface Database {
  readonly dialect: Dialect
  /** For reading, and for a write that stands alone. Never inside `inTransaction`: the embedded home would wait for itself. */
  readonly kysely: Kysely<Tables>
  /**
   * All or nothing, and durable when it resolves. On the embedded home one at a time, also beside other processes; on the
   * server home as many as there are connections.
   */
  readonly inTransaction: <T>(work: (within: Transaction<Tables>) => Promise<T>) => Promise<T>
  /** Brings the tables up to this version's; safe when several processes do so at once. */
  readonly migrate: () => Promise<readonly AppliedMigration[]>
  readonly close: () => Promise<void>
}

export interface Home {
  /** PostgreSQL when given, else a file in `dataDir`. */
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
}

/**
 * Opens the store. The embedded home opens its file at once; the server home connects with the first query.
 *
 * Throws, with what to do, when the directory or file cannot be used.
 */
export async function openDatabase({ databaseUrl, dataDir }: Home): Promise<Database> {
  return databaseUrl === undefined
    ? toDatabase('sqlite', embeddedDialect(dataDir))
    : toDatabase('postgres', serverDialect(databaseUrl))
}

/** A store that lives as long as the process: for reading the schema off. */
export const openInMemory = (): Database => toDatabase('sqlite', embeddedDialect(null))

function toDatabase(dialect: Dialect, driver: KyselyDialect): Database {
  const kysely = new Kysely<Tables>({ dialect: driver })
  return {
    dialect,
    kysely,
    inTransaction: dialect === 'sqlite' ? groupCommits(kysely) : (work) => kysely.transaction().execute(work),
    migrate: () => applyMigrations(kysely, dialect),
    close: () => kysely.destroy(),
  }
}

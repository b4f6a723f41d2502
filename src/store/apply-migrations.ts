import { CompiledQuery, type Kysely, sql, type Transaction } from 'kysely'
import type { Dialect } from './migrations/migration.ts'
import { migrations } from './migrations/migrations.ts'
import type { Tables } from './tables.ts'

export interface AppliedMigration {
  readonly number: number
  readonly name: string
}

/** Runs the migrations that this database has not had, in one transaction under a lock, and returns which. */
export async function applyMigrations(kysely: Kysely<Tables>, dialect: Dialect): Promise<readonly AppliedMigration[]> {
  return kysely.transaction().execute(async (within) => {
    // The embedded home's transactions are exclusive as they are.
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(within)
    const current = await currentVersion(within)
    refuseNewer(current)
    const applied: AppliedMigration[] = []
    for (const { number, name, statements } of migrations) {
      if (number <= current) continue
      for (const statement of statements(dialect)) await within.executeQuery(CompiledQuery.raw(statement))
      const applied_at = new Date().toISOString()
      await within.insertInto('schema_versions').values({ number, name, applied_at }).execute()
      applied.push({ number, name })
    }
    return applied
  })
}

/** The names of the migrations that this database has not had; all of them when it is empty. Changes nothing. */
export async function findPendingMigrations(kysely: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await kysely.introspection.getTables()
  if (!tables.some(({ name }) => name === 'schema_versions')) return migrations.map(({ name }) => name)
  const applied = await kysely.selectFrom('schema_versions').select('number').execute()
  const numbers = new Set(applied.map(({ number }) => number))
  return migrations.filter(({ number }) => !numbers.has(number)).map(({ name }) => name)
}

/** Any number that nobody else takes an advisory lock on. */
const migrationLock = 7_316_420_951

async function currentVersion(within: Transaction<Tables>): Promise<number> {
  await sql`create table if not exists schema_versions (
    number integer primary key, name text not null, applied_at text not null
  )`.execute(within)
  const latest = await within
    .selectFrom('schema_versions')
    .select('number')
    .orderBy('number', 'desc')
    .executeTakeFirst()
  return latest?.number ?? 0
}

function refuseNewer(current: number): void {
  const newest = migrations.at(-1)?.number ?? 0
  if (current <= newest) return
  throw new Error(
    `The database was migrated by a newer Countersign (its tables are at version ${current}, this program knows ${newest}). Start that version again: migrations only go forward.`,
  )
}

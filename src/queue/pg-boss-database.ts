import { CompiledQuery, type QueryExecutorProvider } from 'kysely'
import type { Db, PgBoss } from 'pg-boss'
import { deadQueueName, workQueueName } from './pg-boss-names.ts'

/** Rows as a driver gives them: unknown until looked at. */
export interface BossDatabase extends Db {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

type Row = Readonly<Record<string, unknown>>

/** Lets pg-boss write within a transaction of the store. */
export const asBossDatabase = (within: QueryExecutorProvider): BossDatabase => ({
  executeSql: async (text, values = []) => {
    const { rows } = await within.getExecutor().executeQuery(CompiledQuery.raw(text, values))
    return { rows: rows.filter(isRow) }
  },
})

const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null

/** A transaction on pg-boss's own connections. */
export async function inBossTransaction<T>(boss: PgBoss, work: (database: BossDatabase) => Promise<T>): Promise<T> {
  const transaction = await boss.getDb().beginTransaction?.()
  if (transaction === undefined) throw new Error('pg-boss runs on a database without transactions.')
  try {
    const result = await work(transaction.db)
    await transaction.commit()
    return result
  } catch (error) {
    await transaction.rollback()
    throw error
  }
}

const workChannel = 'countersign_work'

/** Wakes the workers of every process once the transaction commits; within one transaction, once. */
export async function notifyWorkers(database: Db): Promise<void> {
  await database.executeSql(`select pg_notify('${workChannel}', '')`)
}

/** Also wakes when the connection was lost and is there again. */
export async function listenForWork(database: Db, wake: () => void): Promise<{ close(): Promise<void> } | undefined> {
  return database.listen?.(workChannel, wake, wake)
}

export async function countJobs(database: BossDatabase): Promise<{ waiting: number; active: number; dead: number }> {
  const { rows } = await database.executeSql(
    `select
       count(*) filter (where name = $1 and state < 'active')::int as waiting,
       count(*) filter (where name = $1 and state = 'active')::int as active,
       count(*) filter (where name = $2 and state < 'active')::int as dead
     from pgboss.job where name in ($1, $2)`,
    [workQueueName, deadQueueName],
  )
  const [counts] = rows
  return { waiting: Number(counts?.waiting), active: Number(counts?.active), dead: Number(counts?.dead) }
}

/** What pg-boss's commands answer, which its types leave out. */
export function settledIds(response: object): readonly string[] {
  const settled: unknown = 'settled' in response ? response.settled : undefined
  return Array.isArray(settled) ? settled.filter((id) => typeof id === 'string') : []
}

import { type Kysely, sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

type Work<T> = (within: Transaction<Tables>) => Promise<T>

interface Waiting {
  readonly run: (within: Transaction<Tables>) => Promise<void>
  /** Called once the group is on disk, or could not be brought there. */
  readonly end: (fault?: { readonly error: unknown }) => void
}

/** Longer groups would keep readers waiting for the one connection. */
const mostTogether = 100

/**
 * Lets transactions that come in together share one flush to disk.
 *
 * They run one after another inside one SQL transaction, each behind a savepoint of its own, so that one that fails
 * takes none of the others along. Nobody hears of success before the whole group is on disk.
 */
export function groupCommits(kysely: Kysely<Tables>): <T>(work: Work<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let isRunning = false
  const runAll = async (): Promise<void> => {
    while (waiting.length > 0) await runGroup(kysely, waiting.splice(0, mostTogether))
    isRunning = false
  }
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push(waitingFor(work, resolve, reject))
      if (isRunning) return
      isRunning = true
      // Once the event loop has read what lies in its sockets: whatever comes of that belongs to the same group.
      setImmediate(() => void runAll())
    })
}

function waitingFor<T>(work: Work<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Waiting {
  let outcome: { readonly value: T } | { readonly error: unknown } = { error: new Error('It was not run.') }
  return {
    run: async (within) => {
      await sql`savepoint work`.execute(within)
      try {
        outcome = { value: await work(within) }
      } catch (error) {
        outcome = { error }
        await rollBack(within, error)
      }
      await sql`release work`.execute(within)
    },
    end: (fault) => {
      const ended = fault ?? outcome
      if ('value' in ended) resolve(ended.value)
      else reject(ended.error)
    },
  }
}

/** Throws the first error when the savepoint is gone: on a full disk SQLite rolls the whole transaction back by itself. */
async function rollBack(within: Transaction<Tables>, error: unknown): Promise<void> {
  try {
    await sql`rollback to work`.execute(within)
  } catch {
    throw error
  }
}

async function runGroup(kysely: Kysely<Tables>, group: readonly Waiting[]): Promise<void> {
  const fault = await runTogether(kysely, group).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  for (const { end } of group) end(fault)
}

async function runTogether(kysely: Kysely<Tables>, group: readonly Waiting[]): Promise<void> {
  const transaction = await kysely.startTransaction().execute()
  try {
    for (const { run } of group) await run(transaction)
    await transaction.commit().execute()
  } catch (error) {
    // Fails when SQLite has rolled back already; what counts is why.
    await transaction
      .rollback()
      .execute()
      .catch(() => undefined)
    throw error
  }
}

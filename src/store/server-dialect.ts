import pg from 'pg'
import {
  PostgresDialect,
  type PostgresCursor,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely'
import { isStoreAway } from './store-away.ts'

/** GitHub gives a webhook 10 s: by then it must have its 503, also when the server fell silent. */
const connectMs = 5_000
const answerMs = 8_000

/** PostgreSQL. Connects with the first query; connections that are lost, or fall silent, are replaced. */
export function serverDialect(databaseUrl: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'countersign',
    max: 20,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: connectMs,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
  })
  return new PostgresDialect({ pool: withLossesNoted(pool) })
}

type Losses = WeakMap<object, Error>

/** A connection may break at any time; without a listener of its own that would end the process. */
function withLossesNoted(pool: pg.Pool): PostgresPool {
  const losses: Losses = new WeakMap()
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      if (!losses.has(client)) losses.set(client, error)
    })
  })
  // An idle connection that breaks is taken out of the pool; whoever queries next gets another.
  pool.on('error', () => undefined)
  return {
    options: pool.options,
    connect: async () => new Borrowed(await pool.connect(), losses),
    end: () => pool.end(),
  }
}

/**
 * A connection while it is borrowed from the pool. Once it is lost, every query fails at once with what it was lost by:
 * a rollback neither waits for a silent server nor hides the first error.
 */
class Borrowed implements PostgresPoolClient {
  readonly #client: pg.PoolClient
  readonly #losses: Losses
  #waitsItsTurn = false

  constructor(client: pg.PoolClient, losses: Losses) {
    this.#client = client
    this.#losses = losses
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(text: string | PostgresCursor<R>, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new TypeError('The store reads without cursors.')
    return this.#run(text, values)
  }

  async #run(text: string, values: readonly unknown[]): Promise<unknown> {
    const lost = this.#losses.get(this.#client)
    if (lost !== undefined) throw lost
    // Migrations begin by waiting for this lock, and may take long: nobody who asks from outside waits for them.
    this.#waitsItsTurn ||= text.includes('pg_advisory_xact_lock')
    const bound = this.#waitsItsTurn ? {} : { query_timeout: answerMs }
    try {
      return await this.#client.query({ text, values: [...values], ...bound })
    } catch (error) {
      if (error instanceof Error && isStoreAway(error)) this.#losses.set(this.#client, error)
      throw error
    }
  }

  /** What is lost is closed, also when the other side does not answer any more. */
  release(destroy?: boolean): void {
    this.#client.release(this.#losses.get(this.#client) ?? destroy)
  }
}

type Parser = (text: string) => unknown

/** The one place that pins what the drivers give back differently: numbers are numbers, times are text. */
const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [pg.types.builtins.INT8, toSafeNumber],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.DATE, String],
  [pg.types.builtins.TIMESTAMP, String],
  [pg.types.builtins.TIMESTAMPTZ, String],
])

const getTypeParser = (...asked: Parameters<typeof pg.types.getTypeParser>): Parser =>
  parsers.get(asked[0]) ?? (pg.types.getTypeParser(...asked) as Parser)

function toSafeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new RangeError(`The database holds the number ${text}, which is too large to be read exactly.`)
}

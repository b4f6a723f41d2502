import type { BossDatabase } from './pg-boss-database.ts'
import { workQueueName } from './pg-boss-names.ts'

/** How long what we read of the line is added to before it is read again. */
const freshMs = 250
/** A priority is a 32-bit integer. */
const lastPlace = 2 ** 31 - 1

/**
 * Gives each offer its place in one line, so that installations take turns in it however many each of them offers.
 *
 * Start-time fair queueing: time is a count of turns. An offer comes one turn after its installation's last one, and
 * never before the turn being worked now; a thousand offers of one installation take a thousand turns, and the first
 * of another goes next. Several processes that offer at once see each other a moment late: places are then a little
 * less than fair, and nothing else.
 */
export class FairPlaces {
  readonly #latest = new Map<number, number>()
  #turn = 0
  #readAt = Number.NEGATIVE_INFINITY

  /** A place for one more entry of each of these installations, in order. A lower one is served first. */
  async take(installations: readonly number[], database: BossDatabase): Promise<readonly number[]> {
    if (performance.now() - this.#readAt > freshMs) await this.#read(database)
    return installations.map((installation) => {
      const place = Math.min(lastPlace, Math.max(this.#turn, this.#latest.get(installation) ?? 0) + 1)
      this.#latest.set(installation, place)
      return place
    })
  }

  async #read(database: BossDatabase): Promise<void> {
    const { rows } = await database.executeSql(
      `select (data ->> 'installation')::bigint as installation, max(-priority) as latest,
         max(-priority) filter (where state = 'active') as turn, min(-priority) as first
       from pgboss.job where name = $1 and state <= 'active' group by 1`,
      [workQueueName],
    )
    this.#readAt = performance.now()
    this.#latest.clear()
    for (const row of rows) this.#latest.set(Number(row['installation']), Number(row['latest']))
    const turns = rows.flatMap(({ turn }) => (turn === null ? [] : [Number(turn)]))
    const firsts = rows.map(({ first }) => Number(first) - 1)
    // Nothing is being worked: the turn is that of the first in the line.
    this.#turn = turns.length > 0 ? Math.max(...turns) : firsts.length > 0 ? Math.max(0, Math.min(...firsts)) : 0
  }
}

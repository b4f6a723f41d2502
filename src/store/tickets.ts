import type { KeptTicket, TicketGeneration } from '#engine/assessment.ts'
import { restsOnOutage, type TicketName, type TicketReading } from '#facts/ticket.ts'
import { canonicalJson } from '#facts/canonical-json.ts'
import { type ExpressionBuilder, type Selectable, sql, type Transaction } from 'kysely'
import { storable, storableTime } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

type Row = Selectable<Tables['tickets']>

/** What we keep of a tracker's answers about a ticket, and what we heard since. */
export async function findTicket(on: Connection, name: TicketName): Promise<KeptTicket> {
  const row = await on.selectFrom('tickets').selectAll().where(ticketIs(name)).executeTakeFirst()
  if (row === undefined) return unheardOf
  const { touches, requests, touched_at: touchedAt, answers_touch_at: answersTouchAt } = row
  const reading = row.reading === null ? null : parseReading(row.reading)
  return { reading, since: sinceRead(row), touchedAt, answersTouchAt, generation: { touches, requests } }
}

const unheardOf: KeptTicket = {
  reading: null,
  since: 'nothing',
  touchedAt: null,
  answersTouchAt: null,
  generation: { touches: 0, requests: 0 },
}

function sinceRead(row: Row): KeptTicket['since'] {
  if (row.touches > row.read_touches) return 'touched'
  return row.requests > row.read_requests ? 'requested' : 'nothing'
}

/**
 * Keeps an answer that was asked for in that generation, unless the ticket was touched since, or one is kept that was
 * asked for in a later generation.
 *
 * Found under another key for the first time, it counts as touched once: nobody knew so far that whoever touches that
 * key touches this ticket.
 */
export async function keepTicket(
  within: Transaction<Tables>,
  name: TicketName,
  { reading, generation }: { readonly reading: TicketReading; readonly generation: TicketGeneration },
): Promise<void> {
  const own = keyOf(name)
  const row = await holdRow(within, own, generation)
  const moved = movedTo(own, reading)
  const isNews = moved !== null && moved.key !== row.found_key
  const { touches, requests } = generation
  await within
    .updateTable('tickets')
    .set({
      reading: readingJson({ ...reading, staleBecause: null }),
      read_at: storableTime(reading.readAt),
      read_touches: touches,
      read_requests: requests,
      // Not found, it may be found there again.
      found_key: moved?.key ?? (reading.answer.outcome === 'found' ? null : row.found_key),
      touches: isNews ? touches + 1 : touches,
      touched_at: isNews ? await findLastTouch(within, moved) : null,
      answers_touch_at: row.touched_at ?? row.answers_touch_at,
    })
    .where(ticketIs(own))
    .where('touches', '=', touches)
    .where('read_requests', '<=', requests)
    .execute()
}

/** What is kept of these tickets no longer holds, nor what is kept under other keys that were found to be theirs. */
export async function touchTickets(within: Transaction<Tables>, names: readonly TicketName[], at: Date): Promise<void> {
  for (const name of inOneOrder([...names, ...(await findMoved(within, names))])) await touchRow(within, name, at)
}

/** Somebody wants these tickets read anew; what is kept of them may still stand in for a tracker that is away. */
export async function requestTickets(within: Transaction<Tables>, names: readonly TicketName[]): Promise<void> {
  for (const name of inOneOrder(names)) {
    await within
      .insertInto('tickets')
      .values({ ...blank, ...name, requests: 1 })
      .onConflict((conflict) =>
        conflict.columns(['tracker', 'key']).doUpdateSet({ requests: sql`tickets.requests + 1` }),
      )
      .execute()
  }
}

/**
 * Whether one of these tickets was touched since it was read so, or was read since and is another.
 *
 * What rests on an outage, or on there being nobody to ask, is left out: nothing is gained by looking again at once.
 * Until the transaction ends, none of those we keep can be touched.
 */
export async function areTouchedSince(
  within: Transaction<Tables>,
  read: readonly (TicketName & TicketReading)[],
): Promise<boolean> {
  const answered = read.filter((one) => !restsOnOutage(one) && one.answer.outcome !== 'not-connected')
  let areTouched = false
  for (const name of inOneOrder(answered)) {
    const row = await within
      .updateTable('tickets')
      .set({ touches: sql`touches` })
      .where(ticketIs(name))
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) continue
    areTouched ||= sinceRead(row) === 'touched'
    areTouched ||= answered.some((one) => isSame(one, name) && row.reading !== null && !saysTheSame(one, row.reading))
  }
  return areTouched
}

/** Forgets answers read before a time, and that a ticket was touched before another when there is no answer to it. */
export async function pruneTickets(
  on: Connection,
  before: { readonly read: Date; readonly touched: Date },
): Promise<number> {
  const { numDeletedRows } = await on
    .deleteFrom('tickets')
    .where((eb) =>
      eb.and([
        eb.or([eb('read_at', 'is', null), eb('read_at', '<', before.read.toISOString())]),
        eb.or([eb('last_touched_at', 'is', null), eb('last_touched_at', '<', before.touched.toISOString())]),
      ]),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The key that the ticket was found to have, as a name has it; null when it was not found. */
export function foundKeyOf({ tracker }: Pick<TicketName, 'tracker'>, reading: TicketReading | null): string | null {
  if (reading?.answer.outcome !== 'found') return null
  const key = storable(reading.answer.ticket.key)
  return tracker === 'github-issues' ? key.toLowerCase() : key
}

/** The key columns of a ticket. */
export const keyOf = ({ tracker, key }: TicketName): TicketName => ({ tracker, key: storable(key) })

export const readingJson = ({ answer, readAt, staleBecause }: TicketReading): string =>
  canonicalJson({ answer, readAt, staleBecause })

/** Only for what `readingJson` wrote. */
export const parseReading = (json: string): TicketReading => JSON.parse(json) as TicketReading

const saysTheSame = ({ answer }: TicketReading, kept: string): boolean =>
  canonicalJson(answer) === canonicalJson(parseReading(kept).answer)

/** Each once, so that two transactions that lock several cannot wait for each other. */
function inOneOrder(names: readonly TicketName[]): readonly TicketName[] {
  const byName = new Map(names.map((name) => [`${name.tracker} ${storable(name.key)}`, keyOf(name)]))
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name)
}

const isSame = (one: TicketName, other: TicketName): boolean =>
  one.tracker === other.tracker && storable(one.key) === storable(other.key)

/** What it is called now; null when that is its own name, or it was not found. */
function movedTo({ tracker, key }: TicketName, reading: TicketReading): TicketName | null {
  const found = foundKeyOf({ tracker }, reading)
  return found === null || found === key ? null : { tracker, key: found }
}

const blank = {
  touches: 0,
  requests: 0,
  reading: null,
  read_at: null,
  read_touches: 0,
  read_requests: 0,
  found_key: null,
  touched_at: null,
  answers_touch_at: null,
  last_touched_at: null,
} as const satisfies Omit<Row, 'tracker' | 'key'>

/** Nobody else touches it until the transaction ends. Not there, it is as it was when its tracker was asked. */
const holdRow = (within: Transaction<Tables>, name: TicketName, generation: TicketGeneration): Promise<Row> =>
  within
    .insertInto('tickets')
    .values({ ...blank, ...name, ...generation })
    .onConflict((conflict) => conflict.columns(['tracker', 'key']).doUpdateSet({ touches: sql`tickets.touches` }))
    .returningAll()
    .executeTakeFirstOrThrow()

async function touchRow(within: Transaction<Tables>, name: TicketName, at: Date): Promise<void> {
  const time = at.toISOString()
  await within
    .insertInto('tickets')
    .values({ ...blank, ...name, touches: 1, touched_at: time, last_touched_at: time })
    .onConflict((conflict) =>
      conflict.columns(['tracker', 'key']).doUpdateSet({
        touches: sql`tickets.touches + 1`,
        touched_at: sql`coalesce(tickets.touched_at, ${time})`,
        last_touched_at: time,
      }),
    )
    .execute()
}

/** What is kept under other keys of tickets that were found to have one of these. */
async function findMoved(on: Connection, names: readonly TicketName[]): Promise<readonly TicketName[]> {
  const moved: TicketName[] = []
  for (const { tracker, key } of inOneOrder(names)) {
    const rows = await on
      .selectFrom('tickets')
      .select(['tracker', 'key'])
      .where('tracker', '=', tracker)
      .where('found_key', '=', key)
      .execute()
    moved.push(...rows)
  }
  return moved
}

async function findLastTouch(on: Connection, name: TicketName): Promise<string | null> {
  const row = await on.selectFrom('tickets').select('last_touched_at').where(ticketIs(name)).executeTakeFirst()
  return row?.last_touched_at ?? null
}

const ticketIs = (name: TicketName) => (eb: ExpressionBuilder<Tables, 'tickets'>) => eb.and(keyOf(name))

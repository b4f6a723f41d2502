import type { RecordedTicket } from '#engine/assessment.ts'
import { type TicketName, type Tracker, trackerNames } from '#facts/ticket.ts'
import { sql } from 'kysely'
import { toSubject } from './changes.ts'
import { isNotInactive, linksOfChanges } from './links-of-changes.ts'
import type { Connection } from './tables.ts'
import { keyOf, parseReading } from './tickets.ts'

/** ISO 8601, UTC: see the operation that rechecks tickets. */
interface DueBefore {
  readonly outage: string
  readonly awaited: Readonly<Record<Tracker, string>>
  readonly mergedSince: string
}

interface DueTicket extends TicketName {
  readonly recorded: readonly RecordedTicket[]
}

/**
 * Tickets that are to be read again, at most `limit`, each with all that was recorded of it and is due.
 *
 * Due is what rests on an outage of an open change or one merged lately, and what an open change rests on that is not
 * met. Those not read for longest come first, of each tracker in turn: one that is away must not keep the others out.
 */
export async function findDueTickets(on: Connection, due: DueBefore, limit: number): Promise<readonly DueTicket[]> {
  const rows = await on
    .with('due', (on) => restingOnOutage(on, due).union(awaited(on, due)))
    .with('line', (on) =>
      on
        .selectFrom('due')
        .select(['tracker', 'key', turn.as('turn')])
        .groupBy(['tracker', 'key'])
        .orderBy('turn')
        .orderBy('tracker')
        .limit(limit),
    )
    .selectFrom('due')
    .innerJoin('line', (join) => join.onRef('line.tracker', '=', 'due.tracker').onRef('line.key', '=', 'due.key'))
    .selectAll('due')
    .orderBy('line.turn')
    .orderBy('due.tracker')
    .orderBy('due.repository_id')
    .orderBy('due.number')
    .execute()
  const tickets = new Map<string, TicketName & { readonly recorded: RecordedTicket[] }>()
  for (const row of rows) {
    const { tracker, key } = row
    const name = `${tracker} ${key}`
    const ticket = tickets.get(name) ?? { tracker, key, recorded: [] }
    tickets.set(name, ticket)
    ticket.recorded.push({ subject: toSubject(row), tracker, key, ...parseReading(row.reading) })
  }
  return [...tickets.values()]
}

/** A ticket's place among those of its tracker; among those of an installation, for issues of GitHub. */
const turn = sql<number>`row_number() over (
  partition by tracker, case when tracker = 'github-issues' then min(installation_id) end
  order by min(last_asked_at), key
)`

/** When the tracker was last asked for what is recorded. */
const lastAskedAt = sql<string>`coalesce(ticket_links.rechecked_at, ticket_links.read_at)`

const columns = [
  'changes.installation_id',
  'changes.owner',
  'changes.repository',
  'ticket_links.repository_id',
  'ticket_links.number',
  'ticket_links.tracker',
  'ticket_links.key',
  'ticket_links.reading',
] as const

// Literals, not values: an index with a condition serves only a query that is seen to fulfil it.
const restingOnOutage = (on: Pick<Connection, 'selectFrom'>, { outage, mergedSince }: DueBefore) =>
  linksOfChanges(on)
    .select([...columns, lastAskedAt.as('last_asked_at')])
    .where(sql<boolean>`ticket_links.rests_on_outage = 1`)
    .where(lastAskedAt, '<', outage)
    .where((eb) =>
      eb.or([
        eb('changes.state', '=', 'open'),
        eb.and([eb('changes.state', '=', 'merged'), eb('changes.merged_at', '>=', mergedSince)]),
      ]),
    )
    .where(isNotInactive)

const awaited = (on: Pick<Connection, 'selectFrom'>, due: DueBefore) =>
  on
    .selectFrom('changes')
    // From the few such changes to their tickets: SQLite takes a cross join in the order in which it is written.
    .crossJoin('ticket_links')
    .whereRef('ticket_links.repository_id', '=', 'changes.repository_id')
    .whereRef('ticket_links.number', '=', 'changes.number')
    .select([...columns, lastAskedAt.as('last_asked_at')])
    .where(sql<boolean>`changes.state = 'open' and changes.conclusion <> 'met'`)
    .where('ticket_links.outcome', 'in', ['found', 'not-found-or-hidden'])
    .where((eb) =>
      eb.or(
        trackers.map((tracker) =>
          eb.and([eb('ticket_links.tracker', '=', tracker), eb(lastAskedAt, '<', due.awaited[tracker])]),
        ),
      ),
    )
    .where(isNotInactive)

const trackers = Object.keys(trackerNames) as readonly Tracker[]

/** SQLite takes 32,766 values in a statement, PostgreSQL 65,535. */
const atOnce = 1_000

/** The ticket was read again for these changes at that time. */
export async function recordRecheck(on: Connection, due: DueTicket, at: Date): Promise<void> {
  const { tracker, key } = keyOf(due)
  const numbers = Map.groupBy(due.recorded, ({ subject }) => subject.repositoryId)
  for (const [repositoryId, recorded] of numbers) {
    for (let from = 0; from < recorded.length; from += atOnce) {
      const some = recorded.slice(from, from + atOnce).map(({ subject }) => subject.number)
      await on
        .updateTable('ticket_links')
        .set({ rechecked_at: at.toISOString() })
        .where('repository_id', '=', repositoryId)
        .where('number', 'in', some)
        .where('tracker', '=', tracker)
        .where('key', '=', key)
        .execute()
    }
  }
}

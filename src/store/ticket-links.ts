import type { ChangeSubject, Subject } from '#facts/subject.ts'
import { type NamedTicket, restsOnOutage, type TicketName, type TicketReading } from '#facts/ticket.ts'
import type { Selectable, Transaction } from 'kysely'
import { changeIs, subjectColumns, toSubject } from './changes.ts'
import { linksOfChanges } from './links-of-changes.ts'
import { storable, storableTime } from './storable.ts'
import type { Connection, Tables } from './tables.ts'
import { areTouchedSince, foundKeyOf, keyOf, parseReading, readingJson } from './tickets.ts'

type Link = Selectable<Tables['ticket_links']>

/** What a change rests on now, and whether the tickets that were found are to carry a link to it. */
export interface RestingOn {
  readonly tickets: readonly NamedTicket[]
  readonly linkBack: 'wanted' | 'no'
  /** ISO 8601, UTC. */
  readonly at: string
}

/**
 * Makes these the tickets that a change rests on.
 *
 * A link on a ticket that is written, or was refused, stays so as long as the change names that ticket. `touched`: one
 * of them was told to be another while it was read, too early for that to find this change.
 */
export async function replaceTicketLinks(
  within: Transaction<Tables>,
  subject: ChangeSubject,
  resting: RestingOn,
): Promise<'recorded' | 'touched'> {
  const before = await within.selectFrom('ticket_links').selectAll().where(changeIs(subject)).execute()
  await forgetTicketLinks(within, subject)
  const tickets = eachOnce(resting.tickets)
  if (tickets.length === 0) return 'recorded'
  const rows = tickets.map((ticket): Link => {
    const linked = before.find((row) => row.tracker === ticket.tracker && row.key === storable(ticket.key))
    return { ...columnsOf(subject, ticket), ...linkBackOf(ticket, resting, linked) }
  })
  await within.insertInto('ticket_links').values(rows).execute()
  return (await areTouchedSince(within, tickets)) ? 'touched' : 'recorded'
}

export async function forgetTicketLinks(within: Transaction<Tables>, subject: ChangeSubject): Promise<void> {
  await within.deleteFrom('ticket_links').where(changeIs(subject)).execute()
}

/** Whether what was recorded last of a change rests on a tracker that did not answer. */
export async function isRestingOnOutage(on: Connection, subject: ChangeSubject): Promise<boolean> {
  const found = await on
    .selectFrom('ticket_links')
    .select('key')
    .where(changeIs(subject))
    .where('rests_on_outage', '=', 1)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** The reading of a ticket that was recorded last for a change that names it; null when there is none. */
export async function findRecordedTicket(
  on: Connection,
  subject: ChangeSubject,
  name: TicketName,
): Promise<TicketReading | null> {
  const { tracker, key } = keyOf(name)
  const row = await on
    .selectFrom('ticket_links')
    .select('reading')
    .where(changeIs(subject))
    .where('tracker', '=', tracker)
    .where('key', '=', key)
    .executeTakeFirst()
  return row === undefined ? null : parseReading(row.reading)
}

/** The tickets that these changes were last recorded to rest on, but for those of trackers that are not connected. */
export async function findTicketsOf(on: Connection, subjects: readonly Subject[]): Promise<readonly TicketName[]> {
  const changes = subjects.filter((subject) => subject.kind === 'change')
  if (changes.length === 0) return []
  return on
    .selectFrom('ticket_links')
    .select(['tracker', 'key'])
    .distinct()
    .where('outcome', '<>', 'not-connected')
    .where((eb) => eb.or(changes.map((subject) => changeIs(subject))))
    .execute()
}

/**
 * The open changes that name one of these tickets, by the key they gave or the one it was found to have, and the merged
 * ones that rest on an outage of its tracker; each once, by repository and number.
 */
export async function findChangesNaming(
  on: Connection,
  names: readonly TicketName[],
): Promise<readonly ChangeSubject[]> {
  const naming = new Map<string, ChangeSubject>()
  for (const name of names) {
    for (const subject of await findChangesOf(on, keyOf(name))) {
      naming.set(`${String(subject.repositoryId)}/${String(subject.number)}`, subject)
    }
  }
  return [...naming.values()].sort((a, b) => a.repositoryId - b.repositoryId || a.number - b.number)
}

async function findChangesOf(on: Connection, { tracker, key }: TicketName): Promise<readonly ChangeSubject[]> {
  const rows = await linksOfChanges(on)
    .select(subjectColumns.map((column) => `changes.${column}` as const))
    // The tracker in both: each of the two is then looked up by an index of its own.
    .where((eb) =>
      eb.or([
        eb.and([eb('ticket_links.tracker', '=', tracker), eb('ticket_links.key', '=', key)]),
        eb.and([eb('ticket_links.tracker', '=', tracker), eb('ticket_links.found_key', '=', key)]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('changes.state', '=', 'open'),
        eb.and([eb('changes.state', '=', 'merged'), eb('ticket_links.rests_on_outage', '=', 1)]),
      ]),
    )
    .execute()
  return rows.map(toSubject)
}

/**
 * Forgets what changes rested on that were merged before then, or are closed and were last looked at before then.
 *
 * A link that a merged change still wants on its ticket is kept until it is written or refused. Claims on tickets that
 * nobody wants a link on any more go as well.
 */
export async function pruneTicketLinks(on: Connection, before: Date): Promise<number> {
  const time = before.toISOString()
  await on.deleteFrom('link_claims').where('claimed_at', '<', time).execute()
  const { numDeletedRows } = await on
    .deleteFrom('ticket_links')
    .where((of) =>
      of.exists(
        of
          .selectFrom('changes')
          .select('changes.number')
          .whereRef('changes.repository_id', '=', 'ticket_links.repository_id')
          .whereRef('changes.number', '=', 'ticket_links.number')
          .where((eb) =>
            eb.or([
              eb.and([
                eb('changes.state', '=', 'merged'),
                eb('changes.merged_at', '<', time),
                eb('ticket_links.link_back', '<>', 'wanted'),
              ]),
              eb.and([eb('changes.state', '=', 'closed'), eb('changes.looked_at', '<', time)]),
            ]),
          ),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Two keys may name one ticket: `#7` and `shop#7`. */
const eachOnce = (tickets: readonly NamedTicket[]): readonly NamedTicket[] => [
  ...new Map(tickets.map((ticket) => [`${ticket.tracker} ${storable(ticket.key)}`, ticket])).values(),
]

const columnsOf = (subject: ChangeSubject, ticket: NamedTicket): Omit<Link, 'link_back' | 'wanted_at'> => ({
  repository_id: subject.repositoryId,
  number: subject.number,
  ...keyOf(ticket),
  named: storable(ticket.named),
  found_key: foundKeyOf(ticket, ticket),
  outcome: ticket.answer.outcome,
  reading: readingJson(ticket),
  rests_on_outage: restsOnOutage(ticket) ? 1 : 0,
  read_at: storableTime(ticket.readAt),
  rechecked_at: null,
})

/** An issue of GitHub's shows by itself which changes name it. */
function linkBackOf(
  { tracker, answer }: NamedTicket,
  { linkBack, at }: RestingOn,
  before: Link | undefined,
): Pick<Link, 'link_back' | 'wanted_at'> {
  const { link_back = 'no', wanted_at = null } = before ?? {}
  if (link_back === 'linked' || link_back === 'refused') return { link_back, wanted_at }
  if (linkBack === 'no' || answer.outcome !== 'found' || tracker === 'github-issues') {
    return { link_back: 'no', wanted_at: null }
  }
  return { link_back: 'wanted', wanted_at: wanted_at ?? storableTime(at) }
}

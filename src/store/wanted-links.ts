import type { ChangeSubject } from '#facts/subject.ts'
import type { TicketName } from '#facts/ticket.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { sql, type Transaction } from 'kysely'
import { changeIs, subjectColumns, toSubject } from './changes.ts'
import { appendEntry } from './ledger.ts'
import { isNotInactive, linksOfChanges } from './links-of-changes.ts'
import { keyOf } from './tickets.ts'
import type { Connection, Tables } from './tables.ts'

/** A link to a change that is to be written on a ticket. */
interface WantedLink extends TicketName {
  readonly subject: ChangeSubject
  /** As the change names it; `key` is what the ticket is called now. */
  readonly recordedKey: string
  readonly url: string
  readonly policyDigest: string | null
}

/** For so long a ticket is left to whoever claimed it. */
const claimedForMs = 60_000

/**
 * All the links that are to be written on some tickets, at most so many, for open and merged changes; nobody else is
 * given these tickets for a while, or until they are given back.
 *
 * Tickets, and not links, since some trackers keep the last of two links written at once. Those not tried for longest
 * come first, of each tracker in turn: one that is away must not keep the others out.
 */
export async function claimWantedLinks(
  within: Transaction<Tables>,
  limit: number,
  at: Date,
): Promise<readonly WantedLink[]> {
  const line = await findFreeTickets(within, limit, at)
  const claimed = await claimTickets(within, line, at)
  if (claimed.length === 0) return []
  // Only now: others who had these tickets before have recorded what became of their links.
  const links = await findLinksOn(within, claimed)
  const place = new Map(line.map((ticket, index) => [nameOf(ticket), index]))
  return links.sort((a, b) => (place.get(nameOf(a)) ?? 0) - (place.get(nameOf(b)) ?? 0))
}

/** Lets others write on the ticket, unless somebody else has claimed it since. */
export async function giveBack(on: Connection, ticket: TicketName, claimedAt: Date): Promise<void> {
  const { tracker, key } = keyOf(ticket)
  await on
    .deleteFrom('link_claims')
    .where('tracker', '=', tracker)
    .where('key', '=', key)
    .where('claimed_at', '=', claimedAt.toISOString())
    .execute()
}

const wantedLinks = (on: Pick<Connection, 'selectFrom'>) =>
  linksOfChanges(on)
    // A literal, not a value: the index with this condition serves only a query that is seen to fulfil it.
    .where(sql<boolean>`ticket_links.link_back = 'wanted'`)
    .where('ticket_links.found_key', 'is not', null)
    .where('changes.url', 'is not', null)
    .where('changes.state', 'in', ['open', 'merged'])
    .where(isNotInactive)

async function findFreeTickets(on: Connection, limit: number, at: Date): Promise<readonly TicketName[]> {
  const { since, until } = whileClaimed(at)
  return wantedLinks(on)
    .leftJoin('link_claims', (join) =>
      join
        .onRef('link_claims.tracker', '=', 'ticket_links.tracker')
        .onRef('link_claims.key', '=', 'ticket_links.found_key'),
    )
    .select(['ticket_links.tracker', 'ticket_links.found_key as key', turn.as('turn')])
    .where((eb) =>
      eb.or([
        eb('link_claims.claimed_at', 'is', null),
        eb('link_claims.claimed_at', '<=', since),
        eb('link_claims.claimed_at', '>', until),
      ]),
    )
    .groupBy(['ticket_links.tracker', 'ticket_links.found_key', 'link_claims.claimed_at'])
    .$narrowType<{ key: string }>()
    .orderBy('turn')
    .orderBy('ticket_links.tracker')
    .limit(limit)
    .execute()
}

/** A claim from later than this is of a clock that has been set back since: it must not hold until that time comes again. */
const whileClaimed = (at: Date): { readonly since: string; readonly until: string } => ({
  since: new Date(at.getTime() - claimedForMs).toISOString(),
  until: new Date(at.getTime() + claimedForMs).toISOString(),
})

/** A ticket's place among those of its tracker. */
const turn = sql<number>`row_number() over (
  partition by ticket_links.tracker
  order by coalesce(link_claims.claimed_at, ''), min(ticket_links.wanted_at), ticket_links.found_key
)`

/** Those of them that nobody else has claimed meanwhile. */
async function claimTickets(
  within: Transaction<Tables>,
  tickets: readonly TicketName[],
  at: Date,
): Promise<readonly TicketName[]> {
  if (tickets.length === 0) return []
  const { since, until } = whileClaimed(at)
  const claimed_at = at.toISOString()
  // In one order, so that two who claim at once cannot wait for each other.
  const inOrder = [...tickets].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return within
    .insertInto('link_claims')
    .values(inOrder.map(({ tracker, key }) => ({ tracker, key, claimed_at })))
    .onConflict((conflict) =>
      conflict
        .columns(['tracker', 'key'])
        .doUpdateSet({ claimed_at })
        .where((eb) => eb.or([eb('link_claims.claimed_at', '<=', since), eb('link_claims.claimed_at', '>', until)])),
    )
    .returning(['tracker', 'key'])
    .execute()
}

async function findLinksOn(on: Connection, tickets: readonly TicketName[]): Promise<WantedLink[]> {
  const rows = await wantedLinks(on)
    .select(subjectColumns.map((column) => `changes.${column}` as const))
    .select(['changes.url', 'changes.policy_digest'])
    .select(['ticket_links.tracker', 'ticket_links.key', 'ticket_links.found_key'])
    .where((eb) =>
      eb.or(
        tickets.map(({ tracker, key }) =>
          eb.and([eb('ticket_links.tracker', '=', tracker), eb('ticket_links.found_key', '=', key)]),
        ),
      ),
    )
    .$narrowType<{ url: string; found_key: string }>()
    .orderBy('ticket_links.wanted_at')
    .orderBy('ticket_links.repository_id')
    .orderBy('ticket_links.number')
    .orderBy('ticket_links.key')
    .execute()
  return rows.map((row) => ({
    subject: toSubject(row),
    tracker: row.tracker,
    key: row.found_key,
    recordedKey: row.key,
    url: row.url,
    policyDigest: row.policy_digest,
  }))
}

const nameOf = ({ tracker, key }: TicketName): string => `${tracker} ${key}`

/** Records what became of a link, with its entry; nothing when somebody else did, or it is no longer wanted. */
export async function recordLink(
  within: Transaction<Tables>,
  { subject, tracker, recordedKey }: Pick<WantedLink, 'subject' | 'tracker' | 'recordedKey'>,
  told: { readonly outcome: 'linked' | 'refused'; readonly payload: unknown; readonly entry: NewEntry },
): Promise<void> {
  // As recording an assessment does first: that one writes the links anew, and this must not fall in between.
  await within
    .updateTable('changes')
    .set({ assessment: sql<number>`assessment` })
    .where(changeIs(subject))
    .execute()
  const { numUpdatedRows } = await within
    .updateTable('ticket_links')
    .set({ link_back: told.outcome })
    .where(changeIs(subject))
    .where('tracker', '=', tracker)
    .where('key', '=', keyOf({ tracker, key: recordedKey }).key)
    .where('link_back', '=', 'wanted')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return
  await appendEntry(within, told.entry, told.payload)
}

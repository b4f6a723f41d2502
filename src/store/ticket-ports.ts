import type { TicketGeneration } from '#engine/assessment.ts'
import type { ChangeSubject, Subject } from '#facts/subject.ts'
import type { TicketName, TicketReading } from '#facts/ticket.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { Transaction } from 'kysely'
import type { Database } from './database.ts'
import { findDueTickets, recordRecheck } from './due-tickets.ts'
import { offerThrough, offerWithin, type Offering } from './offering.ts'
import type { Tables } from './tables.ts'
import { findChangesNaming, findRecordedTicket, findTicketsOf } from './ticket-links.ts'
import { findTicket, keepTicket, requestTickets, touchTickets } from './tickets.ts'
import { claimWantedLinks, giveBack, recordLink } from './wanted-links.ts'

/** For reading a ticket anew, or not. */
export const keptTicketPorts = ({ kysely, inTransaction }: Database) => ({
  findTicket: (name: TicketName) => findTicket(kysely, name),
  keepTicket: (name: TicketName, reading: TicketReading, generation: TicketGeneration) =>
    inTransaction((within) => keepTicket(within, name, { reading, generation })),
  findRecordedTicket: (subject: ChangeSubject, name: TicketName) => findRecordedTicket(kysely, subject, name),
})

/** For the rounds over tickets: those that are read again, and those that are to carry a link. */
export const ticketPorts = (database: Database, queue: Offering) => {
  const { kysely, inTransaction } = database
  return {
    ...keptTicketPorts(database),
    findDueTickets: (due: Parameters<typeof findDueTickets>[1], limit: number) => findDueTickets(kysely, due, limit),
    recordRecheck: (due: Parameters<typeof recordRecheck>[1], at: Date) =>
      inTransaction((within) => recordRecheck(within, due, at)),
    offer: offerThrough(database, queue),
    claimWantedLinks: (limit: number, at: Date) => inTransaction((within) => claimWantedLinks(within, limit, at)),
    giveBack: (ticket: TicketName, at: Date) => giveBack(kysely, ticket, at),
    recordLink: (
      link: Parameters<typeof recordLink>[1],
      outcome: Parameters<typeof recordLink>[2]['outcome'],
      recorded: { readonly payload: unknown; readonly entry: NewEntry },
    ) => inTransaction((within) => recordLink(within, link, { outcome, ...recorded })),
  }
}

/** For what trackers tell us: everything of one event in one transaction. */
export const ticketEventPorts = (database: Database, queue: Offering, now: () => Date) => ({
  inTransaction: <T>(work: (within: ReturnType<typeof eventTransaction>) => Promise<T>): Promise<T> =>
    database.inTransaction((within) => work(eventTransaction(within, queue, now))),
})

const eventTransaction = (within: Transaction<Tables>, queue: Offering, now: () => Date) => ({
  ...touchPorts(within, now),
  offer: offerWithin(within, queue),
})

/** For hearing that tickets are others now, or are to be read anew, from their tracker or from GitHub. */
export const touchPorts = (within: Transaction<Tables>, now: () => Date) => ({
  touchTickets: (names: readonly TicketName[]) => touchTickets(within, names, now()),
  requestTickets: (names: readonly TicketName[]) => requestTickets(within, names),
  findChangesNaming: (names: readonly TicketName[]) => findChangesNaming(within, names),
  findTicketsOf: (subjects: readonly Subject[]) => findTicketsOf(within, subjects),
})

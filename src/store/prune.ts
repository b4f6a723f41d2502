import { pruneApiCalls } from './api-calls.ts'
import { pruneDeliveries } from './deliveries.ts'
import { pruneKeptAnswers } from './kept-answers.ts'
import { pruneMergeGroups } from './merge-groups.ts'
import type { Connection } from './tables.ts'
import { pruneTicketLinks } from './ticket-links.ts'
import { pruneTickets } from './tickets.ts'

const dayMs = 24 * 3_600_000
/** GitHub redelivers for 3 days; the rest is for whoever looks into what happened. */
const deliveriesKeptMs = 14 * dayMs
/** An audit period, and some. */
const apiCallsKeptMs = 400 * dayMs
/** What is older is asked for again, should anybody want to know. */
const answersKeptMs = 30 * dayMs
const mergeGroupsKeptMs = 30 * dayMs
/** What was asked before a ticket was touched has been answered or given up by then. */
const touchesKeptMs = dayMs
/** Of changes merged or closed: their record is in the ledger, and nothing of it is read again by then. */
const ticketLinksKeptMs = 90 * dayMs

/** How much of each was removed. */
export interface Pruned {
  readonly deliveries: number
  readonly apiCalls: number
  readonly keptAnswers: number
  readonly mergeGroups: number
  readonly tickets: number
  readonly ticketLinks: number
}

/** Removes what has served. The ledger keeps everything. */
export async function pruneStore(on: Connection, now: Date): Promise<Pruned> {
  const before = (keptMs: number): Date => new Date(now.getTime() - keptMs)
  return {
    deliveries: await pruneDeliveries(on, before(deliveriesKeptMs)),
    apiCalls: await pruneApiCalls(on, before(apiCallsKeptMs)),
    keptAnswers: await pruneKeptAnswers(on, before(answersKeptMs)),
    mergeGroups: await pruneMergeGroups(on, before(mergeGroupsKeptMs)),
    tickets: await pruneTickets(on, { read: before(answersKeptMs), touched: before(touchesKeptMs) }),
    ticketLinks: await pruneTicketLinks(on, before(ticketLinksKeptMs)),
  }
}

import type { Merge } from '#facts/change-facts.ts'
import type { NamedTicket, Ticket } from '#facts/ticket.ts'
import { timeOf } from './ticket-words.ts'

/**
 * How far what is seen of a ticket is what it was when its change was merged.
 *
 * `as-then`: it is that; also while nothing is merged. `changed`: it has been something else since. `uncertain`: it was
 * read after the merge, and nothing tells whether it was the same before.
 */
export type Sight = 'as-then' | 'changed' | 'uncertain'

export interface SightAtMerge {
  readonly category: Sight
  /** Within one category it may have gone from status to status, which no tracker tells in a word. */
  readonly status: Sight
}

export function sightAtMerge(
  { categorySince }: Pick<Ticket, 'categorySince'>,
  { readAt }: Pick<NamedTicket, 'readAt'>,
  merge: Merge | null,
): SightAtMerge {
  if (merge === null) return both('as-then')
  const mergedAt = timeOf(merge.at)
  const since = timeOf(categorySince)
  const read = timeOf(readAt)
  if (mergedAt === null) return both('uncertain')
  // Times are told to the second, and a merge closes the tickets that it mends within its own.
  if (since !== null && since >= mergedAt) return both('changed')
  if (read !== null && read <= mergedAt) return both('as-then')
  return { category: since === null ? 'uncertain' : 'as-then', status: 'uncertain' }
}

const both = (sight: Sight): SightAtMerge => ({ category: sight, status: sight })

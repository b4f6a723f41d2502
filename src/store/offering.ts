import type { Cause, Subject } from '#facts/subject.ts'
import type { QueryExecutorProvider } from 'kysely'
import type { Database } from './database.ts'

/** What the store needs of a work queue: to offer within the store's own transactions. */
export interface Offering {
  readonly offer: (
    entries: readonly { readonly subject: Subject; readonly cause: Cause }[],
    within: QueryExecutorProvider,
  ) => Promise<void>
}

export type Offer = (subjects: readonly Subject[], cause: Cause) => Promise<void>

/** For queueing within a transaction that does more. */
export const offerWithin =
  (within: QueryExecutorProvider, queue: Offering): Offer =>
  (subjects, cause) =>
    queue.offer(
      subjects.map((subject) => ({ subject, cause })),
      within,
    )

/** For queueing outside of a delivery: the rounds, and an operator's request. */
export const offerThrough =
  (database: Database, queue: Offering): Offer =>
  (subjects, cause) =>
    database.inTransaction((within) => offerWithin(within, queue)(subjects, cause))

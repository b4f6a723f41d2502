import type { QueryExecutorProvider } from 'kysely'
import type { Cause, DeadLetter, Subject } from '#facts/subject.ts'

/** A subject that may have changed, and what made us think so. */
export interface QueuedSubject {
  readonly subject: Subject
  readonly cause: Cause
}

/**
 * Work that is kept until it is done: one waiting entry per subject at most, never two of a subject at a time.
 *
 * Both homes pass one contract test (`test/queue/work-queue.contract.ts`): it coalesces, queues a subject again while
 * it is being worked, delays no other subject, lets no installation starve another, and gives a lost worker's entry
 * back after its lease.
 */
export interface WorkQueue {
  /** Joins the caller's transaction: the subjects are queued exactly when it commits. The newest cause is kept. */
  offer(entries: readonly QueuedSubject[], within: QueryExecutorProvider): Promise<void>
  /** Works until `stop` is called; `stop` resolves when what was begun has ended. */
  work(options: WorkOptions): Promise<{ stop(): Promise<void> }>
  counts(): Promise<{ waiting: number; active: number; dead: number }>
  deadLetters(): Promise<readonly DeadLetter[]>
  /** Queues dead letters again, all when no id is given, and returns how many. */
  requeue(ids?: readonly string[]): Promise<number>
}

export interface WorkOptions {
  readonly concurrency: number
  /**
   * Returns when the subject is done. An error that carries a number `retryAfterMs` means "not now": the entry waits
   * that long and no try is counted. One with `permanent: true` makes it a dead letter at once. Any other error is
   * counted, and tried again after a growing wait.
   */
  readonly run: (entry: QueuedSubject, attempt: Attempt) => Promise<void>
}

export interface Attempt {
  /** 1 for the first try. */
  readonly number: number
  /** After a last try that fails, the entry becomes a dead letter. */
  readonly stage: 'retrying' | 'final'
}

/** Waits between tries; the number of tries is one more than the list is long. */
export const growingWaitsMs: readonly number[] = [
  1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 600_000, 900_000, 900_000,
]

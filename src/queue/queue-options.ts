import type { WorkQueue } from './work-queue.ts'

/** What both homes of the queue can be told. */
export interface QueueOptions {
  /** Waits between tries; the number of tries is one more than the list is long. */
  readonly waitsMs?: readonly number[]
  /** After this long without a sign of life, a worker is taken for dead and its entries are given to others. */
  readonly leaseMs?: number
  /** How often to look for what nobody announced: entries whose wait is over, and offers whose announcement was lost. */
  readonly pollMs?: number
  readonly logger?: QueueLogger
}

export interface QueueLogger {
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void
}

export interface OpenQueue extends WorkQueue {
  /** Lets go of connections and timers. Stop the work first. */
  close(): Promise<void>
}

export const defaultLeaseMs = 30_000
export const defaultPollMs = 1_000

import { setTimeout as delay } from 'node:timers/promises'
import { errorText } from './after-failure.ts'
import type { QueueLogger } from './queue-options.ts'

const triesOfAWrite = 5

/**
 * Writes how a run ended, trying again a few times while the database is away.
 *
 * False when it could not be written: then the entry's lease ends, and it is run again. That is safe, and better than
 * a worker that hangs.
 */
export async function persist(write: () => Promise<void>, pollMs: number, logger?: QueueLogger): Promise<boolean> {
  for (let attempt = 1; attempt <= triesOfAWrite; attempt += 1) {
    try {
      await write()
      return true
    } catch (error) {
      logger?.warn({ error: errorText(error), attempt }, 'The end of a job could not be written to the queue.')
      if (attempt < triesOfAWrite) await delay(pollMs * attempt)
    }
  }
  return false
}

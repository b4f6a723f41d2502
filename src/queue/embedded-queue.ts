import { randomUUID } from 'node:crypto'
import type { QueryExecutorProvider } from 'kysely'
import { type AfterFailure, afterFailure, errorText, stageOf } from './after-failure.ts'
import {
  claimFrom,
  countEntries,
  type EmbeddedClaim,
  findFreeRows,
  listDeadLetters,
  loseRow,
  renewLeases,
  requeueDeadLetters,
  settleRow,
  upsertEntry,
} from './embedded-rows.ts'
import { persist } from './persist.ts'
import { defaultLeaseMs, defaultPollMs, type OpenQueue, type QueueOptions } from './queue-options.ts'
import { keepRunning } from './running.ts'
import { isWorkerAlive, nameWorker, retireWorker } from './worker-name.ts'
import { growingWaitsMs, type WorkOptions } from './work-queue.ts'

/** What the queue needs of the store it shares its database with. */
export interface EmbeddedHome {
  readonly kysely: QueryExecutorProvider
  readonly inTransaction: <T>(work: (within: QueryExecutorProvider) => Promise<T>) => Promise<T>
}

export interface EmbeddedQueueOptions extends QueueOptions {
  readonly now?: () => Date
}

interface Settings extends Required<Omit<EmbeddedQueueOptions, 'logger'>> {
  readonly logger: QueueOptions['logger']
}

/**
 * The work queue of the embedded home: a table in the store's own database, and a loop in the one process that works it.
 *
 * A row is a subject, so two of a subject can neither wait nor run. Offers of this process wake the loop at once, those
 * of others (the CLI) are found by the next poll.
 */
export function openEmbeddedQueue(home: EmbeddedHome, options: EmbeddedQueueOptions = {}): OpenQueue {
  const settings: Settings = {
    waitsMs: growingWaitsMs,
    leaseMs: defaultLeaseMs,
    pollMs: defaultPollMs,
    now: () => new Date(),
    logger: undefined,
    ...options,
  }
  const wakes = new Set<() => void>()
  const wakeAll = (): void => wakes.forEach((wake) => wake())
  return {
    offer: async (entries, within) => {
      for (const entry of entries) await upsertEntry(within, entry, settings.now())
      // The store has one connection: the loop's next statement waits for this transaction to end.
      wakeAll()
    },
    work: async (work) => workOn(home, { settings, work, wakes }),
    counts: () => countEntries(home.kysely),
    deadLetters: () => listDeadLetters(home.kysely),
    requeue: async (ids) => {
      const queued = await home.inTransaction((within) => requeueDeadLetters(within, settings.now(), ids))
      wakeAll()
      return queued
    },
    close: async () => undefined,
  }
}

interface Working {
  readonly settings: Settings
  readonly work: WorkOptions
  readonly wakes: Set<() => void>
}

function workOn(home: EmbeddedHome, { settings, work, wakes }: Working): { stop(): Promise<void> } {
  const worker = nameWorker(randomUUID())
  const hold = new Hold(home, worker, settings)
  const running = keepRunning<EmbeddedClaim>({
    ...work,
    pollMs: settings.pollMs,
    stageOf: (attempt) => stageOf(attempt, settings.waitsMs),
    claim: (atMost) => hold.claim(atMost),
    settle: (claim, ending) =>
      hold.settle(claim, ending && afterFailure(ending.error, claim.attempt, settings.waitsMs)),
    onClaimError: (error) =>
      settings.logger?.warn({ error: errorText(error) }, 'No work could be taken from the queue; trying again.'),
  })
  wakes.add(running.wake)
  return {
    stop: async () => {
      wakes.delete(running.wake)
      await running.stop()
      hold.end()
      retireWorker(worker)
    },
  }
}

interface Settlement {
  readonly claim: EmbeddedClaim
  readonly after: AfterFailure | undefined
}

/** What one worker holds, and the transactions by which it takes and gives back. */
class Hold {
  readonly #home: EmbeddedHome
  readonly #worker: string
  readonly #settings: Settings
  readonly #held = new Set<string>()
  readonly #heartbeat: NodeJS.Timeout
  /** When each installation was last given a turn, as a count of turns. */
  readonly #served = new Map<number, number>()
  #unsettled: Settlement[] = []
  #settling: Promise<void> | null = null

  constructor(home: EmbeddedHome, worker: string, settings: Settings) {
    this.#home = home
    this.#worker = worker
    this.#settings = settings
    this.#heartbeat = setInterval(() => void this.#renew(), settings.leaseMs / 3)
  }

  async claim(atMost: number): Promise<readonly EmbeddedClaim[]> {
    const { now, leaseMs, waitsMs } = this.#settings
    // Looking takes no lock: an idle worker keeps nobody from writing.
    const free = await findFreeRows(this.#home.kysely, now())
    const lost = free.active.filter((row) => !this.#held.has(row.key) && this.#isLost(row))
    if (!free.hasDue && lost.length === 0) return []
    const claims = await this.#home.inTransaction(async (within) => {
      for (const row of lost) await loseRow(within, row, { now: now(), waitsMs })
      const lease = { worker: this.#worker, now: now(), until: new Date(now().getTime() + leaseMs) }
      return claimFrom(within, { atMost, lease, served: this.#served })
    })
    for (const claim of claims) this.#held.add(claim.key)
    return claims
  }

  #isLost({ worker, leasedUntil }: { readonly worker: string; readonly leasedUntil: number }): boolean {
    return leasedUntil <= this.#settings.now().getTime() || !isWorkerAlive(worker)
  }

  /** Endings that come while others are being written are written together: a transaction costs a sync to disk. */
  async settle(claim: EmbeddedClaim, after: AfterFailure | undefined): Promise<void> {
    this.#unsettled.push({ claim, after })
    while (this.#unsettled.some((one) => one.claim === claim)) {
      this.#settling ??= this.#settleAll().finally(() => (this.#settling = null))
      await this.#settling
    }
    // The batch that took this one may still be on its way.
    await this.#settling
  }

  async #settleAll(): Promise<void> {
    await Promise.resolve()
    const batch = this.#unsettled
    this.#unsettled = []
    const { pollMs, logger, now } = this.#settings
    await persist(
      () =>
        this.#home.inTransaction(async (within) => {
          for (const { claim, after } of batch) {
            await settleRow(within, claim, { worker: this.#worker, now: now(), after })
          }
        }),
      pollMs,
      logger,
    )
    for (const { claim } of batch) this.#held.delete(claim.key)
  }

  async #renew(): Promise<void> {
    if (this.#held.size === 0) return
    const until = new Date(this.#settings.now().getTime() + this.#settings.leaseMs)
    try {
      await renewLeases(this.#home.kysely, this.#worker, { keys: [...this.#held], until })
    } catch (error) {
      this.#settings.logger?.warn({ error: errorText(error) }, 'The leases of running jobs could not be renewed.')
    }
  }

  end(): void {
    clearInterval(this.#heartbeat)
  }
}

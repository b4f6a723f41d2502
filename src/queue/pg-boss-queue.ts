import { PgBoss } from 'pg-boss'
import { afterFailure, errorText, stageOf } from './after-failure.ts'
import { FairPlaces } from './fair-places.ts'
import { persist } from './persist.ts'
import { asBossDatabase, countJobs, listenForWork, notifyWorkers } from './pg-boss-database.ts'
import { listDeadLetters, requeueDeadLetters } from './pg-boss-dead-letters.ts'
import { type BossClaim, claimJobs, endJob, offerJobs, renewJobs } from './pg-boss-jobs.ts'
import { createQueues } from './pg-boss-names.ts'
import { defaultLeaseMs, defaultPollMs, type OpenQueue, type QueueOptions } from './queue-options.ts'
import { keepRunning } from './running.ts'
import { growingWaitsMs, type WorkOptions } from './work-queue.ts'

export interface PgBossQueueOptions extends QueueOptions {
  readonly databaseUrl: string
}

type Settings = Required<Omit<QueueOptions, 'logger'>> & { readonly logger: QueueOptions['logger'] }

/** pg-boss takes none shorter. */
const shortestLeaseMs = 10_000

/**
 * The work queue of the server home: pg-boss, in a schema of its own beside the store's tables, made here when missing.
 *
 * Queue policy `stately` with the subject as key keeps one waiting and one active job of a subject by a unique index;
 * fetching with a group of one active job per subject keeps a busy subject from hiding the others. We fetch ourselves
 * instead of by `boss.work()`: its workers sleep a poll interval after each job unless cached counts tell them not to,
 * and it knows the waits between tries only as a formula.
 */
export async function openPgBossQueue({ databaseUrl, ...options }: PgBossQueueOptions): Promise<OpenQueue> {
  const settings: Settings = {
    waitsMs: options.waitsMs ?? growingWaitsMs,
    pollMs: options.pollMs ?? defaultPollMs,
    leaseMs: Math.max(shortestLeaseMs, options.leaseMs ?? defaultLeaseMs),
    logger: options.logger,
  }
  const boss = await startBoss(databaseUrl, settings)
  const places = new FairPlaces()
  return {
    offer: async (entries, within) => {
      if (entries.length === 0) return
      const database = asBossDatabase(within)
      await offerJobs(boss, { entries, places, database })
      await notifyWorkers(database)
    },
    work: (work) => workOn(boss, settings, work),
    counts: () => countJobs(boss.getDb()),
    deadLetters: () => listDeadLetters(boss),
    requeue: (ids) => requeueDeadLetters(boss, places, ids),
    close: () => boss.stop({ graceful: false }),
  }
}

/** Handed through to its pool: a server that falls silent is given up, so that workers go on with another connection. */
const patience = {
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
}

async function startBoss(databaseUrl: string, { leaseMs, logger }: Settings): Promise<PgBoss> {
  const leaseSeconds = Math.ceil(leaseMs / 1_000)
  // How often lost workers are looked for, by whichever process comes first.
  const superviseSeconds = Math.max(1, Math.floor(leaseSeconds / 3))
  const boss = new PgBoss({
    ...patience,
    connectionString: databaseUrl,
    application_name: 'countersign-queue',
    max: 10,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  })
  boss.on('error', (error) => logger?.warn({ error: errorText(error) }, 'The queue has trouble with its database.'))
  boss.on('warning', ({ message, data }) => logger?.warn({ warning: message, data }, 'The queue gives a warning.'))
  await boss.start()
  try {
    await createQueues(boss, { leaseSeconds })
  } catch (error) {
    await boss.stop({ graceful: false })
    throw error
  }
  return boss
}

async function workOn(boss: PgBoss, settings: Settings, work: WorkOptions): Promise<{ stop(): Promise<void> }> {
  const { waitsMs, pollMs, leaseMs, logger } = settings
  const held = new Set<BossClaim>()
  const warn = (sentence: string) => (error: unknown) => logger?.warn({ error: errorText(error) }, sentence)
  const running = keepRunning<BossClaim>({
    ...work,
    pollMs,
    stageOf: (attempt) => stageOf(attempt, waitsMs),
    claim: async (atMost) => {
      const claims = await claimJobs(boss, atMost, waitsMs)
      for (const claim of claims) held.add(claim)
      return claims
    },
    settle: async (claim, ending) => {
      const after = ending && afterFailure(ending.error, claim.attempt, waitsMs)
      await persist(() => endJob(boss, claim, after), pollMs, logger)
      held.delete(claim)
    },
    onClaimError: warn('No work could be taken from the queue; trying again.'),
  })
  const heartbeat = setInterval(() => {
    renewJobs(boss, [...held]).catch(warn('The leases of running jobs could not be renewed.'))
  }, leaseMs / 3)
  const listening = await listenForWork(boss.getDb(), running.wake).catch(
    warn('Offers are not announced: they are found by polling.'),
  )
  return {
    stop: async () => {
      await running.stop()
      clearInterval(heartbeat)
      await listening?.close()
    },
  }
}

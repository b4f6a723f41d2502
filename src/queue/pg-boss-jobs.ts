import { randomUUID } from 'node:crypto'
import type { JobInsert, PgBoss } from 'pg-boss'
import { subjectKey } from '#facts/subject.ts'
import { type AfterFailure, triesAfterLosses } from './after-failure.ts'
import type { FairPlaces } from './fair-places.ts'
import { type BossDatabase, inBossTransaction, settledIds } from './pg-boss-database.ts'
import { deadQueueName, workQueueName } from './pg-boss-names.ts'
import type { Claim } from './running.ts'
import type { QueuedSubject } from './work-queue.ts'

/** What a job carries. */
export interface JobContent {
  /** JSON within JSON: PostgreSQL's `jsonb` refuses characters that text from outside may hold. */
  readonly entry: string
  /** By which places are shared out. */
  readonly installation: number
  /** Failed tries so far; lost workers are counted by pg-boss, on top. */
  readonly tries: number
}

export interface BossClaim extends Claim {
  readonly job: { readonly id: string; readonly retryCount: number }
  readonly priority: number
}

interface Offer {
  readonly entries: readonly QueuedSubject[]
  readonly places: FairPlaces
  readonly database: BossDatabase
}

/** A subject may begin to be worked, or to wait, between our look and our write; not this often in a row. */
const rounds = 20

/** Queues subjects to be worked at once; one that waits already keeps its place and takes the newest cause. */
export async function offerJobs(boss: PgBoss, { entries, places, database }: Offer): Promise<void> {
  // In one order, so that two transactions that offer the same subjects cannot wait for each other.
  const newest = new Map(entries.map((entry) => [subjectKey(entry.subject), entry]))
  let missing = [...newest.values()].sort((a, b) => (subjectKey(a.subject) < subjectKey(b.subject) ? -1 : 1))
  for (let round = 0; round < rounds; round += 1) {
    missing = await findUnqueued(missing, (entry) => refreshWaiting(boss, entry, database))
    if (missing.length === 0) return
    missing = await insertWaiting(boss, missing, { places, database })
  }
  if (missing.length > 0) throw new Error('The queue would not take the work offered to it. Offer it again.')
}

async function findUnqueued(
  entries: readonly QueuedSubject[],
  refresh: (entry: QueuedSubject) => Promise<boolean>,
): Promise<QueuedSubject[]> {
  const unqueued: QueuedSubject[] = []
  for (const entry of entries) {
    if (!(await refresh(entry))) unqueued.push(entry)
  }
  return unqueued
}

async function refreshWaiting(boss: PgBoss, entry: QueuedSubject, database: BossDatabase): Promise<boolean> {
  const { updated } = await boss.update(workQueueName, contentOf(entry, 0), {
    singletonKey: subjectKey(entry.subject),
    match: 'all',
    startAfter: 0,
    db: database,
  })
  return updated > 0
}

/** Returns those that somebody else queued meanwhile. */
export async function insertWaiting(
  boss: PgBoss,
  entries: readonly QueuedSubject[],
  { places, database }: Omit<Offer, 'entries'>,
): Promise<QueuedSubject[]> {
  const taken = await places.take(
    entries.map((entry) => entry.subject.installationId),
    database,
  )
  const jobs = entries.map((entry, at) => ({ entry, id: randomUUID(), priority: -(taken[at] ?? 0) }))
  const inserts = jobs.map(({ entry, id, priority }) => ({ ...insertOf(entry, 0), id, priority }))
  const inserted = new Set(await boss.insert(workQueueName, inserts, { returnId: true, db: database }))
  return jobs.filter((job) => !inserted.has(job.id)).map((job) => job.entry)
}

const insertOf = (entry: QueuedSubject, tries: number): JobInsert<JobContent> => ({
  data: contentOf(entry, tries),
  singletonKey: subjectKey(entry.subject),
  group: { id: subjectKey(entry.subject) },
})

const contentOf = (entry: QueuedSubject, tries: number): JobContent => ({
  entry: JSON.stringify(entry),
  installation: entry.subject.installationId,
  tries,
})

/** Takes jobs that are due, none of a subject that is being worked, by this process or another. */
export async function claimJobs(
  boss: PgBoss,
  atMost: number,
  waitsMs: readonly number[],
): Promise<readonly BossClaim[]> {
  const jobs = await boss.fetch<JobContent>(workQueueName, {
    batchSize: atMost,
    groupConcurrency: 1,
    includeMetadata: true,
  })
  return jobs.map(({ id, retryCount, priority, data }) => ({
    job: { id, retryCount },
    priority,
    entry: parseEntry(data.entry),
    attempt: triesAfterLosses(data.tries, retryCount, waitsMs) + 1,
  }))
}

export async function renewJobs(boss: PgBoss, claims: readonly BossClaim[]): Promise<void> {
  if (claims.length === 0) return
  const jobs = claims.map((claim) => claim.job)
  await boss.touch(workQueueName, jobs)
}

/** Writes how a claim ended, unless the job was given to another worker meanwhile. */
export async function endJob(boss: PgBoss, claim: BossClaim, after: AfterFailure | undefined): Promise<void> {
  if (after === undefined) {
    await boss.deleteJob(workQueueName, claim.job)
    return
  }
  await inBossTransaction(boss, async (database) => {
    const deleted = await boss.deleteJob(workQueueName, claim.job, { db: database })
    if (settledIds(deleted).length === 0) return
    if (after.then === 'dead') await buryJob(boss, claim, { error: after.error, database })
    else await waitAgain(boss, claim, { after, database })
  })
}

/** What a dead letter carries when we gave the job up; when pg-boss did, the job's content alone. */
export interface DeadContent {
  readonly entry: string
  readonly attempts: number
  readonly error: string
  readonly diedAt: string
}

async function buryJob(
  boss: PgBoss,
  { entry, attempt }: BossClaim,
  { error, database }: { readonly error: string; readonly database: BossDatabase },
): Promise<void> {
  const data: DeadContent = {
    entry: JSON.stringify(entry),
    attempts: attempt,
    // `jsonb` has no NUL and no half of a surrogate pair.
    error: error.replaceAll('\0', '\ufffd').toWellFormed(),
    diedAt: new Date().toISOString(),
  }
  await boss.insert(deadQueueName, [{ data }], { db: database })
}

interface Again {
  readonly after: Extract<AfterFailure, { readonly waitMs: number }>
  readonly database: BossDatabase
}

async function waitAgain(boss: PgBoss, claim: BossClaim, { after, database }: Again): Promise<void> {
  const startAfter = `${(after.waitMs / 1_000).toFixed(3)} seconds`
  const singletonKey = subjectKey(claim.entry.subject)
  const isRefused = after.then === 'not-now'
  if (isRefused) {
    // "Not now" is said of the installation, so it holds for a newer cause that waits already.
    const options = { singletonKey, match: 'all', startAfter, db: database } as const
    const { updated } = await boss.update(workQueueName, undefined, options)
    if (updated > 0) return
  }
  const tries = isRefused ? claim.attempt - 1 : claim.attempt
  // Where a newer cause waits already, that one is worked, and this insert does nothing.
  const again = { ...insertOf(claim.entry, tries), startAfter, priority: claim.priority }
  await boss.insert(workQueueName, [again], { db: database })
}

/** Only for what this file wrote. */
export const parseEntry = (json: string): QueuedSubject => JSON.parse(json) as QueuedSubject

import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { subjectKey, type DeadLetter } from '#facts/subject.ts'
import type { FairPlaces } from './fair-places.ts'
import { inBossTransaction, notifyWorkers, settledIds } from './pg-boss-database.ts'
import { type DeadContent, insertWaiting, type JobContent, parseEntry } from './pg-boss-jobs.ts'
import { deadQueueName, workQueueName } from './pg-boss-names.ts'

type DeadJob = JobWithMetadata<DeadContent | JobContent>

export async function listDeadLetters(boss: PgBoss): Promise<readonly DeadLetter[]> {
  const jobs = await boss.findJobs<DeadJob['data']>(deadQueueName, { queued: true })
  return jobs.map(toDeadLetter).sort((a, b) => a.diedAt.localeCompare(b.diedAt) || a.id.localeCompare(b.id))
}

function toDeadLetter({ id, data, createdOn, sourceRetryCount }: DeadJob): DeadLetter {
  const { subject, cause } = parseEntry(data.entry)
  if ('diedAt' in data) {
    return { id, subject, cause, attempts: data.attempts, error: data.error, diedAt: data.diedAt }
  }
  return {
    id,
    subject,
    cause,
    attempts: data.tries + (sourceRetryCount ?? 0) + 1,
    error: 'Its worker was lost during the last try.',
    diedAt: new Date(createdOn).toISOString(),
  }
}

/** Queues dead letters again, all when no ids are given, and returns how many. */
export async function requeueDeadLetters(boss: PgBoss, places: FairPlaces, ids?: readonly string[]): Promise<number> {
  return inBossTransaction(boss, async (database) => {
    const found = await boss.findJobs<DeadJob['data']>(deadQueueName, { queued: true, db: database })
    const chosen = found.filter((job) => ids === undefined || ids.includes(job.id))
    if (chosen.length === 0) return 0
    const chosenIds = chosen.map((job) => job.id)
    const deleted = new Set(settledIds(await boss.deleteJob(deadQueueName, chosenIds, { db: database })))
    const entries = chosen.filter((job) => deleted.has(job.id)).map((job) => parseEntry(job.data.entry))
    const newest = [...new Map(entries.map((entry) => [subjectKey(entry.subject), entry])).values()]
    // A cause that waits already is newer than the dead one, and stays.
    for (const { subject } of await insertWaiting(boss, newest, { places, database })) {
      const options = { singletonKey: subjectKey(subject), match: 'all', startAfter: 0, db: database } as const
      await boss.update(workQueueName, undefined, options)
    }
    await notifyWorkers(database)
    return deleted.size
  })
}

import type { PgBoss } from 'pg-boss'

/** Waiting and active subjects. */
export const workQueueName = 'countersign'
/** Subjects given up. Nobody works it. */
export const deadQueueName = 'countersign-dead'

const tenYearsSeconds = 10 * 365 * 24 * 3_600

/** Processes are killed for reasons of their own: nothing is given up for that. */
const withoutEnd = 1_000_000

/** Makes our two queues, or brings their settings up to date. */
export async function createQueues(boss: PgBoss, { leaseSeconds }: { readonly leaseSeconds: number }): Promise<void> {
  const kept = { retentionSeconds: tenYearsSeconds, notify: false }
  const dead = { ...kept, retryLimit: 0 }
  await boss.createQueue(deadQueueName, dead)
  const work = {
    ...kept,
    deadLetter: deadQueueName,
    heartbeatSeconds: leaseSeconds,
    // Only for lost workers: failed tries are counted by us. The heartbeat tells a slow job from a lost one.
    retryLimit: withoutEnd,
    retryDelay: 0,
    expireInSeconds: 24 * 3_600,
  }
  await boss.createQueue(workQueueName, { ...work, policy: 'stately' })
  await boss.updateQueue(workQueueName, work)
  await leaveStatisticsOut(boss)
}

/**
 * Keeps pg-boss (12.35) from counting jobs every few seconds; its rounds over lost workers go on.
 *
 * Nobody reads those counts, and one of them does harm: with `stately`, whatever subject was active at the time of
 * the count is passed over by every fetch until the next one, long after it has become free. Postponing the counts is
 * what pg-boss does itself on a server that falls behind in vacuuming.
 */
async function leaveStatisticsOut(boss: PgBoss): Promise<void> {
  await boss.getDb().executeSql("update pgboss.version set monitor_backoff_on = timestamptz '9999-12-31 00:00:00Z'")
  await boss.getDb().executeSql('update pgboss.queue set singletons_active = null where singletons_active is not null')
}

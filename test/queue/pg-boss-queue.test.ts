import { expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { openPgBossQueue } from '#queue/pg-boss-queue.ts'
import type { Database } from '#store/database.ts'
import { describeOnServer } from '../store/databases.ts'
import { itKeepsTheContract, numberOf, queued } from './work-queue.contract.ts'

describeOnServer('the work queue of the server home', (current) => {
  const databaseUrl = () => current().databaseUrl ?? ''

  itKeepsTheContract({
    current,
    open: (_database, options) => openPgBossQueue({ ...options, databaseUrl: databaseUrl() }),
    silenceWorkers: async (database) => {
      // pg-boss takes no lease under 10 s; what its rounds do every few seconds is done here at once.
      const boss = new PgBoss({ connectionString: databaseUrl(), schedule: false, supervise: false })
      await boss.start()
      await sql`update pgboss.job set heartbeat_on = now() - interval '1 day' where state = 'active'`.execute(
        database.kysely,
      )
      await sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`.execute(database.kysely)
      await boss.supervise('countersign')
      await boss.stop({ graceful: false })
    },
  })

  test('goes on when the server ends all its connections, also while it works', async () => {
    const database = await current().open()
    const queue = await openPgBossQueue({ databaseUrl: databaseUrl(), waitsMs: [5, 5], pollMs: 20 })
    const runs: number[] = []
    const both = Promise.withResolvers<undefined>()
    const working = await queue.work({
      concurrency: 1,
      run: async ({ subject }) => {
        runs.push(numberOf(subject))
        if (runs.length === 1) await endConnectionsOfQueue(database)
        if (runs.includes(2)) both.resolve(undefined)
      },
    })
    await database.inTransaction((within) => queue.offer([queued(1)], within))
    await database.inTransaction((within) => queue.offer([queued(2)], within))
    await both.promise
    await working.stop()
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, dead: 0 })
    await queue.close()
  }, 30_000)
})

async function endConnectionsOfQueue({ kysely }: Database): Promise<void> {
  await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where application_name = 'countersign-queue' and datname = current_database()`.execute(kysely)
}

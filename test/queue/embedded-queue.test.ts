import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openEmbeddedQueue } from '#queue/embedded-queue.ts'
import { onEmbedded } from '../store/databases.ts'
import { itKeepsTheContract, numberOf, queued } from './work-queue.contract.ts'

describe('the embedded work queue', () => {
  itKeepsTheContract({
    current: onEmbedded(),
    open: async (database, options) => openEmbeddedQueue(database, options),
    silenceWorkers: async (database) => {
      await sql`update queue_entries set leased_until = 0 where state = 'active'`.execute(database.kysely)
    },
  })
})

describe('after a kill, the embedded work queue', () => {
  const current = onEmbedded()

  test('gives the entries of a process that is gone to the next one at once, and keeps those of other hosts', async () => {
    const database = await current().open()
    const queue = openEmbeddedQueue(database, { pollMs: 10, leaseMs: 3_600_000 })
    await database.inTransaction((within) => queue.offer([queued(1), queued(2), queued(3)], within))
    const until = Date.now() + 3_600_000
    const isHeldBy = (number: number, worker: string) =>
      sql`update queue_entries set state = 'active', worker = ${worker}, leased_until = ${until}
        where subject_key = ${`change/10/${number}`}`.execute(database.kysely)
    const { hostname } = await import('node:os')
    // No process has this id: Linux gives out none above 2^22.
    await isHeldBy(1, `${hostname()}/${2 ** 30}/gone`)
    // In a container, the run before had our own process id.
    await isHeldBy(2, `${hostname()}/${process.pid}/another-run`)
    await isHeldBy(3, `elsewhere/1/alive-for-all-we-know`)
    const runs: string[] = []
    const working = await queue.work({
      concurrency: 3,
      run: async ({ subject }, attempt) => void runs.push(`${numberOf(subject)}, try ${attempt.number}`),
    })
    while (runs.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await working.stop()
    expect(runs.sort()).toEqual(['1, try 2', '2, try 2'])
    expect(await queue.counts()).toEqual({ waiting: 0, active: 1, dead: 0 })
  })

  test('an entry whose workers are lost again and again is never given up for that', async () => {
    const database = await current().open()
    const queue = openEmbeddedQueue(database, { pollMs: 10, waitsMs: [1, 1] })
    const tries: number[] = []
    await database.inTransaction((within) => queue.offer([queued(7)], within))
    for (let loss = 0; loss < 20; loss += 1) {
      await sql`update queue_entries set state = 'active', worker = 'elsewhere/1/x', leased_until = 0
        where subject_key = 'change/10/7'`.execute(database.kysely)
      const working = await queue.work({
        concurrency: 1,
        run: async (_entry, attempt) => {
          tries.push(attempt.number)
          throw Object.assign(new Error('Not now.'), { retryAfterMs: 60_000 })
        },
      })
      while (tries.length === loss) await new Promise((resolve) => setTimeout(resolve, 5))
      await working.stop()
    }
    expect(Math.max(...tries)).toBe(2)
    expect(await queue.deadLetters()).toEqual([])
  })
})

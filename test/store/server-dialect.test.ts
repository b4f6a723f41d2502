import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { sql } from 'kysely'
import { type Database, openDatabase } from '#store/database.ts'
import { isStoreAway } from '#store/store-away.ts'
import { describeOnServer } from './databases.ts'

const pidOf = async (on: Database['kysely']): Promise<number | undefined> =>
  (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on)).rows[0]?.pid

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

describeOnServer('a connection to PostgreSQL', (current) => {
  test('that the server ends inside a transaction fails it with the reason, and the next one works', async () => {
    const [database, other] = [await current().open(), await current().open()]
    const error = await errorOf(
      database.inTransaction(async (within) => {
        await within.insertInto('passes').values({ name: 'lost', at: '' }).execute()
        await terminate(other, await pidOf(within))
        await within.selectFrom('passes').selectAll().execute()
      }),
    )
    expect(error).toMatchObject({ code: '57P01' })
    expect(isStoreAway(error)).toBe(true)
    expect(await database.inTransaction((within) => within.selectFrom('passes').selectAll().execute())).toEqual([])
  })

  test('that the server ends in the middle of a statement fails it with the reason, and the next one works', async () => {
    const [database, other] = [await current().open(), await current().open()]
    const begun = Promise.withResolvers<number | undefined>()
    const failing = errorOf(
      database.inTransaction(async (within) => {
        begun.resolve(await pidOf(within))
        await sql`select pg_sleep(60)`.execute(within)
      }),
    )
    await terminate(other, await begun.promise)
    expect(await failing).toMatchObject({ code: '57P01' })
    expect(await pidOf(database.kysely)).toEqual(expect.any(Number))
  })

  // These two wait for longer than an answer may take: at the same time.
  test.concurrent(
    'that falls silent is given up with an error that says so, and replaced',
    async () => {
      const line = await openLine(new URL(current().databaseUrl ?? ''))
      const database = await openDatabase({ databaseUrl: line.url, dataDir: tmpdir() })
      try {
        const before = await pidOf(database.kysely)
        line.fallSilent()
        const error = await errorOf(database.inTransaction((within) => pidOf(within)))
        expect(String(error)).toContain('Query read timeout')
        expect(isStoreAway(error)).toBe(true)
        expect(await pidOf(database.kysely)).not.toBe(before)
      } finally {
        await database.close()
        line.close()
      }
    },
    30_000,
  )

  test.concurrent(
    'that waits for its turn to migrate is not given up',
    async () => {
      const [database, other] = [await current().open(), await current().open()]
      const migrating = await other.inTransaction(async (within) => {
        await sql`select pg_advisory_xact_lock(7316420951)`.execute(within)
        const waiting = database.migrate()
        await sql`select pg_sleep(9)`.execute(within)
        return { waiting }
      })
      expect(await migrating.waiting).toEqual([])
    },
    30_000,
  )
})

/** Returns once that connection is gone. */
async function terminate(by: Database, pid: number | undefined): Promise<void> {
  await sql`select pg_terminate_backend(${pid}, 5000)`.execute(by.kysely)
}

interface Line {
  readonly url: string
  /** The connections there are stay open and carry nothing any more; new ones work. */
  readonly fallSilent: () => void
  readonly close: () => void
}

/** A network between us and the server, that can lose what it carries. */
async function openLine(target: URL): Promise<Line> {
  const sockets: Socket[] = []
  const proxy: Server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.pipe(far).pipe(near)
    sockets.push(near, far)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = new URL(target)
  url.host = `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`
  return {
    url: url.href,
    fallSilent: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}

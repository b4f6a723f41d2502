import { afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Database } from '#store/database.ts'
import type { OpenQueue, QueueOptions } from '#queue/queue-options.ts'
import type { ChangeSubject, Subject } from '#facts/subject.ts'
import type { QueuedSubject, WorkOptions } from '#queue/work-queue.ts'
import type { TestDatabase } from '../store/databases.ts'

/** What a home of the queue brings to the contract. */
export interface QueueHome {
  readonly current: () => TestDatabase
  readonly open: (database: Database, options: QueueOptions) => Promise<OpenQueue>
  /** Makes it look as if the workers of all active entries had been silent for longer than their lease. */
  readonly silenceWorkers: (database: Database) => Promise<void>
}

interface QueuedChange extends QueuedSubject {
  readonly subject: ChangeSubject
}

export const queued = (number: number, more: { installation?: number; reason?: string } = {}): QueuedChange => ({
  subject: {
    kind: 'change',
    installationId: more.installation ?? 1,
    repositoryId: 10,
    owner: 'acme',
    repository: 'shop',
    number,
  },
  cause: {
    actor: 'ada',
    reason: more.reason ?? 'opened',
    occurredAt: '2026-01-02T03:04:05.000Z',
    receivedAt: '2026-01-02T03:04:06.000Z',
  },
})

const queuedGroup = (headSha: string): QueuedSubject => ({
  subject: {
    kind: 'merge-group',
    installationId: 1,
    repositoryId: 10,
    owner: 'acme',
    repository: 'shop',
    headSha,
    baseSha: 'b'.repeat(40),
    headBranch: 'gh-readonly-queue/main/pr-1-b',
    baseBranch: 'main',
  },
  cause: queued(1).cause,
})

/** Of a change; a group of the merge queue has none. */
export const numberOf = (subject: Subject): number => (subject.kind === 'change' ? subject.number : 0)

/** Every promise of `WorkQueue`, for whichever home. */
export function itKeepsTheContract(home: QueueHome): void {
  let database: Database
  const queues: OpenQueue[] = []
  const works: { stop(): Promise<void> }[] = []

  beforeAll(async () => {
    database = await home.current().open()
  })
  afterEach(async () => {
    for (const work of works.splice(0)) await work.stop()
    const [first] = queues
    if (first !== undefined) await empty(first)
    for (const queue of queues.splice(0)) await queue.close()
  })

  const openQueue = async (options: QueueOptions = {}, on = database): Promise<OpenQueue> => {
    const queue = await home.open(on, { waitsMs: [5, 5], pollMs: 20, ...options })
    queues.push(queue)
    return queue
  }
  const work = async (queue: OpenQueue, options: WorkOptions) => {
    const working = await queue.work(options)
    works.push(working)
    return working
  }
  const offer = (queue: OpenQueue, ...entries: readonly QueuedSubject[]) =>
    database.inTransaction((within) => queue.offer(entries, within))
  /** Works what is left, so that the next test finds nothing. */
  const empty = async (queue: OpenQueue) => {
    await home.silenceWorkers(database)
    const working = await queue.work({ concurrency: 10, run: async () => undefined })
    await until(async () => isIdle(await queue.counts()))
    await working.stop()
    await queue.requeue()
    const again = await queue.work({ concurrency: 10, run: async () => undefined })
    await until(async () => isIdle(await queue.counts()))
    await again.stop()
  }

  test('an offered subject is worked once, with its cause', async () => {
    const queue = await openQueue()
    const runs: QueuedSubject[] = []
    await work(queue, { concurrency: 2, run: async (entry) => void runs.push(entry) })
    await offer(queue, queued(1))
    await until(() => runs.length === 1)
    await until(async () => isIdle(await queue.counts()))
    expect(runs).toEqual([queued(1)])
  })

  test('a group of the merge queue is a subject of its own, beside the changes in it', async () => {
    const queue = await openQueue()
    const runs: QueuedSubject[] = []
    await offer(queue, queued(1), queuedGroup('a'.repeat(40)), queuedGroup('c'.repeat(40)), queuedGroup('a'.repeat(40)))
    await work(queue, { concurrency: 1, run: async (entry) => void runs.push(entry) })
    await until(async () => isIdle(await queue.counts()))
    expect(runs).toHaveLength(3)
    expect(runs).toEqual(expect.arrayContaining([queued(1), queuedGroup('a'.repeat(40)), queuedGroup('c'.repeat(40))]))
  })

  test('offers of a subject that waits become one, with the newest cause and in the first place', async () => {
    const queue = await openQueue()
    await offer(queue, queued(1, { reason: 'opened' }), queued(2))
    await offer(queue, queued(1, { reason: 'labeled' }), queued(1, { reason: 'edited' }))
    expect(await queue.counts()).toEqual({ waiting: 2, active: 0, dead: 0 })
    const runs: QueuedSubject[] = []
    await work(queue, { concurrency: 1, run: async (entry) => void runs.push(entry) })
    await until(() => runs.length === 2)
    await until(async () => isIdle(await queue.counts()))
    expect(runs).toEqual([queued(1, { reason: 'edited' }), queued(2)])
  })

  test('a subject offered while it is worked is worked once more after that, never at the same time', async () => {
    const queue = await openQueue()
    const gate = newGate()
    const runs: string[] = []
    let running = 0
    await work(queue, {
      concurrency: 5,
      run: async ({ cause }) => {
        running += 1
        expect(running).toBe(1)
        runs.push(cause.reason)
        if (runs.length === 1) await gate.opened
        running -= 1
      },
    })
    await offer(queue, queued(1, { reason: 'first' }))
    await until(() => runs.length === 1)
    for (const reason of ['second', 'third', 'fourth']) await offer(queue, queued(1, { reason }))
    expect(await queue.counts()).toMatchObject({ active: 1, dead: 0 })
    gate.open()
    await until(() => runs.length === 2)
    await until(async () => isIdle(await queue.counts()))
    expect(runs).toEqual(['first', 'fourth'])
  })

  test('an offer is there exactly when its transaction commits', async () => {
    const queue = await openQueue()
    const rolledBack = database.inTransaction(async (within) => {
      await queue.offer([queued(1)], within)
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, dead: 0 })
    await offer(queue)
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, dead: 0 })
  })

  test('text that databases refuse in JSON is carried through', async () => {
    const queue = await openQueue()
    const runs: QueuedSubject[] = []
    const entry = queued(1, { reason: `null \0, half \ud800, ' " \\ $1` })
    await offer(queue, entry)
    await work(queue, { concurrency: 1, run: async (one) => void runs.push(one) })
    await until(() => runs.length === 1)
    expect(runs).toEqual([entry])
  })

  test('a subject that hangs delays no other, not even of its own installation', async () => {
    const queue = await openQueue()
    const gate = newGate()
    const done = new Set<number>()
    await work(queue, {
      concurrency: 2,
      run: async ({ subject }) => {
        if (numberOf(subject) === 1) await gate.opened
        done.add(numberOf(subject))
      },
    })
    await offer(queue, queued(1))
    await until(async () => (await queue.counts()).active === 1)
    await offer(queue, queued(1), ...Array.from({ length: 20 }, (_, at) => queued(at + 2)))
    await until(() => done.size === 20)
    expect(done.has(1)).toBe(false)
    gate.open()
    await until(async () => isIdle(await queue.counts()))
  })

  test('an installation with much to do does not starve one with little', async () => {
    const queue = await openQueue()
    const order: number[] = []
    for (let number = 1; number <= 60; number += 1) await offer(queue, queued(number, { installation: 1 }))
    await offer(
      queue,
      queued(101, { installation: 2 }),
      queued(102, { installation: 2 }),
      queued(103, { installation: 3 }),
    )
    await work(queue, { concurrency: 1, run: async ({ subject }) => void order.push(subject.installationId) })
    await until(() => order.length === 63)
    expect(order.indexOf(3)).toBeLessThan(8)
    expect(order.lastIndexOf(2)).toBeLessThan(10)
  })

  test('failed tries wait and are counted; the last one leaves a dead letter', async () => {
    const queue = await openQueue({ waitsMs: [1, 30] })
    const attempts: unknown[] = []
    const startedAt: number[] = []
    await offer(queue, queued(1, { reason: 'opened' }))
    await work(queue, {
      concurrency: 2,
      run: async (_entry, attempt) => {
        attempts.push(attempt)
        startedAt.push(performance.now())
        throw new TypeError('GitHub answers 502')
      },
    })
    await until(async () => (await queue.counts()).dead === 1)
    expect(attempts).toEqual([
      { number: 1, stage: 'retrying' },
      { number: 2, stage: 'retrying' },
      { number: 3, stage: 'final' },
    ])
    expect((startedAt[2] ?? 0) - (startedAt[1] ?? 0)).toBeGreaterThanOrEqual(28)
    const [letter, ...others] = await queue.deadLetters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ ...queued(1), attempts: 3, error: 'TypeError: GitHub answers 502' })
    expect(new Date(letter?.diedAt ?? '').toISOString()).toBe(letter?.diedAt)
    expect(await queue.counts()).toEqual({ waiting: 0, active: 0, dead: 1 })
  })

  test('an error that is permanent leaves a dead letter at once', async () => {
    const queue = await openQueue({ waitsMs: [3_600_000, 3_600_000] })
    const runs: number[] = []
    await offer(queue, queued(1), queued(2))
    await work(queue, {
      concurrency: 1,
      run: async ({ subject }) => {
        runs.push(numberOf(subject))
        if (numberOf(subject) === 1) throw Object.assign(new Error('Grant the app checks: write.'), { permanent: true })
      },
    })
    await until(async () => (await queue.counts()).dead === 1)
    await until(async () => isIdle(await queue.counts()))
    expect(runs.sort()).toEqual([1, 2])
    expect(await queue.deadLetters()).toMatchObject([
      { ...queued(1), attempts: 1, error: 'Error: Grant the app checks: write.' },
    ])
  })

  test('"not now" waits as long as it says and counts no try', async () => {
    const queue = await openQueue({ waitsMs: [1] })
    const attempts: number[] = []
    const startedAt: number[] = []
    await offer(queue, queued(1))
    await work(queue, {
      concurrency: 1,
      run: async (_entry, attempt) => {
        attempts.push(attempt.number)
        startedAt.push(performance.now())
        if (attempts.length < 5) throw Object.assign(new Error('rate limit'), { retryAfterMs: 30 })
      },
    })
    await until(() => attempts.length === 5)
    await until(async () => isIdle(await queue.counts()))
    expect(attempts).toEqual([1, 1, 1, 1, 1])
    for (let at = 1; at < 5; at += 1) {
      expect((startedAt[at] ?? 0) - (startedAt[at - 1] ?? 0)).toBeGreaterThanOrEqual(28)
    }
  })

  test('a new cause ends the wait for the next try and begins the tries anew', async () => {
    const queue = await openQueue({ waitsMs: [3_600_000] })
    const runs: string[] = []
    await offer(queue, queued(1, { reason: 'first' }))
    await work(queue, {
      concurrency: 1,
      run: async ({ cause }, attempt) => {
        runs.push(`${cause.reason} ${attempt.number}`)
        if (cause.reason === 'first') throw new Error('no')
      },
    })
    await until(async () => runs.length === 1 && (await queue.counts()).waiting === 1)
    await offer(queue, queued(1, { reason: 'second' }))
    await until(async () => isIdle(await queue.counts()))
    expect(runs).toEqual(['first 1', 'second 1'])
  })

  test('dead letters are queued again, those asked for or all; a newer cause that waits stays', async () => {
    const queue = await openQueue({ waitsMs: [] })
    const failing = await work(queue, {
      concurrency: 3,
      run: async () => {
        throw new Error('no')
      },
    })
    await offer(queue, queued(1), queued(2), queued(3))
    await until(async () => (await queue.counts()).dead === 3)
    await failing.stop()
    const letters = await queue.deadLetters()
    const second = letters.find((letter) => numberOf(letter.subject) === 2)
    expect(await queue.requeue([])).toBe(0)
    expect(await queue.requeue([second?.id ?? ''])).toBe(1)
    expect(await queue.requeue([second?.id ?? ''])).toBe(0)
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, dead: 2 })
    await offer(queue, queued(3, { reason: 'newer' }))
    expect(await queue.requeue()).toBe(2)
    const runs: string[] = []
    await work(queue, {
      concurrency: 1,
      run: async ({ subject, cause }, { number }) => void runs.push(`${numberOf(subject)} ${cause.reason} ${number}`),
    })
    await until(async () => isIdle(await queue.counts()))
    expect(runs.sort()).toEqual(['1 opened 1', '2 opened 1', '3 newer 1'])
    expect(await queue.deadLetters()).toEqual([])
  })

  test('a lost worker gives its entry back, and what it still writes changes nothing', async () => {
    const [lost, other] = [await openQueue(), await openQueue()]
    const gate = newGate()
    const runs: string[] = []
    await offer(lost, queued(1, { reason: 'opened' }))
    await work(lost, {
      concurrency: 1,
      run: async () => {
        runs.push('lost')
        await gate.opened
        throw new Error('too late')
      },
    })
    await until(() => runs.length === 1)
    await home.silenceWorkers(database)
    const second = newGate()
    await work(other, {
      concurrency: 1,
      run: async (_entry, attempt) => {
        runs.push(`other, try ${attempt.number}`)
        await second.opened
      },
    })
    await until(() => runs.length === 2)
    gate.open()
    await works[0]?.stop()
    expect(runs).toEqual(['lost', 'other, try 2'])
    expect(await other.counts()).toEqual({ waiting: 0, active: 1, dead: 0 })
    second.open()
    await until(async () => isIdle(await other.counts()))
  }, 60_000)

  test('stop() waits for what was begun and begins nothing more', async () => {
    const queue = await openQueue()
    const gate = newGate()
    const events: string[] = []
    const working = await work(queue, {
      concurrency: 1,
      run: async ({ subject }) => {
        events.push(`begun ${numberOf(subject)}`)
        await gate.opened
        events.push(`ended ${numberOf(subject)}`)
      },
    })
    await offer(queue, queued(1))
    await until(() => events.length === 1)
    await offer(queue, queued(2))
    const stopped = working.stop().then(() => events.push('stopped'))
    gate.open()
    await stopped
    expect(events).toEqual(['begun 1', 'ended 1', 'stopped'])
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, dead: 0 })
  })

  test('two queues on one database never work one subject at once, however they are offered and fail', async () => {
    const [first, second] = [await openQueue({ waitsMs: [0, 1, 2, 5, 5, 5, 5, 5, 5, 5] }), await openQueue()]
    const running = new Set<number>()
    const latestDone = new Map<number, number>()
    const latestOffered = new Map<number, number>()
    let overlaps = 0
    const run: WorkOptions['run'] = async ({ subject, cause }) => {
      if (running.has(numberOf(subject))) overlaps += 1
      running.add(numberOf(subject))
      await pause(Math.random() * 4)
      running.delete(numberOf(subject))
      if (Math.random() < 0.2) throw new Error('a bad moment')
      if (Math.random() < 0.1) throw Object.assign(new Error('not now'), { retryAfterMs: 3 })
      latestDone.set(numberOf(subject), Math.max(latestDone.get(numberOf(subject)) ?? 0, Number(cause.reason)))
    }
    for (const queue of [first, second]) await work(queue, { concurrency: 10, run })
    let count = 0
    const offering = Array.from({ length: 6 }, async (_, at) => {
      for (let round = 0; round < 40; round += 1) {
        const number = Math.floor(Math.random() ** 2 * 12)
        count += 1
        const reason = count
        await offer(at % 2 === 0 ? first : second, queued(number, { reason: String(reason), installation: number % 3 }))
        latestOffered.set(number, Math.max(latestOffered.get(number) ?? 0, reason))
        if (Math.random() < 0.5) await pause(Math.random() * 3)
      }
    })
    await Promise.all(offering)
    await until(async () => {
      await first.requeue()
      return isIdle(await first.counts())
    })
    expect(overlaps).toBe(0)
    expect([...latestDone.keys()].sort()).toEqual([...latestOffered.keys()].sort())
  }, 60_000)

  test('a thousand offers and a thousand jobs are no trouble', async () => {
    const queue = await openQueue()
    const done = new Set<number>()
    for (let number = 1; number <= 1_000; number += 1) await offer(queue, queued(number))
    await work(queue, { concurrency: 20, run: async ({ subject }) => void done.add(numberOf(subject)) })
    await until(() => done.size === 1_000)
    await until(async () => isIdle(await queue.counts()))
  }, 60_000)
}

const isIdle = ({ waiting, active }: { waiting: number; active: number }): boolean => waiting + active === 0

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for something to become true; jest's own limit says when it never does. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5)
}

function newGate(): { readonly opened: Promise<unknown>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  return { opened: promise, open: () => resolve(null) }
}

import { describe, expect, test } from '@jest/globals'
import type { NewEntry } from '#ledger/entry.ts'
import { type Ports, type Requeueing, requeueWork } from '#operations/requeue-work.ts'

function fakeDeadLetters(over: Partial<Ports> = {}) {
  const events: string[] = []
  const entries: NewEntry[] = []
  const asked: unknown[] = []
  const ports: Ports = {
    now: () => new Date('2026-05-06T12:00:00.000Z'),
    recordEntry: (entry) => {
      events.push('entered')
      entries.push(entry)
      return Promise.resolve()
    },
    requeue: (ids) => {
      events.push('queued')
      asked.push(ids)
      return Promise.resolve(ids?.length ?? 7)
    },
    ...over,
  }
  return { events, entries, asked, ports }
}

const said = { actor: 'ana', reason: 'GitHub is back' }

const rows: readonly { ids: Requeueing['ids']; asked: unknown; subject: string; queued: number }[] = [
  { ids: 'all', asked: undefined, subject: 'work/all', queued: 7 },
  { ids: ['a', 'b'], asked: ['a', 'b'], subject: 'work/a,b', queued: 2 },
]

describe('requeueWork', () => {
  for (const { ids, asked, subject, queued } of rows) {
    test(`queues ${ids === 'all' ? 'all' : ids.join(' and ')} again once who and why is in the ledger`, async () => {
      const letters = fakeDeadLetters()
      expect(await requeueWork({ ids, ...said }, letters.ports)).toBe(queued)
      expect(letters.events).toEqual(['entered', 'queued'])
      expect(letters.asked).toEqual([asked])
      expect(letters.entries).toMatchObject([{ kind: 'work.requeued', ...said, subject }])
    })
  }

  test('queues nothing that could not be entered', async () => {
    const letters = fakeDeadLetters({ recordEntry: () => Promise.reject(new Error('the store is away')) })
    await expect(requeueWork({ ids: 'all', ...said }, letters.ports)).rejects.toThrow('the store is away')
    expect(letters.events).toEqual([])
  })
})

import { describe, expect, test } from '@jest/globals'
import type { Cause, Subject } from '#facts/subject.ts'
import type { TicketName } from '#facts/ticket.ts'
import { type Ports, receiveTicketEvent, type TicketTransaction } from '#operations/receive-ticket-event.ts'
import { subject } from './fake-world.ts'
import { bug, now } from './sample-tickets.ts'

const cause: Cause = {
  actor: 'jira',
  reason: 'jira:issue_updated of BUG-453',
  occurredAt: now.toISOString(),
  receivedAt: now.toISOString(),
}

type Done =
  | readonly ['touched', readonly TicketName[]]
  | readonly ['sought', readonly TicketName[]]
  | readonly ['offered', Subject[]]

/** What was done, in order. What a failed transaction did is undone. */
function world(naming: readonly Subject[], over: Partial<TicketTransaction> = {}) {
  let done: readonly Done[] = []
  const causes: Cause[] = []
  const ports: Ports = {
    inTransaction: async (work) => {
      const before = done
      const within: TicketTransaction = {
        touchTickets: async (names) => void (done = [...done, ['touched', names]]),
        findChangesNaming: async (names) => {
          done = [...done, ['sought', names]]
          return naming
        },
        offer: async (subjects, of) => {
          done = [...done, ['offered', [...subjects]]]
          causes.push(of)
        },
        ...over,
      }
      return work(within).catch((error: unknown) => {
        done = before
        throw error
      })
    },
  }
  return { ports, done: () => done, causes }
}

const moved: TicketName = { tracker: 'jira', key: 'NEW-2' }

describe('a tracker tells that tickets are others now', () => {
  test('they are touched first, then the changes that name them are queued', async () => {
    const { ports, done, causes } = world([subject])
    expect(await receiveTicketEvent({ names: [bug, moved], cause }, ports)).toBe(1)
    expect(done()).toEqual([
      ['touched', [bug, moved]],
      ['sought', [bug, moved]],
      ['offered', [subject]],
    ])
    expect(causes).toEqual([cause])
  })

  test('a second time, the same is done', async () => {
    const { ports, done } = world([subject])
    await receiveTicketEvent({ names: [bug], cause }, ports)
    const once = done()
    await receiveTicketEvent({ names: [bug], cause }, ports)
    expect(done()).toEqual([...once, ...once])
  })

  test('one that no change names is touched, and nothing queued', async () => {
    const { ports, done } = world([])
    expect(await receiveTicketEvent({ names: [bug], cause }, ports)).toBe(0)
    expect(done()).toEqual([
      ['touched', [bug]],
      ['sought', [bug]],
    ])
  })

  test('none at all touch nothing', async () => {
    const { ports, done } = world([subject])
    expect(await receiveTicketEvent({ names: [], cause }, ports)).toBe(0)
    expect(done()).toEqual([])
  })

  test('when the changes cannot be queued, the tickets are not touched either, and the tracker may tell again', async () => {
    const { ports, done } = world([subject], { offer: () => Promise.reject(new Error('the store is away')) })
    await expect(receiveTicketEvent({ names: [bug], cause }, ports)).rejects.toThrow('the store is away')
    expect(done()).toEqual([])
  })
})

import { describe, expect, test } from '@jest/globals'
import type { RecordedTicket } from '#engine/assessment.ts'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import type { TicketAnswer, TicketName, TicketReading, Tracker } from '#facts/ticket.ts'
import { type DueBefore, type DueTicket, type Ports, recheckTickets } from '#operations/recheck-tickets.ts'
import { subject } from './fake-world.ts'
import { away, bug, found, hidden, minutesBefore, notConnected, nothingKept, now, readingAt } from './sample-tickets.ts'

const change = (number: number, over: Partial<ChangeSubject> = {}): ChangeSubject => ({ ...subject, number, ...over })

const due = (
  name: TicketName,
  ...recorded: readonly (TicketReading & { readonly of: ChangeSubject })[]
): DueTicket => ({
  ...name,
  recorded: recorded.map(({ of, ...reading }): RecordedTicket => ({ ...name, ...reading, subject: of })),
})

const restingOnOutage = (of: ChangeSubject) => ({ ...readingAt(20, away), of })
const recordedAs = (of: ChangeSubject, answer: TicketAnswer) => ({ ...readingAt(20, answer), of })

type Answers = (name: TicketName, organization: string) => TicketAnswer

function world(dueTickets: readonly DueTicket[], answers: Answers) {
  const asked: string[] = []
  const sought: DueBefore[] = []
  const rechecked: { readonly key: string; readonly numbers: readonly number[]; readonly at: Date }[] = []
  const offered: { readonly numbers: readonly number[]; readonly cause: Cause }[] = []
  const kept = new Map<string, TicketReading>()
  const ports: Ports = {
    now: () => now,
    findTicket: async ({ key }) => ({ ...nothingKept, reading: kept.get(key) ?? null }),
    keepTicket: async ({ key }, reading) => void kept.set(key, reading),
    whyNotConnected: () => null,
    askTracker: async (name, { organization }) => {
      asked.push(name.key)
      return answers(name, organization)
    },
    findDueTickets: async (before, limit) => {
      sought.push(before)
      return dueTickets.slice(0, limit)
    },
    recordRecheck: async ({ key, recorded }, at) =>
      void rechecked.push({ key, numbers: recorded.map((one) => one.subject.number), at }),
    offer: async (subjects, cause) => void offered.push({ numbers: subjects.map(({ number }) => number), cause }),
  }
  return { ports, asked, sought, rechecked, offered }
}

const untold = { toldBy: new Set<Tracker>() }
const numbersOf = (offers: readonly { readonly numbers: readonly number[] }[]) => offers.map(({ numbers }) => numbers)

describe('rechecking tickets', () => {
  test('queues what rests on an outage as soon as the tracker answers, and says why', async () => {
    const { ports, offered, rechecked } = world([due(bug, restingOnOutage(change(1)))], () => found())
    expect(await recheckTickets(ports, untold)).toBe(1)
    expect(offered).toEqual([
      {
        numbers: [1],
        cause: {
          actor: 'countersign',
          reason: 'Jira says something else of BUG-453 than was recorded',
          occurredAt: now.toISOString(),
          receivedAt: now.toISOString(),
        },
      },
    ])
    expect(rechecked).toEqual([{ key: 'BUG-453', numbers: [1], at: now }])
  })

  test('queues what rests on a reading that stood in, even when the tracker then says the same', async () => {
    const stale = { ...readingAt(20), staleBecause: away.why, of: change(1) }
    const { ports, offered } = world([due(bug, stale)], () => found())
    expect(await recheckTickets(ports, untold)).toBe(1)
    expect(numbersOf(offered)).toEqual([[1]])
  })

  test('queues nothing when the tracker says what was recorded, and is done with it for now', async () => {
    const { ports, offered, rechecked } = world([due(bug, recordedAs(change(1), found()))], () => found())
    expect(await recheckTickets(ports, untold)).toBe(0)
    expect(offered).toEqual([])
    expect(rechecked).toEqual([{ key: 'BUG-453', numbers: [1], at: now }])
  })

  const others: readonly [sentence: string, recorded: TicketAnswer, said: TicketAnswer][] = [
    ['is in another state now', found(), found({ status: 'Done', category: 'closed' })],
    ['was moved', found(), found({ key: 'NEW-2' })],
    ['is no more', found(), hidden],
    ['was made since', hidden, found()],
    ['can be asked about since', notConnected, found()],
  ]

  test.each(others)('queues a change whose ticket %s', async (_sentence, recorded, said) => {
    const { ports, offered } = world([due(bug, recordedAs(change(1), recorded))], () => said)
    expect(await recheckTickets(ports, untold)).toBe(1)
    expect(numbersOf(offered)).toEqual([[1]])
  })

  test('queues of many changes on a ticket those alone that rest on something else, for one call', async () => {
    const recorded = Array.from({ length: 100 }, (_, index) => recordedAs(change(index + 1), found()))
    const ticket = due(bug, ...recorded, restingOnOutage(change(101)), recordedAs(change(102), hidden))
    const { ports, offered, asked, rechecked } = world([ticket], () => found())
    expect(await recheckTickets(ports, untold)).toBe(2)
    expect(numbersOf(offered)).toEqual([[101, 102]])
    expect(asked).toEqual(['BUG-453'])
    expect(rechecked[0]?.numbers).toHaveLength(102)
  })

  test('asks a tracker that is away once, and goes on with the others', async () => {
    const keys = ['BUG-1', 'BUG-2', 'BUG-3']
    const tickets = keys.map((key) => due({ tracker: 'jira', key }, restingOnOutage(change(1))))
    const story: TicketName = { tracker: 'shortcut', key: 'sc-1' }
    const { ports, asked, offered } = world([...tickets, due(story, restingOnOutage(change(2)))], ({ tracker }) =>
      tracker === 'jira' ? away : found({ key: 'sc-1' }),
    )
    expect(await recheckTickets(ports, untold)).toBe(1)
    expect(asked).toEqual(['BUG-1', 'sc-1'])
    expect(numbersOf(offered)).toEqual([[2]])
  })

  test('waits for no tracker with what another one is asked', async () => {
    const story: TicketName = { tracker: 'shortcut', key: 'sc-1' }
    const tickets = [due(bug, restingOnOutage(change(1))), due(story, restingOnOutage(change(2)))]
    const { ports, offered } = world(tickets, () => found())
    const slow = Promise.withResolvers<TicketAnswer>()
    const askTracker: Ports['askTracker'] = (name, asking) =>
      name.tracker === 'jira' ? slow.promise : ports.askTracker(name, asking)
    const recordRecheck: Ports['recordRecheck'] = async ({ tracker }) => {
      if (tracker === 'shortcut') slow.resolve(found())
    }
    expect(await recheckTickets({ ...ports, askTracker, recordRecheck }, untold)).toBe(2)
    expect(numbersOf(offered)).toEqual([[2], [1]])
  })

  test('asks a tracker for one ticket alone, and then for four at a time', async () => {
    const tickets = Array.from({ length: 12 }, (_, index) =>
      due({ tracker: 'jira', key: `BUG-${String(index)}` }, recordedAs(change(1), found())),
    )
    const { ports } = world(tickets, () => found())
    const underWay: number[] = []
    let running = 0
    const askTracker: Ports['askTracker'] = async () => {
      underWay.push((running += 1))
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return found()
    }
    await recheckTickets({ ...ports, askTracker }, untold)
    expect(underWay).toHaveLength(12)
    expect(underWay.slice(0, 5)).toEqual([1, 1, 2, 3, 4])
    expect(Math.max(...underWay)).toBe(4)
  })

  test('begins nothing after half a minute, and leaves what it did not reach due', async () => {
    const keys = ['BUG-1', 'BUG-2', 'BUG-3', 'BUG-4', 'BUG-5', 'BUG-6', 'BUG-7']
    const tickets = keys.map((key) => due({ tracker: 'jira', key }, recordedAs(change(1), found())))
    const { ports, asked, rechecked } = world(tickets, () => found())
    let at = now
    const askTracker: Ports['askTracker'] = async (name, asking) => {
      at = new Date(at.getTime() + 15_000)
      return ports.askTracker(name, asking)
    }
    await recheckTickets({ ...ports, now: () => at, askTracker }, untold)
    // One alone, and four that begin together.
    expect(asked).toEqual(keys.slice(0, 5))
    expect(rechecked.map(({ key }) => key)).toEqual(keys.slice(0, 5))
  })

  describe('of a tracker that is well and has no answer to one question', () => {
    const none: TicketAnswer = { outcome: 'unanswered', why: 'answered with more than 1 MiB' }

    test('asks for the others all the same', async () => {
      const tickets = ['BUG-1', 'BUG-2'].map((key) => due({ tracker: 'jira', key }, restingOnOutage(change(1))))
      const { ports, asked } = world(tickets, ({ key }) => (key === 'BUG-1' ? none : found()))
      await recheckTickets(ports, untold)
      expect(asked).toEqual(['BUG-1', 'BUG-2'])
    })

    test('queues what rests on its outage, and nothing else', async () => {
      const stale = { ...readingAt(20), staleBecause: away.why, of: change(4) }
      const resting = [restingOnOutage(change(1)), recordedAs(change(2), none), recordedAs(change(3), found()), stale]
      const { ports, offered, rechecked } = world([due(bug, ...resting)], () => none)
      expect(await recheckTickets(ports, untold)).toBe(2)
      expect(numbersOf(offered)).toEqual([[1, 4]])
      expect(rechecked).toEqual([{ key: 'BUG-453', numbers: [1, 2, 3, 4], at: now }])
    })
  })

  test('asks about another ticket next time, so that one that a tracker stumbles over holds up no others', async () => {
    const tickets = ['BUG-1', 'BUG-2'].map((key) => due({ tracker: 'jira', key }, restingOnOutage(change(1))))
    const { ports, rechecked } = world(tickets, () => away)
    await recheckTickets(ports, untold)
    expect(rechecked).toEqual([{ key: 'BUG-1', numbers: [1], at: now }])
  })

  test('takes the installation, not GitHub, for away when issues of one cannot be read', async () => {
    const lost = change(1, { installationId: 8, owner: 'lost' })
    const tickets = [
      due({ tracker: 'github-issues', key: 'lost/shop#1' }, restingOnOutage(lost)),
      due({ tracker: 'github-issues', key: 'lost/shop#2' }, restingOnOutage(lost)),
      due({ tracker: 'github-issues', key: 'acme/shop#3' }, restingOnOutage(change(3))),
    ]
    const { ports, asked, offered } = world(tickets, ({ key }) => (key.startsWith('lost/') ? away : found()))
    expect(await recheckTickets(ports, untold)).toBe(1)
    expect(asked).toEqual(['lost/shop#1', 'acme/shop#3'])
    expect(numbersOf(offered)).toEqual([[3]])
  })

  test('asks on behalf of each organization: one that may not ask is told so, and nothing is new', async () => {
    const outside = change(2, { owner: 'outside', repositoryId: 20 })
    const ticket = due(bug, recordedAs(outside, notConnected), recordedAs(change(1), hidden))
    const { ports, offered } = world([ticket], (_name, organization) =>
      organization === 'acme' ? found() : notConnected,
    )
    expect(await recheckTickets(ports, untold)).toBe(1)
    expect(numbersOf(offered)).toEqual([[1]])
  })

  test('leaves a ticket due when its changes could not be queued', async () => {
    const { ports, rechecked } = world([due(bug, restingOnOutage(change(1)))], () => found())
    const failing: Ports = { ...ports, offer: () => Promise.reject(new Error('the queue is away')) }
    await expect(recheckTickets(failing, untold)).rejects.toThrow('the queue is away')
    expect(rechecked).toEqual([])
  })

  test('does nothing for a ticket that nothing rests on', async () => {
    const { ports, asked, rechecked } = world([due(bug)], () => found())
    expect(await recheckTickets(ports, untold)).toBe(0)
    expect([asked, rechecked]).toEqual([[], []])
  })

  test('reads 200 tickets at once at most', async () => {
    const tickets = Array.from({ length: 250 }, (_, index) =>
      due({ tracker: 'jira', key: `BUG-${String(index + 1)}` }, recordedAs(change(1), found())),
    )
    const { ports, asked } = world(tickets, () => found())
    await recheckTickets(ports, untold)
    expect(asked).toHaveLength(200)
  })
})

describe('a ticket is due', () => {
  test('half a minute after an outage, and ten minutes after it was read while somebody waits', async () => {
    const { ports, sought } = world([], () => found())
    await recheckTickets(ports, untold)
    const tenMinutesAgo = minutesBefore(10)
    expect(sought).toEqual([
      {
        outage: minutesBefore(0.5),
        awaited: {
          jira: tenMinutesAgo,
          linear: tenMinutesAgo,
          shortcut: tenMinutesAgo,
          'github-issues': tenMinutesAgo,
        },
        mergedSince: minutesBefore(30 * 24 * 60),
      },
    ])
  })

  test('after an hour where the tracker tells of changes, in case that is lost', async () => {
    const { ports, sought } = world([], () => found())
    await recheckTickets(ports, { toldBy: new Set(['jira', 'github-issues']) })
    expect(sought[0]?.awaited).toEqual({
      jira: minutesBefore(60),
      linear: minutesBefore(10),
      shortcut: minutesBefore(10),
      'github-issues': minutesBefore(60),
    })
  })
})

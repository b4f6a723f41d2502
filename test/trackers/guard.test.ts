import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Ticket } from '#facts/ticket.ts'
import { guardTracker, type TrackerAnswered } from '#trackers/guard.ts'
import { LinkRefused, type TrackerClient, TrackerUnavailable } from '#trackers/tracker.ts'

const start = Date.parse('2026-05-04T10:00:00.000Z')

// The breaker reads the clock by itself.
beforeEach(() => void jest.useFakeTimers({ now: start }))
afterEach(() => void jest.useRealTimers())

const ticket: Ticket = {
  key: 'BUG-1',
  title: 'It is broken',
  type: 'Bug',
  status: 'Open',
  category: 'open',
  categorySince: null,
  creator: 'ana',
  createdAt: '2026-05-01T00:00:00.000Z',
  url: 'https://jira.example/browse/BUG-1',
}

/** A tracker that answers as it is told to at the time, and a guard before it. */
function setUp(first: () => Promise<Ticket | null>) {
  let answer = first
  const findTicket = jest.fn<TrackerClient['findTicket']>(() => answer())
  const linkBack = jest.fn<NonNullable<TrackerClient['linkBack']>>(async () => {})
  const findSelf = jest.fn<TrackerClient['findSelf']>(async () => 'Countersign')
  const told: TrackerAnswered[] = []
  const options = { now: () => new Date(), onAnswer: (one: TrackerAnswered) => void told.push(one) }
  const guard = guardTracker({ tracker: 'jira', findTicket, linkBack, findSelf }, options)
  const ask = (key = 'BUG-1', generation = 0) => guard.ask(key, { installationId: 1, generation })
  const next = (then: () => Promise<Ticket | null>) => (answer = then)
  return { guard, ask, next, findTicket, linkBack, findSelf, told }
}

const found = async () => ticket
const fails =
  (why: string, retryAfterMs: number | null = null) =>
  async (): Promise<never> => {
    throw new TrackerUnavailable(why, { retryAfterMs })
  }
const hangs = () => new Promise<never>(() => {})
const resting = (why: string) => `has not answered several times in a row, and is asked again shortly (it ${why})`
const unavailable = (why: string) => ({ outcome: 'unavailable', why })

async function failOften(ask: () => Promise<unknown>, times: number): Promise<void> {
  for (let done = 0; done < times; done += 1) await ask()
}

describe('an answer', () => {
  test('is the ticket, or that there is none', async () => {
    const { ask, next } = setUp(found)
    await expect(ask()).resolves.toEqual({ outcome: 'found', ticket })
    next(async () => null)
    await expect(ask('BUG-2')).resolves.toEqual({ outcome: 'not-found-or-hidden' })
  })

  test('is why there is none', async () => {
    const { ask } = setUp(fails('failed (500)'))
    await expect(ask()).resolves.toEqual(unavailable('failed (500)'))
  })

  test('is none for a mistake of ours, which is thrown and opens no circuit', async () => {
    const { ask, next } = setUp(async () => {
      throw new RangeError('ours')
    })
    for (let done = 0; done < 6; done += 1) await expect(ask()).rejects.toThrow('ours')
    next(found)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
  })

  test('comes after 10 s at the latest, even from a client that does not heed its signal', async () => {
    const { ask, findTicket } = setUp(hangs)
    const asked = ask()
    await jest.advanceTimersByTimeAsync(9_999)
    const { signal } = findTicket.mock.calls[0]?.[1] ?? {}
    expect(signal?.aborted).toBe(false)
    await jest.advanceTimersByTimeAsync(1)
    await expect(asked).resolves.toEqual(unavailable('took longer than 10 s'))
    expect(signal?.aborted).toBe(true)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('is told to whoever counts, and how long it took', async () => {
    const { ask, next, told } = setUp(found)
    await ask()
    next(fails('failed (500)'))
    await ask('BUG-2')
    next(hangs)
    const late = ask('BUG-2')
    await jest.advanceTimersByTimeAsync(10_000)
    await late
    expect(told).toEqual([
      { tracker: 'jira', outcome: 'answered', durationMs: 0 },
      { tracker: 'jira', outcome: 'unavailable', durationMs: 0 },
      { tracker: 'jira', outcome: 'unavailable', durationMs: 10_000 },
    ])
  })
})

describe('a call', () => {
  test('is made once for 100 who want the same ticket at once', async () => {
    const { ask, findTicket } = setUp(found)
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()))
    expect(findTicket).toHaveBeenCalledTimes(1)
    expect(answers).toEqual(Array.from({ length: 100 }, () => ({ outcome: 'found', ticket })))
  })

  test('is made for each ticket, and again when the last one has been over for a second: by then it is kept', async () => {
    const { ask, findTicket } = setUp(found)
    await Promise.all([ask('BUG-1'), ask('BUG-2')])
    await ask('BUG-1')
    expect(findTicket).toHaveBeenCalledTimes(2)
    await jest.advanceTimersByTimeAsync(1_000)
    await ask('BUG-1')
    expect(findTicket.mock.calls.map(([key]) => key)).toEqual(['BUG-1', 'BUG-2', 'BUG-1'])
  })

  test('that began in an earlier generation is not shared, and the later one is', async () => {
    const calls: PromiseWithResolvers<Ticket | null>[] = []
    const { ask, findTicket } = setUp(() => {
      const call = Promise.withResolvers<Ticket | null>()
      calls.push(call)
      return call.promise
    })
    const first = ask()
    // Whatever the clock says meanwhile.
    jest.setSystemTime(start - 3_600_000)
    const asked = [ask('BUG-1', 1), ask('BUG-1', 1), ask('BUG-1')]
    expect(findTicket).toHaveBeenCalledTimes(2)
    // The end of the first must not hide the second, which is under way.
    calls[0]?.resolve(null)
    await expect(first).resolves.toEqual({ outcome: 'not-found-or-hidden' })
    const joined = ask('BUG-1', 1)
    expect(findTicket).toHaveBeenCalledTimes(2)
    calls[1]?.resolve(ticket)
    for (const one of [...asked, joined]) await expect(one).resolves.toEqual({ outcome: 'found', ticket })
  })

  test('that failed is not shared afterwards', async () => {
    const { ask, next } = setUp(fails('failed (500)'))
    await Promise.all([ask(), ask()])
    next(found)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
  })
})

describe('a tracker that fails', () => {
  test('five times in a row is left alone for 30 s', async () => {
    const { ask, next, findTicket } = setUp(fails('failed (500)'))
    await failOften(ask, 4)
    await expect(ask()).resolves.toEqual(unavailable(resting('failed (500)')))
    next(found)
    await jest.advanceTimersByTimeAsync(29_999)
    await expect(ask()).resolves.toEqual(unavailable(resting('failed (500)')))
    expect(findTicket).toHaveBeenCalledTimes(5)
    await jest.advanceTimersByTimeAsync(1)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
    await expect(ask('BUG-2')).resolves.toMatchObject({ outcome: 'found' })
  })

  test('four times, and then does not, starts again from nothing', async () => {
    const { ask, next } = setUp(fails('failed (500)'))
    await failOften(ask, 4)
    next(found)
    await ask()
    next(fails('failed (500)'))
    const another = () => ask('BUG-2')
    await failOften(another, 3)
    await expect(another()).resolves.toEqual(unavailable('failed (500)'))
  })

  test('is tried by one, for whom nobody else waits', async () => {
    const { ask, next, findTicket } = setUp(fails('failed (500)'))
    await failOften(ask, 5)
    await jest.advanceTimersByTimeAsync(30_000)
    next(hangs)
    const probe = ask('BUG-1')
    await expect(ask('BUG-2')).resolves.toEqual(unavailable(resting('failed (500)')))
    expect(findTicket).toHaveBeenCalledTimes(6)
    await jest.advanceTimersByTimeAsync(10_000)
    await expect(probe).resolves.toEqual(unavailable(resting('took longer than 10 s')))
    next(found)
    await expect(ask()).resolves.toEqual(unavailable(resting('took longer than 10 s')))
    await jest.advanceTimersByTimeAsync(30_000)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
  })

  test('says the same all the time that it is away', async () => {
    const { ask } = setUp(fails('does not accept the credentials (401): check JIRA_TOKEN'))
    await failOften(ask, 4)
    const said = new Set<string>()
    for (let minute = 0; minute < 10; minute += 1) {
      said.add(JSON.stringify(await ask()))
      await jest.advanceTimersByTimeAsync(20_000)
    }
    expect(said.size).toBe(1)
  })
})

describe('a tracker that asks us to wait', () => {
  test('is left alone for as long as it asks', async () => {
    const { ask, next, findTicket } = setUp(fails('asks us to wait', 42_000))
    await expect(ask()).resolves.toEqual(unavailable('asks us to wait'))
    next(found)
    await jest.advanceTimersByTimeAsync(41_999)
    await expect(ask()).resolves.toEqual(unavailable('asks us to wait'))
    expect(findTicket).toHaveBeenCalledTimes(1)
    await jest.advanceTimersByTimeAsync(1)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
  })

  test('is asked again when the clock is set back, which makes no pause longer', async () => {
    const { ask, next } = setUp(fails('asks us to wait', 42_000))
    await ask()
    next(found)
    jest.setSystemTime(start - 3_600_000)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
  })

  test('is no tracker that fails', async () => {
    const { ask, next } = setUp(fails('asks us to wait', 0))
    await failOften(ask, 10)
    next(found)
    await expect(ask()).resolves.toMatchObject({ outcome: 'found' })
  })

  test('without saying for how long is one that fails', async () => {
    const { ask } = setUp(fails('asks us to wait'))
    await failOften(ask, 5)
    await expect(ask()).resolves.toEqual(unavailable(resting('asks us to wait')))
  })
})

describe('a link', () => {
  const link = { key: 'BUG-1', url: 'https://github.com/acme/shop/pull/1', title: 'acme/shop#1' }

  test('is put', async () => {
    const { guard, linkBack } = setUp(found)
    await expect(guard.link(link)).resolves.toEqual({ outcome: 'linked' })
    expect(linkBack).toHaveBeenCalledWith(link, expect.anything())
  })

  test('is refused, or put later', async () => {
    const { guard, linkBack } = setUp(found)
    linkBack.mockRejectedValueOnce(new LinkRefused('the issue is gone'))
    await expect(guard.link(link)).resolves.toEqual({ outcome: 'refused', why: 'the issue is gone' })
    linkBack.mockRejectedValueOnce(new TrackerUnavailable('failed (500)'))
    await expect(guard.link(link)).resolves.toEqual({ ...unavailable('failed (500)'), about: 'tracker' })
    linkBack.mockRejectedValueOnce(new TrackerUnavailable('answered with status 409', { about: 'ticket' }))
    await expect(guard.link(link)).resolves.toEqual({ ...unavailable('answered with status 409'), about: 'ticket' })
  })

  test('that fails again and again is left alone, and the tracker is asked all the same', async () => {
    const { guard, ask, linkBack } = setUp(found)
    linkBack.mockRejectedValue(new TrackerUnavailable('refuses what was asked (403): check what JIRA_TOKEN may do'))
    await failOften(() => guard.link(link), 10)
    expect(linkBack).toHaveBeenCalledTimes(5)
    await expect(ask()).resolves.toEqual({ outcome: 'found', ticket })
  })

  test('is tried though the tracker is not asked', async () => {
    const { guard, ask } = setUp(fails('failed (500)'))
    await failOften(ask, 5)
    await expect(guard.link(link)).resolves.toEqual({ outcome: 'linked' })
  })

  test('waits when asking is told to wait, and not the other way round', async () => {
    const { guard, ask, next, linkBack } = setUp(fails('asks us to wait', 42_000))
    await ask()
    await expect(guard.link(link)).resolves.toEqual({ ...unavailable('asks us to wait'), about: 'tracker' })
    expect(linkBack).not.toHaveBeenCalled()
    await jest.advanceTimersByTimeAsync(42_000)
    linkBack.mockRejectedValueOnce(new TrackerUnavailable('asks us to wait', { retryAfterMs: 42_000 }))
    await guard.link(link)
    next(found)
    await expect(ask()).resolves.toEqual({ outcome: 'found', ticket })
    await expect(guard.link(link)).resolves.toMatchObject(unavailable('asks us to wait'))
    expect(linkBack).toHaveBeenCalledTimes(1)
  })

  test('is left to a tracker that finds it by itself', async () => {
    const client: TrackerClient = { tracker: 'github-issues', findTicket: found, linkBack: null, findSelf: hangs }
    const guard = guardTracker(client, { now: () => new Date() })
    await expect(guard.link(link)).resolves.toEqual({ outcome: 'refused', why: 'it finds such links by itself' })
  })
})

describe('whose credentials these are', () => {
  test('is told, or why not', async () => {
    const { guard, findSelf } = setUp(found)
    await expect(guard.findSelf()).resolves.toBe('Countersign')
    findSelf.mockRejectedValueOnce(new TrackerUnavailable('failed (500)'))
    await expect(guard.findSelf()).rejects.toThrow(new TrackerUnavailable('failed (500)'))
  })
})

test('one ticket that has no answer shuts the tracker for nobody', async () => {
  const { ask, next } = setUp(async () => {
    throw new TrackerUnavailable('answered something that cannot be read', { about: 'ticket' })
  })
  await failOften(ask, 20)
  await expect(ask()).resolves.toEqual({ outcome: 'unanswered', why: 'answered something that cannot be read' })
  next(found)
  await expect(ask('BUG-2')).resolves.toMatchObject({ outcome: 'found' })
})

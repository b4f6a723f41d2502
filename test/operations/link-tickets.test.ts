import { describe, expect, test } from '@jest/globals'
import { digestOf } from '#facts/digest.ts'
import type { TicketName } from '#facts/ticket.ts'
import { type LinkOutcome, type LinkPorts, linkTickets, type WantedLink } from '#operations/link-tickets.ts'
import { subject } from './fake-world.ts'
import { bug, now } from './sample-tickets.ts'

const wanted = (number: number, name: TicketName = bug): WantedLink => ({
  ...name,
  subject: { ...subject, number },
  recordedKey: name.key,
  url: `https://github.com/acme/shop/pull/${String(number)}`,
  policyDigest: 'd'.repeat(64),
})

interface Linked {
  readonly key: string
  readonly url: string
  readonly title: string
}

type Recording = Parameters<LinkPorts['recordLink']>

/** A store that wants links until they are recorded, and trackers that keep one link for each address. */
function world(links: readonly WantedLink[], outcomeOf: (link: WantedLink) => LinkOutcome, clock = () => now) {
  const open = new Set(links)
  const claimed = new Set<string>()
  const asked: Linked[] = []
  const recorded: Recording[] = []
  const first = (): Recording => {
    const [recording] = recorded
    if (recording === undefined) throw new Error('Nothing was recorded.')
    return recording
  }
  const ports: LinkPorts = {
    now: () => clock(),
    claimWantedLinks: async (limit) => {
      const free = [...open].filter(({ key }) => !claimed.has(key))
      const keys = new Set([...new Set(free.map(({ key }) => key))].slice(0, limit))
      for (const key of keys) claimed.add(key)
      return free.filter(({ key }) => keys.has(key))
    },
    giveBack: async ({ key }) => void claimed.delete(key),
    linkTicket: async (link) => {
      asked.push({ key: link.key, url: link.url, title: link.title })
      return outcomeOf(link)
    },
    recordLink: async (...recording) => {
      open.delete(recording[0])
      recorded.push(recording)
    },
  }
  return { ports, open, claimed, asked, recorded, first }
}

const isLinked = (): LinkOutcome => ({ outcome: 'linked' })
const isAway: LinkOutcome = { outcome: 'unavailable', why: 'answered 503', about: 'tracker' }
const another: TicketName = { ...bug, key: 'BUG-454' }
const story: TicketName = { tracker: 'shortcut', key: 'sc-1' }

describe('linking tickets', () => {
  test('writes the address of a change on its ticket once, and nothing the second time', async () => {
    const { ports, asked, recorded } = world([wanted(12)], isLinked)
    expect([await linkTickets(ports), await linkTickets(ports)]).toEqual([1, 0])
    expect(asked).toEqual([{ key: 'BUG-453', url: 'https://github.com/acme/shop/pull/12', title: 'acme/shop#12' }])
    expect(recorded).toHaveLength(1)
  })

  test('records it with what was written, on behalf of the policy that asks for it', async () => {
    const { ports, first } = world([wanted(12)], isLinked)
    await linkTickets(ports)
    const [link, outcome, { payload, entry }] = first()
    expect([link, outcome]).toEqual([wanted(12), 'linked'])
    expect(payload).toEqual({
      tracker: 'jira',
      key: 'BUG-453',
      url: 'https://github.com/acme/shop/pull/12',
      title: 'acme/shop#12',
      refused: null,
    })
    expect(entry).toEqual({
      kind: 'ticket.linked',
      occurredAt: now.toISOString(),
      receivedAt: now.toISOString(),
      actor: 'countersign',
      reason: 'the policy asks for a link on BUG-453 in Jira',
      organization: 'acme',
      subject: 'change/10/12',
      policyDigest: 'd'.repeat(64),
      payloadDigest: digestOf(payload),
    })
  })

  test('records a refusal with its reason, and does not try it again', async () => {
    const why = 'The account may not write on issues of BUG.'
    const { ports, asked, first } = world([wanted(12)], () => ({ outcome: 'refused', why }))
    expect([await linkTickets(ports), await linkTickets(ports)]).toEqual([0, 0])
    expect(asked).toHaveLength(1)
    const [, outcome, { payload, entry }] = first()
    expect(outcome).toBe('refused')
    expect(payload).toMatchObject({ refused: why })
    expect([entry.kind, entry.reason]).toEqual(['ticket.link-refused', `Jira refused the link on BUG-453: ${why}`])
  })

  test('leaves a link wanted while its tracker is away, asks that one no more, and goes on with the others', async () => {
    const links = [wanted(1), wanted(2, another), wanted(3, story)]
    const { ports, asked, open, claimed, recorded } = world(links, ({ tracker }) =>
      tracker === 'jira' ? isAway : { outcome: 'linked' },
    )
    expect(await linkTickets(ports)).toBe(1)
    expect(asked.map(({ title }) => title)).toEqual(['acme/shop#1', 'acme/shop#3'])
    expect([...open].map((link) => link.subject.number)).toEqual([1, 2])
    expect(recorded.map(([link]) => link.subject.number)).toEqual([3])
    // Next time it is another one's turn.
    expect([...claimed]).toEqual(['BUG-453'])
    await linkTickets(ports)
    expect(asked.map(({ title }) => title)).toEqual(['acme/shop#1', 'acme/shop#3', 'acme/shop#2'])
  })

  test('goes on with the other tickets of a tracker when one of them takes no link now', async () => {
    const links = [wanted(1), wanted(2), wanted(3, another)]
    const { ports, asked, open, claimed } = world(links, ({ key }) =>
      key === bug.key ? { outcome: 'unavailable', why: 'answered with status 409', about: 'ticket' } : isLinked(),
    )
    expect(await linkTickets(ports)).toBe(1)
    expect(asked.map(({ title }) => title)).toEqual(['acme/shop#1', 'acme/shop#3'])
    expect([...open].map((link) => link.subject.number)).toEqual([1, 2])
    expect([...claimed]).toEqual(['BUG-453'])
  })

  test('writes all that one ticket is to carry, one after another, and keeps it to itself until then', async () => {
    const { ports, claimed } = world([wanted(1), wanted(2)], isLinked)
    const seen: string[] = []
    const linkTicket: LinkPorts['linkTicket'] = async (link) => {
      seen.push(`begin ${link.title}`)
      await Promise.resolve()
      expect([...claimed]).toEqual(['BUG-453'])
      seen.push(`end ${link.title}`)
      return isLinked()
    }
    expect(await linkTickets({ ...ports, linkTicket })).toBe(2)
    expect(seen).toEqual(['begin acme/shop#1', 'end acme/shop#1', 'begin acme/shop#2', 'end acme/shop#2'])
    expect([...claimed]).toEqual([])
  })

  test('begins nothing after half a minute, and leaves the rest to others', async () => {
    let at = now
    const slow = (): LinkOutcome => {
      at = new Date(at.getTime() + 15_000)
      return isLinked()
    }
    const links = [wanted(1), wanted(2, another), wanted(3, { ...another, key: 'BUG-9' })]
    const { ports, open, claimed } = world(links, slow, () => at)
    expect(await linkTickets(ports)).toBe(2)
    expect([...open].map((link) => link.subject.number)).toEqual([3])
    expect([...claimed]).toEqual([])
    expect(await linkTickets(ports)).toBe(1)
  })

  test('ends the round of every tracker before it tells that one could not be recorded', async () => {
    const { ports } = world([wanted(1), wanted(2, story)], isLinked)
    const written: number[] = []
    const recordLink: LinkPorts['recordLink'] = async ({ tracker, subject }) => {
      if (tracker === 'jira') throw new Error('the store is away')
      await new Promise((resolve) => setImmediate(resolve))
      written.push(subject.number)
    }
    await expect(linkTickets({ ...ports, recordLink })).rejects.toThrow('the store is away')
    expect(written).toEqual([2])
  })

  test('writes what stayed wanted when the tracker is back', async () => {
    let isBack = false
    const { ports, open, claimed } = world([wanted(1), wanted(2)], () => (isBack ? isLinked() : isAway))
    expect(await linkTickets(ports)).toBe(0)
    isBack = true
    expect(await linkTickets(ports)).toBe(0)
    // The claim runs out.
    claimed.clear()
    expect(await linkTickets(ports)).toBe(2)
    expect(open.size).toBe(0)
  })

  test('writes on 50 tickets at once at most, and on the rest the next time', async () => {
    const links = Array.from({ length: 60 }, (_, at) => wanted(at + 1, { ...bug, key: `BUG-${String(at + 1)}` }))
    const { ports } = world(links, isLinked)
    expect([await linkTickets(ports), await linkTickets(ports)]).toEqual([50, 10])
  })

  test('does nothing when nothing is wanted', async () => {
    const { ports, asked } = world([], isLinked)
    expect(await linkTickets(ports)).toBe(0)
    expect(asked).toEqual([])
  })
})

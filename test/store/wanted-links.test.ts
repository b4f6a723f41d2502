import { beforeAll, expect, test } from '@jest/globals'
import { digestOf } from '#facts/digest.ts'
import { type LinkPorts, linkTickets } from '#operations/link-tickets.ts'
import { known, unknown } from '#facts/fact.ts'
import type { NamedTicket } from '#facts/ticket.ts'
import type { Database } from '#store/database.ts'
import { storeInstallation } from '#store/installations.ts'
import { readLedger } from '#store/ledger.ts'
import { ticketPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { describeOnBothDatabases } from './databases.ts'
import {
  anAssessment,
  anEntry,
  aSubject,
  aTicket,
  books,
  forgetChanges,
  namesTicket,
  recordable,
  someFacts,
} from './samples.ts'

const url = 'https://github.test/acme/shop/pull/1'
const merged = { state: 'merged', merge: { at: '2026-01-03T00:00:00Z', by: null, commitSha: null } } as const
const queue = { offer: () => Promise.resolve() }
const payload = { url }
const recorded = { payload, entry: anEntry({ kind: 'ticket.linked', payloadDigest: digestOf(payload) }) }

interface Look {
  readonly where?: Parameters<typeof aSubject>[0]
  readonly change?: Parameters<typeof someFacts>[0] | 'unseen'
  readonly at?: string
}

describeOnBothDatabases('links that tickets are to carry', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
    await storeInstallation(database.kysely, { id: 2, account: 'gone', standing: 'removed' }, new Date(0))
  })

  async function want(number: number, tickets: readonly NamedTicket[], { where, change = {}, at }: Look = {}) {
    const ports = books(database)
    const subject = aSubject({ number, ...where })
    const { number: assessment } = await ports.beginAssessment(subject)
    const facts = { ...(change === 'unseen' ? someFacts() : someFacts({ number, ...change })), tickets: known(tickets) }
    const seen = anAssessment({
      subject,
      number: assessment,
      facts: change === 'unseen' ? { ...facts, change: unknown('no permission') } : facts,
      ...(at === undefined ? {} : { at }),
    })
    await ports.recordAssessment(recordable({ assessment: seen, findingsDigest: 'f', entry: null, linkBack: 'wanted' }))
  }

  async function forget() {
    await forgetChanges(database)
    await database.kysely.deleteFrom('link_claims').execute()
  }

  const claim = (seconds: number, { limit = 100, by = database } = {}) =>
    ticketPorts(by, queue).claimWantedLinks(limit, new Date(seconds * 1_000))
  let lastClaim = 0
  /** When no claim holds any more. */
  const find = (limit = 100) => claim((lastClaim += 120), { limit })
  const findKeys = async (limit?: number) => (await find(limit)).map(({ key, subject }) => [key, subject.number])
  const countEntries = async () => (await readLedger(database.kysely, 0, 1_000)).length

  test('come with what the ticket is called now, as the change names it, and the address of the change', async () => {
    await forget()
    const answer = { outcome: 'found', ticket: aTicket({ key: 'NEW-1' }) } as const
    await want(1, [namesTicket({ key: 'OLD-1', answer })])
    expect(await find()).toEqual([
      { subject: aSubject(), tracker: 'jira', key: 'NEW-1', recordedKey: 'OLD-1', url, policyDigest: 'p1' },
    ])
  })

  test('are for open and merged changes of which the address is known, where we are still at home', async () => {
    await forget()
    await want(1, [namesTicket()])
    await want(2, [namesTicket()], { change: merged })
    await want(3, [namesTicket()], { change: { state: 'closed' } })
    await want(4, [namesTicket()], { change: 'unseen' })
    await want(5, [namesTicket()], { where: { installationId: 2 } })
    expect(await findKeys()).toEqual([
      ['SHOP-1', 1],
      ['SHOP-1', 2],
    ])
  })

  test('come longest wanted first, from each tracker in turn, so that one that is away lets the others in', async () => {
    await forget()
    await want(1, [namesTicket({ key: 'B-1' }), namesTicket({ key: 'A-1' })], { at: '2026-01-02T00:00:00Z' })
    await want(2, [namesTicket({ key: 'C-1' })], { at: '2026-01-01T00:00:00Z' })
    await want(3, [namesTicket({ tracker: 'linear', key: 'L-1' })], { at: '2026-01-03T00:00:00Z' })
    const all = [
      ['C-1', 2],
      ['L-1', 3],
      ['A-1', 1],
      ['B-1', 1],
    ]
    expect(await findKeys()).toEqual(all)
    expect(await findKeys(2)).toEqual(all.slice(0, 2))
  })

  test('are given to one for a minute, by whichever way they come to be the links of that ticket', async () => {
    await forget()
    const answer = { outcome: 'found', ticket: aTicket({ key: 'A-1' }) } as const
    await want(1, [namesTicket({ key: 'A-1' })])
    await want(2, [namesTicket({ key: 'OLD-1', answer })])
    const [other, start] = [await current().open(), 1_000_000]
    const numbers = async (seconds: number, by = other) =>
      (await claim(seconds, { by })).map(({ subject }) => subject.number)
    expect(await numbers(start, database)).toEqual([1, 2])
    await want(3, [namesTicket({ key: 'A-1' })])
    await want(4, [namesTicket({ key: 'B-1' })])
    expect(await numbers(start + 1)).toEqual([4])
    expect(await numbers(start + 59)).toEqual([])
    expect(await numbers(start + 60)).toEqual([1, 2, 3])
  })

  test('are given to others as soon as they are given back, by whoever has them', async () => {
    await forget()
    await want(1, [namesTicket({ key: 'A-1' })])
    const { giveBack } = ticketPorts(database, queue)
    const ticket = { tracker: 'jira', key: 'A-1' } as const
    expect(await claim(1_000)).toHaveLength(1)
    expect(await claim(1_060)).toHaveLength(1)
    await giveBack(ticket, new Date(1_000_000))
    expect(await claim(1_061)).toEqual([])
    await giveBack(ticket, new Date(1_060_000))
    expect(await claim(1_062)).toHaveLength(1)
  })

  test('are not kept from everybody by a clock that was an hour ahead', async () => {
    await forget()
    await want(1, [namesTicket()])
    await claim(10_000)
    expect(await claim(10_000 - 3_600)).toHaveLength(1)
  })

  test('leave no claims behind for good', async () => {
    await forget()
    const day = 24 * 3_600
    await want(1, [namesTicket()])
    await claim(0)
    const countClaims = async () => (await database.kysely.selectFrom('link_claims').selectAll().execute()).length
    await pruneStore(database.kysely, new Date(90 * day * 1_000))
    expect(await countClaims()).toBe(1)
    await pruneStore(database.kysely, new Date((90 * day + 1) * 1_000))
    expect(await countClaims()).toBe(0)
  })

  test('come first where none was tried yet, and then those not tried for longest', async () => {
    await forget()
    for (const number of [1, 2, 3]) await want(number, [namesTicket({ key: `A-${String(number)}` })])
    const keys = async (seconds: number, limit: number) => (await claim(seconds, { limit })).map(({ key }) => key)
    expect(await keys(1_000, 1)).toEqual(['A-1'])
    expect(await keys(1_005, 1)).toEqual(['A-2'])
    expect(await keys(1_100, 3)).toEqual(['A-3', 'A-1', 'A-2'])
  })

  test('are written once each, one after another on a ticket, by three workers whose rounds meet', async () => {
    await forget()
    const tickets = ['sc-1', 'sc-2', 'sc-3', 'sc-4', 'sc-5']
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await want(
        number,
        tickets.map((key) => namesTicket({ tracker: 'shortcut', key })),
      )
    }
    const before = await countEntries()
    const stories = new Map<string, readonly string[]>()
    let writes = 0
    // As Shortcut does: all links of a story are written together, so that the last who writes is right.
    const linkTicket: LinkPorts['linkTicket'] = async (link) => {
      const there = stories.get(link.key) ?? []
      await new Promise((resolve) => setImmediate(resolve))
      stories.set(link.key, [...there, link.title])
      writes += 1
      return { outcome: 'linked' }
    }
    const round = (by: Database, seconds: number) =>
      linkTickets({ now: () => new Date(seconds * 1_000), ...ticketPorts(by, queue), linkTicket })
    const others = [database, await current().open(), await current().open()]
    let linked = 0
    for (let turn = 0; turn < 5; turn += 1) {
      const counts = await Promise.all(others.map((by, place) => round(by, 1_000 + turn + place / 10)))
      linked += counts.reduce((sum, count) => sum + count, 0)
    }
    expect([linked, writes]).toEqual([30, 30])
    expect(tickets.map((key) => new Set(stories.get(key)).size)).toEqual([6, 6, 6, 6, 6])
    expect(await countEntries()).toBe(before + 30)
    expect(await database.kysely.selectFrom('link_claims').selectAll().execute()).toEqual([])
  })

  test('stay written when the change is looked at again meanwhile, with one entry', async () => {
    await forget()
    const other = await current().open()
    for (let number = 1; number <= 10; number += 1) {
      await want(number, [namesTicket()])
      const [link] = await find()
      if (link === undefined) throw new Error('There is one.')
      const before = await countEntries()
      await Promise.all([want(number, [namesTicket()]), ticketPorts(other, queue).recordLink(link, 'linked', recorded)])
      expect(await find()).toEqual([])
      expect(await countEntries()).toBe(before + 1)
    }
  })

  test.each(['linked', 'refused'] as const)(
    'are %s once, with one entry, though two workers record it',
    async (outcome) => {
      await forget()
      await want(1, [namesTicket({ key: 'nul \0' }), namesTicket({ key: 'B-1' })])
      const [first, second] = await find()
      if (first === undefined || second === undefined) throw new Error('There are two.')
      expect(first.key).toBe('B-1')
      const before = await countEntries()
      const other = await current().open()
      await Promise.all(
        [database, other, database, other].map((one) => ticketPorts(one, queue).recordLink(second, outcome, recorded)),
      )
      expect(await countEntries()).toBe(before + 1)
      expect(await findKeys()).toEqual([['B-1', 1]])
      const rows = await database.kysely.selectFrom('ticket_links').select('link_back').orderBy('key').execute()
      expect(rows).toEqual([{ link_back: 'wanted' }, { link_back: outcome }])
    },
  )

  test('that are no longer wanted are recorded as nothing else', async () => {
    await forget()
    await want(1, [namesTicket()])
    const [link] = await find()
    if (link === undefined) throw new Error('There is one.')
    await want(1, [namesTicket({ key: 'SHOP-2' })])
    const before = await countEntries()
    await ticketPorts(database, queue).recordLink(link, 'linked', recorded)
    expect(await countEntries()).toBe(before)
    expect(await findKeys()).toEqual([['SHOP-2', 1]])
  })
})

import { beforeAll, expect, test } from '@jest/globals'
import { known } from '#facts/fact.ts'
import type { NamedTicket, TicketAnswer, TicketName, TicketReading } from '#facts/ticket.ts'
import type { Database } from '#store/database.ts'
import { type Offering, ticketEventPorts, ticketPorts } from '#store/ports.ts'
import { describeOnBothDatabases } from './databases.ts'
import { aReading, anAssessment, aSubject, aTicket, books, namesTicket, recordable, someFacts } from './samples.ts'

const jira = (key: string): TicketName => ({ tracker: 'jira', key })
const queue = { offer: () => Promise.resolve() }
const found = (key: string, status = 'Open'): TicketAnswer => ({ outcome: 'found', ticket: aTicket({ key, status }) })
const away: TicketAnswer = { outcome: 'unavailable', why: 'took longer than 10 s' }
const merged = { state: 'merged', merge: { at: '2026-01-03T00:00:00Z', by: null, commitSha: null } } as const

interface Row {
  readonly when: string
  /** Before it is read for the change. */
  readonly before?: 'touch'
  /** How it is read for the change; kept in the generation that it was read in, where it is an answer. */
  readonly read?: Partial<TicketReading>
  /** Between that and what is recorded of the change. */
  readonly then?: readonly ('touch' | 'request' | 'read as it was' | 'read as another')[]
  readonly change?: Parameters<typeof someFacts>[0]
  readonly offered: 'once' | 'never'
}

const readAnew = ['touch', 'read as another'] as const
const notConnected: TicketAnswer = { outcome: 'not-connected', why: 'Set JIRA_URL.' }
const farOff = { readAt: '2036-01-02T00:00:00.000Z' }

const rows: readonly Row[] = [
  { when: 'nothing touched it', offered: 'never' },
  { when: 'it was touched before it was read, by a clock far ahead', before: 'touch', offered: 'never' },
  { when: 'it was touched while it was read', then: ['touch'], offered: 'once' },
  { when: 'it was touched while it was read by a clock far ahead', read: farOff, then: ['touch'], offered: 'once' },
  { when: 'it was touched again while it was read', before: 'touch', then: ['touch', 'touch'], offered: 'once' },
  { when: 'it was touched, and read since as another', then: readAnew, offered: 'once' },
  { when: 'it was touched, and read since as it was', then: ['touch', 'read as it was'], offered: 'never' },
  { when: 'it was read since as another, though nobody told', then: ['read as another'], offered: 'once' },
  { when: 'somebody wants it read anew', then: ['request'], offered: 'never' },
  { when: 'it was touched and its tracker was away', read: { answer: away }, then: readAnew, offered: 'never' },
  {
    when: 'it was touched and an older answer stood in',
    read: { staleBecause: 'failed' },
    then: readAnew,
    offered: 'never',
  },
  { when: 'nobody may be asked for it', read: { answer: notConnected }, then: readAnew, offered: 'never' },
  { when: 'the change was merged meanwhile', then: ['touch'], change: merged, offered: 'never' },
]

describeOnBothDatabases('a change that rests on a ticket', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
  })
  let number = 0

  const within = (on: Database) => ticketEventPorts(on, queue, () => new Date('2030-01-01T00:00:00.000Z')).inTransaction
  const touch = (name: TicketName, on = database) => within(on)((told) => told.touchTickets([name]))

  async function read(name: TicketName, reading: TicketReading): Promise<void> {
    const { findTicket, keepTicket } = ticketPorts(database, queue)
    const { generation } = await findTicket(name)
    const { outcome } = reading.answer
    if (outcome === 'found' && reading.staleBecause === null) await keepTicket(name, reading, generation)
  }

  async function record(ticket: NamedTicket, change: Row['change'], offer: Offering['offer']): Promise<void> {
    const subject = aSubject({ number })
    const ports = books(database, offer)
    const begun = await ports.beginAssessment(subject)
    const facts = { ...someFacts({ number, ...change }), tickets: known([ticket]) }
    const assessment = anAssessment({ subject, number: begun.number, facts })
    await ports.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
  }

  test.each(rows.map((row) => [row.offered, row.when, row] as const))(
    'is %s looked at again when %s',
    async (_offered, _when, { before, read: how, then = [], change, offered }) => {
      number += 1
      const name = jira(`SHOP-${number}`)
      const title = `nul \0, half \ud800`
      const reading = aReading({ answer: { outcome: 'found', ticket: aTicket({ key: name.key, title }) }, ...how })
      if (before === 'touch') await touch(name)
      await read(name, reading)
      for (const one of then) {
        if (one === 'touch') await touch(name)
        else if (one === 'request') await within(database)((told) => told.requestTickets([name]))
        else await read(name, one === 'read as it was' ? reading : { ...aReading(), answer: found(name.key, 'Done') })
      }
      const offers: unknown[] = []
      await record({ ...name, named: name.key, ...reading }, change, (entries) =>
        Promise.resolve(void offers.push(...entries)),
      )
      const reason = 'a ticket that it names was changed while it was looked at'
      const once = [{ subject: aSubject({ number }), cause: expect.objectContaining({ reason }) }]
      expect(offers).toEqual(offered === 'once' ? once : [])
    },
  )

  test('is looked at again when the ticket was touched under the key that it has now', async () => {
    number += 1
    const [old, now] = [jira(`OLD-${number}`), jira(`NEW-${number}`)]
    const reading = aReading({ answer: found(now.key) })
    const offers: unknown[] = []
    const offer: Offering['offer'] = (entries) => Promise.resolve(void offers.push(...entries))
    const lookWith = async (meanwhile: () => Promise<void>) => {
      await read(old, reading)
      await meanwhile()
      await record({ ...namesTicket(reading), ...old, named: old.key }, {}, offer)
      return offers.length
    }
    const nothing = () => Promise.resolve()
    expect(await lookWith(nothing)).toBe(1)
    expect(await lookWith(nothing)).toBe(1)
    expect(await lookWith(() => touch(now))).toBe(2)
    expect(await lookWith(nothing)).toBe(2)
  })

  test('and a touch of that key never miss each other, however they come together', async () => {
    const other = await current().open()
    for (let round = 0; round < 10; round += 1) {
      number += 1
      const [old, now] = [jira(`FROM-${number}`), jira(`${round % 2 === 0 ? 'A' : 'Z'}-${number}`)]
      const reading = aReading({ answer: found(now.key) })
      await read(old, reading)
      await read(old, reading)
      const offers: unknown[] = []
      const offer: Offering['offer'] = (entries) => Promise.resolve(void offers.push(...entries))
      const [naming] = await Promise.all([
        within(other)(async (told) => {
          await told.touchTickets([now])
          return told.findChangesNaming([now])
        }),
        record({ ...namesTicket(reading), ...old, named: old.key }, {}, offer),
      ])
      expect(naming.length + offers.length).toBeGreaterThanOrEqual(1)
    }
  })
})

import { beforeAll, expect, test } from '@jest/globals'
import type { TicketAnswer, TicketName, TicketReading } from '#facts/ticket.ts'
import type { DeliveryTransaction } from '#operations/receive-delivery.ts'
import type { Database } from '#store/database.ts'
import { deliveryPorts, ticketPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { nothingKept } from '../operations/sample-tickets.ts'
import { describeOnBothDatabases } from './databases.ts'
import { aReading, aTicket } from './samples.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 10, hour)).toISOString()
const queue = { offer: () => Promise.resolve() }
const firstOf = nothingKept.generation
const none: TicketAnswer = { outcome: 'not-found-or-hidden' }

interface Answered {
  readonly hour: number
  readonly answer?: TicketAnswer
}

const readingOf = ({ hour, answer = none }: Answered): TicketReading => ({
  answer,
  readAt: at(hour),
  staleBecause: null,
})

describeOnBothDatabases('kept tickets', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
  })
  const jira = (key: string): TicketName => ({ tracker: 'jira', key })
  const find = (name: TicketName) => ticketPorts(database, queue).findTicket(name)
  const keepRead = (name: TicketName, reading: TicketReading, on = database) =>
    ticketPorts(on, queue).keepTicket(name, reading, firstOf)
  /** What was asked for after so many touches and requests. */
  const keepIn = (name: TicketName, [touches, requests]: readonly [number, number], answered: Answered) =>
    ticketPorts(database, queue).keepTicket(name, readingOf(answered), { touches, requests })
  const keep = (name: TicketName, hour: number, answer: TicketAnswer = none) =>
    keepRead(name, readingOf({ hour, answer }))
  const within = <T>(hour: number, work: (within: DeliveryTransaction) => Promise<T>, on = database) =>
    deliveryPorts(on, queue, () => new Date(at(hour))).inTransaction(work)
  const touch = (names: readonly TicketName[], hour: number, on = database) =>
    within(hour, (told) => told.touchTickets(names), on)
  const request = (names: readonly TicketName[]) => within(0, (told) => told.requestTickets(names))
  const moved = (key: string): TicketAnswer => ({ outcome: 'found', ticket: aTicket({ key }) })

  test('are found as their tracker told of them', async () => {
    const name = jira('SHOP-1')
    expect(await find(name)).toEqual(nothingKept)
    const title = `nul \0, half \ud800, '); --`
    const reading = aReading({ answer: { outcome: 'found', ticket: aTicket({ title }) }, readAt: at(2) })
    await keep(name, 1)
    await keepRead(name, reading)
    expect(await find(name)).toEqual({ ...nothingKept, reading })
  })

  test('are kept anew after the clock was set back', async () => {
    const name = jira('SHOP-4')
    await keep(name, 9)
    await keep(name, 2)
    expect((await find(name)).reading?.readAt).toBe(at(2))
  })

  test('are of their tracker and key alone, and these may hold anything', async () => {
    const strange = jira(`nul \0 '); --`)
    await keep(strange, 2)
    expect((await find(strange)).reading).toMatchObject({ answer: none })
    for (const other of [jira('SHOP-2'), jira('shop-1'), { tracker: 'linear', key: 'SHOP-1' } as const]) {
      expect(await find(other)).toEqual(nothingKept)
    }
  })

  test('are never kept as stale: an answer is as old as it is', async () => {
    await keepRead(jira('SHOP-3'), aReading({ staleBecause: 'took longer than 10 s' }))
    expect((await find(jira('SHOP-3'))).reading).toEqual(aReading())
  })

  test.each([
    ['on time', 3],
    ['by a clock that is behind', -1_000],
    ['by a clock that is ahead', 1_000],
  ])('that were touched %s while the tracker was asked are not kept, only what is asked later', async (when, hour) => {
    const name = jira(`TOLD ${when}`)
    await touch([name], hour)
    await keep(name, 2)
    const touched = { since: 'touched', touchedAt: at(hour), generation: { touches: 1, requests: 0 } }
    expect(await find(name)).toMatchObject({ ...touched, reading: null })
    await keepIn(name, [1, 0], { hour: 4 })
    const answered = { since: 'nothing', touchedAt: null, answersTouchAt: at(hour) }
    expect(await find(name)).toMatchObject({ ...answered, reading: { readAt: at(4) } })
    await touch([name, jira(`OTHER ${when}`), name], hour)
    expect(await find(name)).toMatchObject({ ...touched, reading: { readAt: at(4) }, generation: { touches: 2 } })
    expect(await find(jira(`OTHER ${when}`))).toMatchObject({ ...touched, reading: null })
  })

  test('tell when they were first touched since they were read, and before', async () => {
    const name = jira('FIRST-1')
    const times = async () => {
      const { touchedAt, answersTouchAt } = await find(name)
      return [touchedAt, answersTouchAt]
    }
    await touch([name], 3)
    await touch([name], 4)
    expect(await times()).toEqual([at(3), null])
    await keepIn(name, [2, 0], { hour: 5 })
    expect(await times()).toEqual([null, at(3)])
    await keepIn(name, [2, 0], { hour: 6 })
    await touch([name], 7)
    expect(await times()).toEqual([at(7), at(3)])
  })

  test('that somebody wants read anew stay usable, until what was asked for after that is kept', async () => {
    const name = jira('ANEW-1')
    const since = async () => (await find(name)).since
    await keep(name, 2)
    await request([name, jira('ANEW-2'), name])
    expect(await find(name)).toMatchObject({ reading: { readAt: at(2) }, since: 'requested', touchedAt: null })
    await keep(name, 3)
    expect([await since(), (await find(name)).reading?.readAt]).toEqual(['requested', at(3)])
    await keepIn(name, [0, 1], { hour: 4 })
    expect(await since()).toBe('nothing')
    await keep(name, 5)
    expect((await find(name)).reading?.readAt).toBe(at(4))
    await request([name])
    await touch([name], 6)
    expect(await find(name)).toMatchObject({ since: 'touched', generation: { touches: 1, requests: 2 } })
    expect(await find(jira('ANEW-2'))).toMatchObject({ reading: null, generation: { touches: 0, requests: 1 } })
  })

  test('that have moved are touched under the key they have now as well', async () => {
    const name = jira('OLD-1')
    await keep(name, 2, moved('NEW-1'))
    await keepIn(name, [1, 0], { hour: 2, answer: moved('NEW-1') })
    expect((await find(name)).since).toBe('nothing')
    await touch([jira('NEW-1')], 3)
    expect(await find(name)).toMatchObject({ since: 'touched', touchedAt: at(3), generation: { touches: 2 } })
    await touch([name, jira('NEW-1')], 4)
    expect(await find(name)).toMatchObject({ touchedAt: at(3), generation: { touches: 3 } })
    await keepIn(name, [3, 0], { hour: 5 })
    await touch([jira('NEW-1')], 6)
    expect(await find(name)).toMatchObject({ since: 'touched', touchedAt: at(6) })
    await keepIn(name, [4, 0], { hour: 7, answer: moved('OLD-1') })
    await touch([jira('NEW-1')], 8)
    expect((await find(name)).since).toBe('nothing')
  })

  test('found for the first time to have moved count as touched once, in case the other key was', async () => {
    const name = jira('OLD-2')
    await touch([jira('NEW-2')], 3)
    await keep(name, 2, moved('NEW-2'))
    expect(await find(name)).toMatchObject({ since: 'touched', touchedAt: at(3), generation: { touches: 1 } })
    await keepIn(name, [1, 0], { hour: 2, answer: moved('NEW-2') })
    expect(await find(name)).toMatchObject({ since: 'nothing', touchedAt: null, generation: { touches: 1 } })
    await keep(jira('OLD-3'), 2, moved('NEW-3'))
    expect(await find(jira('OLD-3'))).toMatchObject({ since: 'touched', touchedAt: null })
  })

  test('are touched in the form of their name where GitHub writes another case', async () => {
    const name = { tracker: 'github-issues', key: 'acme/old#7' } as const
    await keep(name, 2, moved('Acme/Shop#7'))
    await keepIn(name, [1, 0], { hour: 2, answer: moved('Acme/Shop#7') })
    await touch([{ tracker: 'github-issues', key: 'acme/shop#7' }], 3)
    expect((await find(name)).touchedAt).toBe(at(3))
  })

  test('are never kept behind the back of a touch, however the two come together', async () => {
    const other = await current().open()
    for (let round = 0; round < 20; round += 1) {
      const [one, two, now] = [jira(`ROUND-${round}`), jira(`BOUT-${round}`), jira(`${round % 2 ? 'A' : 'Z'}-${round}`)]
      await Promise.all([
        keep(one, 10, moved(now.key)),
        touch([one, two], 11),
        keepRead(one, aReading({ readAt: at(10) }), other),
        touch([two, one], 11, other),
        keepRead(two, { ...aReading(), answer: moved(now.key) }, other),
        touch([now], 11),
      ])
      for (const name of [one, two]) {
        expect(await find(name)).toMatchObject({ since: 'touched', touchedAt: at(11) })
        const { reading } = await find(name)
        await keep(name, 12)
        expect((await find(name)).reading).toEqual(reading)
      }
    }
  })

  test('and a move that is found out never miss each other', async () => {
    const other = await current().open()
    for (let round = 0; round < 20; round += 1) {
      const [old, now] = [jira(`GONE-${round}`), jira(`${round % 2 ? 'A' : 'Z'}-THERE-${round}`)]
      await Promise.all([keep(old, 10, moved(now.key)), touch([now], 11, other)])
      expect((await find(old)).since).toBe('touched')
    }
  })

  test('are forgotten 30 days after they were read, touches of what was not read after a day', async () => {
    await database.kysely.deleteFrom('tickets').execute()
    const day = 24
    await keep(jira('READ-1'), 0)
    await keep(jira('READ-2'), 2)
    await touch([jira('TOLD-1')], 29 * day)
    await touch([jira('TOLD-2'), jira('READ-2')], 29 * day + 2)
    const pruned = await pruneStore(database.kysely, new Date(at(30 * day + 1)))
    expect(pruned).toMatchObject({ tickets: 2, ticketLinks: 0 })
    const left = await database.kysely.selectFrom('tickets').select('key').orderBy('key').execute()
    expect(left.map(({ key }) => key)).toEqual(['READ-2', 'TOLD-2'])
  })
})

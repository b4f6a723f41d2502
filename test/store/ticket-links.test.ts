import { beforeAll, expect, test } from '@jest/globals'
import type { Act } from '#engine/assessment.ts'
import { digestOf } from '#facts/digest.ts'
import { known, unknown } from '#facts/fact.ts'
import type { NamedTicket, TicketName } from '#facts/ticket.ts'
import type { Database } from '#store/database.ts'
import { deliveryPorts, type Offering, ticketEventPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { describeOnBothDatabases } from './databases.ts'
import {
  aReading,
  anAssessment,
  anEntry,
  aSubject,
  aTicket,
  books,
  hasNoTicket,
  namesTicket,
  recordable,
  someFacts,
} from './samples.ts'

const jira = (key: string): TicketName => ({ tracker: 'jira', key })
const merged = { state: 'merged', merge: { at: '2026-01-03T00:00:00Z', by: null, commitSha: null } } as const
const away = { answer: { outcome: 'unavailable', why: 'took longer than 10 s' } } as const
const queue = { offer: () => Promise.resolve() }

type Change = Parameters<typeof someFacts>[0]

interface Look {
  readonly change?: Change
  readonly linkBack?: 'wanted' | 'no'
  readonly offer?: Offering['offer']
}

describeOnBothDatabases('the tickets that changes rest on', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
  })

  async function look(number: number, tickets: readonly NamedTicket[], { change, linkBack = 'no', offer }: Look = {}) {
    const ports = books(database, offer)
    const subject = aSubject({ number })
    const { number: assessment } = await ports.beginAssessment(subject)
    const facts = { ...someFacts({ number, ...change }), tickets: known(tickets) }
    const seen = anAssessment({ subject, number: assessment, facts })
    await ports.recordAssessment(recordable({ assessment: seen, findingsDigest: 'f', entry: null, linkBack }))
  }

  const rowsOf = (number: number) =>
    database.kysely.selectFrom('ticket_links').selectAll().where('number', '=', number).orderBy('key').execute()
  const linkBacksOf = async (number: number) => (await rowsOf(number)).map(({ key, link_back }) => [key, link_back])
  const setLinkBack = (number: number, link_back: 'linked' | 'refused') =>
    database.kysely.updateTable('ticket_links').set({ link_back }).where('number', '=', number).execute()
  const naming = async (...names: readonly TicketName[]) => {
    const { inTransaction } = ticketEventPorts(database, queue, () => new Date(0))
    return (await inTransaction((within) => within.findChangesNaming(names))).map(({ number }) => number)
  }

  test('are told of changes that somebody wants judged anew', async () => {
    await look(71, [namesTicket({ key: 'ANEW-1' })])
    const notConnected = { outcome: 'not-connected', why: 'Set JIRA_URL.' } as const
    await look(72, [
      namesTicket({ key: 'ANEW-1' }),
      namesTicket({ key: 'ANEW-2', ...away }),
      namesTicket({ key: 'ANEW-3', answer: notConnected }),
    ])
    const { inTransaction } = deliveryPorts(database, queue, () => new Date(0))
    const of = async (...numbers: readonly number[]) => {
      const subjects = numbers.map((number) => aSubject({ number }))
      return (await inTransaction((within) => within.findTicketsOf(subjects))).map(({ key }) => key).sort()
    }
    expect(await of(71)).toEqual(['ANEW-1'])
    expect(await of(71, 72)).toEqual(['ANEW-1', 'ANEW-2'])
    expect(await of(73)).toEqual([])
    expect(await of()).toEqual([])
  })

  test('are those of the latest record, each as it was read', async () => {
    const { findRecordedTicket } = books(database)
    const title = `nul \0, half \ud800`
    const reading = aReading({ answer: { outcome: 'found', ticket: aTicket({ title }) }, staleBecause: 'is away' })
    await look(1, [namesTicket(reading), namesTicket({ key: `nul \0`, answer: { outcome: 'not-found-or-hidden' } })])
    expect(await findRecordedTicket(aSubject(), jira('SHOP-1'))).toEqual(reading)
    expect(await findRecordedTicket(aSubject(), jira('nul \0'))).toMatchObject({ staleBecause: null })
    for (const other of [jira('SHOP-2'), { tracker: 'linear', key: 'SHOP-1' } as const]) {
      expect(await findRecordedTicket(aSubject(), other)).toBeNull()
    }
    expect(await findRecordedTicket(aSubject({ number: 2 }), jira('SHOP-1'))).toBeNull()
    await look(1, [namesTicket({ key: 'SHOP-2' })])
    expect(await findRecordedTicket(aSubject(), jira('SHOP-1'))).toBeNull()
    expect(await findRecordedTicket(aSubject(), jira('SHOP-2'))).toEqual(
      aReading({ answer: { outcome: 'found', ticket: aTicket({ key: 'SHOP-2' }) } }),
    )
  })

  test('are recorded once where a change names one of them in two ways', async () => {
    const issue = { tracker: 'github-issues', key: 'acme/shop#7' } as const
    await look(1, [namesTicket({ ...issue, named: '#7' }), namesTicket({ ...issue, named: 'shop#7' })])
    expect(await rowsOf(1)).toHaveLength(1)
  })

  test('stay while nobody can see which ones the change names', async () => {
    await look(1, [namesTicket()])
    const ports = books(database)
    const { number } = await ports.beginAssessment(aSubject())
    const facts = { ...someFacts(), tickets: unknown('not looked for') }
    const assessment = anAssessment({ number, facts })
    await ports.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
    expect(await naming(jira('SHOP-1'))).toEqual([1])
  })

  test('lead back to the open changes that name them, each once and in order', async () => {
    await look(1, [namesTicket(), namesTicket({ key: 'SHOP-9' })])
    await look(11, [namesTicket()])
    await look(2, [namesTicket()])
    await look(3, [namesTicket({ key: 'SHOP-3' })])
    await look(4, [namesTicket()], { change: { state: 'closed' } })
    expect(await naming(jira('SHOP-1'))).toEqual([1, 2, 11])
    expect(await naming(jira('SHOP-9'), jira('SHOP-3'), jira('SHOP-1'))).toEqual([1, 2, 3, 11])
    expect(await naming(jira('SHOP-4'), { tracker: 'linear', key: 'SHOP-1' })).toEqual([])
    expect(await naming()).toEqual([])
  })

  test('that have moved lead back from both keys', async () => {
    const answer = { outcome: 'found', ticket: aTicket({ key: 'NEW-1' }) } as const
    await look(5, [namesTicket({ key: 'OLD-1', answer })])
    expect([await naming(jira('OLD-1')), await naming(jira('NEW-1'))]).toEqual([[5], [5]])
  })

  test('of merged changes lead back only where they rest on an outage', async () => {
    await look(6, [namesTicket({ key: 'SHOP-6' })], { change: merged })
    await look(7, [namesTicket({ key: 'SHOP-6', ...away }), namesTicket({ key: 'SHOP-7' })], { change: merged })
    expect(await naming(jira('SHOP-6'))).toEqual([7])
    expect(await naming(jira('SHOP-7'))).toEqual([])
  })

  test('tell the next assessment when one of them rests on an outage', async () => {
    const restsOnOutage = async () => (await books(database).beginAssessment(aSubject({ number: 8 }))).restsOnOutage
    expect(await restsOnOutage()).toBe(false)
    await look(8, [namesTicket(), namesTicket({ key: 'SHOP-8', ...away })])
    expect(await restsOnOutage()).toBe(true)
    await look(8, [namesTicket({ staleBecause: 'answered 502' })])
    expect(await restsOnOutage()).toBe(true)
    await look(8, [namesTicket()])
    expect(await restsOnOutage()).toBe(false)
  })

  test('are to carry a link when that is asked for and they were found, but for GitHub’s own', async () => {
    const tickets = [
      namesTicket({ key: 'A-1' }),
      namesTicket({ key: 'B-1', answer: { outcome: 'not-found-or-hidden' } }),
      namesTicket({ key: 'C-1', ...away }),
      namesTicket({ tracker: 'github-issues', key: 'acme/shop#7' }),
      namesTicket({ tracker: 'linear', key: 'E-1', staleBecause: 'answered 502' }),
    ]
    await look(20, tickets)
    expect((await linkBacksOf(20)).map(([, linkBack]) => linkBack)).toEqual(['no', 'no', 'no', 'no', 'no'])
    await look(20, tickets, { linkBack: 'wanted' })
    expect(await linkBacksOf(20)).toEqual([
      ['A-1', 'wanted'],
      ['B-1', 'no'],
      ['C-1', 'no'],
      ['E-1', 'wanted'],
      ['acme/shop#7', 'no'],
    ])
    await look(20, tickets)
    expect((await linkBacksOf(20)).map(([, linkBack]) => linkBack)).toEqual(['no', 'no', 'no', 'no', 'no'])
  })

  test.each(['linked', 'refused'] as const)('that are %s stay so while the change names them', async (outcome) => {
    await look(21, [namesTicket({ key: 'A-1' })], { linkBack: 'wanted' })
    await setLinkBack(21, outcome)
    const both = [namesTicket({ key: 'A-1', ...away }), namesTicket({ key: 'A-2' })]
    await look(21, both, { linkBack: 'wanted' })
    expect(await linkBacksOf(21)).toEqual([
      ['A-1', outcome],
      ['A-2', 'wanted'],
    ])
    await look(21, both)
    expect(await linkBacksOf(21)).toEqual([
      ['A-1', outcome],
      ['A-2', 'no'],
    ])
    await look(21, [namesTicket({ key: 'A-2' })])
    await look(21, both.slice(0, 1), { linkBack: 'wanted' })
    expect(await linkBacksOf(21)).toEqual([['A-1', 'no']])
  })

  test('keep their place in the line of wanted links from look to look', async () => {
    await look(22, [namesTicket()], { linkBack: 'wanted' })
    const [first] = await rowsOf(22)
    const earlier = '2026-01-01T00:00:00.000Z'
    expect(first?.wanted_at).toBe('2026-01-02T00:00:00.000Z')
    await database.kysely.updateTable('ticket_links').set({ wanted_at: earlier }).where('number', '=', 22).execute()
    await look(22, [namesTicket()], { linkBack: 'wanted' })
    expect((await rowsOf(22))[0]?.wanted_at).toBe(earlier)
  })

  test('are forgotten with a change that is gone', async () => {
    await look(23, [namesTicket({ key: 'GONE-1' })], { linkBack: 'wanted' })
    await books(database).recordGone(aSubject({ number: 23 }))
    expect(await rowsOf(23)).toEqual([])
    expect(await naming(jira('GONE-1'))).toEqual([])
  })

  test('and a touch never miss each other, however they come together', async () => {
    const other = await current().open()
    for (let round = 0; round < 10; round += 1) {
      const name = jira(`MEET-${String(round)}`)
      const ticket = namesTicket({ ...name, readAt: '2026-01-02T00:00:00.000Z' })
      await ticketEventPorts(database, queue, () => new Date('2026-01-01T00:00:00Z')).inTransaction((within) =>
        within.touchTickets([name]),
      )
      const offered: unknown[] = []
      const told = ticketEventPorts(other, queue, () => new Date('2026-01-02T12:00:00Z'))
      const [found] = await Promise.all([
        told.inTransaction(async (within) => {
          await within.touchTickets([name])
          return within.findChangesNaming([name])
        }),
        look(30 + round, [ticket], { offer: (entries) => Promise.resolve(void offered.push(...entries)) }),
      ])
      expect(found.length + offered.length).toBeGreaterThanOrEqual(1)
    }
  })

  test('are recorded together with what is to be added to the record of a merged change', async () => {
    const ports = books(database)
    const subject = aSubject({ number: 50 })
    const { number } = await ports.beginAssessment(subject)
    const addition: Act = {
      subject,
      assessment: number,
      key: 'addition',
      digest: 'f',
      state: 'intended',
      at: '2026-01-03T00:00:00.000Z',
      externalId: 77,
    }
    const assessment = anAssessment({ subject, number, facts: someFacts({ number: 50, ...merged }) })
    const entry = anEntry({ subject: 'change/10/50', payloadDigest: digestOf('another') })
    const recorded = recordable({ assessment, findingsDigest: 'f', entry, addition })
    await expect(ports.recordAssessment(recorded)).rejects.toThrow('another one')
    expect((await ports.beginAssessment(subject)).acts).toEqual([])
    const again = { ...assessment, number: 2 }
    const payloadDigest = digestOf(again)
    const intended = { ...addition, assessment: 2 }
    await ports.recordAssessment({
      ...recorded,
      assessment: again,
      addition: intended,
      entry: { ...entry, payloadDigest },
    })
    expect((await ports.beginAssessment(subject)).acts).toEqual([intended])
  })

  test('come with how the change traces to them', async () => {
    const traceOf = async (number: number) =>
      (await database.kysely.selectFrom('changes').select('trace').where('number', '=', number).execute())[0]?.trace
    const ports = books(database)
    const subject = aSubject({ number: 51 })
    await ports.beginAssessment(subject)
    expect(await traceOf(51)).toBeNull()
    const assessment = anAssessment({ subject, findings: [hasNoTicket] })
    await ports.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
    expect(await traceOf(51)).toBe('missing')
  })

  test('are forgotten 90 days after the merge, but for links still wanted, and after the last look at what is closed', async () => {
    await database.kysely.deleteFrom('ticket_links').execute()
    await look(60, [namesTicket()])
    await look(61, [namesTicket(), namesTicket({ key: 'SHOP-2', ...away })], { change: merged, linkBack: 'wanted' })
    await look(62, [namesTicket()], { change: { state: 'closed' }, linkBack: 'wanted' })
    const later = (hours: number) => new Date(Date.parse('2026-01-02T00:00:00Z') + (90 * 24 + hours) * 3_600_000)
    expect(await pruneStore(database.kysely, later(0))).toMatchObject({ ticketLinks: 0 })
    expect(await pruneStore(database.kysely, later(1))).toMatchObject({ ticketLinks: 1 })
    expect(await pruneStore(database.kysely, later(25))).toMatchObject({ ticketLinks: 1 })
    expect([await linkBacksOf(60), await linkBacksOf(61)]).toEqual([[['SHOP-1', 'no']], [['SHOP-1', 'wanted']]])
  })
})

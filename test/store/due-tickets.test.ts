import { beforeAll, expect, test } from '@jest/globals'
import { known } from '#facts/fact.ts'
import type { NamedTicket } from '#facts/ticket.ts'
import type { Database } from '#store/database.ts'
import { storeInstallation } from '#store/installations.ts'
import { ticketPorts } from '#store/ports.ts'
import { describeOnBothDatabases } from './databases.ts'
import {
  anAssessment,
  aSubject,
  books,
  forgetChanges,
  hasReview,
  namesTicket,
  recordable,
  someFacts,
  waitsForReview,
} from './samples.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 10, 0, minute)).toISOString()
const merged = (minute: number) => ({ state: 'merged', merge: { at: at(minute), by: null, commitSha: null } }) as const
const away = { answer: { outcome: 'unavailable', why: 'took longer than 10 s' } } as const
const never = at(-10_000)

type DueBefore = Parameters<ReturnType<typeof ticketPorts>['findDueTickets']>[0]

const before = (minute: number, change: Partial<DueBefore> = {}): DueBefore => ({
  outage: at(minute),
  awaited: { jira: at(minute), linear: at(minute), shortcut: at(minute), 'github-issues': at(minute) },
  mergedSince: at(0),
  ...change,
})

interface Look {
  readonly where?: Parameters<typeof aSubject>[0]
  readonly change?: Parameters<typeof someFacts>[0]
  readonly standing?: 'met' | 'waiting'
}

describeOnBothDatabases('tickets that are due', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
    await storeInstallation(database.kysely, { id: 1, account: 'acme', standing: 'active' }, new Date(0))
    await storeInstallation(database.kysely, { id: 2, account: 'gone', standing: 'suspended' }, new Date(0))
  })

  async function look(number: number, tickets: readonly NamedTicket[], about: Look = {}) {
    const ports = books(database)
    const subject = aSubject({ number, ...about.where })
    const { number: assessment } = await ports.beginAssessment(subject)
    const facts = { ...someFacts({ number, ...about.change }), tickets: known(tickets) }
    const findings = [about.standing === 'met' ? hasReview : waitsForReview]
    const seen = anAssessment({ subject, number: assessment, facts, findings })
    await ports.recordAssessment(recordable({ assessment: seen, findingsDigest: 'f', entry: null }))
  }

  const due = (asked: DueBefore, limit = 100) =>
    ticketPorts(database, { offer: () => Promise.resolve() }).findDueTickets(asked, limit)
  const dueKeys = async (asked: DueBefore, limit?: number) =>
    (await due(asked, limit)).map(({ key, recorded }) => [key, ...recorded.map(({ subject }) => subject.number)])
  const recheck = async (asked: DueBefore, minute: number) => {
    const { recordRecheck } = ticketPorts(database, { offer: () => Promise.resolve() })
    for (const ticket of await due(asked)) await recordRecheck(ticket, new Date(at(minute)))
  }

  test('come each once, with everything that was recorded of them, as it was recorded', async () => {
    await forgetChanges(database)
    const [one, two] = [namesTicket({ readAt: at(2) }), namesTicket({ readAt: at(1), staleBecause: 'answered 502' })]
    await look(1, [one])
    await look(2, [two])
    const { answer } = one
    expect(await due(before(5))).toEqual([
      {
        tracker: 'jira',
        key: 'SHOP-1',
        recorded: [
          { subject: aSubject(), tracker: 'jira', key: 'SHOP-1', answer, readAt: at(2), staleBecause: null },
          {
            subject: aSubject({ number: 2 }),
            tracker: 'jira',
            key: 'SHOP-1',
            answer,
            readAt: at(1),
            staleBecause: 'answered 502',
          },
        ],
      },
    ])
  })

  test('where they rest on an outage: of open changes, met or not, and of those merged lately', async () => {
    await forgetChanges(database)
    const ticket = namesTicket({ ...away, readAt: at(2) })
    await look(1, [ticket], { standing: 'met' })
    await look(2, [ticket])
    await look(3, [ticket], { change: merged(0), standing: 'met' })
    await look(4, [ticket], { change: merged(-1) })
    await look(5, [ticket], { change: { state: 'closed' } })
    const onlyOutages = (minute: number) =>
      before(minute, { awaited: { jira: never, linear: never, shortcut: never, 'github-issues': never } })
    expect(await dueKeys(onlyOutages(2))).toEqual([])
    expect(await dueKeys(onlyOutages(3))).toEqual([['SHOP-1', 1, 2, 3]])
    await recheck(onlyOutages(3), 5)
    expect(await dueKeys(onlyOutages(5))).toEqual([])
    expect(await dueKeys(onlyOutages(6))).toEqual([['SHOP-1', 1, 2, 3]])
  })

  test('where somebody waits: of open changes that are not met, when the tracker told of them before', async () => {
    await forgetChanges(database)
    const hidden = { answer: { outcome: 'not-found-or-hidden' } } as const
    const nobody = { answer: { outcome: 'not-connected', why: 'Set JIRA_URL.' } } as const
    const read = (key: string) => namesTicket({ key, readAt: at(2) })
    await look(1, [read('A-1'), { ...read('B-1'), ...hidden }, { ...read('C-1'), ...nobody }])
    await look(2, [read('A-1')], { standing: 'met' })
    await look(3, [read('A-1')], { change: merged(0) })
    await look(4, [read('A-1')], { change: { state: 'closed' } })
    const awaited = (minute: number) => before(minute, { outage: never })
    expect(await dueKeys(awaited(2))).toEqual([])
    const both = [
      ['A-1', 1],
      ['B-1', 1],
    ]
    expect(await dueKeys(awaited(3))).toEqual(both)
    await recheck(awaited(3), 5)
    expect(await dueKeys(awaited(5))).toEqual([])
    expect(await dueKeys(awaited(6))).toEqual(both)
  })

  test('are awaited for as long as is said of their tracker', async () => {
    await forgetChanges(database)
    const trackers = ['jira', 'linear', 'shortcut', 'github-issues'] as const
    await look(
      1,
      trackers.map((tracker) => namesTicket({ tracker, key: tracker, readAt: at(2) })),
    )
    const awaited = { jira: at(2), linear: at(3), shortcut: never, 'github-issues': at(3) }
    expect(await dueKeys(before(0, { awaited }))).toEqual([
      ['github-issues', 1],
      ['linear', 1],
    ])
  })

  test('that were read for one change are not read for the others of it', async () => {
    await forgetChanges(database)
    await look(1, [namesTicket({ readAt: at(1) })])
    await look(2, [namesTicket({ readAt: at(3) })])
    await recheck(before(2), 4)
    expect(await dueKeys(before(4))).toEqual([['SHOP-1', 2]])
  })

  test('are rechecked for all of their changes, however many repositories these are of', async () => {
    await forgetChanges(database)
    for (const repositoryId of [10, 11]) {
      for (const number of [1, 2]) await look(number, [namesTicket({ readAt: at(1) })], { where: { repositoryId } })
    }
    expect(await dueKeys(before(2))).toEqual([['SHOP-1', 1, 2, 1, 2]])
    await recheck(before(2), 4)
    expect(await dueKeys(before(4))).toEqual([])
  })

  test('of installations that are suspended are left out; of those that we know nothing of they are not', async () => {
    await forgetChanges(database)
    const tickets = [namesTicket({ key: 'A-1', readAt: at(1) }), namesTicket({ key: 'B-1', ...away, readAt: at(1) })]
    await look(1, tickets, { where: { installationId: 2 } })
    await look(2, tickets, { where: { installationId: 3 } })
    expect(await dueKeys(before(2))).toEqual([
      ['A-1', 2],
      ['B-1', 2],
    ])
  })

  test('come longest unread first, from each tracker in turn, so that one that is away lets the others in', async () => {
    await forgetChanges(database)
    const jira = [4, 1, 3, 2].map((minute) => namesTicket({ key: `J-${String(minute)}`, ...away, readAt: at(minute) }))
    const linear = [6, 5].map((minute) =>
      namesTicket({ tracker: 'linear', key: `L-${String(minute)}`, readAt: at(minute) }),
    )
    await look(1, [...jira, ...linear])
    const keys = async (limit: number) => (await dueKeys(before(9), limit)).map(([key]) => key)
    expect(await keys(100)).toEqual(['J-1', 'L-5', 'J-2', 'L-6', 'J-3', 'J-4'])
    expect(await keys(3)).toEqual(['J-1', 'L-5', 'J-2'])
  })

  test('are counted as tickets, not as what rests on them', async () => {
    await forgetChanges(database)
    for (const number of [1, 2, 3])
      await look(number, [namesTicket({ readAt: at(1) }), namesTicket({ key: 'SHOP-2', readAt: at(2) })])
    expect(await dueKeys(before(9), 1)).toEqual([['SHOP-1', 1, 2, 3]])
  })
})

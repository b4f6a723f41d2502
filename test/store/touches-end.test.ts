import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { digestOf } from '#facts/digest.ts'
import { known } from '#facts/fact.ts'
import type { Subject } from '#facts/subject.ts'
import { restsOnOutage, type Ticket, type TicketName } from '#facts/ticket.ts'
import { lookUpTicket, type TicketPorts } from '#operations/look-up-ticket.ts'
import { receiveTicketEvent } from '#operations/receive-ticket-event.ts'
import { recheckTickets } from '#operations/recheck-tickets.ts'
import type { Database } from '#store/database.ts'
import { assessmentPorts, deliveryPorts, ticketEventPorts, ticketPorts } from '#store/ports.ts'
import { guardTracker } from '#trackers/guard.ts'
import { TrackerUnavailable } from '#trackers/tracker.ts'
import { describeOnBothDatabases } from './databases.ts'
import { anAssessment, aSubject, aTicket, forgetChanges, recordable, someFacts } from './samples.ts'

/** Two changes name one ticket. A step goes on with the look at one of them, or begins it when it is queued. */
type Event =
  | { readonly do: 'step'; readonly of: 0 | 1 }
  /** The ticket becomes another, or moves, and its tracker tells. */
  | { readonly do: 'change' | 'move' }
  | { readonly do: 'request' | 'recheck' | 'go away' | 'come back' }
  | { readonly do: 'set clock'; readonly whose: 'web' | 'worker'; readonly byMs: number }

const step = fc.record({ do: fc.constant('step' as const), of: fc.constantFrom(0 as const, 1 as const) })
const clockSet = fc.record({
  do: fc.constant('set clock' as const),
  whose: fc.constantFrom('web' as const, 'worker' as const),
  byMs: fc.constantFrom(-86_400_000, -600_000, -2_000, 500, 2_000, 600_000, 86_400_000),
})
const simply = (what: Exclude<Event['do'], 'step' | 'set clock'>) => fc.constant({ do: what } as const)
const event: fc.Arbitrary<Event> = fc.oneof(
  { arbitrary: step, weight: 10 },
  { arbitrary: simply('change'), weight: 3 },
  ...[clockSet, ...(['move', 'request', 'recheck', 'go away', 'come back'] as const).map(simply)].map((arbitrary) => ({
    arbitrary,
    weight: 1,
  })),
)

const cause = { actor: 'jira', reason: 'issue_updated', occurredAt: '', receivedAt: '' }
const start = Date.parse('2026-05-04T10:00:00.000Z')

/** Our store, with everything around it made up: two clocks, a queue, and a tracker that asks nobody to wait. */
function openWorld(database: Database, run: number) {
  const old: TicketName = { tracker: 'jira', key: `OLD-${run}` }
  const now: TicketName = { tracker: 'jira', key: `NEW-${run}` }
  const subjects = [aSubject({ number: 2 * run + 1 }), aSubject({ number: 2 * run + 2 })] as const
  const clocks = { web: start, worker: start }
  const tracker = { isAway: false, version: 0, moved: false }
  const told = { offered: 0, changes: 0, looks: 0 }
  const queued = new Set<number>(subjects.map((subject) => subject.number))
  const put = (entries: readonly { readonly subject: Subject }[]) =>
    entries.forEach(({ subject }) => subject.kind === 'change' && queued.add(subject.number))
  const queue = { offer: async (entries: Parameters<typeof put>[0]) => put(entries) }
  const recording = {
    offer: async (entries: Parameters<typeof put>[0]) => {
      told.offered += entries.length
      put(entries)
    },
  }
  const web = () => new Date(clocks.web)
  const worker = () => new Date(clocks.worker)
  const ticketNow = () => aTicket({ key: (tracker.moved ? now : old).key, status: String(tracker.version) })
  const findTicket = async (): Promise<Ticket> => {
    if (tracker.isAway) throw new TrackerUnavailable('failed (500)')
    return ticketNow()
  }
  const guard = guardTracker(
    { tracker: 'jira', findTicket, linkBack: null, findSelf: async () => '' },
    { now: worker, failures: 1_000_000 },
  )
  const kept = ticketPorts(database, queue)
  const ports: TicketPorts = {
    ...kept,
    now: worker,
    whyNotConnected: () => null,
    askTracker: ({ key }, asking) => guard.ask(key, asking),
  }
  const books = assessmentPorts(database, recording, worker)

  /** Waits at every gate to be let go on. */
  async function look(of: 0 | 1, gate: () => Promise<void>): Promise<void> {
    const subject = subjects[of]
    told.looks += 1
    const { number } = await books.beginAssessment(subject)
    const gated: TicketPorts = {
      ...ports,
      findTicket: (name) => ports.findTicket(name).finally(gate),
      askTracker: (name, asking) => ports.askTracker(name, asking).finally(gate),
      keepTicket: (...keeping) => ports.keepTicket(...keeping).finally(gate),
    }
    const asked = { ...old, repository: null }
    const ticket = await lookUpTicket(asked, { subject, mergedAt: null }, gated)
    const facts = { ...someFacts({ number: subject.number }), tickets: known([ticket]) }
    const assessment = anAssessment({ subject, number, facts })
    await books.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
  }

  const looks = [stepper((gate) => look(0, gate)), stepper((gate) => look(1, gate))] as const
  const isBusy = () => queued.size > 0 || looks.some((one) => one.isUnderWay())

  async function tell(names: readonly TicketName[]): Promise<void> {
    told.changes += 1
    tracker.version += 1
    await receiveTicketEvent({ names, cause }, ticketEventPorts(database, queue, web))
  }

  async function happen(happened: Event): Promise<void> {
    switch (happened.do) {
      case 'step':
        if (looks[happened.of].isUnderWay() || queued.delete(subjects[happened.of].number)) {
          await looks[happened.of].go()
        }
        return
      case 'change':
        await tell([tracker.moved ? now : old])
        return
      case 'move':
        tracker.moved = !tracker.moved
        await tell([old, now])
        return
      case 'request':
        await deliveryPorts(database, queue, web).inTransaction(async (within) =>
          within.requestTickets(await within.findTicketsOf([...subjects])),
        )
        return
      case 'recheck':
        await recheckTickets({ ...ports, ...kept, now: worker }, { toldBy: new Set() })
        return
      case 'go away':
      case 'come back':
        tracker.isAway = happened.do === 'go away'
        return
      case 'set clock':
        clocks[happened.whose] += happened.byMs
    }
  }

  /** Ends when nothing is queued; how many looks that took. */
  async function settle(): Promise<number> {
    const before = told.looks
    for (let steps = 0; isBusy() && steps < 200; steps += 1) {
      await happen({ do: 'step', of: (steps % 2) as 0 | 1 })
    }
    expect(isBusy()).toBe(false)
    return told.looks - before
  }

  /** For both changes: what was recorded last is what the ticket is now, or an outage. */
  async function recorded(): Promise<readonly ('as it is' | 'as it was' | 'outage')[]> {
    const answer = { outcome: 'found', ticket: ticketNow() }
    const readings = await Promise.all(subjects.map((subject) => kept.findRecordedTicket(subject, old)))
    return readings.map((reading) => {
      if (reading === null || restsOnOutage(reading)) return 'outage'
      return digestOf(reading.answer) === digestOf(answer) ? 'as it is' : 'as it was'
    })
  }
  return { happen, settle, recorded, told }
}

/** Lets something go on from gate to gate. */
function stepper(work: (gate: () => Promise<void>) => Promise<void>) {
  let open: (() => void) | null = null
  let arrived = Promise.withResolvers<null>()
  const gate = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<null>()
    open = () => resolve(null)
    arrived.resolve(null)
    await promise
  }
  return {
    isUnderWay: () => open !== null,
    go: async () => {
      arrived = Promise.withResolvers()
      const { promise } = arrived
      if (open === null) {
        work(gate).then(arrive, (error: unknown) => arrived.reject(error))
      } else {
        const goOn = open
        open = null
        goOn()
      }
      await promise
    },
  }
  function arrive(): void {
    open = null
    arrived.resolve(null)
  }
}

describeOnBothDatabases('whatever is told, wanted, away and set', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
  })
  let runs = 0

  test('looks end, and what is recorded last was asked for after it was told last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 50 }), async (events) => {
        runs += 1
        await forgetChanges(database)
        const world = openWorld(database, runs)
        for (const one of events) await world.happen(one)
        // Each change: the look under way, what is queued, and one more that the ticket was touched meanwhile or moved.
        expect(await world.settle()).toBeLessThanOrEqual(8)
        // Before any round reads it again.
        expect(await world.recorded()).not.toContain('as it was')
        await world.happen({ do: 'come back' })
        for (let round = 0; round < 3; round += 1) {
          await world.happen({ do: 'set clock', whose: 'worker', byMs: 10 * 86_400_000 })
          await world.happen({ do: 'recheck' })
          expect(await world.settle()).toBeLessThanOrEqual(4)
        }
        // At most once for each of both changes, and once that the ticket was found to have moved.
        expect(world.told.offered).toBeLessThanOrEqual(2 * (world.told.changes + 1))
        expect(await world.recorded()).toEqual(['as it is', 'as it is'])
      }),
      { numRuns: database.dialect === 'sqlite' ? 30 : 15 },
    )
  }, 120_000)
})

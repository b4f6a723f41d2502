import { describe, expect, test } from '@jest/globals'
import type { KeptTicket, TicketGeneration } from '#engine/assessment.ts'
import type { AskedTicket } from '#facts/asked.ts'
import type { TicketAnswer, TicketName, TicketReading } from '#facts/ticket.ts'
import { type AskingTracker, lookUpTicket, readTicket, type TicketPorts } from '#operations/look-up-ticket.ts'
import { subject } from './fake-world.ts'
import { away, bug, found, hidden, minutesBefore, notConnected, nothingKept, now, readingAt } from './sample-tickets.ts'

interface Asked {
  readonly name: TicketName
  readonly asking: AskingTracker
}

/** What we keep and have recorded, and a tracker that answers one thing. */
function world(answer: TicketAnswer, over: Partial<KeptTicket> & { readonly recorded?: TicketReading } = {}) {
  const { recorded = null, ...keeps } = over
  const asked: Asked[] = []
  const kept: { readonly name: TicketName; readonly reading: TicketReading; readonly generation: TicketGeneration }[] =
    []
  const soughtRecord: TicketName[] = []
  const ports: TicketPorts = {
    now: () => now,
    findTicket: async () => ({ ...nothingKept, ...keeps }),
    keepTicket: async (name, reading, generation) => void kept.push({ name, reading, generation }),
    findRecordedTicket: async (_subject, name) => {
      soughtRecord.push(name)
      return recorded
    },
    whyNotConnected: () => null,
    askTracker: async (name, asking) => {
      asked.push({ name, asking })
      return answer
    },
  }
  return { ports, asked, kept, soughtRecord }
}

const renamed = found({ title: 'Broken dropdown, again' })
const fresh: TicketReading = { answer: renamed, readAt: now.toISOString(), staleBecause: null }

const touched = { since: 'touched', touchedAt: minutesBefore(1) } as const

interface Row {
  readonly when: string
  readonly keeps: Partial<KeptTicket>
  readonly answers: TicketAnswer
  readonly reading: TicketReading
  /** Whether the tracker is asked. */
  readonly asks: 'once' | 'never'
  readonly keptAnew: 'the answer' | 'nothing'
}

const standIn = (minutes: number): TicketReading => ({ ...readingAt(minutes), staleBecause: away.why })
const unanswered: TicketReading = { answer: away, readAt: now.toISOString(), staleBecause: null }

const rows: readonly Row[] = [
  {
    when: 'nothing is kept: the tracker is asked, and its answer kept',
    keeps: {},
    answers: renamed,
    reading: fresh,
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'an answer of this minute is kept: the tracker is left alone',
    keeps: { reading: readingAt(1) },
    answers: renamed,
    reading: readingAt(1),
    asks: 'never',
    keptAnew: 'nothing',
  },
  {
    when: 'the kept answer is not quite five minutes old: the tracker is left alone',
    keeps: { reading: readingAt(4.99) },
    answers: renamed,
    reading: readingAt(4.99),
    asks: 'never',
    keptAnew: 'nothing',
  },
  {
    when: 'the kept answer is five minutes old: the tracker is asked',
    keeps: { reading: readingAt(5) },
    answers: renamed,
    reading: fresh,
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'it was kept a minute ago that there is none: that is an answer too',
    keeps: { reading: readingAt(1, hidden) },
    answers: renamed,
    reading: readingAt(1, hidden),
    asks: 'never',
    keptAnew: 'nothing',
  },
  {
    when: 'the ticket was touched after it was read: the tracker is asked',
    keeps: { reading: readingAt(2), ...touched },
    answers: renamed,
    reading: fresh,
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'the ticket was touched after it was read, whatever the clocks say: the tracker is asked',
    keeps: { reading: readingAt(2), ...touched, touchedAt: minutesBefore(3) },
    answers: renamed,
    reading: fresh,
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'the ticket was touched before it was read, whatever the clocks say: the tracker is left alone',
    keeps: { reading: readingAt(2), answersTouchAt: minutesBefore(-60) },
    answers: renamed,
    reading: readingAt(2),
    asks: 'never',
    keptAnew: 'nothing',
  },
  {
    when: 'somebody wants it read anew: the tracker is asked',
    keeps: { reading: readingAt(1), since: 'requested' },
    answers: renamed,
    reading: fresh,
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'somebody wants it read anew and the tracker is away: what is kept stands in, marked',
    keeps: { reading: readingAt(1), since: 'requested' },
    answers: away,
    reading: standIn(1),
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'the kept answer is of a clock a little ahead: the tracker is left alone',
    keeps: { reading: readingAt(-4.99) },
    answers: renamed,
    reading: readingAt(-4.99),
    asks: 'never',
    keptAnew: 'nothing',
  },
  {
    when: 'the clock was set back since the answer was kept: the tracker is asked',
    keeps: { reading: readingAt(-5) },
    answers: renamed,
    reading: fresh,
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'the tracker says there is none, which is kept',
    keeps: { reading: readingAt(10) },
    answers: hidden,
    reading: { ...fresh, answer: hidden },
    asks: 'once',
    keptAnew: 'the answer',
  },
  {
    when: 'the tracker is away and an older answer stands in, marked',
    keeps: { reading: readingAt(10) },
    answers: away,
    reading: standIn(10),
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'the tracker is away and the answer is not quite a day old: it stands in',
    keeps: { reading: readingAt(24 * 60 - 1) },
    answers: away,
    reading: standIn(24 * 60 - 1),
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'the tracker is away and the answer is a day old: it does not',
    keeps: { reading: readingAt(24 * 60) },
    answers: away,
    reading: unanswered,
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'the tracker is away and the ticket was touched since: what is kept does not stand in',
    keeps: { reading: readingAt(2), ...touched },
    answers: away,
    reading: unanswered,
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'the tracker is away and earlier there was no such ticket: that does not stand in',
    keeps: { reading: readingAt(10, hidden) },
    answers: away,
    reading: unanswered,
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'the tracker is away and nothing is kept: the outage is the answer',
    keeps: {},
    answers: away,
    reading: unanswered,
    asks: 'once',
    keptAnew: 'nothing',
  },
  {
    when: 'there is nobody to ask any more: no older answer stands in, and nothing is kept',
    keeps: { reading: readingAt(10) },
    answers: notConnected,
    reading: { ...fresh, answer: notConnected },
    asks: 'once',
    keptAnew: 'nothing',
  },
]

describe('reading a ticket when', () => {
  test.each(rows.map((row) => [row.when, row] as const))('%s', async (_when, row) => {
    const { ports, asked, kept } = world(row.answers, row.keeps)
    expect(await readTicket(bug, subject, ports)).toEqual(row.reading)
    expect(asked).toHaveLength(row.asks === 'once' ? 1 : 0)
    expect(kept).toEqual(
      row.keptAnew === 'nothing' ? [] : [{ name: bug, reading: row.reading, generation: nothingKept.generation }],
    )
  })

  test('it is on behalf of an organization, and no call is joined that began before the ticket was touched', async () => {
    const generation = { touches: 3, requests: 2 }
    const { ports, asked, kept } = world(renamed, { reading: readingAt(2), ...touched, generation })
    await readTicket(bug, subject, ports)
    expect(asked).toEqual([{ name: bug, asking: { installationId: 1, organization: 'acme', generation: 5 } }])
    expect(kept).toEqual([{ name: bug, reading: fresh, generation }])
  })

  test('nothing ever touched it, any call under way will do', async () => {
    const { ports, asked } = world(renamed)
    await readTicket(bug, subject, ports)
    expect(asked[0]?.asking.generation).toBe(0)
  })

  test('it is touched while it is read, the reading dates from before that', async () => {
    let clock = now.getTime()
    const { ports } = world(renamed)
    const slow: TicketPorts = {
      ...ports,
      now: () => new Date(clock),
      findTicket: async () => {
        clock += 1_000
        return nothingKept
      },
    }
    const reading = await readTicket(bug, subject, slow)
    expect(reading.readAt).toBe(now.toISOString())
  })
})

const asked = (over: Partial<AskedTicket> = {}): AskedTicket => ({
  tracker: 'jira',
  key: 'BUG-453',
  repository: null,
  ...over,
})

const mergedAt = minutesBefore(30)

type AtMerge = [
  sentence: string,
  mergedAt: string | null,
  recorded: TicketReading | undefined,
  source: 'record' | 'tracker',
]

const merges: readonly AtMerge[] = [
  ['of an open change, what was recorded is not looked at', null, readingAt(1), 'tracker'],
  ['of a merged change, the reading in the moment of the merge counts', mergedAt, readingAt(30), 'record'],
  ['so does one ten minutes before', mergedAt, readingAt(40), 'record'],
  ['one longer before does not', mergedAt, readingAt(40.01), 'tracker'],
  ['one after the merge does not', mergedAt, readingAt(29.99), 'tracker'],
  ['one that stood in for a tracker that was away does not', mergedAt, standIn(31), 'tracker'],
  ['an outage does not', mergedAt, readingAt(31, away), 'tracker'],
  ['that there was none does not', mergedAt, readingAt(31, hidden), 'tracker'],
  ['where nothing was recorded, the tracker is asked', mergedAt, undefined, 'tracker'],
]

describe('what a ticket is for a change:', () => {
  test.each(merges)('%s', async (_sentence, ...[at, recorded, source]) => {
    const fakes = world(renamed, recorded === undefined ? {} : { recorded })
    const looked = await lookUpTicket(asked(), { subject, mergedAt: at }, fakes.ports)
    const from = source === 'record' ? recorded : fresh
    expect(looked).toEqual({ ...bug, named: 'BUG-453', ...from })
    expect(fakes.asked).toHaveLength(source === 'record' ? 0 : 1)
    expect(fakes.soughtRecord).toEqual(at === null ? [] : [bug])
  })
})

type TouchedAtMerge = [sentence: string, keeps: Partial<KeptTicket>, source: 'record' | 'tracker']

/** Recorded five minutes before the merge. */
const readEarlier = readingAt(35)
const sinceTouched = (minutes: number) => ({ since: 'touched', touchedAt: minutesBefore(minutes) }) as const
const readAnew = { reading: readingAt(6, renamed) }

const touches: readonly TouchedAtMerge[] = [
  ['touched before the merge, it may have been another at the merge', sinceTouched(32), 'tracker'],
  ['touched in the moment of the merge as well', sinceTouched(30), 'tracker'],
  ['touched before the merge, by a clock that is behind, as well', sinceTouched(36), 'tracker'],
  ['touched after the merge, perhaps because of it, it was what it was recorded', sinceTouched(29.99), 'record'],
  ['so it was where somebody wanted it read anew', { since: 'requested' }, 'record'],
  [
    'and where it was touched before it was recorded',
    { reading: readEarlier, answersTouchAt: minutesBefore(36) },
    'record',
  ],
  ['even if these two clocks differ', { reading: readEarlier, answersTouchAt: minutesBefore(34) }, 'record'],
  [
    'read anew since because of a touch before the merge, it may have been another',
    { ...readAnew, answersTouchAt: minutesBefore(32) },
    'tracker',
  ],
  [
    'read anew because of one after the merge, it was what it was recorded',
    { ...readAnew, answersTouchAt: minutesBefore(29) },
    'record',
  ],
  ['read anew because it was time, too', readAnew, 'record'],
  ['and because of a touch before it was recorded', { ...readAnew, answersTouchAt: minutesBefore(36) }, 'record'],
]

test.each(touches)('of a merged change, %s', async (_sentence, ...[keeps, source]) => {
  const { ports } = world(renamed, { reading: readEarlier, ...keeps, recorded: readEarlier })
  const looked = await lookUpTicket(asked(), { subject, mergedAt }, ports)
  expect(looked).toEqual({ ...bug, named: 'BUG-453', ...(source === 'record' ? readEarlier : fresh) })
})

const longBefore = readingAt(180)
const closed = { status: 'Done', category: 'closed' } as const
const longMerges: readonly (readonly [
  sentence: string,
  read: TicketAnswer,
  recorded: TicketReading,
  source: string,
])[] = [
  ['another by now, with no word of since when, it was what was read last', found(closed), longBefore, 'record'],
  ['another since the merge', found({ ...closed, categorySince: minutesBefore(29) }), longBefore, 'record'],
  ['another since before the merge', found({ ...closed, categorySince: minutesBefore(31) }), longBefore, 'tracker'],
  ['the same as then', found({ title: 'In other words' }), longBefore, 'tracker'],
  ['another than more than a day before the merge', found(closed), readingAt(30 + 24 * 60 + 1), 'tracker'],
  ['not there any more', hidden, longBefore, 'tracker'],
]

test.each(longMerges)(
  'of a change merged hours after the last look, %s',
  async (_sentence, ...[answer, recorded, source]) => {
    const { ports, asked: calls } = world(answer, { recorded })
    const looked = await lookUpTicket(asked(), { subject, mergedAt }, ports)
    const read = { answer, readAt: now.toISOString(), staleBecause: null }
    expect(looked).toEqual({ ...bug, named: 'BUG-453', ...(source === 'record' ? recorded : read) })
    expect(calls).toHaveLength(1)
  },
)

type Naming = [sentence: string, asked: AskedTicket, owner: string, name: TicketName]

const issue = (key: string, repository: string | null) => asked({ tracker: 'github-issues', key, repository })
const onGithub = (key: string): TicketName => ({ tracker: 'github-issues', key })

const namings: readonly Naming[] = [
  ['a ticket of Jira goes by its key', asked(), 'acme', bug],
  ['one of Linear too', asked({ tracker: 'linear', key: 'ENG-1' }), 'acme', { tracker: 'linear', key: 'ENG-1' }],
  ['a story too', asked({ tracker: 'shortcut', key: 'sc-12' }), 'acme', { tracker: 'shortcut', key: 'sc-12' }],
  ['an issue is one of the repository of the change', issue('#7', null), 'acme', onGithub('acme/shop#7')],
  ['or of the repository that the policy names', issue('#7', 'Tracking'), 'acme', onGithub('acme/tracking#7')],
  ['a name in capitals is the same one', issue('#7', null), 'ACME', onGithub('acme/shop#7')],
  [
    'a policy that names another organization’s stays in its own',
    issue('#7', 'evil/shop'),
    'acme',
    onGithub('acme/evil/shop#7'),
  ],
]

test.each(namings)('%s', async (_sentence, ...[askedFor, owner, name]) => {
  const { ports, asked: askedOf, kept } = world(renamed)
  const looked = await lookUpTicket(askedFor, { subject: { ...subject, owner }, mergedAt: null }, ports)
  expect([looked.tracker, looked.key, looked.named]).toEqual([name.tracker, name.key, askedFor.key])
  expect(askedOf.map((one) => one.name)).toEqual([name])
  expect(kept.map((one) => one.name)).toEqual([name])
})

test('what was read for one organization is not given to another that may not ask', async () => {
  const { ports, asked } = world(renamed, { reading: fresh })
  const why = 'This organization is not on TRACKER_ORGANIZATIONS.'
  const closed: TicketPorts = { ...ports, whyNotConnected: (_tracker, owner) => (owner === 'acme' ? null : why) }
  const read = (owner: string) => readTicket({ tracker: 'jira', key: 'BUG-453' }, { installationId: 1, owner }, closed)
  expect((await read('other')).answer).toEqual({ outcome: 'not-connected', why })
  expect((await read('acme')).answer).toEqual(renamed)
  expect(asked).toEqual([])
})

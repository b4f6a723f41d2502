import { canonicalJson } from '#facts/canonical-json.ts'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import { restsOnOutage, type TicketName, type TicketReading, type Tracker, trackerNames } from '#facts/ticket.ts'
import type { RecordedTicket } from '#engine/assessment.ts'
import { isRoundOver, sumOfLanes } from './in-lanes.ts'
import { readTicket, type TicketPorts } from './look-up-ticket.ts'

export interface Ports extends Pick<
  TicketPorts,
  'now' | 'findTicket' | 'keepTicket' | 'whyNotConnected' | 'askTracker'
> {
  /** Tickets that are due, those not read for longest first: each with every open or recently merged change that rests on it. */
  readonly findDueTickets: (due: DueBefore, limit: number) => Promise<readonly DueTicket[]>
  /** The tracker was asked again for these changes: the ticket is due again later, whatever came of it. */
  readonly recordRecheck: (due: DueTicket, at: Date) => Promise<void>
  readonly offer: (subjects: readonly ChangeSubject[], cause: Cause) => Promise<void>
}

/** ISO 8601, UTC. */
export interface DueBefore {
  /** Rests on an outage, and was not read again since. */
  readonly outage: string
  /** Somebody waits on a change that rests on it, and it was not read since: by tracker. */
  readonly awaited: Readonly<Record<Tracker, string>>
  /** Changes merged before are let be. */
  readonly mergedSince: string
}

export interface DueTicket extends TicketName {
  readonly recorded: readonly RecordedTicket[]
}

/** How often tickets are read again that somebody waits on: where the tracker tells of changes, in case that is lost. */
export interface Pace {
  readonly toldBy: ReadonlySet<Tracker>
}

const minutes = 60_000
const untoldEveryMs = 10 * minutes
const toldEveryMs = 60 * minutes
const outageEveryMs = 30_000
const mergedForMs = 30 * 24 * 60 * minutes
const atOnce = 200

/**
 * Reads tickets again, and has the changes judged again that rest on another answer than is given now: those that rest
 * on an outage, and those that somebody waits on. Returns how many changes it queued.
 *
 * The tracker alone is asked, and all of them side by side. One that does not answer is asked for no other ticket this
 * time; next time it is asked for another one, so that one ticket it stumbles over holds up no others.
 */
export async function recheckTickets(ports: Ports, { toldBy }: Pace): Promise<number> {
  const now = ports.now()
  const due = await ports.findDueTickets(dueBefore(now, toldBy), atOnce)
  const round: Round = { away: new Set(), begunAt: now }
  const lanes = Map.groupBy(due, laneOf)
  return sumOfLanes([...lanes.values()].map((tickets) => recheckInTurn(tickets, round, ports)))
}

/** Those that one who is away would hold up. */
const laneOf = ({ tracker, recorded }: DueTicket): string => {
  const subject = recorded[0]?.subject
  return subject === undefined ? tracker : placeOf(tracker, subject)
}

interface Round {
  /** What has not answered in this round. */
  readonly away: Set<string>
  readonly begunAt: Date
}

/** How many tickets one tracker is asked for at a time. */
const together = 4

/** First one alone, by which the tracker shows whether it answers. */
async function recheckInTurn(tickets: readonly DueTicket[], round: Round, ports: Ports): Promise<number> {
  const first = await recheckEach(tickets.slice(0, 1).values(), round, ports)
  const others = tickets.slice(1).values()
  return first + (await sumOfLanes(Array.from({ length: together }, () => recheckEach(others, round, ports))))
}

/** Takes one ticket after another from a line that others may take from, too. */
async function recheckEach(line: IterableIterator<DueTicket>, round: Round, ports: Ports): Promise<number> {
  let offered = 0
  for (let next = line.next(); next.done !== true; next = line.next()) {
    if (isRoundOver(round.begunAt, ports.now())) break
    offered += await recheckOne(next.value, round, ports)
  }
  return offered
}

async function recheckOne(ticket: DueTicket, { away }: Round, ports: Ports): Promise<number> {
  const { asked, changed } = await recheck(ticket, away, ports)
  if (asked.length === 0) return 0
  const now = ports.now()
  if (changed.length > 0) await ports.offer(changed, causeOf(ticket, now))
  await ports.recordRecheck({ ...ticket, recorded: asked }, now)
  return changed.length
}

interface Rechecked {
  /** For which the tracker was asked. */
  readonly asked: readonly RecordedTicket[]
  readonly changed: readonly ChangeSubject[]
}

/** Once for each organization: a tracker may be open to some of them alone. Adds to `away` what does not answer. */
async function recheck({ tracker, key, recorded }: DueTicket, away: Set<string>, ports: Ports): Promise<Rechecked> {
  const asked: RecordedTicket[] = []
  const changed: ChangeSubject[] = []
  for (const group of Map.groupBy(recorded, ({ subject }) => subject.owner.toLowerCase()).values()) {
    const subject = group[0]?.subject
    if (subject === undefined || away.has(placeOf(tracker, subject))) continue
    const reading = await readTicket({ tracker, key }, subject, ports)
    asked.push(...group)
    if (isAway(reading)) away.add(placeOf(tracker, subject))
    else changed.push(...group.filter((one) => !saysTheSame(one, reading)).map((one) => one.subject))
  }
  return { asked, changed }
}

/** What is away when a question stays open: a tracker; for an issue on GitHub, that installation. */
const placeOf = (tracker: Tracker, { installationId }: ChangeSubject): string =>
  tracker === 'github-issues' ? `${tracker} ${String(installationId)}` : tracker

function dueBefore(now: Date, toldBy: Pace['toldBy']): DueBefore {
  const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString()
  const awaited = (tracker: Tracker): string => ago(toldBy.has(tracker) ? toldEveryMs : untoldEveryMs)
  return {
    outage: ago(outageEveryMs),
    awaited: {
      jira: awaited('jira'),
      linear: awaited('linear'),
      shortcut: awaited('shortcut'),
      'github-issues': awaited('github-issues'),
    },
    mergedSince: ago(mergedForMs),
  }
}

const isAway = ({ answer, staleBecause }: TicketReading): boolean =>
  answer.outcome === 'unavailable' || staleBecause !== null

/** A tracker that is well and has no answer to this one question takes back nothing but that it is away. */
function saysTheSame(recorded: TicketReading, read: TicketReading): boolean {
  if (read.answer.outcome === 'unanswered') return !isAway(recorded)
  return !restsOnOutage(recorded) && canonicalJson(recorded.answer) === canonicalJson(read.answer)
}

function causeOf({ tracker, key }: TicketName, now: Date): Cause {
  const at = now.toISOString()
  const reason = `${trackerNames[tracker]} says something else of ${key} than was recorded`
  return { actor: 'countersign', reason, occurredAt: at, receivedAt: at }
}

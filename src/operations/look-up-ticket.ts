import type { AskedTicket } from '#facts/asked.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { NamedTicket, TicketAnswer, TicketName, TicketReading, Tracker } from '#facts/ticket.ts'
import type { KeptTicket, TicketGeneration } from '#engine/assessment.ts'

export interface TicketPorts {
  readonly now: () => Date
  /** What we keep of the tracker's answers. */
  readonly findTicket: (name: TicketName) => Promise<KeptTicket>
  /** Kept only while nothing has told since that generation, in which it was asked for, that the ticket is another now. */
  readonly keepTicket: (name: TicketName, reading: TicketReading, generation: TicketGeneration) => Promise<void>
  /** The reading that was recorded last of a ticket that this change names; null when there is none. */
  readonly findRecordedTicket: (subject: ChangeSubject, name: TicketName) => Promise<TicketReading | null>
  /** Why nobody may be asked on behalf of that organization; null: somebody may. A sentence for whoever runs the server. */
  readonly whyNotConnected: (tracker: Tracker, organization: string) => string | null
  /** Never throws for what trackers do: a tracker that does not answer, or is none of ours, is an answer too. */
  readonly askTracker: (name: TicketName, asking: AskingTracker) => Promise<TicketAnswer>
}

export interface AskingTracker {
  readonly installationId: number
  /** The login of the organization on whose behalf it is asked. */
  readonly organization: string
  /** Grows with all that is heard of the ticket: a call under way that began with a smaller one is of no use. */
  readonly generation: number
}

/** How old an answer may be that is given again. */
const keptForMs = 5 * 60_000
/** How old one may be that stands in for a tracker that is away; it is marked. */
const standsInForMs = 24 * 3_600_000

/** What its tracker says of a ticket: what we keep of it, or what is answered now and then kept. */
export async function readTicket(
  name: TicketName,
  subject: Pick<ChangeSubject, 'installationId' | 'owner'>,
  ports: Pick<TicketPorts, 'now' | 'findTicket' | 'keepTicket' | 'whyNotConnected' | 'askTracker'>,
): Promise<TicketReading> {
  // Before anything is read: what is told meanwhile is told of later than this.
  const at = ports.now()
  // What was read for one organization of the server is not given to another that may not ask.
  const why = ports.whyNotConnected(name.tracker, subject.owner)
  if (why !== null) return { answer: { outcome: 'not-connected', why }, readAt: at.toISOString(), staleBecause: null }
  const { reading: kept, since, generation } = await ports.findTicket(name)
  if (kept !== null && since === 'nothing' && isYounger(kept, at, keptForMs)) return kept
  const { installationId, owner: organization } = subject
  const asking = { installationId, organization, generation: generation.touches + generation.requests }
  const answer = await ports.askTracker(name, asking)
  const reading: TicketReading = { answer, readAt: at.toISOString(), staleBecause: null }
  if (answer.outcome === 'found' || answer.outcome === 'not-found-or-hidden') {
    await ports.keepTicket(name, reading, generation)
  }
  // Told of a change since, what is kept is of no use, not even while the tracker is away.
  if (answer.outcome !== 'unavailable' || kept === null || since === 'touched' || !standsIn(kept, at)) return reading
  return { ...kept, staleBecause: answer.why }
}

/** While the tracker is away. That a ticket was not there earlier says nothing: it may have been made since. */
const standsIn = (kept: TicketReading, at: Date): boolean =>
  kept.answer.outcome === 'found' && isYounger(kept, at, standsInForMs)

/** Read later than now, it was read by another clock, or ours was set back since: it is as old as they are apart. */
const isYounger = ({ readAt }: TicketReading, at: Date, thanMs: number): boolean =>
  Math.abs(at.getTime() - Date.parse(readAt)) < thanMs

/** How long before the merge a ticket may have been read to count as what it was at the merge. */
const atMergeMs = 10 * 60_000
/** How long before, when what is read afterwards does not tell what it was. */
const beforeMergeMs = 24 * 3_600_000

/**
 * What a ticket is for a change that names it.
 *
 * Of a merged change it is the ticket at the merge that counts, since a tracker may close tickets when a change is merged:
 * the last reading before it when that is recent, or when what is read afterwards is of afterwards.
 */
export async function lookUpTicket(
  asked: AskedTicket,
  { subject, mergedAt }: { readonly subject: ChangeSubject; readonly mergedAt: string | null },
  ports: TicketPorts,
): Promise<NamedTicket> {
  const name = nameOf(asked, subject)
  const named = { ...name, named: asked.key }
  const before = mergedAt === null ? null : await readBefore(name, { subject, mergedAt }, ports)
  if (before !== null && mergedAt !== null && Date.parse(mergedAt) - Date.parse(before.readAt) <= atMergeMs) {
    return { ...named, ...before }
  }
  const reading = await readTicket(name, subject, ports)
  const isOfAfterwards = before !== null && mergedAt !== null && hasChangedSince(mergedAt, before, reading)
  return { ...named, ...(isOfAfterwards ? before : reading) }
}

/** The last reading before the merge, where nothing was told between the two. */
async function readBefore(
  name: TicketName,
  { subject, mergedAt }: { readonly subject: ChangeSubject; readonly mergedAt: string },
  ports: TicketPorts,
): Promise<TicketReading | null> {
  const recorded = await ports.findRecordedTicket(subject, name)
  if (recorded?.answer.outcome !== 'found' || recorded.staleBecause !== null) return null
  const agoMs = Date.parse(mergedAt) - Date.parse(recorded.readAt)
  if (agoMs < 0 || agoMs > beforeMergeMs) return null
  return wasTouchedBetween(recorded, mergedAt, await ports.findTicket(name)) ? null : recorded
}

/** Where a tracker does not tell since when a ticket is what it is, that it is another than before tells enough. */
function hasChangedSince(mergedAt: string, before: TicketReading, { answer }: TicketReading): boolean {
  if (before.answer.outcome !== 'found' || answer.outcome !== 'found') return false
  const { category, categorySince, status } = answer.ticket
  if (categorySince !== null && Date.parse(categorySince) >= Date.parse(mergedAt)) return true
  const was = before.answer.ticket
  return categorySince === null && (was.category !== category || was.status !== status)
}

/** Touched after it was recorded so and before the merge, the ticket may have been another at the merge. */
function wasTouchedBetween({ readAt }: TicketReading, mergedAt: string, kept: KeptTicket): boolean {
  const { touchedAt, answersTouchAt, reading } = kept
  if (touchedAt !== null && Date.parse(touchedAt) <= Date.parse(mergedAt)) return true
  // Read anew since, for another change that names it, the touch is answered already.
  const isReadAnew = reading !== null && reading.readAt !== readAt
  if (!isReadAnew || answersTouchAt === null) return false
  const toldAt = Date.parse(answersTouchAt)
  return toldAt >= Date.parse(readAt) && toldAt <= Date.parse(mergedAt)
}

/** An issue's key names its repository, always one of the organization's own: a policy cannot point elsewhere. */
const nameOf = ({ tracker, key, repository }: AskedTicket, subject: ChangeSubject): TicketName => ({
  tracker,
  key: tracker === 'github-issues' ? `${subject.owner}/${repository ?? subject.repository}${key}`.toLowerCase() : key,
})

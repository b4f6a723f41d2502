import type { TicketAnswer, Tracker } from '#facts/ticket.ts'
import { type CircuitOptions, openCircuit } from './circuit.ts'
import { type Link, LinkRefused, type TrackerClient, TrackerUnavailable } from './tracker.ts'

export interface GuardOptions extends Omit<CircuitOptions, 'onAnswer' | 'alsoPausedBecause'> {
  /** Hears of every call's end, for the metrics. */
  readonly onAnswer?: (told: TrackerAnswered) => void
}

export interface TrackerAnswered {
  readonly tracker: Tracker
  /** `failed`: by a mistake of ours. */
  readonly outcome: 'answered' | 'unavailable' | 'failed'
  readonly durationMs: number
}

/** A tracker that can be asked without fear: its trouble is an answer, comes in time, and is not made worse. */
export interface GuardedTracker {
  readonly tracker: Tracker
  /** Rejects for mistakes of ours alone. */
  readonly ask: (key: string, asking: AskingGuarded) => Promise<TicketAnswer>
  /** Rejects for mistakes of ours alone. */
  readonly link: (link: Link) => Promise<LinkOutcome>
  /** Throws `TrackerUnavailable`. */
  readonly findSelf: () => Promise<string>
}

export interface AskingGuarded {
  readonly installationId: number
  /** Grows with all that is heard of the ticket: a call under way that began with a smaller one is of no use. */
  readonly generation: number
}

export type LinkOutcome =
  | { readonly outcome: 'linked' }
  /** Will be refused however often it is asked. */
  | { readonly outcome: 'refused'; readonly why: string }
  /** To be tried again. `ticket`: it is this one link that is not taken now, and says nothing of others. */
  | { readonly outcome: 'unavailable'; readonly why: string; readonly about: 'tracker' | 'ticket' }

/**
 * Puts a guard before a tracker: one deadline for a whole call, a circuit that opens when it fails again and again, and
 * one call for all who ask for the same ticket at the same time.
 *
 * What it says of one trouble is the same from call to call, since it stands in checks: no times, no counts.
 */
export function guardTracker(client: TrackerClient, { onAnswer, ...options }: GuardOptions): GuardedTracker {
  const { tracker } = client
  const watched: CircuitOptions = { ...options, onAnswer: (told) => onAnswer?.({ tracker, ...told }) }
  const { call, pausedBecause } = openCircuit(watched)
  // Apart: trouble with writing, which may be missing rights, keeps nobody from reading.
  const writing = openCircuit({ ...watched, alsoPausedBecause: pausedBecause })
  const share = shareCalls(options.now)
  const find = async (key: string, installationId: number): Promise<TicketAnswer> => {
    const ticket = await call((signal) => client.findTicket(key, { signal, installationId }))
    return ticket === null ? { outcome: 'not-found-or-hidden' } : { outcome: 'found', ticket }
  }
  return {
    tracker,
    ask: (key, { installationId, generation }) =>
      share({ key, generation }, () => find(key, installationId).catch(toNoAnswer)),
    link: (link) => writing.call((signal) => putLink(client, link, signal)).catch(toLinkLater),
    findSelf: () => call((signal) => client.findSelf(signal)),
  }
}

/** A refusal is an answer: the tracker is well. */
async function putLink(client: TrackerClient, link: Link, signal: AbortSignal): Promise<LinkOutcome> {
  if (client.linkBack === null) return { outcome: 'refused', why: 'it finds such links by itself' }
  try {
    await client.linkBack(link, signal)
    return { outcome: 'linked' }
  } catch (error) {
    if (error instanceof LinkRefused) return { outcome: 'refused', why: error.message }
    throw error
  }
}

function toNoAnswer(error: unknown): TicketAnswer {
  if (!(error instanceof TrackerUnavailable)) throw error
  return { outcome: error.about === 'ticket' ? 'unanswered' : 'unavailable', why: error.message }
}

function toLinkLater(error: unknown): LinkOutcome {
  if (!(error instanceof TrackerUnavailable)) throw error
  return { outcome: 'unavailable', why: error.message, about: error.about }
}

interface Wanted {
  readonly key: string
  readonly generation: number
}

interface Shared {
  readonly generation: number
  readonly answer: Promise<TicketAnswer>
  /** Null while it is under way. */
  endedAt: number | null
}

/** So long an answer is given to those who were about to ask; whoever asked first is about to keep it. */
const lingersMs = 1_000

/** Lets those who want the same wait for the same call, unless it began too early for one of them. */
function shareCalls(now: () => Date): (wanted: Wanted, ask: () => Promise<TicketAnswer>) => Promise<TicketAnswer> {
  const calls = new Map<string, Shared>()
  const clock = (): number => now().getTime()
  return ({ key, generation }, ask) => {
    for (const [old, { endedAt }] of calls)
      if (endedAt !== null && Math.abs(clock() - endedAt) >= lingersMs) calls.delete(old)
    const running = calls.get(key)
    if (running !== undefined && running.generation >= generation) return running.answer
    const answer = ask().then(
      (told) => {
        call.endedAt = clock()
        // What is no answer helps nobody else.
        if (told.outcome === 'unavailable' || told.outcome === 'unanswered') forget()
        return told
      },
      (error: unknown) => {
        forget()
        throw error
      },
    )
    const call: Shared = { generation, answer, endedAt: null }
    const forget = (): void => {
      if (calls.get(key) === call) calls.delete(key)
    }
    calls.set(key, call)
    return answer
  }
}

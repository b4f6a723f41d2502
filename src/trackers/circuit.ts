import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel'
import { TrackerUnavailable } from './tracker.ts'

export interface CircuitOptions {
  readonly now: () => Date
  /** How long one call may take in all; 10 s when left out. */
  readonly timeoutMs?: number
  /** After how many failures in a row the tracker is left alone; 5 when left out. */
  readonly failures?: number
  /** For how long it is left alone before one call tries it again; 30 s when left out. */
  readonly halfOpenAfterMs?: number
  /** Another reason to pause, of a circuit to the same tracker; null when there is none. */
  readonly alsoPausedBecause?: () => string | null
  readonly onAnswer: (told: { outcome: 'answered' | 'unavailable' | 'failed'; durationMs: number }) => void
}

/** A way to call a tracker that fails at once while it is better to leave it alone. */
export interface Circuit {
  /** Makes a call that ends when its signal says so. Throws `TrackerUnavailable` for all trouble of the tracker's. */
  readonly call: <Answer>(ask: (signal: AbortSignal) => Promise<Answer>) => Promise<Answer>
  /** Why no call is made for as long as the tracker asked for; null when it asks for nothing. */
  readonly pausedBecause: () => string | null
}

/**
 * A way to call a tracker that leaves it alone while that is better: after failures in a row, and when it asks for it.
 *
 * While it is left alone calls fail at once. After a while one call tries it, and nobody else waits for that one.
 */
export function openCircuit(options: CircuitOptions): Circuit {
  const { failures = 5, halfOpenAfterMs = 30_000, now, alsoPausedBecause = () => null } = options
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  let pause: Pause | null = null
  let lastTrouble = ''
  const pausedBecause = (): string | null => (pause !== null && isOn(pause, now()) ? pause.why : alsoPausedBecause())
  const call: Circuit['call'] = async (ask) => {
    const why = pausedBecause()
    if (why !== null) throw new TrackerUnavailable(why)
    if (breaker.state === CircuitState.HalfOpen) throw leftAlone(lastTrouble)
    try {
      return await breaker.execute(() => timed(ask, options))
    } catch (error) {
      if (isBrokenCircuitError(error)) throw leftAlone(lastTrouble)
      if (!(error instanceof TrackerUnavailable)) throw error
      pause = pauseOf(error, now()) ?? pause
      if (!isFailure(error)) throw error
      lastTrouble = error.message
      throw isClosed(breaker) ? error : leftAlone(lastTrouble)
    }
  }
  return { call, pausedBecause }
}

interface Pause {
  readonly why: string
  /** Milliseconds since 1970, as is the end. */
  readonly begunAt: number
  readonly until: number
}

/** A clock that was set back makes no pause longer than was asked for: before its beginning it is over. */
const isOn = ({ begunAt, until }: Pause, now: Date): boolean => now.getTime() >= begunAt && now.getTime() < until

/**
 * A tracker that says when to come back is well. So is one that has no answer to one question: else whoever names such a
 * ticket a few times would shut the tracker for everybody.
 */
const isFailure = (error: unknown): boolean =>
  error instanceof TrackerUnavailable && error.retryAfterMs === null && error.about === 'tracker'

const pauseOf = ({ message, retryAfterMs }: TrackerUnavailable, now: Date): Pause | null =>
  retryAfterMs === null ? null : { why: message, begunAt: now.getTime(), until: now.getTime() + retryAfterMs }

const isClosed = ({ state }: CircuitBreakerPolicy): boolean => state === CircuitState.Closed

const leftAlone = (trouble: string): TrackerUnavailable =>
  new TrackerUnavailable(`has not answered several times in a row, and is asked again shortly (it ${trouble})`)

/** One call with a deadline for all of it, which also ends the waiting for a client that does not heed its signal. */
async function timed<Answer>(ask: (signal: AbortSignal) => Promise<Answer>, options: CircuitOptions): Promise<Answer> {
  const { now, onAnswer } = options
  const begunAt = now().getTime()
  let outcome: 'answered' | 'unavailable' | 'failed' = 'failed'
  try {
    const answer = await withinDeadline(ask, options.timeoutMs ?? 10_000)
    outcome = 'answered'
    return answer
  } catch (error) {
    if (error instanceof TrackerUnavailable) outcome = 'unavailable'
    throw error
  } finally {
    onAnswer({ outcome, durationMs: now().getTime() - begunAt })
  }
}

async function withinDeadline<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  timeoutMs: number,
): Promise<Answer> {
  const controller = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    // First, so that what the client says of the abort comes too late.
    late.reject(new TrackerUnavailable(`took longer than ${timeoutMs / 1_000} s`))
    controller.abort()
  }, timeoutMs)
  try {
    return await Promise.race([ask(controller.signal), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

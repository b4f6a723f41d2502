import { Bucket } from './bucket.ts'
import { RateLimited } from './errors.ts'

/**
 * GitHub's published ceilings for one installation ("Rate limits for the REST API", secondary limits).
 *
 * Its ceiling on processor time (90 s a minute) cannot be counted from here; when it binds, GitHub says `retry-after`.
 */
export const gitHubCeilings = {
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2_000,
  contentPerMinute: 80,
  contentPerHour: 500,
  atOnce: 100,
} as const

export type Ceilings = { readonly [Name in keyof typeof gitHubCeilings]: number }

export type Api = 'rest' | 'graphql'

/** What a request takes from the ceilings. */
export interface Cost {
  readonly api: Api
  /** A read 1, a write 5. */
  readonly points: number
  /** Whether it creates something people are notified of: a comment, an issue, a review. */
  readonly createsContent: boolean
}

/** Milliseconds from any origin, and a timer that can be called off. */
export interface Clock {
  readonly now: () => number
  readonly after: (ms: number, run: () => void) => () => void
}

export interface LimitOptions {
  /** `lifted`: no ceilings of ours; what GitHub itself asks for is still obeyed. */
  readonly ceilings: Ceilings | 'lifted'
  readonly clock: Clock
  /** Waiting longer than this would hold a worker for nothing. */
  readonly longestWaitMs: number
}

/**
 * Keeps one installation below GitHub's ceilings. Each installation has its own, so that none delays another.
 *
 * A caller that would have to wait long is turned away at once, and told to come back when its turn would be, behind
 * those that were turned away before it: so a thousand at once do not all come back at once.
 */
export class Limits {
  readonly #options: LimitOptions
  readonly #buckets: readonly Charged[]
  readonly #atOnce: number
  readonly #pausedUntil: Record<Api, number> = { rest: -Infinity, graphql: -Infinity }
  readonly #queue: Waiter[] = []
  #running = 0
  #callOffWaking = (): void => undefined

  constructor(options: LimitOptions) {
    this.#options = options
    this.#buckets = bucketsOf(options.ceilings)
    this.#atOnce = options.ceilings === 'lifted' ? Infinity : options.ceilings.atOnce
  }

  /** Does the work as soon as the ceilings allow. Throws `RateLimited` when that is too long to wait. */
  async run<Result>(cost: Cost, work: () => Promise<Result>): Promise<Result> {
    await this.#admit(cost)
    try {
      return await work()
    } finally {
      this.#running -= 1
      for (const { bucket, charge } of this.#buckets) bucket.giveBack(charge(cost), this.#options.clock.now())
      this.#startWhatFits()
    }
  }

  /** GitHub told us to wait: nothing of that kind starts for so long. */
  pause(apis: readonly Api[], forMs: number): void {
    const until = this.#options.clock.now() + forMs
    for (const api of apis) this.#pausedUntil[api] = Math.max(this.#pausedUntil[api], until)
  }

  async #admit(cost: Cost): Promise<void> {
    const { clock, longestWaitMs } = this.#options
    if (this.#waitFor(cost, 'queue') > longestWaitMs) throw this.#turnAway(cost)
    await new Promise<void>((go, refuse) => {
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1)
        refuse(this.#turnAway(cost))
      }
      const waiter: Waiter = { cost, go, callOff: clock.after(longestWaitMs, giveUp) }
      this.#queue.push(waiter)
      this.#startWhatFits()
    })
  }

  /** First come, first served, among those that want the same: a comment that must wait holds up no read. */
  #startWhatFits(): void {
    this.#callOffWaking()
    const held = new Set<string>()
    let soonestMs = Infinity
    for (const waiter of [...this.#queue]) {
      if (this.#running >= this.#atOnce) break
      const lane = `${waiter.cost.api} ${waiter.cost.createsContent}`
      if (held.has(lane)) continue
      const waitMs = this.#waitFor(waiter.cost, 'nobody')
      if (waitMs > 0) {
        held.add(lane)
        soonestMs = Math.min(soonestMs, waitMs)
      } else this.#start(waiter)
    }
    if (soonestMs < Infinity) this.#callOffWaking = this.#options.clock.after(soonestMs, () => this.#startWhatFits())
  }

  #start(waiter: Waiter): void {
    waiter.callOff()
    this.#queue.splice(this.#queue.indexOf(waiter), 1)
    this.#running += 1
    for (const { bucket, charge } of this.#buckets) bucket.take(charge(waiter.cost))
    waiter.go()
  }

  /** How long until the ceilings have room for it: next, or behind the queue, or behind all that are to come back. */
  #waitFor(cost: Cost, behind: 'nobody' | 'queue' | 'all'): number {
    const now = this.#options.clock.now()
    const times = this.#buckets
      .filter(({ charge }) => charge(cost) > 0)
      .map(({ bucket, charge }) => {
        const queued = behind === 'nobody' ? 0 : this.#queue.reduce((sum, ahead) => sum + charge(ahead.cost), 0)
        const promised = behind === 'all' ? bucket.promised(now) : 0
        return bucket.freeAt(charge(cost) + queued + promised, now)
      })
    return Math.max(now, this.#pausedUntil[cost.api], ...times) - now
  }

  #turnAway(cost: Cost): RateLimited {
    const waitMs = Math.max(this.#waitFor(cost, 'all'), shortestWaitMs)
    const at = this.#options.clock.now() + waitMs
    for (const { bucket, charge } of this.#buckets) bucket.promise(charge(cost), at)
    return new RateLimited(waitMs, "GitHub's ceiling for this installation is reached.")
  }
}

/** Whoever is turned away for want of a free connection alone. */
const shortestWaitMs = 1_000

/** Real time, by a clock that nobody sets. */
export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

interface Waiter {
  readonly cost: Cost
  readonly go: () => void
  readonly callOff: () => void
}

interface Charged {
  readonly bucket: Bucket
  /** What a request takes from it. */
  readonly charge: (cost: Cost) => number
}

const minuteMs = 60_000

function bucketsOf(ceilings: Ceilings | 'lifted'): readonly Charged[] {
  if (ceilings === 'lifted') return []
  const charged = (ceiling: number, windowMs: number, charge: Charged['charge']): Charged => {
    return { bucket: new Bucket({ ceiling, windowMs }), charge }
  }
  const content = (cost: Cost) => (cost.createsContent ? 1 : 0)
  return [
    charged(ceilings.restPointsPerMinute, minuteMs, (cost) => (cost.api === 'rest' ? cost.points : 0)),
    charged(ceilings.graphqlPointsPerMinute, minuteMs, (cost) => (cost.api === 'graphql' ? cost.points : 0)),
    charged(ceilings.contentPerMinute, minuteMs, content),
    charged(ceilings.contentPerHour, 60 * minuteMs, content),
  ]
}

import { Refusal } from './refusal.ts'

/** GitHub's rate limits for one installation. Content-creating is not defined by GitHub beyond the word. */
export interface Limits {
  readonly requestsPerHour: number
  readonly graphqlPointsPerHour: number
  /** Secondary: a read is 1 point, a write 5. */
  readonly pointsPerMinute: number
  readonly graphqlPointsPerMinute: number
  readonly contentPerMinute: number
  readonly contentPerHour: number
  readonly concurrent: number
  /** What a whole diff may hold: files and lines. */
  readonly diffFiles: number
  readonly diffLines: number
  /** Whether an operation such as `POST /repos/…` creates content. Default: what people see appear. */
  readonly createsContent: (operation: string) => boolean
}

/**
 * What people would see appear: comments, reviews, reactions, pull requests.
 *
 * GitHub does not publish its list. Check runs are left out: a busy CI writes far more of them than 80 a minute.
 */
const createsContent = (operation: string): boolean =>
  /^POST .*\/(?:comments|reviews|reactions|pulls|labels)$/.test(operation)

export const githubLimits: Limits = {
  requestsPerHour: 5000,
  graphqlPointsPerHour: 5000,
  pointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
  concurrent: 100,
  diffFiles: 300,
  diffLines: 20_000,
  createsContent,
}

/** Limits that nobody reaches: for measuring what is not GitHub's doing. */
export const liftedLimits: Limits = {
  requestsPerHour: 1e9,
  graphqlPointsPerHour: 1e9,
  pointsPerMinute: 1e9,
  graphqlPointsPerMinute: 1e9,
  contentPerMinute: 1e9,
  contentPerHour: 1e9,
  concurrent: 1e9,
  diffFiles: 300,
  diffLines: 20_000,
  createsContent,
}

const minuteMs = 60_000
const hourMs = 3_600_000

/** Counts against one ceiling in windows that begin with the first request. */
class Window {
  readonly #lengthMs: number
  #startMs = Number.NEGATIVE_INFINITY
  #used = 0

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }

  used(nowMs: number): number {
    return nowMs >= this.#startMs + this.#lengthMs ? 0 : this.#used
  }

  endMs(nowMs: number): number {
    return nowMs >= this.#startMs + this.#lengthMs ? nowMs + this.#lengthMs : this.#startMs + this.#lengthMs
  }

  add(nowMs: number, amount: number): void {
    if (nowMs >= this.#startMs + this.#lengthMs) {
      this.#startMs = nowMs
      this.#used = 0
    }
    this.#used += amount
  }
}

export type Resource = 'core' | 'graphql'

/** One request as the limits see it. */
export interface Spending {
  readonly resource: Resource
  /** Method and template, such as `POST /repos/{owner}/{repo}/check-runs`. */
  readonly operation: string
  readonly mutating: boolean
}

/** What one installation (or the app itself) has used of its limits. */
export class Allowance {
  limits: Limits
  readonly #name: string
  readonly #now: () => Date
  readonly #hour = { core: new Window(hourMs), graphql: new Window(hourMs) }
  readonly #minute = { core: new Window(minuteMs), graphql: new Window(minuteMs) }
  readonly #contentMinute = new Window(minuteMs)
  readonly #contentHour = new Window(hourMs)
  #active = 0

  constructor(name: string, limits: Limits, now: () => Date) {
    this.#name = name
    this.limits = limits
    this.#now = now
  }

  /** A request has arrived; the result is to be called when its reply is through. */
  begin(): () => void {
    this.#active += 1
    return () => void (this.#active -= 1)
  }

  /** Lets a request in, or throws the refusal that GitHub gives. */
  enter({ resource, operation, mutating }: Spending): void {
    const now = this.#now().getTime()
    const { limits } = this
    if (this.#active > limits.concurrent) throw secondary(60)
    if (this.#hour[resource].used(now) >= this.#ceiling(resource)) throw this.#exhausted(resource)
    this.#refuseAbove(
      this.#minute[resource],
      resource === 'core' ? limits.pointsPerMinute : limits.graphqlPointsPerMinute,
    )
    const content = limits.createsContent(operation)
    if (content) {
      this.#refuseAbove(this.#contentMinute, limits.contentPerMinute)
      this.#refuseAbove(this.#contentHour, limits.contentPerHour)
      this.#contentMinute.add(now, 1)
      this.#contentHour.add(now, 1)
    }
    this.#minute[resource].add(now, mutating ? 5 : 1)
  }

  /** What the request cost of the hour: a 304 nothing. */
  spend(resource: Resource, cost: number): void {
    this.#hour[resource].add(this.#now().getTime(), cost)
  }

  headers(resource: Resource): Record<string, string> {
    const { limit, used, remaining, reset } = this.standing(resource)
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    }
  }

  standing(resource: Resource): { limit: number; used: number; remaining: number; reset: number } {
    const now = this.#now().getTime()
    const limit = this.#ceiling(resource)
    const used = this.#hour[resource].used(now)
    const reset = Math.floor(this.#hour[resource].endMs(now) / 1000)
    return { limit, used, remaining: Math.max(0, limit - used), reset }
  }

  #ceiling(resource: Resource): number {
    return resource === 'core' ? this.limits.requestsPerHour : this.limits.graphqlPointsPerHour
  }

  #refuseAbove(window: Window, ceiling: number): void {
    const now = this.#now().getTime()
    if (window.used(now) >= ceiling) throw secondary(Math.max(1, Math.ceil((window.endMs(now) - now) / 1000)))
  }

  #exhausted(resource: Resource): Refusal {
    return new Refusal(403, { message: `API rate limit exceeded for ${this.#name}.` }, this.headers(resource))
  }
}

/** GitHub's refusal by a secondary limit. */
const secondary = (retryAfterSeconds: number): Refusal =>
  new Refusal(
    403,
    {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url:
        'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    },
    { 'retry-after': String(retryAfterSeconds) },
  )

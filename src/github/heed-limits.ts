import type { Api } from './limits.ts'

/** What of an answer can say that we should slow down. */
export interface Answer {
  readonly api: Api
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  /** GitHub's sentence, for an answer that is an error. */
  readonly said: string
}

export interface Pause {
  readonly apis: readonly Api[]
  readonly forMs: number
  /** True when this very request was refused; false when it was the last that went through. */
  readonly refused: boolean
}

/**
 * How long GitHub asks us to wait, by `retry-after`, an exhausted hourly limit, or its words; null when it does not.
 *
 * The reset time is compared with the answer's own date, so that a wrong clock here does no harm.
 */
export function toPause(answer: Answer, now: Date): Pause | null {
  const { api, status, headers, said } = answer
  const refused = status === 429 || (status === 403 && saysLimit(answer)) || /^RATE_LIMITED\b/.test(said)
  const retryAfter = seconds(headers['retry-after'])
  if (retryAfter !== null && status >= 400)
    return { apis: everything, forMs: atLeastASecond(retryAfter), refused: true }
  if (isExhausted(headers)) return { apis: [apiOf(headers, api)], forMs: untilReset(headers, now), refused }
  return refused ? { apis: everything, forMs: minuteMs, refused } : null
}

const everything: readonly Api[] = ['rest', 'graphql']
const minuteMs = 60_000

type Headers = Answer['headers']

const saysLimit = ({ said, headers }: Answer): boolean =>
  isExhausted(headers) || /secondary rate limit|abuse detection|rate limit exceeded/i.test(said)

const isExhausted = (headers: Headers): boolean =>
  String(headers['x-ratelimit-remaining']) === '0' && seconds(headers['x-ratelimit-reset']) !== null

/** The hourly limits of REST and GraphQL are counted apart. */
function apiOf(headers: Headers, asked: Api): Api {
  const resource = headers['x-ratelimit-resource']
  if (resource === 'graphql') return 'graphql'
  return resource === 'core' ? 'rest' : asked
}

function untilReset(headers: Headers, now: Date): number {
  const date = Date.parse(String(headers.date))
  const from = Number.isNaN(date) ? now.getTime() : date
  return atLeastASecond((seconds(headers['x-ratelimit-reset']) ?? 0) - from / 1_000)
}

const atLeastASecond = (time: number): number => Math.max(time, 1) * 1_000

function seconds(value: string | number | undefined): number | null {
  const number = Number(value)
  return value === undefined || value === '' || !Number.isFinite(number) ? null : number
}

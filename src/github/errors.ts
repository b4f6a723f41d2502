/** A request as it may be shown: the path is the template, so neither names nor tokens are in it. */
export interface Call {
  readonly method: string
  readonly path: string
}

/**
 * GitHub refused, failed or did not answer.
 *
 * Carries the call, the status, GitHub's own sentence and its request id, and nothing else: no headers, no request, no
 * body, so that no secret can travel in it. `cause` is there when no answer came, and is as bare.
 */
export class GitHubError extends Error {
  override readonly name: string = 'GitHubError'
  readonly call: Call
  /** Null when no answer came. */
  readonly status: number | null
  readonly requestId: string | null
  /** What GitHub said, redacted and cut; empty when it said nothing. */
  readonly said: string

  constructor(message: string, told: { call: Call; status: number | null } & Partial<Answered>) {
    super(message, told.cause === undefined ? {} : { cause: told.cause })
    this.call = told.call
    this.status = told.status
    this.requestId = told.requestId ?? null
    this.said = told.said ?? ''
  }
}

interface Answered {
  readonly requestId: string | null
  readonly said: string
  readonly cause: Error
}

/** GitHub will refuse this however often it is asked, until a person changes something. The message says what. */
export class Refused extends GitHubError {
  override readonly name = 'Refused'
  readonly permanent = true
}

/** Not now: a ceiling of GitHub's is reached. Whoever works a queue puts the work back for `retryAfterMs`. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited'
  readonly retryAfterMs: number

  constructor(retryAfterMs: number, why: string) {
    super(`${why} Try again in ${String(Math.ceil(retryAfterMs / 1_000))} s.`)
    this.retryAfterMs = retryAfterMs
  }
}

/** Whether GitHub gave no token because the installation is none of this app's (any more): all it saw is gone with it. */
export const saysUninstalled = (error: unknown): boolean =>
  error instanceof GitHubError && error.status === 404 && error.call.path === tokenPath

const tokenPath = '/app/installations/{installation_id}/access_tokens'

/** Long enough for GitHub's sentences, short enough for a log line. */
const longest = 300

const secretShapes = [
  // Tokens of every kind, in the short form and in the one that ends in a JWT.
  /\b(?:gh[a-z]|github_pat)_[\w.-]+/g,
  /\bv1\.[0-9a-f]{40}\b/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:bearer|token) [\w.+/=-]{8,}/gi,
]

/** Takes whatever looks like a secret out of a text from outside, and cuts it to the length of a log line. */
export function redact(text: string): string {
  const clean = secretShapes.reduce((sofar, shape) => sofar.replace(shape, '[redacted]'), text)
  return clean.length <= longest ? clean : `${clean.slice(0, longest)}…`
}

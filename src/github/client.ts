import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { AnswerMemory, isRemembered } from './answer-memory.ts'
import { createAppToken } from './app-token.ts'
import { converse, type Question } from './converse.ts'
import type { Call } from './errors.ts'
import { exchange } from './exchange.ts'
import { type Ceilings, type Clock, type Cost, gitHubCeilings, Limits, realClock } from './limits.ts'
import type { Logger } from './logger.ts'

export interface GitHubOptions {
  readonly appId: number
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey: string
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly baseUrl: string
  readonly userAgent: string
  readonly now: () => Date
  readonly logger: Logger
  /** GitHub's published ceilings when left out. */
  readonly limits?: Ceilings | 'lifted'
  readonly fetch?: typeof globalThis.fetch
  /** Hears of each request's end, for the metrics. */
  readonly onAnswer?: (answered: Answered) => void
  readonly clock?: Clock
  /** How long one request may take; 10 s when left out. */
  readonly timeoutMs?: number
}

/** One request's end; status 0 when no answer came. */
export interface Answered {
  /** Null for the app's own requests. */
  readonly installationId: number | null
  readonly status: number
  /** Which of GitHub's hourly limits it counts in, how much that is, and what is left; null where GitHub does not say. */
  readonly resource: string | null
  readonly limit: number | null
  readonly remaining: number | null
}

/** The way to GitHub: as the app itself, or as one of its installations. */
export interface GitHub {
  readonly appId: number
  readonly now: () => Date
  readonly logger: Logger
  readonly asApp: () => Client
  readonly forInstallation: (installationId: number) => Client
  /** How many points of GraphQL an installation has in an hour, as GitHub last told. */
  readonly hourlyLimitOf: (installationId: number) => number
}

/** Octokit's typed `request`; what it throws is `GitHubError` or `RateLimited`. */
export type Client = Pick<Octokit, 'request'>

/** The REST contract we were written against. */
const apiVersion = '2022-11-28'

/** Longer than GitHub takes for anything (it gives up itself after 10 s), short enough to free the worker. */
const patienceMs = 10_000

/** What every installation has at least; it grows with repositories and users. */
const leastHourlyLimit = 5_000

/** A worker is better used elsewhere than waiting longer than this for a ceiling. */
const longestWaitMs = 5_000

/**
 * Opens the way to GitHub.
 *
 * Of Octokit it takes the typed requests and the tokens of installations, and neither its throttling (one write a
 * second, whatever the limits are) nor its retries: those are the work queue's, which survives a restart.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const { appId, now, logger } = options
  const hourlyLimits = new Map<number, number>()
  const appToken = createAppToken(options)
  const heard: GitHubOptions = {
    ...options,
    onAnswer: (answered) => {
      const { installationId, resource, limit } = answered
      if (installationId !== null && resource === 'graphql' && limit !== null) hourlyLimits.set(installationId, limit)
      options.onAnswer?.(answered)
    },
  }
  const app = open(heard, null, (freshness) => Promise.resolve(`Bearer ${appToken(freshness).jwt}`))
  const auth = createAppAuth({
    appId,
    createJwt: () => Promise.resolve(appToken('kept')),
    request: app.request,
    log: silent,
  })
  const clients = new Map<number, Client>()
  const forInstallation = (installationId: number): Client => {
    const opened = clients.get(installationId)
    if (opened !== undefined) return opened
    const client = open(heard, installationId, async (freshness) => {
      const { token } = await auth({ type: 'installation', installationId, refresh: freshness === 'fresh' })
      return `token ${token}`
    })
    clients.set(installationId, client)
    return client
  }
  const hourlyLimitOf = (installationId: number): number => hourlyLimits.get(installationId) ?? leastHourlyLimit
  return { appId, now, logger, asApp: () => app, forInstallation, hourlyLimitOf }
}

type Authorize = Question['authorize']

/** Octokit's own log would print headers. */
const ignore = () => undefined
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function open(options: GitHubOptions, installationId: number | null, authorize: Authorize): Client {
  const {
    baseUrl,
    userAgent,
    now,
    logger,
    limits: ceilings = gitHubCeilings,
    clock = realClock,
    timeoutMs = patienceMs,
  } = options
  const octokit = new Octokit({
    baseUrl,
    userAgent,
    log: silent,
    request: { fetch: watched(options, installationId) },
  })
  const limits = new Limits({ ceilings, clock, longestWaitMs })
  const partner = { limits, memory: new AnswerMemory(), now, logger }
  octokit.hook.wrap('request', async (request, asked) => {
    const call: Call = { method: asked.method, path: pathOf(asked.url, baseUrl) }
    const put = (headers: Readonly<Record<string, string>>) =>
      exchange({ call, timeoutMs }, async ({ signal }) => {
        // Every hook of Octokit's gets the same options, whatever is passed on: they are changed in place.
        Object.assign(asked.headers, headers, { 'x-github-api-version': apiVersion })
        asked.request = { ...asked.request, signal, parseSuccessResponseBody: false }
        return request(asked)
      })
    const rememberAs = isRemembered(asked.request) ? octokit.request.endpoint.parse(asked).url : null
    return converse({ cost: costOf(call, asked), rememberAs, authorize, put }, partner)
  })
  return octokit
}

/** Tells of every answer, and of every request that got none. */
function watched({ fetch, onAnswer }: GitHubOptions, installationId: number | null): typeof globalThis.fetch {
  return async (...asked) => {
    const tell = (status: number, headers?: Headers): void =>
      onAnswer?.({
        installationId,
        status,
        resource: headers?.get('x-ratelimit-resource') ?? null,
        limit: numberIn(headers, 'x-ratelimit-limit'),
        remaining: numberIn(headers, 'x-ratelimit-remaining'),
      })
    try {
      const response = await (fetch ?? globalThis.fetch)(...asked)
      tell(response.status, response.headers)
      return response
    } catch (error) {
      tell(0)
      throw error
    }
  }
}

function numberIn(headers: Headers | undefined, name: string): number | null {
  const value = headers?.get(name) ?? null
  return value === null ? null : Number(value)
}

/** Without host and query, for a request that was given an address instead of a template. */
function pathOf(url: string, baseUrl: string): string {
  const path = url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url.replace(/^https?:\/\/[^/]+/, '')
  return path.replace(/\?.*$/, '')
}

/**
 * What creates content by GitHub's count: whatever people are notified of (the list in Octokit's throttling plugin).
 *
 * Check runs are not among them: they notify nobody. Should GitHub think otherwise, its `retry-after` is obeyed.
 */
const createsContent = /^POST .*\/(?:comments|issues|pulls|reviews|requested_reviewers|releases|replies)$/

function costOf({ method, path }: Call, { query }: Readonly<Record<string, unknown>>): Cost {
  if (path.endsWith('/graphql')) {
    const isMutation = typeof query === 'string' && /^\s*mutation\b/.test(query)
    return { api: 'graphql', points: isMutation ? 5 : 1, createsContent: isMutation }
  }
  const isRead = method === 'GET' || method === 'HEAD'
  return { api: 'rest', points: isRead ? 1 : 5, createsContent: createsContent.test(`${method} ${path}`) }
}

/** Which requests a fault or a count is about; what is left out matches all. */
export interface RequestMatch {
  readonly method?: string
  /** The path without the `/api/v3` prefix. A text matches from the start. */
  readonly path?: RegExp | string
  /** GitHub's template, such as `/repos/{owner}/{repo}/check-runs`. */
  readonly template?: string
  /** GraphQL requests whose operation name matches. */
  readonly graphql?: RegExp | string
}

/** One request as the twin saw it. */
export interface LoggedRequest {
  readonly at: Date
  readonly method: string
  /** Without prefix and query. */
  readonly path: string
  readonly query: string
  /** GitHub's template of the path; null where it has none, and `/graphql` there. */
  template: string | null
  /** The GraphQL operation's name. */
  operationName: string | null
  readonly body: unknown
  /** Null while unanswered, or when the connection was cut. */
  status: number | null
  installationId: number | null
  /** Answered with 304: costs nothing of the hourly limit. */
  notModified: boolean
  durationMs: number
}

/** Every request since the start or the last reset, for budgets. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = []

  add(request: LoggedRequest): void {
    this.#requests.push(request)
  }

  all(match: RequestMatch = {}): readonly LoggedRequest[] {
    return this.#requests.filter((request) => matchesRequest(match, request))
  }

  count(match: RequestMatch = {}): number {
    return this.all(match).length
  }

  /** How often each endpoint was asked, such as `POST /repos/{owner}/{repo}/check-runs` or `graphql ChangeFacts`. */
  byEndpoint(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { method, template, path, operationName } of this.#requests) {
      const name = operationName === null ? `${method} ${template ?? path}` : `graphql ${operationName}`
      counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }

  reset(): void {
    this.#requests.length = 0
  }
}

export function matchesRequest(match: RequestMatch, request: LoggedRequest): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.path === undefined || fits(match.path, request.path)) &&
    (match.template === undefined || match.template === request.template) &&
    (match.graphql === undefined || (request.operationName !== null && fits(match.graphql, request.operationName)))
  )
}

const fits = (wanted: RegExp | string, text: string): boolean =>
  typeof wanted === 'string' ? text.startsWith(wanted) : wanted.test(text)

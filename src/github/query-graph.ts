import type { Client } from './client.ts'
import { GitHubError, redact } from './errors.ts'

export interface GraphQuery {
  readonly operationName: string
  readonly document: string
  readonly variables: Readonly<Record<string, string | number | null>>
}

/** A place in the answer that GitHub left out, and why. */
export interface GraphGap {
  /** `NOT_FOUND` also hides what we may not see. */
  readonly type: 'NOT_FOUND' | 'FORBIDDEN'
  readonly path: readonly (string | number)[]
  readonly message: string
}

export interface GraphAnswer<Data> {
  readonly data: Data
  readonly gaps: readonly GraphGap[]
}

/**
 * Asks GitHub's GraphQL API, and gives back what it answered with the gaps it named.
 *
 * An error that is no gap (a timeout inside GitHub, "something went wrong") throws: then nothing in the answer is sure.
 */
export async function queryGraph<Data>(client: Client, query: GraphQuery): Promise<GraphAnswer<Data>> {
  const { operationName, document, variables } = query
  const url = graphUrl(client.request.endpoint.DEFAULTS.baseUrl)
  const { data: answer } = await client.request<Partial<GraphReply<Data>> | string>({
    method: 'POST',
    url,
    operationName,
    query: document,
    variables,
  })
  const call = { method: 'POST', path: `/graphql ${operationName}` }
  if (typeof answer === 'string' || answer.data === undefined) {
    const message = `GitHub's answer to the query ${operationName} has no data. Try again.`
    throw new GitHubError(`${message} ${saidIn(answer)}`.trim(), { call, status: 200 })
  }
  const gaps = (answer.errors ?? []).map((error) => toGap(error, operationName))
  return { data: answer.data, gaps }
}

/** The gap at or above this place, or anywhere below it; null when GitHub showed all of it. */
export function findGap(gaps: readonly GraphGap[], place: readonly (string | number)[]): GraphGap | null {
  return gaps.find(({ path }) => path.every((step, at) => at >= place.length || step === place[at])) ?? null
}

interface GraphReply<Data> {
  readonly data: Data
  readonly errors: readonly GraphError[]
}

interface GraphError {
  readonly type?: string
  readonly path?: readonly (string | number)[]
  readonly message?: string
}

/** Enterprise Server has it beside `/api/v3`, not below. */
const graphUrl = (baseUrl: string): string => `${baseUrl.replace(/\/v3\/?$/, '').replace(/\/$/, '')}/graphql`

function toGap({ type, path, message = '' }: GraphError, operationName: string): GraphGap {
  const said = redact(message)
  if (path !== undefined && type === 'NOT_FOUND') return { type, path, message: said }
  if (path !== undefined && (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES')) {
    return { type: 'FORBIDDEN', path, message: said }
  }
  const call = { method: 'POST', path: `/graphql ${operationName}` }
  throw new GitHubError(`GitHub failed at the query ${operationName}: ${said}`, { call, status: 200, said })
}

function saidIn(answer: string | Partial<GraphReply<unknown>>): string {
  return typeof answer === 'string' ? '' : redact(answer.errors?.[0]?.message ?? '')
}

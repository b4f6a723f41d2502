import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toJsonText } from './json-text.ts'
import type { LoggedRequest } from './request-log.ts'
import type { Answer } from './rest/route.ts'

const largestBody = 10 * 1024 * 1024

/** One request and the reply to it, on the wire. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  /** The path as GitHub's description knows it: without the prefix of an Enterprise server. */
  readonly path: string
  readonly isGraphql: boolean
  /** Undefined when there was none, and a SyntaxError when it was not JSON. */
  readonly body: unknown
  readonly log: LoggedRequest
}

/** Reads a request whole and opens its line in the log. */
export async function readExchange(request: IncomingMessage, response: ServerResponse, at: Date): Promise<Exchange> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const body = parseBody(await readBody(request))
  const isGraphql = url.pathname === '/graphql' || url.pathname === '/api/graphql'
  const path = isGraphql ? '/graphql' : url.pathname.replace(/^\/api\/v3(?=\/|$)/, '')
  const log: LoggedRequest = {
    at,
    method: request.method ?? 'GET',
    path,
    query: url.search,
    template: isGraphql ? '/graphql' : null,
    operationName: isGraphql ? operationNameOf(body) : null,
    body,
    status: null,
    installationId: null,
    notModified: false,
    durationMs: 0,
  }
  return { request, response, url, path, isGraphql, body, log }
}

/** Gives a readable answer its ETag, and turns it into 304 without a body when the client has that already. */
export function conditional({ request, log }: Exchange, answer: Answer): Answer {
  if (log.method !== 'GET' || answer.status !== 200) return answer
  const body = typeof answer.body === 'string' ? answer.body : toJsonText(answer.body)
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`
  const headers = { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' }
  return request.headers['if-none-match'] === etag ? { status: 304, headers } : { status: 200, body, headers }
}

/** Sends an answer and closes its line in the log. A text goes out as it is, anything else as JSON. */
export function sendAnswer(
  { response, log }: Exchange,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
): void {
  const { status, body } = answer
  const text = typeof body === 'string' ? body : body === undefined ? '' : toJsonText(body)
  log.status = status
  log.notModified = status === 304
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': randomUUID(),
    'x-github-api-version-selected': '2022-11-28',
    date: log.at.toUTCString(),
    ...(status !== 304 && { 'content-length': String(Buffer.byteLength(text)) }),
    ...headers,
    ...answer.headers,
  })
  response.end(text)
}

/** A request's body, up to what the twin reads. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > largestBody) throw new Error('The request is larger than the twin reads (10 MB).')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** Undefined for an empty text, and a SyntaxError for what is not JSON. */
export function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}

/** The name of a GraphQL operation: as GitHub does, from the document where the request does not say it. */
export function operationNameOf(body: unknown): string | null {
  const { operationName, query } = (body ?? {}) as { readonly operationName?: unknown; readonly query?: unknown }
  if (typeof operationName === 'string') return operationName
  return /^\s*(?:query|mutation)\s+(\w+)/m.exec(typeof query === 'string' ? query : '')?.[1] ?? 'anonymous'
}

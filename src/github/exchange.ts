import { type Call, GitHubError, redact } from './errors.ts'

/** An answer of GitHub's, read to its end. */
export interface Answer {
  readonly status: number
  readonly url: string
  readonly headers: Readonly<Record<string, string | number | undefined>>
  /** Parsed JSON, or text. Numbers beyond 2^53 are bigint: delivery ids are. */
  readonly data: unknown
}

/** Sends a request and gives its answer with the body as a stream, or throws what the client library throws. */
export type Send = (changes: { readonly signal: AbortSignal }) => Promise<{ status: number } & Partial<Answer>>

/**
 * Sends one request and reads the whole answer within the timeout.
 *
 * Throws `GitHubError` for whatever is no success: a refusal, a hang, a connection cut in the middle of the body, a
 * body that is no JSON. The client library's own errors carry the request with its headers, so they end here.
 */
export async function exchange({ call, timeoutMs }: { call: Call; timeoutMs: number }, send: Send): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return await readBody(await send({ signal }))
  } catch (error) {
    throw toGitHubError(call, error, timeoutMs)
  }
}

async function readBody(response: { status: number } & Partial<Answer>): Promise<Answer> {
  const { status, url = '', headers = {}, data } = response
  // An answer without a body (204) comes as an empty string.
  const text = isStream(data) ? await new Response(data).text() : ''
  const isJson = /\bjson\b/.test(String(headers['content-type']))
  return { status, url, headers, data: isJson && text !== '' ? parseJson(text) : text }
}

/** `JSON.parse`, but integers that a number cannot hold come as bigint instead of being bent to the nearest. */
function parseJson(text: string): unknown {
  // The reviver costs as much again as the parsing; only a text with 16 digits in a row can need it.
  if (!/\d{16}/.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source
    if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
    return /^-?\d+$/.test(source) ? BigInt(source) : value
  })
}

/** By shape: the platform's classes may come from another realm. */
const isStream = (data: unknown): data is ReadableStream<Uint8Array> =>
  typeof data === 'object' && data !== null && 'getReader' in data

function toGitHubError(call: Call, error: unknown, timeoutMs: number): GitHubError {
  const response = responseOf(error)
  const asked = `${call.method} ${call.path}`
  if (response === null) {
    const cause = bareCause(error, timeoutMs)
    const message = `GitHub did not answer ${asked} to the end: ${cause.message}. Check the network and try again.`
    return new GitHubError(message, { call, status: null, cause })
  }
  const said = saidIn(response.data)
  const id = response.headers?.['x-github-request-id']
  const requestId = id === undefined ? null : String(id)
  const tail = requestId === null ? '' : ` (request ${requestId})`
  const hint = response.status === 401 ? ' Check APP_ID, PRIVATE_KEY and the clock of this machine.' : ''
  const message = `GitHub answered ${String(response.status)} to ${asked}${said === '' ? '' : `: ${said}`}${tail}${hint}`
  return new AnsweredError(message, { call, status: response.status, requestId, said, headers: response.headers ?? {} })
}

/** A refusal with the headers in which GitHub says how long to wait; they hold no secret. */
export class AnsweredError extends GitHubError {
  declare readonly status: number
  readonly headers: Answer['headers']

  constructor(
    message: string,
    told: { call: Call; status: number; requestId: string | null; said: string; headers: Answer['headers'] },
  ) {
    super(message, told)
    this.headers = Object.fromEntries(Object.entries(told.headers).filter(([name]) => limitHeaders.has(name)))
  }
}

const limitHeaders = new Set([
  'date',
  'etag',
  'retry-after',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-ratelimit-resource',
])

function responseOf(error: unknown): ({ status: number } & Partial<Answer>) | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null
  const { response } = error
  const isAnswer = typeof response === 'object' && response !== null && 'status' in response
  return isAnswer && typeof response.status === 'number' ? { ...response, status: response.status } : null
}

function saidIn(body: unknown): string {
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : ''
  return typeof message === 'string' ? redact(message) : ''
}

/** The innermost cause, as its code and sentence alone. */
function bareCause(error: unknown, timeoutMs: number): Error {
  let inner = error
  while (typeof inner === 'object' && inner !== null && 'cause' in inner && inner.cause !== undefined)
    inner = inner.cause
  if (!isNamed(inner)) return new Error('the connection failed')
  if (inner.name === 'TimeoutError') return new Error(`no complete answer within ${String(timeoutMs / 1_000)} s`)
  const code = 'code' in inner && typeof inner.code === 'string' ? `${inner.code}: ` : ''
  return new Error(redact(`${code}${inner.message}`))
}

const isNamed = (error: unknown): error is { name: string; message: string } =>
  typeof error === 'object' && error !== null && 'name' in error && 'message' in error

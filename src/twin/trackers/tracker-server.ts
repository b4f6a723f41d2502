import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { operationNameOf, parseBody, readBody } from '../exchange.ts'
import { Faults } from '../faults.ts'
import { type LoggedRequest, RequestLog } from '../request-log.ts'
import { strike } from '../strike.ts'
import { type Signing, TrackerWebhooks } from './webhooks.ts'

/** A request to a tracker. */
export interface Asked {
  readonly method: string
  /** The path's parts, decoded: `['rest', 'api', '3', 'issue', 'BUG-1']`. */
  readonly steps: readonly string[]
  readonly query: URLSearchParams
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Undefined when there was none, and a SyntaxError when it was not JSON. */
  readonly body: unknown
}

/** A text goes out as it is, anything else as JSON. */
export interface Given {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface TrackerServerOptions {
  readonly now: () => Date
  readonly sign: Signing
  readonly answer: (asked: Asked) => Given
  /** What the tracker says of itself when it is in trouble: the body of a fault that brings none. */
  readonly trouble: unknown
}

/** What every stand-in for a tracker has: an address, what goes wrong on purpose, and what was asked and told. */
export interface TrackerServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  readonly faults: Faults
  readonly requests: RequestLog
  readonly webhooks: TrackerWebhooks
  /** Where changes of tickets are told from now on. Without a secret they are not signed; without an address not told. */
  readonly setWebhook: (url: string | null, secret: string | null) => void
  /** Closes the server and cuts what still hangs. */
  readonly stop: () => Promise<void>
}

/** Starts a server on 127.0.0.1, on any free port, that logs what it is asked and suffers the faults it is given. */
export async function startTrackerServer(options: TrackerServerOptions): Promise<TrackerServer> {
  const faults = new Faults()
  const requests = new RequestLog()
  const webhooks = new TrackerWebhooks(options.now, options.sign)
  const server = createServer((request, response) => {
    exchange({ request, response, faults, requests, options }).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests,
    webhooks,
    setWebhook: (url, secret) => webhooks.setTarget(url, secret),
    stop: () => stop(server),
  }
}

interface Exchanging {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly faults: Faults
  readonly requests: RequestLog
  readonly options: TrackerServerOptions
}

async function exchange({ request, response, faults, requests, options }: Exchanging): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const body = parseBody(await readBody(request))
  const log = lineOf(request, { url, body, at: options.now() })
  requests.add(log)
  const started = performance.now()
  const send = (given: Given): void => {
    log.durationMs = performance.now() - started
    log.status = given.status
    sendGiven(response, given)
  }
  const fault = faults.strike(log)
  if (fault?.delayMs !== undefined) await wait(fault.delayMs)
  fault?.act?.()
  if (fault && !fault.afterEffect && strike({ request, response }, fault, withTrouble)) return
  const steps = url.pathname.split('/').slice(1).map(decoded)
  const given = options.answer({ method: log.method, steps, query: url.searchParams, headers: request.headers, body })
  if (fault?.afterEffect && strike({ request, response }, fault, withTrouble)) return
  send(given)

  function withTrouble(answer: Given): void {
    send({ body: options.trouble, ...answer })
  }
}

interface Line {
  readonly url: URL
  readonly body: unknown
  readonly at: Date
}

const lineOf = (request: IncomingMessage, { url, body, at }: Line): LoggedRequest => ({
  at,
  method: request.method ?? 'GET',
  path: url.pathname,
  query: url.search,
  template: null,
  operationName: url.pathname === '/graphql' ? operationNameOf(body) : null,
  body,
  status: null,
  installationId: null,
  notModified: false,
  durationMs: 0,
})

function sendGiven(response: ServerResponse, { status, body, headers = {} }: Given): void {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  response.end(text)
}

/** What cannot be decoded stays as it is, and leads to nothing. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A reply with its body read. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Null when it is not JSON. */
  readonly body: Readonly<Record<string, unknown>> | null
}

export interface Request {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMs?: number
}

/** Asks over plain HTTP; follows no redirect. */
export async function ask(url: string, { method = 'GET', headers = {}, body, timeoutMs }: Request): Promise<Reply> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

function parsed(text: string): Reply['body'] {
  try {
    return JSON.parse(text) as Reply['body']
  } catch {
    return null
  }
}

export interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Ear {
  readonly url: string
  readonly heard: Heard[]
  readonly stop: () => void
}

/** A server that notes every webhook and answers 202. */
export async function openEar(): Promise<Ear> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = Buffer.concat(parts).toString()
      heard.push({ headers: request.headers, text, payload: JSON.parse(text) as Heard['payload'] })
      response.writeHead(202).end('noted')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/webhooks`,
    heard,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

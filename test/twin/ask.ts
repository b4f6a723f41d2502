import { createSign } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Twin } from '#twin/twin.ts'

/** A reply with its body read. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown> & readonly Record<string, unknown>[]
  readonly text: string
}

export interface Claims {
  readonly iat?: unknown
  readonly exp?: unknown
  readonly iss?: unknown
  readonly alg?: string
}

/** A JSON web token as the app under test makes it, with any claim spoilt on request. */
export function appToken(twin: Twin, claims: Claims = {}, now: Date = new Date()): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const { alg = 'RS256', ...rest } = claims
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const payload = { iat: seconds - 30, exp: seconds + 540, iss: twin.app.id, ...rest }
  const text = `${encode({ alg, typ: 'JWT' })}.${encode(payload)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(twin.app.privateKey, 'base64url')}`
}

interface Asking {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks the twin as somebody with a credential, over plain HTTP. */
export const asking =
  (twin: Twin, credential: string) =>
  async (operation: string, { body, headers }: Asking = {}): Promise<Reply> => {
    const [method = 'GET', path = '/'] = operation.split(' ')
    const response = await fetch(twin.url + (path.startsWith('/api/') ? path : `/api/v3${path}`), {
      method,
      headers: { authorization: `Bearer ${credential}`, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    const parsed: unknown = text !== '' && isJson ? JSON.parse(text) : null
    return { status: response.status, headers: response.headers, body: parsed as Reply['body'], text }
  }

/** Gets an installation token and asks with it. */
export async function askingAsInstallation(twin: Twin, now?: Date): Promise<ReturnType<typeof asking>> {
  const [installation] = twin.world.installations
  if (!installation) throw new Error('Install the app on an organization first.')
  const asApp = asking(twin, appToken(twin, {}, now))
  const { body } = await asApp(`POST /app/installations/${installation.id}/access_tokens`)
  return asking(twin, String(body['token']))
}

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly payload: Record<string, unknown>
}

export interface Listener {
  readonly url: string
  readonly received: Received[]
  /** How it answers; `null` leaves a delivery unanswered. Default 202. */
  answerWith: (status: number | null) => void
  readonly stop: () => void
}

/** An app that only notes what webhooks reach it. */
export async function listen(): Promise<Listener> {
  let status: number | null = 202
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = Buffer.concat(parts).toString()
      received.push({ headers: request.headers, text, payload: JSON.parse(text) as Received['payload'] })
      if (status !== null) response.writeHead(status).end('noted')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/github/webhooks`,
    received,
    answerWith: (next) => void (status = next),
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

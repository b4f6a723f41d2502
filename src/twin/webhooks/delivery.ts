import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

/** One sending of a webhook, as the app's list of deliveries keeps it. */
export interface Delivery {
  /** 64 bits: above what a double holds exactly. */
  readonly id: bigint
  /** The same for every redelivery of one webhook. */
  readonly guid: string
  readonly event: string
  readonly action: string | null
  readonly redelivery: boolean
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly url: string
  readonly payloadText: string
  deliveredAt: Date
  durationMs: number
  status: string
  /** 0 until answered. */
  statusCode: number
  requestHeaders: Readonly<Record<string, string>>
  responseHeaders: Readonly<Record<string, string>>
  responseText: string
}

/** What a sending needs beside the delivery itself. */
export interface Sender {
  readonly secret: string
  readonly hookId: number
  readonly appId: number
  /** GitHub waits 10 seconds. */
  readonly timeoutMs: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const longestResponse = 65_536

/** Posts a delivery with GitHub's headers and notes on it what came back. Never throws: a failure is an outcome. */
export async function send(delivery: Delivery, sender: Sender): Promise<void> {
  delivery.requestHeaders = headersOf(delivery, sender)
  const started = performance.now()
  const outcome = await post(delivery, sender.timeoutMs)
  delivery.durationMs = performance.now() - started
  Object.assign(delivery, outcome)
}

type Outcome = Pick<Delivery, 'status' | 'statusCode' | 'responseHeaders' | 'responseText'>

const failed = (status: string, statusCode: number): Outcome => ({
  status,
  statusCode,
  responseHeaders: {},
  responseText: '',
})

function post(delivery: Delivery, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const { requestHeaders: headers, url, payloadText } = delivery
    const outgoing = request(url, { method: 'POST', headers, agent }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', () => resolve(failed('connection reset', 502)))
      response.on('end', () => {
        clearTimeout(timer)
        const statusCode = response.statusCode ?? 0
        resolve({
          status: statusCode < 400 ? 'OK' : `Invalid HTTP Response: ${statusCode}`,
          statusCode,
          responseHeaders: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          responseText: Buffer.concat(parts).toString().slice(0, longestResponse),
        })
      })
    })
    const timer = setTimeout(() => {
      resolve(failed('timed out', 504))
      outgoing.destroy()
    }, timeoutMs)
    outgoing.on('error', () => {
      clearTimeout(timer)
      resolve(failed('failed to connect to host', 502))
    })
    outgoing.end(payloadText)
  })
}

function headersOf(delivery: Delivery, { secret, hookId, appId }: Sender): Record<string, string> {
  const digest = (algorithm: string): string => createHmac(algorithm, secret).update(delivery.payloadText).digest('hex')
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(delivery.payloadText)),
    'user-agent': `GitHub-Hookshot/${hookId.toString(16)}`,
    'x-github-event': delivery.event,
    'x-github-delivery': delivery.guid,
    'x-github-hook-id': String(hookId),
    'x-github-hook-installation-target-id': String(appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${digest('sha1')}`,
    'x-hub-signature-256': `sha256=${digest('sha256')}`,
  }
}

import { createHmac } from 'node:crypto'
import { post } from './post.ts'

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

/** Posts a delivery with GitHub's headers and notes on it what came back. Never throws: a failure is an outcome. */
export async function send(delivery: Delivery, sender: Sender): Promise<void> {
  delivery.requestHeaders = headersOf(delivery, sender)
  const started = performance.now()
  const { url, requestHeaders: headers, payloadText: text } = delivery
  const outcome = await post({ url, headers, text, timeoutMs: sender.timeoutMs })
  delivery.durationMs = performance.now() - started
  Object.assign(delivery, outcome)
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

import { createHmac } from 'node:crypto'
import { type Outcome, post } from '../webhooks/post.ts'

/** One sending of a tracker's webhook, and what was answered to it. */
export interface TrackerDelivery extends Outcome {
  readonly at: Date
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Readonly<Record<string, unknown>>
  readonly text: string
}

/** A webhook about to be sent. */
export interface Message {
  readonly payload: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/** How a tracker signs: the header that carries the signature, from the HMAC-SHA256 of the body in hexadecimal. */
export type Signing = (digest: string) => Readonly<Record<string, string>>

const timeoutMs = 10_000

/** Sends a tracker's webhooks to the one address that was set, in the order in which things happened. */
export class TrackerWebhooks {
  /** Oldest first; one stands here once it was answered, or could not be delivered. */
  readonly deliveries: TrackerDelivery[] = []
  readonly #now: () => Date
  readonly #sign: Signing
  #target: { readonly url: string; readonly secret: string | null } | null = null
  #last: Promise<void> = Promise.resolve()

  constructor(now: () => Date, sign: Signing) {
    this.#now = now
    this.#sign = sign
  }

  /** Null as address stops sending, null as secret stops signing. */
  setTarget(url: string | null, secret: string | null): void {
    this.#target = url === null ? null : { url, secret }
  }

  publish(message: Message): void {
    if (this.#target === null) return
    const { url, secret } = this.#target
    const text = JSON.stringify(message.payload)
    const signature = secret === null ? {} : this.#sign(createHmac('sha256', secret).update(text).digest('hex'))
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      ...message.headers,
      ...signature,
    }
    this.#send({ url, headers, text, payload: message.payload })
  }

  /** Sends the same bytes under the same headers once more, as a tracker does that saw no answer. */
  redeliver({ url, headers, text, payload }: TrackerDelivery): void {
    this.#send({ url, headers, text, payload })
  }

  /** Waits until everything was answered, and whatever those answers caused. */
  async settle(): Promise<void> {
    let seen: Promise<void> | undefined
    while (seen !== this.#last) {
      seen = this.#last
      await seen
    }
  }

  #send(sent: Pick<TrackerDelivery, 'url' | 'headers' | 'text' | 'payload'>): void {
    this.#last = this.#last.then(async () => {
      const outcome = await post({ ...sent, timeoutMs })
      this.deliveries.push({ ...sent, ...outcome, at: this.#now() })
    })
  }
}

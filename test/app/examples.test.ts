import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type House, openHouse, wordOf } from './house.ts'

interface Payload {
  readonly installation?: object
}

interface Example {
  readonly name: string
  readonly examples: readonly Payload[]
}

const examplesPath = createRequire(import.meta.url).resolve('@octokit/webhooks-examples')
const published = (JSON.parse(readFileSync(examplesPath, 'utf8')) as readonly Example[]).flatMap(({ name, examples }) =>
  examples.map((payload) => ({ name, payload })),
)

let house: House

beforeEach(async () => {
  house = await openHouse()
})

afterEach(async () => {
  await house.close()
})

type Headers = Readonly<Record<string, string>>

const sign = (body: string, algorithm = 'sha256'): string =>
  `${algorithm}=${createHmac(algorithm, house.twin.app.webhookSecret).update(body).digest('hex')}`

/** Sends a webhook to the real door, as GitHub would but for these headers, and gives the status of the answer. */
function post(event: string, body: string, headers: Headers = { 'x-hub-signature-256': sign(body) }): Promise<number> {
  const sent: Headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const posted = request(`${house.url}/api/github/webhooks`, { method: 'POST', headers: sent }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    // A body that is refused by its length is not read to its end: that breaks the sending, after the answer.
    posted.on('error', reject)
    posted.end(body)
  })
}

async function countStored(): Promise<number> {
  const { kysely } = house.app.database
  const { counted } = await kysely
    .selectFrom('deliveries')
    .select((on) => on.fn.countAll<number>().as('counted'))
    .executeTakeFirstOrThrow()
  return counted
}

describe('every payload that GitHub publishes', () => {
  const rows: readonly { from: string; payloadFor: (payload: Payload) => Payload }[] = [
    { from: 'installations that are not ours (any more)', payloadFor: (payload) => payload },
    {
      from: 'our own installation, about repositories that it does not see',
      payloadFor: (payload) => ({ ...payload, installation: { ...payload.installation, id: ourInstallation() } }),
    },
  ]
  for (const { from, payloadFor } of rows) {
    test(`is acknowledged and stored, and leaves no failed job, from ${from}`, async () => {
      const before = await countStored()
      const answers = new Map<string, number>()
      for (const [at, { name, payload }] of published.entries()) {
        answers.set(`${name} ${String(at)}`, await post(name, JSON.stringify(payloadFor(payload))))
      }
      expect([...answers].filter(([, status]) => status !== 202)).toEqual([])
      expect(published.length).toBeGreaterThanOrEqual(329)
      expect((await countStored()) - before).toBe(published.length)
      await house.settle()
      expect(await house.app.queue.deadLetters()).toEqual([])
      expect(await house.app.queue.counts()).toEqual({ waiting: 0, active: 0, dead: 0 })
    }, 60_000)
  }

  test('leaves the app at work: a change opened after them gets its check', async () => {
    for (const { name, payload } of published) await post(name, JSON.stringify(payload))
    const pull = house.open()
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
  }, 60_000)
})

const ourInstallation = (): number => {
  const { installation } = house.acme
  if (installation === undefined) throw new Error('The app is not installed on acme.')
  return installation.id
}

interface Refusal {
  readonly what: string
  readonly status: number
  readonly body?: string
  readonly headers?: (body: string) => Headers
}

const opened = JSON.stringify({ action: 'opened', number: 1 })

const refusals: readonly Refusal[] = [
  { what: 'whose signature is bad', status: 401, headers: () => ({ 'x-hub-signature-256': sign('another body') }) },
  { what: 'without a signature', status: 401, headers: () => ({}) },
  {
    what: 'with a SHA-1 signature alone',
    status: 401,
    headers: (body) => ({ 'x-hub-signature': sign(body, 'sha1') }),
  },
  {
    what: 'of the wrong content type',
    status: 415,
    headers: (body) => ({ 'x-hub-signature-256': sign(body), 'content-type': 'application/x-www-form-urlencoded' }),
  },
  { what: 'that is malformed JSON', status: 400, body: opened.slice(0, -1) },
  { what: 'of 26 MB', status: 413, body: JSON.stringify({ title: 'x'.repeat(26 * 1024 * 1024) }) },
]

describe('refused, and nothing stored: a webhook', () => {
  for (const { what, status, body = opened, headers } of refusals) {
    test(what, async () => {
      const before = await countStored()
      expect(await post('pull_request', body, headers?.(body))).toBe(status)
      expect(await countStored()).toBe(before)
      expect(await post('pull_request', opened)).toBe(202)
      expect(await countStored()).toBe(before + 1)
    })
  }
})

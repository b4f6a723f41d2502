import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  appId,
  type Fakes,
  keyPem,
  previousSecret,
  secret,
  sign,
  startServer,
  StoreAway,
  webhook,
} from './fake-ports.ts'

let fakes: Fakes | null = null

function start(...over: Parameters<typeof startServer>): Fakes {
  fakes = startServer(...over)
  return fakes
}

afterEach(async () => {
  await fakes?.server.close()
  fakes = null
})

const opened = JSON.stringify({
  action: 'opened',
  installation: { id: 5 },
  organization: { login: 'acme' },
  sender: { id: 7, login: 'ada', type: 'User' },
  repository: { id: 9, name: 'shop', owner: { login: 'acme' } },
  pull_request: { number: 3, updated_at: '2026-02-28T23:00:00+01:00', head: { sha: 'a'.repeat(40) } },
})

describe('a webhook that is signed', () => {
  test('is stored with what it touches, and acknowledged', async () => {
    const { server, received, outcomes } = start()
    const reply = await server.inject(webhook(opened))
    expect([reply.statusCode, reply.body]).toEqual([202, '{}'])
    expect(outcomes).toEqual(['stored'])
    expect(received).toHaveLength(1)
    expect(received[0]?.delivery).toEqual({
      guid: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      event: 'pull_request',
      action: 'opened',
      installationId: 5,
      organization: 'acme',
      sender: 'ada',
      occurredAt: '2026-02-28T22:00:00.000Z',
      receivedAt: '2026-03-01T12:00:00.000Z',
      body: opened,
    })
    expect(received[0]?.touches.map((touch) => touch.touches)).toEqual(['change', 'pushes'])
  })

  test('is acknowledged when it comes again, and counted as a duplicate', async () => {
    const { server, received, outcomes } = start()
    await server.inject(webhook(opened))
    const again = await server.inject(webhook(opened))
    expect(again.statusCode).toBe(202)
    expect(received).toHaveLength(1)
    expect(outcomes).toEqual(['stored', 'duplicate'])
  })

  test('may be signed with the previous secret while it is being replaced', async () => {
    const { server, received } = start()
    const reply = await server.inject(webhook(opened, { 'x-hub-signature-256': sign(opened, previousSecret) }))
    expect(reply.statusCode).toBe(202)
    expect(received).toHaveLength(1)
  })

  test('keeps its body to the byte', async () => {
    const { server, received } = start()
    const body = '{ "action":"opened",\n "id": 12345678901234567890, "title": "\\u202e名前 👩‍💻" }'
    await server.inject(webhook(body))
    expect(received[0]?.delivery.body).toBe(body)
  })

  test('of an event or action we do not know is stored and touches nothing', async () => {
    const { server, received } = start()
    const strange = [webhook('{}', { 'x-github-event': 'sub_issues' }), webhook('{"action":"petted"}')]
    for (const [index, request] of strange.entries()) {
      const headers = { ...request.headers, 'x-github-delivery': `unknown-${index}` }
      expect((await server.inject({ ...request, headers })).statusCode).toBe(202)
    }
    expect(received.map(({ touches }) => touches)).toEqual([[], []])
  })

  test('may be as large as GitHub sends', async () => {
    const { server, received } = start()
    const body = JSON.stringify({ action: 'opened', title: 'x'.repeat(25 * 1024 * 1024 - 40) })
    expect((await server.inject(webhook(body))).statusCode).toBe(202)
    expect(received).toHaveLength(1)
  })
})

const times: readonly [sentence: string, event: string, payload: object, occurredAt: string][] = [
  [
    'a push happened when the repository was pushed to',
    'push',
    { repository: { pushed_at: 1_767_225_600 } },
    '2026-01-01T00:00:00.000Z',
  ],
  [
    'a push has no time where GitHub gives a text',
    'push',
    { repository: { pushed_at: '2020-01-01T00:00:00Z' } },
    '2026-03-01T12:00:00.000Z',
  ],
  [
    'a commit chooses its own time, so it is not taken',
    'push',
    { head_commit: { timestamp: '1999-01-01T00:00:00Z' } },
    '2026-03-01T12:00:00.000Z',
  ],
  [
    'a review happened when it was submitted',
    'pull_request_review',
    { action: 'submitted', review: { submitted_at: '2026-02-02T02:02:02Z' } },
    '2026-02-02T02:02:02.000Z',
  ],
  [
    'a dismissal happened when the pull request was touched',
    'pull_request_review',
    {
      action: 'dismissed',
      review: { submitted_at: '2026-02-02T02:02:02Z' },
      pull_request: { updated_at: '2026-02-03T00:00:00Z' },
    },
    '2026-02-03T00:00:00.000Z',
  ],
  [
    'a time that is none is not taken',
    'pull_request',
    { pull_request: { updated_at: 'yesterday' } },
    '2026-03-01T12:00:00.000Z',
  ],
  ['anything else happened when it came', 'member', { action: 'added' }, '2026-03-01T12:00:00.000Z'],
]

test.each(times)('%s', async (_sentence, ...[event, payload, occurredAt]) => {
  const { server, received } = start()
  await server.inject(webhook(JSON.stringify(payload), { 'x-github-event': event }))
  expect(received[0]?.delivery.occurredAt).toBe(occurredAt)
})

const sha1 = `sha1=${createHmac('sha1', secret).update(opened).digest('hex')}`

type Refusal = [sentence: string, status: number, body: string | Buffer, headers: Record<string, string | undefined>]

const refusals: readonly Refusal[] = [
  ['without a signature', 401, opened, { 'x-hub-signature-256': undefined }],
  ['with a SHA-1 signature alone', 401, opened, { 'x-hub-signature-256': undefined, 'x-hub-signature': sha1 }],
  ['with a SHA-1 signature in the place of the other', 401, opened, { 'x-hub-signature-256': sha1 }],
  ['signed with another secret', 401, opened, { 'x-hub-signature-256': sign(opened, 'guessed') }],
  ['with a signature for another body', 401, opened, { 'x-hub-signature-256': sign('{}') }],
  ['with a signature cut short', 401, opened, { 'x-hub-signature-256': sign(opened).slice(0, -1) }],
  ['with a signature in capitals', 401, opened, { 'x-hub-signature-256': sign(opened).toUpperCase() }],
  ['with an empty signature', 401, opened, { 'x-hub-signature-256': '' }],
  ['with an empty body', 401, '', {}],
  ['whose bytes are not UTF-8', 401, Buffer.from([0x7b, 0xff, 0x7d]), {}],
  ['as a form', 415, opened, { 'content-type': 'application/x-www-form-urlencoded' }],
  ['as text', 415, opened, { 'content-type': 'text/plain' }],
  ['as something like JSON', 415, opened, { 'content-type': 'application/vnd.github+json' }],
  ['that is no content type', 415, opened, { 'content-type': 'json' }],
  ['of 26 MB', 413, JSON.stringify({ title: 'x'.repeat(26 * 1024 * 1024) }), {}],
  ['without a delivery id', 400, opened, { 'x-github-delivery': undefined }],
  ['with an empty delivery id', 400, opened, { 'x-github-delivery': '' }],
  ['with a delivery id that is none', 400, opened, { 'x-github-delivery': "'; drop table deliveries; --" }],
  ['with a delivery id that is too long', 400, opened, { 'x-github-delivery': 'a'.repeat(65) }],
  ['without an event', 400, opened, { 'x-github-event': undefined }],
  ['with an event that is none', 400, opened, { 'x-github-event': '../etc/passwd' }],
  ['with the event Probot keeps for its errors', 400, opened, { 'x-github-event': 'error' }],
  ['with the event *', 400, opened, { 'x-github-event': '*' }],
  ['with the event constructor', 400, opened, { 'x-github-event': 'constructor' }],
  ['cut off in the middle', 400, opened.slice(0, 50), {}],
  ['that is a list', 400, '[]', {}],
  ['that is null', 400, 'null', {}],
  ['that is a number', 400, '1', {}],
  ['that is text', 400, '"opened"', {}],
]

describe('refused, and nothing stored: a webhook', () => {
  test.each(refusals)('%s', async (_sentence, ...[status, body, headers]) => {
    const { server, received, outcomes, log } = start()
    const reply = await server.inject(webhook(body, headers))
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(reply.json()).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.stringMatching(/^[A-Z].*\.$/),
    })
    expect(received).toEqual([])
    expect(outcomes).toEqual(['refused'])
    expect(log()).toContain('A webhook was refused.')
  })

  test('by GET', async () => {
    const { server } = start()
    expect((await server.inject({ url: '/api/github/webhooks' })).statusCode).toBe(404)
  })
})

describe('when it cannot be stored, a webhook', () => {
  test('is answered 503 with Retry-After while the store is away', async () => {
    const { server, outcomes } = start({ receive: () => Promise.reject(new StoreAway('connection refused')) })
    const reply = await server.inject(webhook(opened))
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([503, '30'])
    expect(outcomes).toEqual(['store-away'])
  })

  test('is answered 500 without a word of the fault, which is in the log', async () => {
    const { server, outcomes, log } = start({ receive: () => Promise.reject(new Error('constraint 0815 violated')) })
    const reply = await server.inject(webhook(opened))
    expect(reply.statusCode).toBe(500)
    expect(reply.body).not.toContain('0815')
    expect(log()).toContain('constraint 0815 violated')
    expect(outcomes).toEqual(['failed'])
  })
})

test('no secret, signature or body is in any log line or answer, whatever happens', async () => {
  const planted = 'planted-3c91'
  const body = JSON.stringify({ ...(JSON.parse(opened) as object), title: planted })
  const ends = [undefined, new StoreAway('away'), new Error('a fault')]
  for (const error of ends) {
    const { server, log } = startServer(error === undefined ? {} : { receive: () => Promise.reject(error) })
    const replies = [await server.inject(webhook(body)), await server.inject(webhook(body.slice(0, -1)))]
    replies.push(await server.inject(webhook(body, { 'x-hub-signature-256': sign(body, 'wrong') })))
    const told = [log(), ...replies.map((reply) => reply.body + JSON.stringify(reply.headers))].join('\n')
    const pemLine = keyPem.split('\n')[3] ?? ''
    for (const hidden of [planted, secret, previousSecret, sign(body), pemLine]) expect(told).not.toContain(hidden)
    expect(log()).not.toBe('')
    await server.close()
  }
})

interface Example {
  readonly name: string
  readonly examples: readonly object[]
}

const examplesPath = createRequire(import.meta.url).resolve('@octokit/webhooks-examples')
const examples = JSON.parse(readFileSync(examplesPath, 'utf8')) as readonly Example[]
const payloads = examples.flatMap(({ name, examples: all }) => all.map((payload) => ({ name, payload })))

describe('every payload that GitHub publishes', () => {
  test('is acknowledged and stored exactly once', async () => {
    const { server, received, log } = start()
    for (const { name, payload } of payloads) {
      const headers = { 'x-github-event': name, 'x-github-delivery': randomUUID() }
      const reply = await server.inject(webhook(JSON.stringify(payload), headers))
      expect([name, reply.statusCode]).toEqual([name, 202])
    }
    expect(payloads.length).toBeGreaterThanOrEqual(329)
    expect(received).toHaveLength(payloads.length)
    expect(log()).not.toMatch(/"level":[56]0/)
  })
})

describe('a payload that nobody published', () => {
  test('is acknowledged, and stored exactly once', async () => {
    const { server, received } = start()
    const names = fc.constantFrom('pull_request', 'push', 'check_run', 'installation', 'member', 'unheard_of')
    const actions = fc.oneof(fc.constantFrom('opened', 'added', 'created'), fc.jsonValue())
    const property = fc.asyncProperty(
      names,
      actions,
      fc.dictionary(fc.string(), fc.jsonValue()),
      async (name, action, rest) => {
        const before = received.length
        const headers = { 'x-github-event': name, 'x-github-delivery': randomUUID() }
        const reply = await server.inject(webhook(JSON.stringify({ ...rest, action }), headers))
        expect(reply.statusCode).toBe(202)
        expect(received).toHaveLength(before + 1)
      },
    )
    await fc.assert(property, {
      numRuns: 150,
      examples: [
        ['pull_request', { toString: 1 }, {}],
        ['pull_request', ['opened'], { installation: { id: appId } }],
        ['push', 'opened', { ref: 'refs/heads/main' }],
      ],
    })
  })
})

import { createHmac } from 'node:crypto'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { type Fakes, startServer, StoreAway, trackerSecrets } from './fake-ports.ts'

let fakes: Fakes | null = null

function start(...over: Parameters<typeof startServer>): Fakes {
  fakes = startServer(...over)
  return fakes
}

let shared: Fakes | null = null

/** One server for the rows of tables, which has heard nothing yet. */
function all(): Fakes {
  shared ??= startServer()
  for (const heard of [shared.received, shared.ticketEvents, shared.outcomes]) heard.length = 0
  return shared
}

afterAll(async () => {
  await shared?.server.close()
})

afterEach(async () => {
  await fakes?.server.close()
  fakes = null
})

type Tracker = keyof typeof trackerSecrets

const trackers = ['jira', 'linear', 'shortcut'] as const
const headers = { jira: 'x-hub-signature', linear: 'linear-signature', shortcut: 'payload-signature' } as const
const prefixes = { jira: 'sha256=', linear: '', shortcut: '' } as const

const digest = (body: string | Buffer, secret: string, algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(body).digest('hex')

const signatureOf = (tracker: Tracker, body: string | Buffer, secret: string = trackerSecrets[tracker]) =>
  `${prefixes[tracker]}${digest(body, secret)}`

/** As the tracker sends it; `over` replaces headers, or with undefined leaves them out. */
function sent(
  tracker: Tracker,
  body: string | Buffer,
  over: Readonly<Record<string, string | undefined>> = {},
): InjectOptions {
  const all: Readonly<Record<string, string | undefined>> = {
    'content-type': 'application/json; charset=utf-8',
    [headers[tracker]]: signatureOf(tracker, body),
    ...over,
  }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { method: 'POST', url: `/api/${tracker}/webhooks`, headers: Object.fromEntries(given), payload: body }
}

const now = Date.parse('2026-03-01T12:00:00Z')

const jiraUpdate = {
  timestamp: now - 2_000,
  webhookEvent: 'jira:issue_updated',
  issue_event_type_name: 'issue_generic',
  user: { displayName: 'Ana <script>' },
  issue: { id: '10042', key: 'BUG-453', fields: { summary: 'Broken dropdown' } },
  changelog: { id: '1', items: [{ field: 'status', fromString: 'Open', toString: 'Done' }] },
}

const linearUpdate = {
  action: 'update',
  type: 'Issue',
  actor: { name: 'Ana' },
  createdAt: '2026-03-01T11:59:58.000Z',
  data: { id: '236e', identifier: 'ENG-12', previousIdentifiers: [], number: 12, team: { key: 'ENG' } },
  updatedFrom: { stateId: 'c02e' },
  webhookTimestamp: now - 1_000,
}

const shortcutUpdate = {
  id: '595285dc',
  changed_at: '2026-03-01T11:59:58Z',
  primary_id: 16_927,
  version: 'v1',
  actions: [{ id: 16_927, entity_type: 'story', action: 'update', name: 'test story', changes: {} }],
}

const updates = { jira: jiraUpdate, linear: linearUpdate, shortcut: shortcutUpdate } as const
const bodies = {
  jira: JSON.stringify(jiraUpdate),
  linear: JSON.stringify(linearUpdate),
  shortcut: JSON.stringify(shortcutUpdate),
} as const

const reasons = {
  jira: 'jira:issue_updated of BUG-453',
  linear: 'Issue.update of ENG-12',
  shortcut: 'story.update of sc-16927',
} as const
const keys = { jira: 'BUG-453', linear: 'ENG-12', shortcut: 'sc-16927' } as const

describe.each(trackers)('a signed webhook from %s', (tracker) => {
  test('touches the ticket, and is acknowledged', async () => {
    const { server, ticketEvents, received, outcomes } = start()
    const reply = await server.inject(sent(tracker, bodies[tracker]))
    expect([reply.statusCode, reply.body]).toEqual([200, '{}'])
    expect(ticketEvents).toEqual([
      {
        names: [{ tracker, key: keys[tracker] }],
        cause: {
          actor: tracker,
          reason: reasons[tracker],
          occurredAt: '2026-03-01T11:59:58.000Z',
          receivedAt: '2026-03-01T12:00:00.000Z',
        },
      },
    ])
    expect([received, outcomes]).toEqual([[], ['stored']])
  })

  test('is checked over its bytes, whatever script they hold', async () => {
    const { server, ticketEvents } = start()
    const body = ` { "title": "\\u200e名前 👩‍💻", ${bodies[tracker].slice(1)}\n`
    expect((await server.inject(sent(tracker, body))).statusCode).toBe(200)
    expect(ticketEvents).toHaveLength(1)
  })

  test('may be as large as a long history makes it', async () => {
    const { server, ticketEvents } = start()
    const body = JSON.stringify({ ...updates[tracker], history: 'x'.repeat(5 * 1024 * 1024 - 2_000) })
    expect((await server.inject(sent(tracker, body))).statusCode).toBe(200)
    expect(ticketEvents).toHaveLength(1)
  })

  test('is answered 503 with Retry-After while the store is away', async () => {
    const { server, outcomes, log } = start({ receiveTicketEvent: () => Promise.reject(new StoreAway('refused')) })
    const reply = await server.inject(sent(tracker, bodies[tracker]))
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([503, '30'])
    expect(outcomes).toEqual(['store-away'])
    expect(log()).toContain('the store is away')
  })

  test('is answered 500 without a word of a fault of ours, which is in the log', async () => {
    const { server, outcomes, log } = start({ receiveTicketEvent: () => Promise.reject(new Error('constraint 0815')) })
    const reply = await server.inject(sent(tracker, bodies[tracker]))
    expect([reply.statusCode, reply.body.includes('0815'), log().includes('0815')]).toEqual([500, false, true])
    expect(outcomes).toEqual(['failed'])
  })

  const variable = `${tracker.toUpperCase()}_WEBHOOK_SECRET`

  test('is not taken while there is no secret to check it with, and the answer names the variable to set', async () => {
    const { server, ticketEvents, log } = start({}, { [variable]: undefined })
    const reply = await server.inject(sent(tracker, bodies[tracker]))
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([404, 'application/problem+json'])
    expect(reply.json<{ detail: string }>().detail).toContain(`set ${variable} or ${variable}_FILE`)
    expect(reply.body).not.toContain(trackerSecrets[tracker])
    expect(ticketEvents).toEqual([])
    expect(log()).toContain('A webhook was refused.')
  })

  test('can not be signed by an empty secret', async () => {
    const forged = sent(tracker, bodies[tracker], { [headers[tracker]]: signatureOf(tracker, bodies[tracker], '') })
    const { server, ticketEvents } = start()
    expect((await server.inject(forged)).statusCode).toBe(401)
    expect(() => startServer({}, { [variable]: '' })).toThrow(variable)
    expect(ticketEvents).toEqual([])
  })
})

type Refusal = readonly [
  sentence: string,
  status: number,
  body: string | Buffer,
  over: Record<string, string | undefined>,
]

const refusalsOf = (tracker: Tracker): readonly Refusal[] => {
  const body = bodies[tracker]
  const header = headers[tracker]
  const good = signatureOf(tracker, body)
  const oneByteOther = body.replace('update', 'updatf')
  return [
    ['without a signature', 401, body, { [header]: undefined }],
    ['with an empty one', 401, body, { [header]: '' }],
    ['signed with another secret', 401, body, { [header]: signatureOf(tracker, body, 'guessed') }],
    [
      'signed with the secret of GitHub',
      401,
      body,
      { [header]: signatureOf(tracker, body, 'the-present-webhook-secret') },
    ],
    ['whose body differs in one byte', 401, oneByteOther, { [header]: good }],
    ['whose body has one byte more', 401, `${body} `, { [header]: good }],
    ['with a signature cut short', 401, body, { [header]: good.slice(0, -1) }],
    ['with one that is too long', 401, body, { [header]: `${good}0` }],
    ['with one in capitals', 401, body, { [header]: good.toUpperCase() }],
    ['by SHA-1', 401, body, { [header]: `${prefixes[tracker]}${digest(body, trackerSecrets[tracker], 'sha1')}` }],
    ['by SHA-1 that says so', 401, body, { [header]: `sha1=${digest(body, trackerSecrets[tracker], 'sha1')}` }],
    ['by SHA-512', 401, body, { [header]: `${prefixes[tracker]}${digest(body, trackerSecrets[tracker], 'sha512')}` }],
    [
      'signed where GitHub signs',
      401,
      body,
      { [header]: undefined, 'x-hub-signature-256': `sha256=${digest(body, trackerSecrets[tracker])}` },
    ],
    ['with an empty body', 400, '', {}],
    ['cut off in the middle', 400, body.slice(0, 50), {}],
    ['that is a list', 400, '[]', {}],
    ['that is text', 400, '"jira:issue_updated"', {}],
    ['as a form', 415, body, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['of 6 MB', 413, JSON.stringify({ title: 'x'.repeat(6 * 1024 * 1024) }), {}],
  ]
}

const refusals = trackers.flatMap((tracker) =>
  refusalsOf(tracker).map(([sentence, ...rest]) => [`from ${tracker}, ${sentence}`, tracker, ...rest] as const),
)

describe('refused, and nothing touched: a webhook', () => {
  test.each(refusals)('%s', async (_sentence, ...[tracker, status, body, over]) => {
    const { server, ticketEvents, outcomes, log } = all()
    const reply = await server.inject(sent(tracker, body, over))
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([status, 'application/problem+json'])
    expect(reply.json<{ detail: string }>().detail).toMatch(/^[A-Z].*\.$/)
    expect(ticketEvents).toEqual([])
    expect(outcomes).toEqual(['refused'])
    expect(log()).toContain('A webhook was refused.')
  })

  test('that has only the hexadecimal digits, where Jira writes the algorithm before them', async () => {
    const { server } = start()
    const bare = digest(bodies.jira, trackerSecrets.jira)
    expect((await server.inject(sent('jira', bodies.jira, { 'x-hub-signature': bare }))).statusCode).toBe(401)
  })

  test('meant for another tracker', async () => {
    const { server, ticketEvents } = start()
    const request = { ...sent('linear', bodies.linear), url: '/api/shortcut/webhooks' }
    expect((await server.inject(request)).statusCode).toBe(401)
    expect(ticketEvents).toEqual([])
  })

  test('by GET', async () => {
    const { server } = start()
    expect((await server.inject({ url: '/api/jira/webhooks' })).statusCode).toBe(404)
  })

  test('without a signature, before its body is read', async () => {
    const { server } = start()
    const unsigned = sent('jira', 'x'.repeat(6 * 1024 * 1024), { 'x-hub-signature': undefined })
    expect((await server.inject(unsigned)).statusCode).toBe(401)
  })
})

describe('whatever somebody without the secret sends', () => {
  test('another secret is refused', async () => {
    const { server, ticketEvents } = start()
    const property = fc.asyncProperty(fc.constantFrom(...trackers), fc.string(), async (tracker, guessed) => {
      fc.pre(guessed !== trackerSecrets[tracker])
      const over = { [headers[tracker]]: signatureOf(tracker, bodies[tracker], guessed) }
      expect((await server.inject(sent(tracker, bodies[tracker], over))).statusCode).toBe(401)
    })
    await fc.assert(property, { numRuns: 100 })
    expect(ticketEvents).toEqual([])
  })

  test('another body is refused under a signature that was caught', async () => {
    const { server, ticketEvents } = start()
    const others = fc.uint8Array({ minLength: 1, maxLength: 300 })
    const property = fc.asyncProperty(fc.constantFrom(...trackers), others, async (tracker, bytes) => {
      const over = { [headers[tracker]]: signatureOf(tracker, bodies[tracker]) }
      expect((await server.inject(sent(tracker, Buffer.from(bytes), over))).statusCode).toBe(401)
    })
    await fc.assert(property, { numRuns: 100 })
    expect(ticketEvents).toEqual([])
  })
})

const moments: readonly [sentence: string, sentAt: unknown, status: number][] = [
  ['sent a minute ago is taken', now - 60_000, 200],
  ['sent more than a minute ago is refused, however well it is signed', now - 60_001, 401],
  ['whose clock is half a minute ahead is taken', now + 30_000, 200],
  ['from the future is refused', now + 60_001, 401],
  ['that does not say when it was sent is refused', undefined, 401],
  ['that says so in words is refused', '2026-03-01T12:00:00Z', 401],
  ['that says so in seconds is refused', now / 1_000, 401],
]

test.each(moments)('a webhook from Linear %s', async (_sentence, sentAt, status) => {
  const { server, ticketEvents } = all()
  const reply = await server.inject(sent('linear', JSON.stringify({ ...linearUpdate, webhookTimestamp: sentAt })))
  expect(reply.statusCode).toBe(status)
  expect(ticketEvents).toHaveLength(status === 200 ? 1 : 0)
  if (status === 401)
    expect(reply.json<{ detail: string }>().detail).toContain('within a minute of when Linear sent it')
})

type Reading = readonly [sentence: string, tracker: Tracker, payload: object, keys: readonly string[], reason?: string]

const item = (field: string, fromString: unknown, toString: unknown) => ({ field, fromString, toString })
const jira = (over: object) => ({ ...jiraUpdate, ...over })
const moved = (...items: unknown[]) => jira({ issue: { key: 'NEW-2' }, changelog: { items } })
const linear = (data: object, over: object = {}) => ({ ...linearUpdate, ...over, data })
const shortcut = (primary: unknown, ...actions: unknown[]) => ({ ...shortcutUpdate, primary_id: primary, actions })
const story = (id: unknown, action: unknown = 'update') => ({ id, entity_type: 'story', action })

const readings: readonly Reading[] = [
  ['an issue that was made', 'jira', jira({ webhookEvent: 'jira:issue_created' }), ['BUG-453']],
  [
    'an issue that was deleted',
    'jira',
    jira({ webhookEvent: 'jira:issue_deleted' }),
    ['BUG-453'],
    'jira:issue_deleted of BUG-453',
  ],
  ['no change log', 'jira', jira({ changelog: undefined }), ['BUG-453']],
  ['a change log that is none', 'jira', jira({ changelog: { items: 'all' } }), ['BUG-453']],
  [
    'an issue that was moved, under both keys',
    'jira',
    moved(item('project', 'Old', 'New'), item('Key', 'OLD-1', 'NEW-2')),
    ['NEW-2', 'OLD-1'],
    'jira:issue_updated of NEW-2 and 1 more',
  ],
  [
    'an issue moved twice at once',
    'jira',
    moved(item('Key', 'OLD-1', 'MID-5'), item('key', 'MID-5', 'NEW-2')),
    ['NEW-2', 'OLD-1', 'MID-5'],
  ],
  ['a move that lacks one end', 'jira', moved({ field: 'Key', fromString: 'OLD-1' }), ['NEW-2', 'OLD-1']],
  ['items that are none', 'jira', moved(null, 'Key', 7, item('Key', null, {})), ['NEW-2']],
  ['a field that only sounds like the key', 'jira', moved(item('Public Key', 'OLD-1', 'OLD-2')), ['NEW-2']],
  ['a key in lower case', 'jira', jira({ issue: { key: 'bug-453' } }), ['BUG-453']],
  ['a key with a look-alike letter', 'jira', jira({ issue: { key: 'ВUG-453' } }), []],
  ['a key whose letter only becomes one of ours', 'jira', jira({ issue: { key: 'ſC-1' } }), []],
  ['a key with more after it', 'jira', jira({ issue: { key: 'BUG-453\n' } }), []],
  ['a path in place of a key', 'jira', jira({ issue: { key: '../BUG-453' } }), []],
  ['a key that is a number', 'jira', jira({ issue: { key: 453 } }), []],
  ['a number with a leading zero', 'jira', jira({ issue: { key: 'BUG-0453' } }), []],
  ['a key beyond any length', 'jira', jira({ issue: { key: `${'B'.repeat(33)}-1` } }), []],
  ['a comment', 'jira', jira({ webhookEvent: 'comment_created' }), []],
  ['a sprint', 'jira', { webhookEvent: 'sprint_started', sprint: { id: 1 } }, []],
  ['no issue', 'jira', jira({ issue: null }), []],
  ['nothing', 'jira', {}, []],

  ['an issue that was made', 'linear', linear({ identifier: 'ENG-1' }, { action: 'create' }), ['ENG-1']],
  [
    'an issue that was deleted',
    'linear',
    linear({ identifier: 'ENG-1' }, { action: 'remove' }),
    ['ENG-1'],
    'Issue.remove of ENG-1',
  ],
  [
    'an issue that moved to another team, under all it was ever called',
    'linear',
    linear({ identifier: 'OPS-4', previousIdentifiers: ['ENG-12', 'WEB-3'] }),
    ['OPS-4', 'ENG-12', 'WEB-3'],
    'Issue.update of OPS-4 and 2 more',
  ],
  [
    'what it was called before, where only that is told',
    'linear',
    linear({ identifier: 'OPS-4' }, { updatedFrom: { identifier: 'ENG-12', previousIdentifiers: ['WEB-3'] } }),
    ['OPS-4', 'ENG-12', 'WEB-3'],
  ],
  ['an issue told by team and number', 'linear', linear({ number: 12, team: { key: 'ENG' } }), ['ENG-12']],
  ['an issue of no team', 'linear', linear({ number: 12 }), []],
  [
    'former names that are none',
    'linear',
    linear({ identifier: 'ENG-1', previousIdentifiers: [7, null, 'x'] }),
    ['ENG-1'],
  ],
  [
    'an action that is anybody’s text',
    'linear',
    linear({ identifier: 'ENG-1' }, { action: '<b>@all</b>' }),
    ['ENG-1'],
    'Issue.change of ENG-1',
  ],
  ['a comment', 'linear', { ...linearUpdate, type: 'Comment' }, []],
  ['no issue', 'linear', linear([]), []],

  ['a story that was deleted', 'shortcut', shortcut(5, story(5, 'delete')), ['sc-5'], 'story.delete of sc-5'],
  [
    'several stories',
    'shortcut',
    shortcut(undefined, story(5), story(6), story(5)),
    ['sc-5', 'sc-6'],
    'story.update of sc-5 and 1 more',
  ],
  [
    'a comment on a story, which names the story alone',
    'shortcut',
    shortcut(5, { id: 77, entity_type: 'story-comment', action: 'create' }),
    ['sc-5'],
    'story.change of sc-5',
  ],
  ['an epic', 'shortcut', shortcut(9, { id: 9, entity_type: 'epic', action: 'update' }), []],
  [
    'an epic with its stories',
    'shortcut',
    shortcut(9, { id: 9, entity_type: 'epic', action: 'update' }, story(5)),
    ['sc-5'],
  ],
  ['numbers that are none', 'shortcut', shortcut(-1, story('5'), story(1.5), story(2 ** 53), null), []],
  ['nothing', 'shortcut', {}, []],
]

describe('a webhook', () => {
  const named = readings.map(
    ([sentence, tracker, ...rest]) => [`from ${tracker} about ${sentence}`, tracker, ...rest] as const,
  )

  test.each(named)('%s', async (_sentence, ...[tracker, payload, touched, reason]) => {
    const { server, ticketEvents, outcomes } = all()
    const complete = tracker === 'linear' ? { webhookTimestamp: now, ...payload } : payload
    const reply = await server.inject(sent(tracker, JSON.stringify(complete)))
    expect([reply.statusCode, reply.body]).toEqual([200, '{}'])
    expect(ticketEvents.flatMap(({ names }) => names)).toEqual(touched.map((key) => ({ tracker, key })))
    expect(ticketEvents.length).toBe(touched.length === 0 ? 0 : 1)
    if (reason !== undefined) expect(ticketEvents[0]?.cause.reason).toBe(reason)
    expect(outcomes).toEqual(['stored'])
  })

  test('touches no more than a hundred tickets', async () => {
    const { server, ticketEvents } = start()
    const actions = Array.from({ length: 250 }, (_, index) => story(index + 1))
    await server.inject(sent('shortcut', JSON.stringify(shortcut(1, ...actions))))
    expect(ticketEvents[0]?.names).toHaveLength(100)
    expect(ticketEvents[0]?.cause.reason).toBe('story.update of sc-1 and 99 more')
  })
})

const times: readonly [sentence: string, timestamp: unknown, occurredAt: string][] = [
  ['happened when the tracker says', now - 5_000, '2026-03-01T11:59:55.000Z'],
  ['did not happen in the future', now + 1, '2026-03-01T12:00:00.000Z'],
  ['did not happen before there was a Jira', now / 1_000, '2026-03-01T12:00:00.000Z'],
  ['happened when it came where the time is no number', 'yesterday', '2026-03-01T12:00:00.000Z'],
  ['happened when it came where there is no such day', 8.64e15 + 1, '2026-03-01T12:00:00.000Z'],
  ['happened when it came where no time is told', undefined, '2026-03-01T12:00:00.000Z'],
]

test.each(times)('an event of Jira %s', async (_sentence, timestamp, occurredAt) => {
  const { server, ticketEvents } = all()
  await server.inject(sent('jira', JSON.stringify({ ...jiraUpdate, timestamp })))
  expect(ticketEvents[0]?.cause.occurredAt).toBe(occurredAt)
})

test('a payload that nobody documented is acknowledged, and names only keys', async () => {
  const { server, ticketEvents } = start()
  const parts = fc.dictionary(
    fc.constantFrom(
      'webhookEvent',
      'issue',
      'changelog',
      'type',
      'data',
      'action',
      'actions',
      'primary_id',
      'updatedFrom',
    ),
    fc.oneof(fc.jsonValue(), fc.constantFrom('jira:issue_updated', 'Issue', { key: 'A-1' }, [{ field: 'Key' }])),
  )
  const property = fc.asyncProperty(fc.constantFrom(...trackers), parts, async (tracker, payload) => {
    const reply = await server.inject(sent(tracker, JSON.stringify({ ...payload, webhookTimestamp: now })))
    expect(reply.statusCode).toBe(200)
  })
  await fc.assert(property, { numRuns: 200 })
  const names = ticketEvents.flatMap((event) => event.names)
  expect(names.filter(({ key }) => !/^([A-Z][A-Z0-9_]*|sc)-[1-9]\d*$/.test(key))).toEqual([])
})

test('no secret, signature or body is in any log line or answer, whatever happens', async () => {
  const planted = 'planted-3c91'
  const ends = [undefined, new StoreAway('away'), new Error('a fault')]
  for (const error of ends) {
    const over = error === undefined ? {} : { receiveTicketEvent: () => Promise.reject(error) }
    const { server, log } = startServer(over)
    const told: string[] = []
    for (const tracker of trackers) {
      const body = JSON.stringify({ ...updates[tracker], title: planted })
      const tries = [
        sent(tracker, body),
        sent(tracker, body.slice(0, -1)),
        sent(tracker, body, { [headers[tracker]]: signatureOf(tracker, body, 'wrong') }),
      ]
      for (const request of tries) {
        const reply = await server.inject(request)
        told.push(reply.body + JSON.stringify(reply.headers))
      }
      for (const hidden of [planted, trackerSecrets[tracker], digest(body, trackerSecrets[tracker]), 'script']) {
        expect([log(), ...told].join('\n')).not.toContain(hidden)
      }
    }
    expect(log()).toContain('A webhook was refused.')
    await server.close()
  }
})

import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Linear, startLinear } from '#twin/trackers/linear.ts'
import { ask, type Ear, openEar, type Reply } from './asking.ts'

const filed = new Date('2026-05-04T10:00:00Z')

let now: Date
let linear: Linear

const asking = (query: string, variables = {}, authorization = linear.token): Promise<Reply> =>
  ask(`${linear.url}/graphql`, { method: 'POST', headers: { authorization }, body: { query, variables } })

const issueQuery = `query Issue($id: String!) { issue(id: $id) {
  id identifier title url createdAt startedAt completedAt canceledAt archivedAt trashed state { name type } creator { name }
} }`
const linkMutation = `mutation Link($input: AttachmentCreateInput!) {
  attachmentCreate(input: $input) { success attachment { id title } }
}`

const look = (id: string): Promise<Reply> => asking(issueQuery, { id })
const issueIn = (reply: Reply): unknown => (reply.body?.['data'] as { readonly issue: unknown }).issue

beforeEach(async () => {
  now = filed
  linear = await startLinear({ now: () => now })
  linear.tickets.add({ key: 'ENG-1', title: 'Dropdown is broken', creator: 'Maria Rossi' })
})

afterEach(() => linear.stop())

const notFound = {
  status: 200,
  body: {
    data: null,
    errors: [
      {
        message: 'Entity not found: Issue',
        path: ['issue'],
        extensions: {
          type: 'invalid input',
          code: 'INPUT_ERROR',
          userError: true,
          userPresentableMessage: 'Could not find referenced Issue.',
        },
      },
    ],
  },
}

describe('Linear', () => {
  test('shows an issue by its identifier and by its id', async () => {
    const shown = issueIn(await look('ENG-1')) as { readonly id: string }
    expect(shown).toMatchObject({
      identifier: 'ENG-1',
      title: 'Dropdown is broken',
      url: expect.stringMatching(/^https:\/\/linear\.app\/acme\/issue\/ENG-1\//),
      createdAt: '2026-05-04T10:00:00.000Z',
      startedAt: null,
      trashed: null,
      state: { name: 'Todo', type: 'unstarted' },
      creator: { name: 'Maria Rossi' },
    })
    expect(issueIn(await look(shown.id))).toEqual(shown)
  })

  const states = [
    ['Backlog', 'open', 'backlog', {}],
    ['Triage', 'open', 'triage', {}],
    ['In Review', 'in-progress', 'started', { startedAt: '2026-05-05T08:00:00.000Z' }],
    ['Done', 'closed', 'completed', { completedAt: '2026-05-05T08:00:00.000Z', canceledAt: null }],
    ['Canceled', 'closed', 'canceled', { completedAt: null, canceledAt: '2026-05-05T08:00:00.000Z' }],
  ] as const
  test.each(states)('takes %s (%s) for a state of type %s', async (...[name, category, type, times]) => {
    now = new Date('2026-05-05T08:00:00Z')
    linear.tickets.setStatus('ENG-1', name, category)
    expect(issueIn(await look('ENG-1'))).toMatchObject({ state: { name, type }, ...times })
  })

  test('forgets when an issue was begun and ended once it is open again', async () => {
    linear.tickets.setStatus('ENG-1', 'Done', 'closed')
    linear.tickets.setStatus('ENG-1', 'Todo', 'open')
    expect(issueIn(await look('ENG-1'))).toMatchObject({ startedAt: null, completedAt: null })
  })

  test('answers under the new identifier for an issue that went to another team', async () => {
    linear.tickets.move('ENG-1', 'OPS-7')
    for (const id of ['ENG-1', 'OPS-7']) expect(issueIn(await look(id))).toMatchObject({ identifier: 'OPS-7' })
  })

  test('still finds what is in the trash, and no more once that is emptied', async () => {
    linear.tickets.remove('ENG-1')
    expect(issueIn(await look('ENG-1'))).toMatchObject({ trashed: true, archivedAt: filed.toISOString() })
    linear.tickets.purge('ENG-1')
    expect(await look('ENG-1')).toMatchObject(notFound)
  })

  test('says the same of what is hidden and of what was never there', async () => {
    expect(await look('ENG-404')).toMatchObject(notFound)
    linear.tickets.hide('ENG-1')
    expect(await look('ENG-1')).toMatchObject(notFound)
  })

  const strangers = [
    ['no key', '', 401, 'AUTHENTICATION_ERROR', /^Authentication required/],
    ['a wrong key', 'lin_api_wrong', 401, 'AUTHENTICATION_ERROR', /^Authentication required/],
    ['a key as bearer', 'Bearer lin_api_wrong', 400, 'INPUT_ERROR', /Remove the Bearer prefix/],
  ] as const
  test.each(strangers)('refuses %s', async (...[, credential, status, code, message]) => {
    const errors = [{ message: expect.stringMatching(message), extensions: { code, http: { status } } }]
    expect(await asking('{ viewer { name } }', {}, credential)).toMatchObject({ status, body: { errors } })
  })

  test('says whose key it is', async () => {
    const { body } = await asking('{ viewer { name } organization { urlKey } }')
    expect(body).toEqual({ data: { viewer: { name: 'Countersign Bot' }, organization: { urlKey: 'acme' } } })
  })

  test('says with 400 and a code of its own that the limit is reached, and until when', async () => {
    const until = new Date('2026-05-04T10:30:00Z')
    linear.limitRate(until)
    const reply = await look('ENG-1')
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'RATELIMITED' } }] } })
    expect(reply.headers.get('x-ratelimit-requests-reset')).toBe(String(until.getTime()))
    expect(reply.headers.get('retry-after')).toBeNull()
    now = until
    expect((await look('ENG-1')).status).toBe(200)
  })

  test.each([
    ['a field that Linear does not have', '{ issue(id: "ENG-1") { kind } }'],
    ['what is no GraphQL', '{ issue('],
    ['a variable that is missing', issueQuery],
  ])('refuses %s', async (_, query) => {
    const errors = [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]
    expect(await asking(query)).toMatchObject({ status: 400, body: { errors } })
  })

  test('answers at one address by one method alone', async () => {
    const headers = { authorization: linear.token }
    expect((await ask(`${linear.url}/graphql`, { headers })).status).toBe(404)
    expect((await ask(`${linear.url}/graphql`, { method: 'POST', headers, body: {} })).status).toBe(400)
    expect((await ask(`${linear.url}/`, { method: 'POST', headers, body: {} })).status).toBe(404)
  })

  test('keeps one attachment per address, and takes none for what is in the trash', async () => {
    const url = 'https://github.test/acme/shop/pull/12'
    const link = (title: string): Promise<Reply> => asking(linkMutation, { input: { issueId: 'ENG-1', url, title } })
    const first = await link('acme/shop#12')
    const id = (first.body?.['data'] as Linked).attachmentCreate.attachment.id
    expect(await link('again')).toMatchObject({
      body: { data: { attachmentCreate: { success: true, attachment: { id, title: 'again' } } } },
    })
    expect(linear.tickets.links('ENG-1')).toMatchObject([{ url, title: 'again' }])
    linear.tickets.remove('ENG-1')
    expect(await link('late')).toMatchObject({ body: { errors: [{ message: 'Entity not found: Issue' }] } })
  })

  test('names the operation in the log', async () => {
    await look('ENG-1')
    expect(linear.requests.count({ graphql: 'Issue' })).toBe(1)
  })
})

interface Linked {
  readonly attachmentCreate: { readonly attachment: { readonly id: string } }
}

describe("Linear's webhooks", () => {
  let ear: Ear

  beforeEach(async () => {
    ear = await openEar()
    linear.setWebhook(ear.url, 'shared secret')
  })

  afterEach(() => ear.stop())

  const deeds: readonly [what: string, act: () => void, told: object][] = [
    [
      'an issue that is filed',
      () => linear.tickets.add({ key: 'ENG-2' }),
      { action: 'create', data: { identifier: 'ENG-2' } },
    ],
    [
      'a state that changes',
      () => linear.tickets.setStatus('ENG-1', 'Done', 'closed'),
      {
        action: 'update',
        data: { identifier: 'ENG-1', state: { name: 'Done', type: 'completed' }, completedAt: filed.toISOString() },
        updatedFrom: { stateId: expect.any(String), completedAt: null },
      },
    ],
    [
      'an issue that is moved',
      () => linear.tickets.move('ENG-1', 'OPS-7'),
      {
        action: 'update',
        data: { identifier: 'OPS-7', previousIdentifiers: ['ENG-1'], team: { key: 'OPS' } },
        updatedFrom: { number: 1, previousIdentifiers: [] },
      },
    ],
    [
      'an issue that is deleted',
      () => linear.tickets.remove('ENG-1'),
      { action: 'remove', data: { identifier: 'ENG-1', trashed: true } },
    ],
  ]
  test.each(deeds)('tell of %s, signed and with the time', async (_, act, told) => {
    act()
    await linear.webhooks.settle()
    expect(ear.heard).toHaveLength(1)
    const [{ headers, text, payload } = { headers: {}, text: '', payload: {} }] = ear.heard
    expect(payload).toMatchObject({
      ...told,
      type: 'Issue',
      url: expect.any(String),
      createdAt: filed.toISOString(),
      organizationId: expect.any(String),
      webhookTimestamp: filed.getTime(),
      webhookId: expect.any(String),
    })
    expect(headers).toMatchObject({
      'linear-event': 'Issue',
      'linear-delivery': expect.stringMatching(/^[\da-f-]{36}$/),
      'linear-signature': createHmac('sha256', 'shared secret').update(text).digest('hex'),
    })
    expect(linear.webhooks.deliveries).toMatchObject([{ statusCode: 202 }])
  })
})

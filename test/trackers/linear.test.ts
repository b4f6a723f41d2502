import { afterAll, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { linearHeaders, openLinear } from '#trackers/linear.ts'
import { openTransport } from '#trackers/transport.ts'
import { useNock } from '../github/use-nock.ts'

const baseUrl = 'https://linear.example'
const token = 'lin_api_planted'

const transport = openTransport({
  name: 'Linear',
  variable: 'LINEAR',
  baseUrl,
  headers: linearHeaders(token),
  network: 'public',
})
const linear = openLinear({ transport })

useNock()
afterAll(() => transport.close())

const issue = (more: object = {}) => ({
  identifier: 'ENG-12',
  title: 'Fix the dropdown',
  url: 'https://linear.app/acme/issue/ENG-12/fix-the-dropdown',
  createdAt: '2026-03-01T09:00:00.000Z',
  startedAt: '2026-03-02T09:00:00.000Z',
  completedAt: null,
  canceledAt: null,
  trashed: null,
  state: { name: 'In Review', type: 'started' },
  creator: { name: 'Ada Lovelace' },
  ...more,
})

const says = (message: string, extensions: object = {}) => ({ data: null, errors: [{ message, extensions }] })
const notFound = says('Entity not found: Issue', {
  code: 'INPUT_ERROR',
  type: 'invalid input',
  statusCode: 400,
  userPresentableMessage: 'Could not find referenced Issue.',
})
const wrongInput = says('Argument Validation Error', { code: 'INVALID_INPUT', type: 'invalid input' })

interface Asked {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Answers the next question; what was asked is in the list that comes back. */
function answer(status: number, body: nock.Body, headers: nock.ReplyHeaders = {}): Asked[] {
  const asked: Asked[] = []
  nock(baseUrl, { reqheaders: { authorization: token } })
    .post('/graphql', (question: Asked) => asked.push(question) > 0)
    .reply(status, body, headers)
  return asked
}

const find = (key = 'ENG-12') => linear.findTicket(key, { signal: AbortSignal.timeout(10_000), installationId: 1 })

describe('an issue', () => {
  test('is told as Linear has it, and asked for by its key alone', async () => {
    const asked = answer(200, { data: { issue: issue() } })
    expect(await find()).toEqual({
      key: 'ENG-12',
      title: 'Fix the dropdown',
      type: null,
      status: 'In Review',
      category: 'in-progress',
      categorySince: '2026-03-02T09:00:00.000Z',
      creator: 'Ada Lovelace',
      createdAt: '2026-03-01T09:00:00.000Z',
      url: 'https://linear.app/acme/issue/ENG-12/fix-the-dropdown',
    })
    expect(asked).toMatchObject([{ variables: { key: 'ENG-12' } }])
    expect(asked[0]?.query).not.toContain('ENG-12')
  })

  test.each([
    ['in triage is open', 'triage', 'open'],
    ['in the backlog is open', 'backlog', 'open'],
    ['to be done is open', 'unstarted', 'open'],
    ['started is in progress', 'started', 'in-progress'],
    ['completed is closed', 'completed', 'closed'],
    ['cancelled is closed', 'canceled', 'closed'],
    ['marked as a duplicate is closed', 'duplicate', 'closed'],
    ['in a state of a type we do not know has no category', 'paused', null],
    ['in a state of a type that is a word of the language has no category', 'constructor', null],
  ])('%s', async (_sentence, type, category) => {
    answer(200, { data: { issue: issue({ state: { name: 'As it is called', type } }) } })
    expect(await find()).toMatchObject({ status: 'As it is called', category })
  })

  const completedAt = '2026-03-03T09:00:00.000Z'
  const canceledAt = '2026-03-04T09:00:00.000Z'
  test.each([
    ['open has been so since nobody knows when', { type: 'unstarted', completedAt }, null],
    ['in progress has been so since it was started', { type: 'started' }, '2026-03-02T09:00:00.000Z'],
    ['completed has been closed since then', { type: 'completed', completedAt, canceledAt }, completedAt],
    ['cancelled has been closed since then', { type: 'canceled', completedAt, canceledAt }, canceledAt],
    ['marked as a duplicate has been closed since it was cancelled', { type: 'duplicate', canceledAt }, canceledAt],
    ['closed at a time that Linear does not tell', { type: 'completed' }, null],
  ])('%s', async (_sentence, { type, ...times }, categorySince) => {
    answer(200, { data: { issue: issue({ state: { name: 'X', type }, ...times }) } })
    expect(await find()).toMatchObject({ categorySince })
  })

  test('that moved to another team has its new key', async () => {
    answer(200, { data: { issue: issue({ identifier: 'OPS-7' }) } })
    expect(await find()).toMatchObject({ key: 'OPS-7' })
  })

  test('whose creator is gone has none', async () => {
    answer(200, { data: { issue: issue({ creator: null }) } })
    expect(await find()).toMatchObject({ creator: null })
  })

  test('in the trash is not there', async () => {
    answer(200, { data: { issue: issue({ trashed: true }) } })
    expect(await find()).toBeNull()
  })

  test.each([200, 400])('that Linear does not find is null, whether the status is %p or another', async (status) => {
    answer(status, notFound)
    expect(await find()).toBeNull()
  })

  test.each(['ENG', 'ENG-0', 'ENG-012', 'eng-12', 'ENG-12345678901', 'sc-12', 'ENG_A-1', 'ENG-12"', '#12', ''])(
    'called %p is null without a question',
    async (key) => {
      expect(await find(key)).toBeNull()
    },
  )
})

describe('Linear is unavailable', () => {
  const limited = { code: 'RATELIMITED', type: 'ratelimited', statusCode: 429 }
  test.each([
    ['for 401', { status: 401, body: {} }, /^does not accept the credentials \(401\): check LINEAR_TOKEN$/],
    ['for 403', { status: 403, body: {} }, /^refuses what was asked \(403\): check what LINEAR_TOKEN may do$/],
    ['for 500', { status: 500, body: {} }, /^failed \(500\)$/],
    ['for 503 with a page', { status: 503, body: '<html>down</html>' }, /^failed \(503\)$/],
    [
      'for a token that it does not know, in an answer of 400',
      {
        status: 400,
        body: says('Authentication required, not authenticated', {
          code: 'AUTHENTICATION_ERROR',
          type: 'authentication error',
        }),
      },
      /^does not accept the credentials: check LINEAR_TOKEN$/,
    ],
    [
      'for a token that may not do that',
      { status: 200, body: says('Forbidden', { code: 'FORBIDDEN', type: 'forbidden' }) },
      /^refuses what was asked: check what LINEAR_TOKEN may do$/,
    ],
    [
      'for an error of its own',
      { status: 200, body: says('Oops', { type: 'internal error' }) },
      /^answered with an error$/,
    ],
    ['for an error of no kind', { status: 400, body: says('Entity not found: Issue') }, /^answered with an error$/],
    ['for input that is wrong otherwise', { status: 400, body: wrongInput }, /^refused the question/],
    [
      'when something else than the issue is not found',
      { status: 200, body: says('Entity not found: User', { code: 'INPUT_ERROR' }) },
      /^refused the question/,
    ],
    [
      'when it does not find the issue and fails as well',
      { status: 200, body: { errors: [...notFound.errors, ...says('Oops').errors] } },
      /^answered with an error$/,
    ],
    [
      'for a status without an error',
      { status: 404, body: { data: null } },
      /^answered with status 404, which was not expected$/,
    ],
    [
      'for a rate limit, which comes as 400',
      { status: 400, body: says('Rate limit exceeded', limited) },
      /^asks us to wait$/,
    ],
  ])('%s', async (_sentence, { status, body }: { status: number; body: nock.Body }, message) => {
    answer(status, body)
    await expect(find()).rejects.toMatchObject({
      name: 'TrackerUnavailable',
      message: expect.stringMatching(message) as unknown,
    })
  })

  test('for as long as a 429 says, and for a minute when a 400 tells of the limit', async () => {
    answer(429, {}, { 'retry-after': '7' })
    await expect(find()).rejects.toMatchObject({ retryAfterMs: 7_000 })
    answer(400, says('Rate limit exceeded', limited))
    await expect(find()).rejects.toMatchObject({ retryAfterMs: 60_000 })
  })

  test.each([
    ['that is no object', [], 'not as expected: '],
    ['without data', {}, 'not as expected: '],
    ['without an issue', { data: { issue: null } }, 'not as expected: issue'],
    ['without a title', { data: { issue: issue({ title: undefined }) } }, 'not as expected: issue.title'],
    ['without a state', { data: { issue: issue({ state: null }) } }, 'not as expected: issue.state'],
    [
      'with a time that is none',
      { data: { issue: issue({ createdAt: 'today' }) } },
      'not as expected: issue.createdAt',
    ],
    [
      'with a key that is none',
      { data: { issue: issue({ identifier: '../x' }) } },
      'not as expected: issue.identifier',
    ],
    ['with an address that runs', { data: { issue: issue({ url: 'javascript:x' }) } }, 'not as expected: issue.url'],
    ['that leaves out the trash', { data: { issue: issue({ trashed: undefined }) } }, 'not as expected: issue.trashed'],
  ])('for an answer %s, of which only the place is told', async (_sentence, body, cause) => {
    answer(200, body)
    await expect(find()).rejects.toMatchObject({
      name: 'TrackerUnavailable',
      message: 'answered something that cannot be read',
      cause: { message: cause },
    })
  })
})

describe('a link', () => {
  const link = { key: 'ENG-12', url: 'https://github.com/acme/shop/pull/12', title: 'acme/shop#12' }
  const put = (key = link.key) => linear.linkBack?.({ ...link, key }, AbortSignal.timeout(10_000))
  const done = { data: { attachmentCreate: { success: true } } }

  test('is an attachment of that address, which Linear keeps once however often it is put there', async () => {
    const first = answer(200, done)
    await put()
    const second = answer(200, done)
    await put()
    expect(first).toEqual([
      {
        query: expect.stringContaining('attachmentCreate(input: $input)') as unknown,
        variables: { input: { issueId: 'ENG-12', url: link.url, title: 'acme/shop#12' } },
      },
    ])
    expect(second).toEqual(first)
  })

  test.each([
    ['an issue that is not there', notFound, 'the issue is not there any more, or hidden from the token'],
    ['an address that Linear does not take', wrongInput, 'it does not accept such a link'],
  ])('on %s is refused for good', async (_sentence, body, message) => {
    answer(400, body)
    await expect(put()).rejects.toMatchObject({ name: 'LinkRefused', message })
  })

  test.each([200, 400, 403])('that the token may not put is refused for good, told with %i', async (status) => {
    answer(status, says('Forbidden', { code: 'FORBIDDEN' }))
    const message = 'the token may not put links on this issue'
    await expect(put()).rejects.toMatchObject({ name: 'LinkRefused', message })
  })

  test('that did not succeed says nothing of other issues', async () => {
    answer(200, { data: { attachmentCreate: { success: false } } })
    await expect(put()).rejects.toMatchObject({ name: 'TrackerUnavailable', about: 'ticket' })
  })

  test('on what is no key is refused without a question', async () => {
    await expect(put('sc-1')).rejects.toMatchObject({ name: 'LinkRefused' })
  })

  test.each([
    ['fails', 500, {}],
    ['ends in an answer that cannot be read', 200, { data: {} }],
  ])('that %s is to be tried again', async (_sentence, status, body) => {
    answer(status, body)
    await expect(put()).rejects.toMatchObject({ name: 'TrackerUnavailable' })
  })
})

describe('the token', () => {
  test('belongs to whom Linear names', async () => {
    answer(200, { data: { viewer: { name: 'Countersign bot' } } })
    expect(await linear.findSelf(AbortSignal.timeout(10_000))).toBe('Countersign bot')
  })

  test.each([
    ['names nobody', { data: { viewer: { name: '' } } }],
    ['does not understand', wrongInput],
  ])('belongs to nobody we know when Linear %s', async (_sentence, body) => {
    answer(200, body)
    await expect(linear.findSelf(AbortSignal.timeout(10_000))).rejects.toMatchObject({ name: 'TrackerUnavailable' })
  })

  test.each([
    ['an API key is shown bare', 'lin_api_1', 'lin_api_1'],
    ['an OAuth token is borne', 'lin_oauth_1', 'Bearer lin_oauth_1'],
  ])('%s', (_sentence, shown, authorization) => {
    expect(linearHeaders(shown)).toEqual({ authorization })
  })
})

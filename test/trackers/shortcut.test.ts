import { beforeEach, describe, expect, test } from '@jest/globals'
import { openShortcut, shortcutHeaders } from '#trackers/shortcut.ts'
import { type TrackerClient, TrackerUnavailable } from '#trackers/tracker.ts'
import type { Reply, Transport } from '#trackers/transport.ts'

type Answer = Reply | TrackerUnavailable

let now: Date
let answers: Map<string, Answer>
let asked: { readonly what: string; readonly body?: unknown }[]
let shortcut: TrackerClient

beforeEach(() => {
  now = new Date('2026-03-10T12:00:00Z')
  answers = new Map<string, Answer>([
    ['GET /api/v3/stories/12', ok(story())],
    ['GET /api/v3/workflows', ok(workflows)],
    ['PUT /api/v3/stories/12', ok(story())],
    ['GET /api/v3/member', ok({ id: 'x', name: 'Countersign bot', mention_name: 'countersign' })],
  ])
  asked = []
  shortcut = openShortcut({ transport: fakeTransport, now: () => now })
})

const fakeTransport: Transport = {
  request: ({ method, path, body, answeredBy }) => {
    const what = `${method} ${path}`
    asked.push(body === undefined ? { what } : { what, body })
    const answer = answers.get(what)
    if (answer === undefined) throw new Error(`nobody prepared an answer to ${what}`)
    // As the real one does.
    if ('status' in answer && answer.status === 403 && answeredBy !== 403)
      return Promise.reject(new TrackerUnavailable('refuses what was asked (403)'))
    return answer instanceof TrackerUnavailable ? Promise.reject(answer) : Promise.resolve(answer)
  },
  close: () => Promise.resolve(),
}

const ok = (body: unknown): Reply => ({ status: 200, body })
const story = (more: object = {}) => ({
  id: 12,
  name: 'Fix the dropdown',
  story_type: 'bug',
  app_url: 'https://app.shortcut.com/acme/story/12',
  created_at: '2026-03-01T09:00:00Z',
  started_at: '2026-03-02T09:00:00Z',
  completed_at: null,
  archived: false,
  requested_by_id: '12345678-9012-3456-7890-123456789012',
  workflow_state_id: 500,
  external_links: [],
  ...more,
})
const workflows = [
  { id: 1, states: [{ id: 400, name: 'Ideas', type: 'backlog' }] },
  {
    id: 2,
    states: [
      { id: 499, name: 'Ready', type: 'unstarted' },
      { id: 500, name: 'In Review', type: 'started' },
      { id: 501, name: 'Shipped', type: 'done' },
      { id: 502, name: 'Over', type: 'Finished' },
      { id: 503, name: 'Odd', type: 'toString' },
    ],
  },
]

const signal = new AbortController().signal
const find = (key = 'sc-12') => shortcut.findTicket(key, { signal, installationId: 1 })
const give = (what: string, answer: Answer) => answers.set(what, answer)
const giveStory = (answer: Answer) => give('GET /api/v3/stories/12', answer)
const asks = (what: string) => asked.filter((question) => question.what === what).length

describe('a story', () => {
  test('is told as Shortcut has it, its state by the workflows', async () => {
    expect(await find()).toEqual({
      key: 'sc-12',
      title: 'Fix the dropdown',
      type: 'bug',
      status: 'In Review',
      category: 'in-progress',
      categorySince: '2026-03-02T09:00:00.000Z',
      creator: null,
      createdAt: '2026-03-01T09:00:00.000Z',
      url: 'https://app.shortcut.com/acme/story/12',
    })
  })

  const closed = { completed_at: '2026-03-05T11:00:00+02:00' }
  const closedAt = '2026-03-05T09:00:00.000Z'
  test.each([
    ['in the backlog is open, since nobody knows when', { workflow_state_id: 400 }, ['Ideas', 'open', null]],
    ['not started is open', { workflow_state_id: 499, ...closed }, ['Ready', 'open', null]],
    ['done is closed since then', { workflow_state_id: 501, ...closed }, ['Shipped', 'closed', closedAt]],
    ['finished is closed since then', { workflow_state_id: 502, ...closed }, ['Over', 'closed', closedAt]],
    ['closed at a time that is not told', { workflow_state_id: 501 }, ['Shipped', 'closed', null]],
    ['started at a time that is not told', { started_at: undefined }, ['In Review', 'in-progress', null]],
    ['in a state of a type we do not know has no category', { workflow_state_id: 503 }, ['Odd', null, null]],
    [
      'whose start somebody set by hand counts as Shortcut saw it',
      { started_at_override: '2020-01-01T00:00:00Z' },
      ['In Review', 'in-progress', '2026-03-02T09:00:00.000Z'],
    ],
    ['in the archive is there', { archived: true }, ['In Review', 'in-progress', '2026-03-02T09:00:00.000Z']],
  ])('%s', async (_sentence, more, [status, category, categorySince]) => {
    giveStory(ok(story(more)))
    expect(await find()).toMatchObject({ status, category, categorySince })
  })

  test('that moved to another project or team answers under its number, in its new state', async () => {
    await find()
    giveStory(ok(story({ workflow_state_id: 400, workflow_id: 1 })))
    expect(await find()).toMatchObject({ key: 'sc-12', status: 'Ideas' })
  })

  test('that Shortcut does not show is null', async () => {
    giveStory({ status: 404, body: { message: 'Resource not found.' } })
    expect(await find()).toBeNull()
    expect(asks('GET /api/v3/workflows')).toBe(0)
  })

  test.each(['sc-', 'sc-0', 'sc-012', 'SC-12', 'sc-12345678901', 'sc-1/../2', 'ENG-12', '#12', ''])(
    'called %p is null without a question',
    async (key) => {
      expect(await find(key)).toBeNull()
      expect(asked).toEqual([])
    },
  )
})

describe('the workflows', () => {
  test('are asked for once in an hour, and again after it', async () => {
    await find()
    now = new Date('2026-03-10T12:59:59Z')
    await find()
    expect(asks('GET /api/v3/workflows')).toBe(1)
    now = new Date('2026-03-10T13:00:00Z')
    await find()
    expect(asks('GET /api/v3/workflows')).toBe(2)
  })

  test('are asked for again at once for a state that is new', async () => {
    await find()
    giveStory(ok(story({ workflow_state_id: 600 })))
    give('GET /api/v3/workflows', ok([{ states: [{ id: 600, name: 'Testing', type: 'started' }] }]))
    expect(await find()).toMatchObject({ status: 'Testing' })
  })

  test('without the state of the story leave everything open', async () => {
    giveStory(ok(story({ workflow_state_id: 999 })))
    await expect(find()).rejects.toMatchObject({
      name: 'TrackerUnavailable',
      cause: { message: 'not as expected: workflow_state_id' },
    })
  })

  test.each([
    ['of another status', { status: 404, body: {} }],
    ['of another shape', ok({ states: [] })],
  ])('in an answer %s leave everything open', async (_sentence, answer) => {
    give('GET /api/v3/workflows', answer)
    await expect(find()).rejects.toMatchObject({ name: 'TrackerUnavailable' })
  })
})

describe('Shortcut is unavailable', () => {
  test.each([
    ['401', new TrackerUnavailable('does not accept the credentials (401)')],
    ['403', new TrackerUnavailable('refuses what was asked (403)')],
    ['429', new TrackerUnavailable('asks us to wait', { retryAfterMs: 7_000 })],
    ['500', new TrackerUnavailable('failed (500)')],
  ])('for %s, as the transport tells it, whatever was asked', async (_status, trouble) => {
    giveStory(trouble)
    await expect(find()).rejects.toBe(trouble)
    giveStory(ok(story()))
    give('GET /api/v3/workflows', trouble)
    await expect(find()).rejects.toBe(trouble)
  })

  test.each([
    ['a status that means nothing', { status: 400, body: {} }, 'answered with status 400, which was not expected'],
    [
      'an address that has no API',
      { status: 404, body: { message: 'Page not Found' } },
      'has no such API at its address: check SHORTCUT_URL',
    ],
    ['another story', ok(story({ id: 13 })), 'answered something that cannot be read'],
    ['no story', ok(null), 'answered something that cannot be read'],
    ['a story without a name', ok(story({ name: null })), 'answered something that cannot be read'],
    ['a story without a type', ok(story({ story_type: '' })), 'answered something that cannot be read'],
    ['a time that is none', ok(story({ created_at: 12 })), 'answered something that cannot be read'],
    ['an address that runs', ok(story({ app_url: 'javascript:x' })), 'answered something that cannot be read'],
  ])('for %s', async (_sentence, answer, message) => {
    giveStory(answer)
    await expect(find()).rejects.toMatchObject({ name: 'TrackerUnavailable', message })
  })
})

describe('a link', () => {
  const url = 'https://github.com/acme/shop/pull/12'
  const put = (key = 'sc-12') => shortcut.linkBack?.({ key, url, title: 'acme/shop#12' }, signal)

  test('joins those that are there', async () => {
    giveStory(ok(story({ external_links: ['https://example.org/spec'] })))
    await put()
    expect(asked).toEqual([
      { what: 'GET /api/v3/stories/12' },
      { what: 'PUT /api/v3/stories/12', body: { external_links: ['https://example.org/spec', url] } },
    ])
  })

  test('that is there is not written again', async () => {
    giveStory(ok(story({ external_links: [url, 'https://example.org/spec'] })))
    await put()
    expect(asks('PUT /api/v3/stories/12')).toBe(0)
  })

  test.each([
    [
      'a story that is not there',
      { method: 'GET', status: 404 },
      'the story is not there any more, or hidden from the token',
    ],
    ['a story that went away meanwhile', { method: 'PUT', status: 404 }, 'it does not accept such a link (status 404)'],
    [
      'a story that the token may not change',
      { method: 'PUT', status: 403 },
      'the token may not change this story (403)',
    ],
    ['a story that takes no such link', { method: 'PUT', status: 422 }, 'it does not accept such a link (status 422)'],
  ])('on %s is refused for good', async (_sentence, { method, status }, message) => {
    give(`${method} /api/v3/stories/12`, { status, body: { message: 'No.' } })
    await expect(put()).rejects.toMatchObject({ name: 'LinkRefused', message })
  })

  test('on what is no key is refused without a question', async () => {
    await expect(put('ENG-12')).rejects.toMatchObject({ name: 'LinkRefused' })
    expect(asked).toEqual([])
  })

  test.each([
    ['cannot be written now', new TrackerUnavailable('failed (503)')],
    ['meets a status that means nothing', { status: 409, body: {} }],
  ])('that %s is to be tried again', async (_sentence, answer) => {
    give('PUT /api/v3/stories/12', answer)
    await expect(put()).rejects.toMatchObject({ name: 'TrackerUnavailable' })
  })
})

describe('the token', () => {
  test('belongs to whom Shortcut names', async () => {
    expect(await shortcut.findSelf(signal)).toBe('Countersign bot')
  })

  test.each([
    ['names nobody', ok({ id: 'x' })],
    ['does not know the question', { status: 404, body: {} }],
  ])('belongs to nobody we know when Shortcut %s', async (_sentence, answer) => {
    give('GET /api/v3/member', answer)
    await expect(shortcut.findSelf(signal)).rejects.toMatchObject({ name: 'TrackerUnavailable' })
  })

  test('is shown in the header of Shortcut', () => {
    expect(shortcutHeaders('abc')).toEqual({ 'shortcut-token': 'abc' })
  })
})

import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Shortcut, startShortcut } from '#twin/trackers/shortcut.ts'
import { ask, type Ear, openEar, type Reply, type Request } from './asking.ts'

const filed = new Date('2026-05-04T10:00:00Z')

let now: Date
let shortcut: Shortcut

const asking = (path: string, request: Request = {}): Promise<Reply> =>
  ask(`${shortcut.url}/api/v3/${path}`, {
    ...request,
    headers: { 'shortcut-token': shortcut.token, ...request.headers },
  })

const put = (links: unknown): Promise<Reply> => asking('stories/12', { method: 'PUT', body: { external_links: links } })

beforeEach(async () => {
  now = filed
  shortcut = await startShortcut({ now: () => now })
  shortcut.tickets.add({ key: 'sc-12', title: 'Dropdown is broken', type: 'bug', creator: 'Maria Rossi' })
})

afterEach(() => shortcut.stop())

interface State {
  readonly id: number
  readonly name: string
  readonly type: string
}

const statesOf = async (): Promise<readonly State[]> => {
  const [workflow] = JSON.parse((await asking('workflows')).text) as readonly { readonly states: readonly State[] }[]
  return workflow?.states ?? []
}

describe('Shortcut', () => {
  test('shows a story', async () => {
    expect(await asking('stories/12')).toMatchObject({
      status: 200,
      body: {
        entity_type: 'story',
        id: 12,
        name: 'Dropdown is broken',
        story_type: 'bug',
        app_url: 'https://app.shortcut.com/acme/story/12/dropdown-is-broken',
        created_at: '2026-05-04T10:00:00Z',
        started: false,
        completed: false,
        completed_at: null,
        external_links: [],
      },
    })
  })

  const statuses = [
    ['Ready for Dev', 'open', 'unstarted', { started: false, completed: false }],
    ['In Review', 'in-progress', 'started', { started: true, completed: false, moved_at: '2026-05-05T08:00:00Z' }],
    ['Completed', 'closed', 'done', { completed: true, completed_at: '2026-05-05T08:00:00Z' }],
  ] as const
  test.each(statuses)('puts a story into %s (%s), a state of type %s', async (...[name, category, type, shown]) => {
    now = new Date('2026-05-05T08:00:00Z')
    shortcut.tickets.setStatus('sc-12', name, category)
    const { body } = await asking('stories/12')
    expect(body).toMatchObject(shown)
    expect(await statesOf()).toContainEqual(expect.objectContaining({ id: body?.['workflow_state_id'], name, type }))
  })

  test('names who filed a story by an id that leads to the member', async () => {
    const { body } = await asking('stories/12')
    const member = await asking(`members/${String(body?.['requested_by_id'])}`)
    expect(member).toMatchObject({ status: 200, body: { profile: { name: 'Maria Rossi' } } })
    shortcut.tickets.add({ key: 'sc-13', creator: null })
    const orphan = await asking('stories/13')
    expect((await asking(`members/${String(orphan.body?.['requested_by_id'])}`)).status).toBe(404)
  })

  const gone: readonly [what: string, act: () => void][] = [
    ['was never there', () => undefined],
    ['was deleted', () => shortcut.tickets.remove('sc-12')],
    ['is hidden', () => shortcut.tickets.hide('sc-12')],
  ]
  test.each(gone)('says the same of what %s', async (what, act) => {
    act()
    const path = what === 'was never there' ? 'stories/404' : 'stories/12'
    expect(await asking(path)).toMatchObject({ status: 404, body: { message: 'Resource not found.' } })
  })

  test.each([['stories'], ['stories/12/comments'], ['epics/1'], ['../v2/stories/12']])('knows no %s', async (path) => {
    expect((await asking(path)).status).toBe(404)
  })

  test('refuses a wrong token and none', async () => {
    expect((await asking('stories/12', { headers: { 'shortcut-token': 'wrong' } })).status).toBe(401)
    expect((await ask(`${shortcut.url}/api/v3/stories/12`, {})).status).toBe(401)
  })

  test('takes numbers alone for a story', async () => {
    expect((await asking('stories/twelve')).status).toBe(400)
    expect(() => shortcut.tickets.add({ key: 'ENG-1' })).toThrow(/sc-12/)
  })

  test('says whose token it is', async () => {
    expect((await asking('member')).body).toMatchObject({ name: 'Countersign Bot', workspace2: { url_slug: 'acme' } })
  })

  test('replaces the external links of a story by those given', async () => {
    const [one, two] = ['https://github.test/acme/shop/pull/12', 'https://github.test/acme/shop/pull/13']
    expect(await put([one])).toMatchObject({ status: 200, body: { external_links: [one] } })
    expect(await put([one, two, two])).toMatchObject({ body: { external_links: [one, two] } })
    expect(shortcut.tickets.links('sc-12')).toMatchObject([{ url: one }, { url: two }])
    expect(await put([two])).toMatchObject({ body: { external_links: [two] } })
  })

  test.each([['no list'], [['ftp://x.test']], [[12]]])('takes no %j for links', async (links) => {
    expect((await put(links)).status).toBe(400)
    expect(shortcut.tickets.links('sc-12')).toEqual([])
  })
})

describe("Shortcut's webhooks", () => {
  let ear: Ear

  beforeEach(async () => {
    ear = await openEar()
    shortcut.setWebhook(ear.url, 'shared secret')
  })

  afterEach(() => ear.stop())

  const deeds: readonly [what: string, act: () => unknown, told: object][] = [
    ['a story that is filed', () => shortcut.tickets.add({ key: 'sc-13' }), { id: 13, action: 'create' }],
    [
      'a state that changes',
      () => shortcut.tickets.setStatus('sc-12', 'Completed', 'closed'),
      {
        id: 12,
        action: 'update',
        name: 'Dropdown is broken',
        changes: {
          workflow_state_id: { new: 500_000_008, old: 500_000_006 },
          completed: { new: true, old: false },
        },
      },
    ],
    ['a story that is deleted', () => shortcut.tickets.remove('sc-12'), { id: 12, action: 'delete' }],
    [
      'a link that an app writes',
      () => put(['https://github.test/acme/shop/pull/12']),
      { id: 12, action: 'update', changes: { external_links: { adds: ['https://github.test/acme/shop/pull/12'] } } },
    ],
  ]
  test.each(deeds)('tell of %s, signed', async (_, act, told) => {
    await act()
    await shortcut.webhooks.settle()
    expect(ear.heard).toHaveLength(1)
    const [{ headers, text, payload } = { headers: {}, text: '', payload: {} }] = ear.heard
    expect(payload).toMatchObject({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      changed_at: filed.toISOString(),
      version: 'v1',
      actions: [{ ...told, entity_type: 'story' }],
    })
    expect(headers['payload-signature']).toBe(createHmac('sha256', 'shared secret').update(text).digest('hex'))
    expect(shortcut.webhooks.deliveries).toMatchObject([{ statusCode: 202 }])
  })

  test('are not sent for links that were there already', async () => {
    await put(['https://github.test/acme/shop/pull/12'])
    await put(['https://github.test/acme/shop/pull/12'])
    await shortcut.webhooks.settle()
    expect(ear.heard).toHaveLength(1)
  })
})

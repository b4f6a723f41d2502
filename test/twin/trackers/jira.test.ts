import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Jira, startJira } from '#twin/trackers/jira.ts'
import { ask, type Ear, openEar, type Reply, type Request } from './asking.ts'

const filed = new Date('2026-05-04T10:00:00Z')

let now: Date
let jira: Jira

const basic = (token: string): string => `Basic ${Buffer.from(`${jira.email}:${token}`).toString('base64')}`
const credential = (): string => (jira.kind === 'cloud' ? basic(jira.token) : `Bearer ${jira.token}`)
const asking = (path: string, request: Request = {}): Promise<Reply> =>
  ask(`${jira.url}/rest/api/${path}`, { ...request, headers: { authorization: credential(), ...request.headers } })

beforeEach(() => {
  now = filed
})

afterEach(() => jira.stop())

const start = async (options: Parameters<typeof startJira>[0] = {}): Promise<void> => {
  jira = await startJira({ ...options, now: () => now })
  jira.tickets.add({ key: 'BUG-1', title: 'Dropdown is broken', creator: 'Maria Rossi' })
}

const hiddenInCloud = 'Issue does not exist or you do not have permission to see it.'

describe('Jira Cloud', () => {
  beforeEach(() => start())

  test('shows an issue with what people see of it', async () => {
    now = new Date('2026-05-05T08:00:00Z')
    jira.tickets.setStatus('BUG-1', 'In Review', 'in-progress')
    const { status, body } = await asking('3/issue/BUG-1')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      key: 'BUG-1',
      self: expect.stringContaining('/rest/api/3/issue/'),
      fields: {
        summary: 'Dropdown is broken',
        issuetype: { name: 'Bug', subtask: false },
        status: {
          name: 'In Review',
          statusCategory: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
        },
        statuscategorychangedate: '2026-05-05T08:00:00.000+0000',
        creator: { accountType: 'atlassian', displayName: 'Maria Rossi' },
        created: '2026-05-04T10:00:00.000+0000',
        resolutiondate: null,
      },
    })
  })

  test.each([
    ['summary,status', ['summary', 'status']],
    ['status&fields=created', ['status', 'created']],
    ['summary,unknown', ['summary']],
  ])('keeps to the fields asked for: %s', async (fields, names) => {
    const { body } = await asking(`3/issue/BUG-1?fields=${fields}`)
    expect(Object.keys(body?.['fields'] as object).sort()).toEqual([...names].sort())
  })

  test.each([['*all'], ['*all,-description'], ['-description']])('gives many fields for %s', async (fields) => {
    const { body } = await asking(`3/issue/BUG-1?fields=${fields}`)
    const names = Object.keys(body?.['fields'] as object)
    expect(names).toContain('statuscategorychangedate')
    expect(names.includes('description')).toBe(fields === '*all')
  })

  test('files what has no creator and stands in no category', async () => {
    jira.tickets.add({ key: 'BUG-2', creator: null, category: null })
    const { body } = await asking('3/issue/BUG-2')
    expect(body?.['fields']).toMatchObject({ creator: null, status: { statusCategory: { id: 1, key: 'undefined' } } })
  })

  test('answers under the new key for a moved issue, whichever key is asked for', async () => {
    jira.tickets.move('BUG-1', 'SHOP-7')
    for (const key of ['BUG-1', 'SHOP-7', 'shop-7', 'bug-1']) {
      expect(await asking(`3/issue/${key}`)).toMatchObject({ status: 200, body: { key: 'SHOP-7' } })
    }
  })

  const gone: readonly [what: string, act: () => void][] = [
    ['was never there', () => undefined],
    ['was deleted', () => jira.tickets.remove('BUG-1')],
    ['is hidden', () => jira.tickets.hide('BUG-1')],
  ]
  test.each(gone)('says the same of what %s', async (what, act) => {
    act()
    const key = what === 'was never there' ? 'BUG-404' : 'BUG-1'
    const body = { errorMessages: [hiddenInCloud], errors: {} }
    expect(await asking(`3/issue/${key}`)).toMatchObject({ status: 404, body })
    expect(await asking(`3/issue/${key}/remotelink`, { method: 'POST', body: {} })).toMatchObject({ status: 404, body })
  })

  test('refuses a wrong token with a line that is no JSON, and none at all with JSON', async () => {
    const wrong = await asking('3/issue/BUG-1', { headers: { authorization: basic('wrong') } })
    expect(wrong).toMatchObject({ status: 401, body: null })
    expect(wrong.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED')
    const none = await ask(`${jira.url}/rest/api/3/issue/BUG-1`, {})
    expect(none).toMatchObject({ status: 401, body: { 'status-code': 401 } })
    const bearer = await asking('3/issue/BUG-1', { headers: { authorization: `Bearer ${jira.token}` } })
    expect(bearer.status).toBe(401)
  })

  test('where strangers are let in, shows a wrong token nothing, and only a header tells why', async () => {
    await jira.stop()
    await start({ wrongCredentials: 'taken-as-anonymous' })
    const headers = { authorization: basic('expired') }
    const reply = await asking('3/issue/BUG-1', { headers })
    expect(reply).toMatchObject({ status: 404, body: { errorMessages: [hiddenInCloud] } })
    expect(reply.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED')
    expect((await asking('3/myself', { headers })).status).toBe(401)
    expect((await asking('3/issue/BUG-1')).headers.get('x-seraph-loginreason')).toBe('OK')
  })

  test('says whose token it is', async () => {
    expect((await asking('3/myself')).body).toMatchObject({ displayName: 'Countersign Bot', emailAddress: jira.email })
  })

  test('knows nothing beyond the paths it serves', async () => {
    expect((await asking('3/issue/BUG-1/votes')).status).toBe(404)
    expect((await asking('4/issue/BUG-1')).status).toBe(404)
    expect((await ask(`${jira.url}/wiki`, {})).status).toBe(404)
  })

  test('keeps one remote link per global id', async () => {
    const link = (title: string): Promise<Reply> =>
      asking('3/issue/BUG-1/remotelink', {
        method: 'POST',
        body: { globalId: 'pr-12', object: { url: 'https://github.test/acme/shop/pull/12', title } },
      })
    const first = await link('acme/shop#12')
    expect(first).toMatchObject({ status: 201, body: { id: expect.any(Number), self: expect.any(String) } })
    expect(await link('acme/shop#12 again')).toMatchObject({ status: 200, body: { id: first.body?.['id'] } })
    expect(jira.tickets.links('BUG-1')).toMatchObject([{ title: 'acme/shop#12 again' }])
    expect(JSON.parse((await asking('3/issue/BUG-1/remotelink?globalId=pr-12')).text)).toHaveLength(1)
    expect(JSON.parse((await asking('3/issue/BUG-1/remotelink?globalId=pr-13')).text)).toEqual([])
  })

  test.each([
    ['address', { object: { title: 'x' } }],
    ['title', { object: { url: 'https://x.test' } }],
  ])('wants a remote link to have its %s', async (_, body) => {
    expect((await asking('3/issue/BUG-1/remotelink', { method: 'POST', body })).status).toBe(400)
    expect(jira.tickets.links('BUG-1')).toEqual([])
  })

  test('refuses what would make two issues of one key, and deeds on none', () => {
    expect(() => jira.tickets.add({ key: 'BUG-1' })).toThrow(/BUG-1 already/)
    jira.tickets.add({ key: 'BUG-2' })
    expect(() => jira.tickets.move('BUG-2', 'BUG-1')).toThrow(/BUG-1 already/)
    expect(() => jira.tickets.remove('BUG-3')).toThrow(/no ticket BUG-3/)
  })
})

describe('Jira Data Center', () => {
  beforeEach(() => start({ kind: 'data-center' }))

  test('shows an issue in version 2, without the fields that Cloud alone has', async () => {
    const { status, body } = await asking('2/issue/BUG-1')
    expect(status).toBe(200)
    expect(body?.['fields']).toMatchObject({ creator: { name: 'maria.rossi', displayName: 'Maria Rossi' } })
    expect(body?.['fields']).not.toHaveProperty('statuscategorychangedate')
    expect((await asking('3/issue/BUG-1')).status).toBe(404)
    expect((await asking('2/myself')).body).toMatchObject({ name: 'countersign.bot' })
  })

  test('tells what is hidden from what is not there', async () => {
    jira.tickets.hide('BUG-1')
    const hidden = 'You do not have the permission to see the specified issue.'
    expect(await asking('2/issue/BUG-1')).toMatchObject({ status: 403, body: { errorMessages: [hidden] } })
    expect(await asking('2/issue/BUG-2')).toMatchObject({
      status: 404,
      body: { errorMessages: ['Issue Does Not Exist'] },
    })
  })

  test('takes the token as bearer alone, and shows a page to a wrong one', async () => {
    const page = await asking('2/myself', { headers: { authorization: 'Bearer wrong' } })
    expect(page).toMatchObject({ status: 401, body: null, text: expect.stringContaining('<html>') })
    expect((await asking('2/myself', { headers: { authorization: basic(jira.token) } })).status).toBe(401)
  })
})

describe("Jira's webhooks", () => {
  let ear: Ear

  beforeEach(async () => {
    ear = await openEar()
    await start()
    jira.setWebhook(ear.url, 'shared secret')
  })

  afterEach(() => ear.stop())

  const deeds: readonly [what: string, act: () => void, told: object][] = [
    [
      'an issue that is filed',
      () => jira.tickets.add({ key: 'BUG-2' }),
      { webhookEvent: 'jira:issue_created', issue: { key: 'BUG-2' } },
    ],
    [
      'a status that changes',
      () => jira.tickets.setStatus('BUG-1', 'Done', 'closed'),
      {
        webhookEvent: 'jira:issue_updated',
        timestamp: filed.getTime(),
        user: { displayName: 'Ana Alvarez' },
        issue: { key: 'BUG-1', fields: { status: { name: 'Done' } } },
        changelog: { items: [{ field: 'status', fromString: 'To Do', toString: 'Done' }] },
      },
    ],
    [
      'an issue that is moved',
      () => jira.tickets.move('BUG-1', 'SHOP-7'),
      {
        webhookEvent: 'jira:issue_updated',
        issue_event_type_name: 'issue_moved',
        issue: { key: 'SHOP-7' },
        changelog: { items: [{ field: 'project' }, { field: 'Key', fromString: 'BUG-1', toString: 'SHOP-7' }] },
      },
    ],
    [
      'an issue that is deleted',
      () => jira.tickets.remove('BUG-1'),
      { webhookEvent: 'jira:issue_deleted', issue: { key: 'BUG-1' } },
    ],
  ]
  test.each(deeds)('tell of %s, signed', async (_, act, told) => {
    act()
    await jira.webhooks.settle()
    const [{ headers, text, payload } = { headers: {}, text: '', payload: {} }] = ear.heard
    expect(ear.heard).toHaveLength(1)
    expect(payload).toMatchObject(told)
    const digest = createHmac('sha256', 'shared secret').update(text).digest('hex')
    expect(headers['x-hub-signature']).toBe(`sha256=${digest}`)
    expect(headers['x-atlassian-webhook-identifier']).toEqual(expect.any(String))
    expect(jira.webhooks.deliveries).toMatchObject([{ statusCode: 202, responseText: 'noted', payload: told }])
  })

  test('tell nobody of what is hidden, nor anybody when there is no address', async () => {
    jira.tickets.hide('BUG-1')
    jira.setWebhook(null, null)
    jira.tickets.setStatus('BUG-1', 'Done', 'closed')
    await jira.webhooks.settle()
    expect(ear.heard).toEqual([])
  })

  test('go unsigned without a secret, arrive in order, and can be sent again as they were', async () => {
    jira.setWebhook(ear.url, null)
    jira.tickets.setStatus('BUG-1', 'Done', 'closed')
    jira.tickets.setStatus('BUG-1', 'To Do', 'open')
    await jira.webhooks.settle()
    const [first] = jira.webhooks.deliveries
    if (first) jira.webhooks.redeliver(first)
    await jira.webhooks.settle()
    const statuses = ear.heard.map(({ payload }) => (payload as unknown as Told).issue.fields.status.name)
    expect(statuses).toEqual(['Done', 'To Do', 'Done'])
    expect(ear.heard[2]?.text).toBe(ear.heard[0]?.text)
    expect(ear.heard[0]?.headers).not.toHaveProperty('x-hub-signature')
  })

  test('are listed too when nobody is there to take them', async () => {
    ear.stop()
    jira.tickets.remove('BUG-1')
    await jira.webhooks.settle()
    expect(jira.webhooks.deliveries).toMatchObject([{ statusCode: 502 }])
  })
})

interface Told {
  readonly issue: { readonly fields: { readonly status: { readonly name: string } } }
}

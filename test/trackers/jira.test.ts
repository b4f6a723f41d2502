import { afterEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { jiraDeniesCredentials, jiraHeaders, openJira } from '#trackers/jira.ts'
import { LinkRefused, type TrackerClient, TrackerUnavailable } from '#trackers/tracker.ts'
import { openTransport, type Transport } from '#trackers/transport.ts'
import { useNock } from '../github/use-nock.ts'

useNock()

const site = 'https://acme.atlassian.net'
const fields = 'summary,issuetype,status,creator,created,statuscategorychangedate'
const path = `/rest/api/3/issue/BUG-453?fields=${fields}`
const opened: Transport[] = []
afterEach(() => Promise.all(opened.splice(0).map((transport) => transport.close())))

function open(url = site, email: string | null = 'bot@acme.example'): TrackerClient {
  const transport = openTransport({
    name: 'Jira',
    variable: 'JIRA',
    baseUrl: url,
    headers: jiraHeaders(email, 'planted-token'),
    network: 'public',
    deniesCredentials: jiraDeniesCredentials,
  })
  opened.push(transport)
  return openJira({ transport, url, edition: email === null ? 'data-center' : 'cloud' })
}

const asking = { signal: new AbortController().signal, installationId: 1 }
const find = (client = open(), key = 'BUG-453') => client.findTicket(key, asking)

interface Changes {
  readonly key?: unknown
  readonly fields?: Record<string, unknown>
}

const issue = (changes: Changes = {}) => ({
  id: '10002',
  key: 'BUG-453',
  ...changes,
  fields: {
    summary: 'The dropdown is broken',
    issuetype: { name: 'Bug', subtask: false },
    status: { name: 'In Review', statusCategory: { id: 4, key: 'indeterminate', name: 'In Progress' } },
    creator: { displayName: 'Ana Souza', emailAddress: 'ana@acme.example' },
    created: '2026-05-04T10:00:00.000+0200',
    statuscategorychangedate: '2026-05-05T23:30:00.000-0300',
    ...changes.fields,
  },
})

const missing = { errorMessages: ['Issue does not exist or you do not have permission to see it.'], errors: {} }

describe('a ticket in Jira Cloud', () => {
  test('is found with the credentials of an account', async () => {
    nock(site).get(path).basicAuth({ user: 'bot@acme.example', pass: 'planted-token' }).reply(200, issue())
    await expect(find()).resolves.toEqual({
      key: 'BUG-453',
      title: 'The dropdown is broken',
      type: 'Bug',
      status: 'In Review',
      category: 'in-progress',
      categorySince: '2026-05-06T02:30:00.000Z',
      creator: 'Ana Souza',
      createdAt: '2026-05-04T08:00:00.000Z',
      url: 'https://acme.atlassian.net/browse/BUG-453',
    })
  })

  test('that was moved is told under its new key', async () => {
    nock(site)
      .get(path)
      .reply(200, issue({ key: 'OPS-7' }))
    await expect(find()).resolves.toMatchObject({ key: 'OPS-7', url: `${site}/browse/OPS-7` })
  })

  test.each([
    ['new', 'open'],
    ['indeterminate', 'in-progress'],
    ['done', 'closed'],
    ['undefined', null],
    ['constructor', null],
  ])('in the category %s is %s', async (key, category) => {
    const status = { name: 'Odd', statusCategory: { key } }
    nock(site)
      .get(path)
      .reply(200, issue({ fields: { status } }))
    await expect(find()).resolves.toMatchObject({ status: 'Odd', category })
  })

  test('whose creator is gone has none', async () => {
    nock(site)
      .get(path)
      .reply(200, issue({ fields: { creator: null } }))
    await expect(find()).resolves.toMatchObject({ creator: null })
  })

  test('that Jira does not show is none', async () => {
    nock(site).get(path).reply(404, missing).get('/rest/api/3/myself').reply(200, { displayName: 'Countersign Bot' })
    await expect(find()).resolves.toBeNull()
    expect(nock.isDone()).toBe(true)
  })

  test('is not called missing by a Jira that does not know who asks', async () => {
    nock(site).get(path).reply(404, missing).get('/rest/api/3/myself').reply(401, {})
    await expect(find()).rejects.toMatchObject({
      message: 'does not accept the credentials (401): check JIRA_TOKEN',
      about: 'tracker',
    })
  })

  test('is asked for by a key that an address cannot mistake', async () => {
    nock(site)
      .get(`/rest/api/3/issue/A%2F..%2FB-1%3Fx?fields=${fields}`)
      .reply(404, missing)
      .get('/rest/api/3/myself')
      .reply(200, { displayName: 'Countersign Bot' })
    await expect(find(open(), 'A/../B-1?x')).resolves.toBeNull()
  })
})

describe('a ticket in Jira Data Center', () => {
  test('is found with a personal access token, beneath a context path', async () => {
    const told = issue({ fields: { statuscategorychangedate: undefined } })
    nock('https://intranet.example', { reqheaders: { authorization: 'Bearer planted-token' } })
      .get(`/jira/rest/api/2/issue/BUG-453?fields=${fields}`)
      .reply(200, told)
    await expect(find(open('https://intranet.example/jira', null))).resolves.toMatchObject({
      categorySince: null,
      url: 'https://intranet.example/jira/browse/BUG-453',
    })
  })
})

describe('a ticket that Jira Data Center forbids', () => {
  const forbidden = { errorMessages: ['You do not have the permission to see the specified issue.'], errors: {} }
  const asked = () =>
    nock('https://jira.example').get(`/rest/api/2/issue/BUG-453?fields=${fields}`).reply(403, forbidden)
  const self = () => nock('https://jira.example').get('/rest/api/2/myself')

  test('is hidden, when these credentials are good otherwise', async () => {
    asked()
    self().reply(200, { displayName: 'Countersign Bot' })
    await expect(find(open('https://jira.example', null))).resolves.toBeNull()
  })

  test('is not called hidden, when the credentials are good for nothing', async () => {
    asked()
    self().reply(403, {})
    await expect(find(open('https://jira.example', null))).rejects.toThrow(
      'refuses what was asked (403): check what JIRA_TOKEN may do',
    )
  })
})

describe('Jira does not answer', () => {
  const unreadable = 'answered something that cannot be read'
  const noJson = 'answered something that is no JSON: check JIRA_URL'
  const badCredentials = 'does not accept the credentials (401): check JIRA_TOKEN'
  const redirected = 'redirects to another address, which is not followed: set JIRA_URL to the right one'
  const html = { 'content-type': 'text/html' }
  const strange = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED', 'content-type': 'application/json' }

  test.each<[what: string, answer: [status: number, body: nock.Body, headers: Record<string, string>], why: string]>([
    ['bad credentials', [401, {}, {}], badCredentials],
    ['an expired token, which makes the issue seem missing', [404, missing, strange], badCredentials],
    ['an expired token, which strangers do not need', [200, issue(), strange], badCredentials],
    ['no right to it', [403, {}, {}], 'refuses what was asked (403): check what JIRA_TOKEN may do'],
    ['an error', [500, {}, {}], 'failed (500)'],
    ['HTML', [200, '<html>Log in</html>', html], noJson],
    ['HTML of a site that is not there', [404, '<html>Not here</html>', html], noJson],
    [
      'a 404 that is not of Jira',
      [404, { code: 404, message: 'No route' }, {}],
      'has no such API at its address: check JIRA_URL',
    ],
    ['half of its JSON', [200, '{"key":"BUG-4', { 'content-type': 'application/json' }], unreadable],
    ['nothing', [204, '', {}], unreadable],
    ['a status of no meaning', [410, {}, {}], 'answered with status 410, which was not expected'],
    ['too much', [200, issue({ fields: { summary: 'x'.repeat(1_100_000) } }), {}], 'answered with more than 1 MiB'],
    ['a redirect to another host', [302, '', { location: 'https://evil.example/' }], redirected],
    ['a redirect to metadata', [307, '', { location: 'http://169.254.169.254/latest/meta-data/' }], redirected],
  ])('with %s', async (_what, answer, why) => {
    nock(site)
      .get(path)
      .reply(...answer)
    await expect(find()).rejects.toMatchObject({ name: 'TrackerUnavailable', message: why })
  })

  test.each<[what: string, headers: Record<string, string>, retryAfterMs: number]>([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['a date', { date: 'Mon, 04 May 2026 08:00:00 GMT', 'retry-after': 'Mon, 04 May 2026 08:02:00 GMT' }, 120_000],
  ])('too often asked: it says when in %s', async (_what, headers, retryAfterMs) => {
    nock(site).get(path).reply(429, {}, headers)
    await expect(find()).rejects.toMatchObject({ message: 'asks us to wait', retryAfterMs })
  })

  test('for a cut connection', async () => {
    nock(site)
      .get(path)
      .replyWithError(Object.assign(new Error('planted-token'), { code: 'ECONNRESET' }))
    await expect(find()).rejects.toThrow(/^(cut the connection|cannot be reached)/)
  })

  test('when its time is over', async () => {
    const asked = open().findTicket('BUG-453', { signal: AbortSignal.abort(), installationId: 1 })
    await expect(asked).rejects.toThrow('took too long to answer')
  })

  test.each<[what: string, told: unknown]>([
    ['no key', issue({ key: undefined })],
    ['a key that is none', issue({ key: '../BUG-1' })],
    ['no fields', { key: 'BUG-453' }],
    ['no title', issue({ fields: { summary: undefined } })],
    ['no type', issue({ fields: { issuetype: undefined } })],
    ['no status', issue({ fields: { status: undefined } })],
    ['no category', issue({ fields: { status: { name: 'Open' } } })],
    ['no word of its creator', issue({ fields: { creator: undefined } })],
    ['no time of creation', issue({ fields: { created: undefined } })],
    ['a time without an offset', issue({ fields: { created: '2026-05-04T10:00:00.000' } })],
    ['a time that is none', issue({ fields: { created: '2026-13-04T10:00:00.000+0200' } })],
    ['a wrong time of its category', issue({ fields: { statuscategorychangedate: 'yesterday' } })],
    ['a list', [issue()]],
  ])('with %s', async (_what, told) => {
    nock(site)
      .get(path)
      .reply(200, told as nock.Body)
    await expect(find()).rejects.toMatchObject({ name: 'TrackerUnavailable', message: unreadable })
  })
})

describe('a link back', () => {
  const link = { key: 'BUG-453', url: 'https://github.com/acme/shop/pull/12', title: 'acme/shop#12' }
  const put = async (client = open()) => client.linkBack?.(link, asking.signal)
  const remotelink = '/rest/api/3/issue/BUG-453/remotelink'

  test.each([200, 201])('is put under an id of its own, so that it is one (%i)', async (status) => {
    const body = {
      globalId: 'countersign/https://github.com/acme/shop/pull/12',
      object: { url: 'https://github.com/acme/shop/pull/12', title: 'acme/shop#12' },
    }
    nock(site)
      .post(remotelink, body)
      .reply(status, { id: 10000, self: `${site}${remotelink}/10000` })
    await expect(put()).resolves.toBeUndefined()
  })

  test.each([
    [400, 'it does not take such a link (400)'],
    [413, 'it does not take such a link (413)'],
  ])('is refused for good with %i', async (status, why) => {
    nock(site).post(remotelink).reply(status, missing)
    await expect(put()).rejects.toThrow(new LinkRefused(why))
  })

  test.each([
    [404, 'the issue is not there any more or hidden from these credentials, or linking is off'],
    [403, 'these credentials may not link this issue (403): it takes the permission to link issues'],
  ])('is refused for good with %i to those whom Jira knows', async (status, why) => {
    nock(site).post(remotelink).reply(status, missing).get('/rest/api/3/myself').reply(200, { displayName: 'Bot' })
    await expect(put()).rejects.toThrow(new LinkRefused(why))
  })

  test.each([404, 403])('is to be put again when with %i Jira does not know us', async (status) => {
    nock(site).post(remotelink).reply(status, missing).get('/rest/api/3/myself').reply(403, missing)
    await expect(put()).rejects.toMatchObject({ name: 'TrackerUnavailable', about: 'tracker' })
  })

  test('is to be put again when it is not Jira that forbids it', async () => {
    nock(site).post(remotelink).reply(403, '<html>Forbidden</html>', { 'content-type': 'text/html' })
    await expect(put()).rejects.toMatchObject({ name: 'TrackerUnavailable', about: 'tracker' })
  })

  test.each([401, 409, 500])('is to be put again after %i', async (status) => {
    nock(site).post(remotelink).reply(status, missing)
    await expect(put()).rejects.toBeInstanceOf(TrackerUnavailable)
  })
})

describe('whose credentials these are', () => {
  test('is told by name alone', async () => {
    nock(site).get('/rest/api/3/myself').reply(200, { displayName: 'Countersign', emailAddress: 'bot@acme.example' })
    await expect(open().findSelf(asking.signal)).resolves.toBe('Countersign')
  })

  test('is not told to a stranger', async () => {
    nock(site).get('/rest/api/3/myself').reply(401, 'Client must be authenticated to access this resource.')
    await expect(open().findSelf(asking.signal)).rejects.toThrow('does not accept the credentials (401)')
  })
})

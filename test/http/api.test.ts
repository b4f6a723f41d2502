import { afterEach, describe, expect, test } from '@jest/globals'
import type { AccessPorts } from '#http/access.ts'
import { renderOpenApi } from '#http/routes/api.ts'
import type { Token } from '#operations/issue-token.ts'
import type { OrganizationSummary } from '#operations/summarize-organization.ts'
import { allReady, type Fakes, startServer, StoreAway, token, tokenText } from './fake-ports.ts'
import { sampleTraceability } from './sample-summary.ts'

let fakes: Fakes | null = null

function start(...over: Parameters<typeof startServer>): Fakes {
  fakes = startServer(...over)
  return fakes
}

afterEach(async () => {
  await fakes?.server.close()
  fakes = null
})

const summary: OrganizationSummary = {
  organization: 'acme',
  at: '2026-03-01T12:00:00.000Z',
  policy: {
    organization: { repository: 'acme/.github', path: 'countersign.yml', commitSha: 'a'.repeat(40) },
    modes: [{ control: 'ticket-link', mode: 'enforce', changes: 4 }],
    versions: [{ digest: 'd1', changes: 4 }],
  },
  openChanges: {
    total: 4,
    byStanding: { met: 1, unmet: 1, waiting: 1, undetermined: 1 },
    byControl: [{ control: 'ticket-link', mode: 'enforce', outcome: 'not-applicable', changes: 1 }],
  },
  stale: { changes: 1, since: '2026-02-28T12:00:00.000Z' },
  merged: [
    { days: 7, merged: 0, met: 0, unmet: 0, undetermined: 0, shareMet: null },
    { days: 30, merged: 4, met: 2, unmet: 1, undetermined: 1, shareMet: 2 / 3 },
    { days: 90, merged: 4, met: 2, unmet: 1, undetermined: 1, shareMet: 2 / 3 },
  ],
  traceability: sampleTraceability,
  waitingLongest: [
    {
      repository: 'acme/shop',
      number: 3,
      title: '<script>alert(1)</script>\u202e',
      url: 'https://github.com/acme/shop/pull/3',
      since: '2026-02-01T00:00:00.000Z',
      control: 'independent-review',
      because: ['Waiting for 1 approval.'],
    },
  ],
  undetermined: {
    total: 101,
    findings: [
      {
        repository: 'acme/shop',
        number: 4,
        title: 'A title',
        url: 'https://github.com/acme/shop/pull/4',
        control: 'independent-review',
        because: ['The permission "members: read" is missing.'],
      },
    ],
  },
}

const path = '/api/v1/organizations/acme/summary'
const withToken = (url = path) => ({ url, headers: { authorization: `Bearer ${tokenText}` } })

describe('the summary', () => {
  test('is answered whole to a token of the organization, and the call is kept', async () => {
    const { server, calls } = start({ summarize: async () => summary })
    const reply = await server.inject(withToken())
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toEqual(summary)
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(calls).toEqual([
      {
        at: '2026-03-01T12:00:00.000Z',
        account: token.id,
        organization: 'acme',
        route: 'GET /api/v1/organizations/:org/summary',
        asked: 'acme',
        status: 200,
      },
    ])
  })

  test('does not mind the case of a login', async () => {
    const { server } = start({ summarize: async () => summary })
    expect((await server.inject(withToken('/api/v1/organizations/ACME/summary'))).statusCode).toBe(200)
  })

  test('is answered even when the call cannot be kept, which is logged', async () => {
    const recordCall = () => Promise.reject(new Error('disk full'))
    const { server, log } = start({ summarize: async () => summary, recordCall })
    expect((await server.inject(withToken())).statusCode).toBe(200)
    expect(log()).toContain('A call to the API could not be recorded.')
  })
})

const withRole =
  (role: string): AccessPorts['authenticate'] =>
  async () => ({ ...token, role: role as Token['role'] })

type Refusal = [sentence: string, status: number, request: object, over?: Parameters<typeof startServer>[0]]

const refusals: readonly Refusal[] = [
  ['without a token', 401, { url: path }],
  ['with a token in the address', 401, { url: `${path}?access_token=${tokenText}` }],
  ['with a token that is not in force', 401, { url: path, headers: { authorization: `Bearer ${tokenText}x` } }],
  ['with a token of another kind', 401, { url: path, headers: { authorization: 'Bearer ghp_0123456789abcdef' } }],
  ['with basic authentication', 401, { url: path, headers: { authorization: 'Basic YWRhOmNzdF8=' } }],
  ['without a token, for a strange name', 401, { url: '/api/v1/organizations/a%20b/summary' }],
  ['for a name that is no login', 400, withToken('/api/v1/organizations/a%2Fb/summary')],
  [
    'for another organization, though it is here',
    404,
    withToken('/api/v1/organizations/globex/summary'),
    { summarize: async () => summary },
  ],
  ['for an organization the app is not installed on', 404, withToken()],
  ['with a role this version does not know', 403, withToken(), { authenticate: withRole('auditor') }],
  ['with a role by the name of a method', 403, withToken(), { authenticate: withRole('toString') }],
  [
    'while the store is away',
    503,
    withToken(),
    { authenticate: () => Promise.reject(new StoreAway('refused 10.0.0.7')) },
  ],
  [
    'when something fails here',
    500,
    withToken(),
    { summarize: () => Promise.reject(new Error('select secret from t')) },
  ],
  ['for a page that is not there', 404, { url: '/api/v1/people' }],
  ['by POST', 404, { ...withToken(), method: 'POST' }],
]

describe('is answered by a problem of one sentence: a request', () => {
  test.each(refusals)('%s', async (_sentence, ...[status, request, over = {}]) => {
    const { server } = start(over)
    const reply = await server.inject(request)
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    const body: unknown = reply.json()
    expect(body).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.stringMatching(/\.$|…`\.$/),
    })
    expect(reply.body).not.toMatch(/10\.0\.0\.7|select|\.ts:|\\n/)
    expect(reply.headers['retry-after']).toBe(status === 503 ? '30' : undefined)
  })

  test('another organization’s token learns the same of one that is here and one that is not', async () => {
    const { server } = start({ summarize: async (organization) => (organization === 'globex' ? summary : null) })
    const replies = await Promise.all(
      ['globex', 'nobody', 'acme'].map((org) => server.inject(withToken(`/api/v1/organizations/${org}/summary`))),
    )
    expect(new Set(replies.map((reply) => `${reply.statusCode} ${reply.body}`)).size).toBe(1)
  })

  test('refused calls are kept with the account that made them', async () => {
    const { server, calls } = start()
    await server.inject({ url: path })
    await server.inject(withToken('/api/v1/organizations/globex/summary'))
    expect(calls.map(({ account, asked, status }) => [account, asked, status])).toEqual([
      [null, 'acme', 401],
      [token.id, 'globex', 404],
    ])
  })

  test('no token is in the log', async () => {
    const { server, log } = start({ summarize: () => Promise.reject(new Error('a fault')) })
    await server.inject(withToken())
    expect(log()).toContain('a fault')
    expect(log()).not.toContain(tokenText)
  })
})

describe('too many requests', () => {
  test('with one token wait, and do not delay another', async () => {
    const authenticate: AccessPorts['authenticate'] = async (text) => ({ ...token, id: text })
    const { server } = start({ summarize: async () => summary, authenticate })
    const ask = (by: string) => server.inject({ url: path, headers: { authorization: `Bearer cst_${by.repeat(20)}` } })
    const statuses: number[] = []
    for (let count = 0; count < 121; count += 1) statuses.push((await ask('a')).statusCode)
    expect(statuses.filter((status) => status === 200)).toHaveLength(120)
    const refused = await ask('a')
    expect(refused.statusCode).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.json()).toMatchObject({ title: 'Too Many Requests' })
    expect((await ask('b')).statusCode).toBe(200)
  })

  test('of a stranger who guesses tokens are counted together', async () => {
    const { server } = start()
    const guess = (count: number) =>
      server.inject({ url: path, headers: { authorization: `Bearer cst_${String(count).padStart(20, '0')}` } })
    const statuses: number[] = []
    for (let count = 0; count < 125; count += 1) statuses.push((await guess(count)).statusCode)
    expect(new Set(statuses.slice(0, 120))).toEqual(new Set([401]))
    expect(new Set(statuses.slice(120))).toEqual(new Set([429]))
  })
})

describe('health', () => {
  test('is live while the process runs', async () => {
    const reply = await start().server.inject('/health/live')
    expect([reply.statusCode, reply.json()]).toEqual([200, { status: 'live' }])
  })

  test('is ready when store, migrations and queue are', async () => {
    const reply = await start().server.inject('/health/ready')
    expect([reply.statusCode, reply.json()]).toEqual([200, { status: 'ready', checks: allReady }])
  })

  test('is not ready, and says what is not', async () => {
    const checks = allReady.map((check) => ({ ...check, ready: check.name !== 'queue', detail: 'postgres://u:p@h' }))
    const reply = await start({ readiness: async () => checks }).server.inject('/health/ready')
    expect(reply.statusCode).toBe(503)
    expect(reply.json()).toMatchObject({
      status: 'not ready',
      checks: [{ ready: true }, { ready: true }, { name: 'queue', ready: false }],
    })
    expect(reply.body).not.toContain('postgres')
  })
})

describe('the description of the API', () => {
  interface Description {
    readonly openapi: string
    readonly paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, object> }> }>>
  }

  test('is OpenAPI 3.1, open to all, and describes the summary with all its answers', async () => {
    const reply = await start().server.inject('/api/v1/openapi.json')
    expect(reply.statusCode).toBe(200)
    const description: Description = reply.json()
    expect(description.openapi).toBe('3.1.0')
    expect(Object.keys(description.paths)).toEqual(['/api/v1/organizations/{org}/summary'])
    const { responses } = description.paths['/api/v1/organizations/{org}/summary']?.get ?? { responses: {} }
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '404', '429', '503'])
    expect(Object.keys(responses['404']?.content ?? {})).toEqual(['application/problem+json'])
  })

  test('reads the same each time', async () => {
    const text = await renderOpenApi()
    expect(await renderOpenApi()).toBe(text)
    expect(JSON.parse(text)).toEqual((await start().server.inject('/api/v1/openapi.json')).json())
    expect(text.endsWith('}\n')).toBe(true)
  })
})

test('every answer forbids to be shown as a page', async () => {
  const { headers } = await start().server.inject('/health/live')
  expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'")
  expect(headers['x-content-type-options']).toBe('nosniff')
})

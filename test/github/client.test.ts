import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { remembered } from '#github/answer-memory.ts'
import { GitHubError, RateLimited } from '#github/errors.ts'
import { listDeliveries, redeliver } from '#github/hook-deliveries.ts'
import { api, appId, giveToken, openGitHub, privateKey, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

const route = 'GET /installation/repositories'
const path = '/installation/repositories'
const nothing = { total_count: 0, repositories: [] }
const planted = 'ghs_PLANTEDplantedPLANTEDplantedPLANTED1234'
const longToken = `ghs_${String(appId)}_eyJhbGciOiJSUzI1NiJ9.${'x'.repeat(400)}.${'y-_'.repeat(25)}`

let installationId: number

useNock()

beforeEach(() => {
  installationId = sampleSubject().installationId
})

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('It should have thrown.')
    },
    (error: unknown) => error,
  )

describe('requests', () => {
  test('carry the pinned version of the API, who asks, and the token of the installation', async () => {
    giveToken(installationId, longToken)
    const reqheaders = {
      'x-github-api-version': '2022-11-28',
      'user-agent': /^countersign /,
      authorization: `token ${longToken}`,
    }
    nock(api, { reqheaders }).get(path).reply(200, nothing)
    await openGitHub().forInstallation(installationId).request(route)
  })

  test('share one token', async () => {
    giveToken(installationId)
    nock(api).get(path).times(3).reply(200, nothing)
    const client = openGitHub().forInstallation(installationId)
    await Promise.all([client.request(route), client.request(route)])
    await client.request(route)
  })

  test('as the app carry a token signed with its key', async () => {
    const isJwt = /^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/
    nock(api, { reqheaders: { authorization: isJwt } })
      .get('/app')
      .reply(200, { id: appId })
    expect((await openGitHub().asApp().request('GET /app')).data).toMatchObject({ id: appId })
  })

  test('with a token that has expired are put once more with a fresh one', async () => {
    giveToken(installationId, 'ghs_stale')
    nock(api).get(path).reply(401, { message: 'Bad credentials' })
    giveToken(installationId, 'ghs_fresh')
    nock(api, { reqheaders: { authorization: 'token ghs_fresh' } })
      .get(path)
      .reply(200, nothing)
    expect((await openGitHub().forInstallation(installationId).request(route)).data).toEqual(nothing)
  })

  test('that stay refused are put no third time', async () => {
    giveToken(installationId)
    giveToken(installationId)
    nock(api).get(path).twice().reply(401, { message: 'Bad credentials' })
    await expect(openGitHub().forInstallation(installationId).request(route)).rejects.toMatchObject({ status: 401 })
  })

  test('that we repeat are conditional, and "not modified" gives the answer of last time', async () => {
    giveToken(installationId)
    nock(api).get(path).reply(200, nothing, { etag: '"v1"' })
    nock(api, { reqheaders: { 'if-none-match': '"v1"' } })
      .get(path)
      .twice()
      .reply(304)
    const client = openGitHub().forInstallation(installationId)
    const answers = [
      await client.request(route, remembered),
      await client.request(route, remembered),
      await client.request(route, remembered),
    ]
    expect(answers.map(({ data }) => data)).toEqual([nothing, nothing, nothing])
  })

  test('wait as GitHub says: the next of that installation is not even sent', async () => {
    giveToken(installationId)
    nock(api).get(path).reply(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '30' })
    const client = openGitHub().forInstallation(installationId)
    await expect(client.request(route)).rejects.toMatchObject({ retryAfterMs: 30_000 })
    await expect(client.request(route)).rejects.toThrow(RateLimited)
  })

  test('of another installation do not wait', async () => {
    const github = openGitHub()
    giveToken(installationId)
    nock(api).get(path).reply(429, {}, { 'retry-after': '30' })
    await expect(github.forInstallation(installationId).request(route)).rejects.toThrow(RateLimited)
    const other = sampleSubject().installationId
    giveToken(other)
    nock(api).get(path).reply(200, nothing)
    expect((await github.forInstallation(other).request(route)).status).toBe(200)
  })
})

describe('deliveries', () => {
  const delivery = (id: string, day: number, status_code = 200) =>
    `{"id":${id},"guid":"guid-${id}","delivered_at":"2026-01-0${String(day)}T00:00:00Z","status_code":${String(status_code)},"installation_id":1}`

  test('keep all digits of their ids, are followed by cursor, and end at the date', async () => {
    const link = `<${api}/app/hook/deliveries?per_page=100&cursor=v1_99>; rel="next"`
    const json = { 'content-type': 'application/json; charset=utf-8' }
    nock(api)
      .get('/app/hook/deliveries')
      .query({ per_page: 100 })
      .reply(200, `[${delivery('9223372036854775807', 3)},${delivery('42', 3, 502)}]`, { ...json, link })
    nock(api)
      .get('/app/hook/deliveries')
      .query({ per_page: 100, cursor: 'v1_99' })
      .reply(200, `[${delivery('1234567890123456789', 2)},${delivery('7', 1)}]`, { ...json, link })
    const listed = []
    for await (const page of listDeliveries(openGitHub())(new Date('2026-01-02T00:00:00Z'))) listed.push(...page)
    expect(listed).toEqual([
      {
        id: '9223372036854775807',
        guid: 'guid-9223372036854775807',
        deliveredAt: '2026-01-03T00:00:00Z',
        acknowledged: true,
      },
      { id: '42', guid: 'guid-42', deliveredAt: '2026-01-03T00:00:00Z', acknowledged: false },
      {
        id: '1234567890123456789',
        guid: 'guid-1234567890123456789',
        deliveredAt: '2026-01-02T00:00:00Z',
        acknowledged: true,
      },
    ])
  })

  test('are asked for again by the same digits', async () => {
    nock(api).post('/app/hook/deliveries/9223372036854775807/attempts').reply(202, {})
    await redeliver(openGitHub())('9223372036854775807')
  })
})

/** A server that does with the connection as it is told. */
async function withServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  nock.restore()
  try {
    await use(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
  } finally {
    nock.activate()
    server.closeAllConnections()
    server.close()
  }
}

describe('trouble on the line', () => {
  test.each<[string, RequestListener, RegExp]>([
    ['a hang', () => undefined, /no complete answer within 0\.2 s/],
    [
      'a hang in the middle',
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":'),
      /no complete answer within 0\.2 s/,
    ],
    ['a cut connection', (_request, response) => response.destroy(), /did not answer GET \/app to the end/],
    [
      'a connection cut in the middle',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        response.write('{"id":', () => response.destroy())
      },
      /did not answer GET \/app to the end/,
    ],
    [
      'a page of HTML said to be JSON',
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('<html>'),
      /did not answer GET \/app to the end/,
    ],
    [
      'a bad gateway',
      (_request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
      /answered 502 to GET \/app/,
    ],
  ])('%s is an error that says so', async (_sentence, listener, message) => {
    await withServer(listener, async (baseUrl) => {
      const error = await thrownBy(openGitHub({ baseUrl, timeoutMs: 200 }).asApp().request('GET /app'))
      expect(error).toBeInstanceOf(GitHubError)
      expect(String(error)).toMatch(message)
    })
  })

  test('nobody listening is an error with its cause', async () => {
    let free = ''
    await withServer(
      () => undefined,
      (url) => Promise.resolve(void (free = url)),
    )
    nock.enableNetConnect()
    const error = await thrownBy(openGitHub({ baseUrl: free }).asApp().request('GET /app'))
    expect(error).toMatchObject({ status: null, cause: { message: expect.stringContaining('ECONNREFUSED') } })
  })
})

describe('the hourly limit of an installation', () => {
  const headers = (resource: string, limit: string) => ({
    'x-ratelimit-resource': resource,
    'x-ratelimit-limit': limit,
  })

  test('is what every installation has until GitHub tells', () => {
    expect(openGitHub().hourlyLimitOf(installationId)).toBe(5_000)
  })

  test('is what GitHub told last about GraphQL, of that installation alone', async () => {
    giveToken(installationId)
    const github = openGitHub()
    const client = github.forInstallation(installationId)
    nock(api).post('/graphql').reply(200, {}, headers('graphql', '10000'))
    await client.request('POST /graphql')
    nock(api).get(path).reply(200, nothing, headers('core', '7000'))
    await client.request(route)
    expect(github.hourlyLimitOf(installationId)).toBe(10_000)
    expect(github.hourlyLimitOf(installationId + 1)).toBe(5_000)
  })
})

describe('secrets', () => {
  test.each<[string, () => void]>([
    [
      'refused',
      () =>
        void nock(api)
          .get(path)
          .reply(403, { message: `No: token ${planted} of ${privateKey}`, authorization: planted }),
    ],
    [
      'not found',
      () =>
        void nock(api)
          .get(path)
          .reply(404, { message: `Bearer ${longToken}` }),
    ],
    ['failed', () => void nock(api).get(path).reply(500, planted)],
    [
      'cut',
      () => void nock(api).get(path).replyWithError(`socket hang up while sending authorization: token ${planted}`),
    ],
    ['no JSON', () => void nock(api).get(path).reply(200, `{${planted}`, { 'content-type': 'application/json' })],
    ['limited', () => void nock(api).get(path).reply(429, { message: planted }, { 'retry-after': '1' })],
  ])('are nowhere in the error or the log when a request is %s', async (_sentence, arrange) => {
    giveToken(installationId, planted)
    arrange()
    const lines: unknown[] = []
    const log = (...line: unknown[]) => void lines.push(line)
    const github = openGitHub({ logger: { debug: log, info: log, warn: log } })
    const error = await thrownBy(github.forInstallation(installationId).request(route))
    const shown = [
      String(error),
      inspect(error, { depth: 20, showHidden: true }),
      JSON.stringify(error),
      inspect(lines, { depth: 20 }),
    ].join('\n')
    expect(shown).toContain(error instanceof RateLimited ? 'wait' : '/installation/repositories')
    expect(shown).not.toContain(planted)
    expect(shown).not.toContain('yyyy')
    expect(shown).not.toContain('-----BEGIN')
    expect(shown).not.toContain(privateKey.split('\n')[1])
    expect(shown).not.toMatch(/eyJ[\w-]+\./)
  })

  test('are not in the error when the token itself is refused', async () => {
    nock(api)
      .post(/access_tokens/)
      .twice()
      .reply(401, { message: 'A JSON web token could not be decoded' })
    const error = await thrownBy(openGitHub().forInstallation(installationId).request(route))
    expect(String(error)).toMatch(/Check APP_ID, PRIVATE_KEY and the clock/)
    expect(inspect(error, { depth: 20 })).not.toMatch(/eyJ/)
  })

  test.each([
    ['none', 'not a key', /PRIVATE_KEY is not a PEM private key/],
    ['cut off', privateKey.slice(0, 100), /PRIVATE_KEY is not a PEM private key/],
  ])('a private key that is %s is said so and not shown', (_sentence, key, message) => {
    const open = () => openGitHub({ privateKey: key })
    expect(open).toThrow(message)
    expect(open).not.toThrow(key)
  })
})

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Network } from '#trackers/addresses.ts'
import { TrackerUnavailable } from '#trackers/tracker.ts'
import { type Lookup, openTransport, type Transport, type TransportOptions } from '#trackers/transport.ts'

const token = 'planted-token-5f1c'
const opened: Transport[] = []
const servers: Server[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
})

function open(baseUrl: string, options: Partial<TransportOptions> = {}): Transport {
  const headers = { authorization: `Bearer ${token}` }
  const transport = openTransport({ name: 'Jira', variable: 'JIRA', baseUrl, headers, network: 'loopback', ...options })
  opened.push(transport)
  return transport
}

async function serve(listener: RequestListener): Promise<{ url: string; port: number; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, requests }
}

const json: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{"ok":true}')
}

const answering = (status: number, headers: Record<string, string>, body = ''): RequestListener => {
  return (_request, response) => void response.writeHead(status, headers).end(body)
}

const never = new AbortController().signal
const get = (transport: Transport, path = '/issue', signal = never) =>
  transport.request({ method: 'GET', path, signal })

async function whyOf(asked: Promise<unknown>): Promise<TrackerUnavailable> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof TrackerUnavailable) return error
  throw new Error('It did not throw TrackerUnavailable.', { cause: error })
}

const resolving =
  (...answers: readonly (readonly string[])[]): Lookup =>
  (_name, _options, told) => {
    const [current = [], ...rest] = answers
    if (rest.length > 0) answers = rest
    told(
      null,
      current.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }

describe('asking', () => {
  test('sends the credentials and JSON, and reads JSON', async () => {
    const { url, requests } = await serve(json)
    const asked = { method: 'POST', path: '/issue?x=1', body: { a: 1 }, signal: never } as const
    await expect(open(`${url}/jira`).request(asked)).resolves.toEqual({ status: 200, body: { ok: true } })
    const [request] = requests
    expect(request?.url).toBe('/jira/issue?x=1')
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'countersign',
    })
  })

  test.each([400, 404, 409, 422])('gives an answer of %i to whoever asked', async (status) => {
    const { url } = await serve(answering(status, { 'content-type': 'application/problem+json' }, '{"a":1}'))
    await expect(get(open(url))).resolves.toEqual({ status, body: { a: 1 } })
  })

  test('reads a success without a body as null', async () => {
    const { url } = await serve(answering(204, {}))
    await expect(get(open(url))).resolves.toEqual({ status: 204, body: null })
  })

  test.each([
    ['without a slash', 'issue'],
    ['of another host', '//evil.example/issue'],
    ['that climbs out', '/../admin'],
    ['that climbs within', '/a/../issue'],
    ['that climbs in disguise', '/a/%2e%2e/issue'],
    ['with a backslash', '/\\evil.example'],
    ['with a line break', '/issue\r\nhost: evil.example'],
    ['with a space', '/issue 1'],
    ['with a fragment', '/issue#1'],
    ['with letters that are not encoded', '/ВUG-1'],
  ])('refuses a path %s as a mistake of ours', async (_what, path) => {
    const { url, requests } = await serve(json)
    await expect(get(open(url), path)).rejects.toThrow('The path asked of Jira leads elsewhere, or is not encoded.')
    expect(requests).toEqual([])
  })

  test('never leaves the configured address, whatever the path is', async () => {
    const { url, requests } = await serve(json)
    const transport = open(`${url}/jira`)
    await fc.assert(
      fc.asyncProperty(fc.webPath(), async (path) => {
        await get(transport, path).catch(() => null)
        expect(requests.every((request) => request.url?.startsWith('/jira/'))).toBe(true)
      }),
      { numRuns: 15 },
    )
  })
})

describe('what is no answer', () => {
  test.each<[what: string, listener: RequestListener, why: string]>([
    ['bad credentials', answering(401, {}), 'does not accept the credentials (401): check JIRA_TOKEN'],
    ['missing rights', answering(403, {}), 'refuses what was asked (403): check what JIRA_TOKEN may do'],
    ['a timeout of its own', answering(408, {}), 'failed (408)'],
    ['an error', answering(500, {}, token), 'failed (500)'],
    ['a gateway', answering(503, { 'retry-after': '5' }), 'failed (503)'],
    [
      'HTML',
      answering(200, { 'content-type': 'text/html' }, '<p>Hi'),
      'answered something that is no JSON: check JIRA_URL',
    ],
    [
      'HTML of 404',
      answering(404, { 'content-type': 'text/html' }),
      'answered something that is no JSON: check JIRA_URL',
    ],
    ['no type', answering(200, {}, '{}'), 'answered something that is no JSON: check JIRA_URL'],
    [
      'half of JSON',
      answering(200, { 'content-type': 'application/json' }, '{"a":'),
      'answered something that cannot be read',
    ],
    [
      'far too much',
      answering(200, { 'content-type': 'application/json' }, `"${'x'.repeat(1_048_576)}"`),
      'answered with more than 1 MiB',
    ],
  ])('%s', async (_what, listener, why) => {
    const { url } = await serve(listener)
    const error = await whyOf(get(open(url)))
    expect(error.message).toBe(why)
    expect(error.retryAfterMs).toBeNull()
  })

  test.each<[what: string, listener: RequestListener]>([
    ['before it', (request) => void request.socket.destroy()],
    [
      'in the middle of it',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        response.write('{"a":', () => response.destroy())
      },
    ],
  ])('a connection cut %s', async (_when, listener) => {
    const { url } = await serve(listener)
    // Jest runs us in a realm of our own, where the code of such an error does not come through \`fetch\`.
    await expect(whyOf(get(open(url)))).resolves.toMatchObject({
      message: expect.stringMatching(/^cut the|^cannot be/),
    })
  })

  test('a call taken for a stranger’s, whatever its status', async () => {
    const { url } = await serve(answering(404, { 'content-type': 'application/json', 'x-reason': 'denied' }, '{}'))
    const transport = open(url, { deniesCredentials: (headers) => headers.get('x-reason') === 'denied' })
    await expect(get(transport)).rejects.toThrow('does not accept the credentials (401): check JIRA_TOKEN')
  })

  test.each<[what: string, headers: Record<string, string>, retryAfterMs: number | null]>([
    ['for seconds', { 'retry-after': '42' }, 42_000],
    ['for no time', { 'retry-after': '0' }, 0],
    ['until a date', { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' }, 90_000],
    ['until a date that is over', { 'retry-after': 'Thu, 01 Jan 1998 00:00:00 GMT' }, 0],
    ['for longer than an hour', { 'retry-after': '99999' }, 3_600_000],
    ['in words', { 'retry-after': 'a while' }, null],
    ['without saying for how long', {}, null],
  ])('being asked to wait %s', async (_what, headers, retryAfterMs) => {
    const { url } = await serve(answering(429, headers))
    const error = await whyOf(get(open(url)))
    expect(error.message).toBe('asks us to wait')
    expect(error.retryAfterMs).toBe(retryAfterMs)
  })

  test.each([301, 302, 303, 304, 307, 308])('a redirect of %i', async (status) => {
    const elsewhere = await serve(json)
    const { url } = await serve(answering(status, { location: `${elsewhere.url}/secret-place` }))
    const { message } = await whyOf(get(open(url)))
    expect(message).toBe('redirects to another address, which is not followed: set JIRA_URL to the right one')
    expect(elsewhere.requests).toEqual([])
  })

  test('one that comes too late', async () => {
    const { url } = await serve(() => {})
    const controller = new AbortController()
    const asked = get(open(url), '/issue', controller.signal)
    setTimeout(() => controller.abort(), 20)
    await expect(asked).rejects.toThrow('took too long to answer')
  })

  test('one whose body never ends', async () => {
    const controller = new AbortController()
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{', () => setTimeout(() => controller.abort(), 20))
    })
    await expect(get(open(url), '/issue', controller.signal)).rejects.toThrow('took too long to answer')
  })

  test('nobody there', async () => {
    const { url } = await serve(json)
    servers.splice(0).forEach((server) => server.close())
    await expect(get(open(url))).rejects.toThrow('accepts no connections (ECONNREFUSED): check JIRA_URL')
  })

  test.each([
    ['ENOTFOUND', 'is not found under its name (ENOTFOUND): check JIRA_URL'],
    ['EAI_AGAIN', 'has a name that cannot be looked up now (EAI_AGAIN)'],
    ['CERT_HAS_EXPIRED', 'makes no secure connection that is trusted here (CERT_HAS_EXPIRED): check JIRA_URL'],
    ['EHOSTUNREACH', 'cannot be reached from here (EHOSTUNREACH): check JIRA_URL'],
    ['UND_ERR_CONNECT_TIMEOUT', 'did not answer in time (UND_ERR_CONNECT_TIMEOUT)'],
    ['ECONNRESET', 'cut the connection (ECONNRESET)'],
    ['EWHATEVER', 'cannot be reached'],
  ])('a connection that fails with %s', async (code, why) => {
    const lookup: Lookup = (_name, _options, told) => told(Object.assign(new Error(token), { code }), [])
    const { message, cause } = await whyOf(get(open('https://jira.example', { lookup })))
    expect(message).toBe(why)
    expect(cause).toBeUndefined()
  })

  test('a token that no header can carry, and the token is not told', async () => {
    const headers = { authorization: `Bearer ${token}\r\nx: y` }
    const error = await whyOf(get(open('https://jira.example', { headers })))
    expect(error.message).toBe('cannot be asked: check JIRA_TOKEN, which holds what no header can carry')
    expect(error.cause).toBeUndefined()
  })
})

describe('addresses', () => {
  const inPrivate =
    'is at an address inside a private network, which is not asked: check JIRA_URL, or set TRACKER_NETWORK=private'
  const onMachine =
    'is at an address of this machine itself, which is not asked: check JIRA_URL, or set TRACKER_NETWORK=loopback to try it out'
  const neverAsked = 'is at an address that is never asked, such as a link-local or a reserved one: check JIRA_URL'
  const noHttps = 'is configured without https: check JIRA_URL'

  test.each<[network: Network, baseUrl: string, why: string]>([
    ['public', 'https://10.0.0.1', inPrivate],
    ['public', 'https://[fd00::1]', inPrivate],
    ['public', 'https://127.0.0.1', onMachine],
    ['public', 'https://[::1]', onMachine],
    ['public', 'https://2130706433', onMachine],
    ['public', 'https://0x7f.1', onMachine],
    ['public', 'https://[::ffff:7f00:1]', onMachine],
    ['public', 'https://169.254.169.254', neverAsked],
    ['public', 'http://8.8.8.8', noHttps],
    ['public', 'http://jira.example', noHttps],
    ['public', 'http://127.0.0.1', noHttps],
    ['private', 'https://127.0.0.1', onMachine],
    ['private', 'https://169.254.169.254', neverAsked],
    ['private', 'https://100.100.100.200', neverAsked],
    ['private', 'https://[fe80::1]', neverAsked],
    ['private', 'https://[fd00:ec2::254]', neverAsked],
    ['private', 'http://10.0.0.1', noHttps],
    ['loopback', 'http://10.0.0.1', noHttps],
    ['loopback', 'http://8.8.8.8', noHttps],
    ['loopback', 'http://169.254.169.254', neverAsked],
    ['loopback', 'ftp://127.0.0.1', noHttps],
  ])('in a %s network %s is not asked', async (network, baseUrl, why) => {
    await expect(get(open(baseUrl, { network }))).rejects.toThrow(new TrackerUnavailable(why))
  })

  test.each<[network: Network, addresses: readonly string[], why: string]>([
    ['public', ['10.0.0.1'], inPrivate],
    ['public', ['127.0.0.1'], onMachine],
    ['public', ['169.254.169.254'], neverAsked],
    ['public', ['::ffff:169.254.169.254'], neverAsked],
    ['public', ['8.8.8.8', '10.0.0.1'], inPrivate],
    ['public', ['8.8.8.8', '::1'], onMachine],
    ['private', ['10.0.0.1', '169.254.169.254'], neverAsked],
    ['private', ['127.0.0.1'], onMachine],
    ['loopback', ['127.0.0.1', '169.254.169.254'], neverAsked],
    ['public', [], 'is not found under its name (ENODATA): check JIRA_URL'],
  ])('in a %s network a name for %j is not asked', async (network, addresses, why) => {
    const transport = open('https://jira.example', { network, lookup: resolving(addresses) })
    await expect(get(transport)).rejects.toThrow(new TrackerUnavailable(why))
  })

  test('a name without https is asked on this machine alone', async () => {
    const { port } = await serve(json)
    const at = (address: string) => open(`http://jira.example:${port}`, { lookup: resolving([address]) })
    await expect(get(at('127.0.0.1'))).resolves.toEqual({ status: 200, body: { ok: true } })
    await expect(get(at('10.0.0.1'))).rejects.toThrow(noHttps)
  })

  test('a name that becomes another address is checked again', async () => {
    const { port, requests } = await serve(json)
    const lookup = resolving(['127.0.0.1'], ['169.254.169.254'])
    const transport = open(`http://jira.example:${port}`, { lookup })
    await expect(get(transport)).resolves.toMatchObject({ status: 200 })
    await expect(get(transport)).rejects.toThrow(neverAsked)
    expect(requests).toHaveLength(1)
  })
})

describe('secrets', () => {
  test('are in nothing that is thrown, whatever the tracker answers', async () => {
    const statuses = fc.constantFrom(200, 302, 400, 401, 403, 404, 429, 500, 503)
    const types = fc.constantFrom('application/json', 'text/html', token)
    const bodies = fc.constantFrom('', token, `{"said":"${token}`, '{}')
    let listener: RequestListener = json
    const { url } = await serve((request, response) => listener(request, response))
    const transport = open(url)
    await fc.assert(
      fc.asyncProperty(statuses, types, bodies, async (status, type, body) => {
        listener = answering(status, { 'content-type': type, location: `http://${token}/`, 'retry-after': token }, body)
        const thrown: unknown = await get(transport).catch((error: unknown) => error)
        if (!(thrown instanceof TrackerUnavailable)) return
        const { message, stack, cause } = thrown
        expect(`${message} ${stack ?? ''} ${String(cause)}`).not.toContain(token)
      }),
      { numRuns: 60 },
    )
  })
})

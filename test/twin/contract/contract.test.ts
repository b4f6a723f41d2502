import { describe, expect, test } from '@jest/globals'
import { loadContract } from '#twin/contract/contract.ts'
import { checkRun } from './samples.ts'

const contract = loadContract()
const params = { owner: 'acme', repo: 'shop' }

describe('finding the operation of a request', () => {
  test.each([
    ['GET /app', 'apps/get-authenticated', {}],
    ['GET /repos/acme/shop', 'repos/get', params],
    ['get /repos/acme/shop?per_page=1', 'repos/get', params],
    ['POST /repos/acme/shop/check-runs', 'checks/create', params],
    ['GET /repos/acme/shop/commits/main/check-runs', 'checks/list-for-ref', { ...params, ref: 'main' }],
    ['GET /repos/acme/shop/branches/feature%2Fa', 'repos/get-branch', { ...params, branch: 'feature/a' }],
    ['GET /repos/acme/shop/contents/.github/x.yml', 'repos/get-content', { ...params, path: '.github/x.yml' }],
    ['GET /repos/acme/shop/contents/', 'repos/get-content', { ...params, path: '' }],
    [
      'GET /repos/acme/shop/compare/main...feature/a%20b',
      'repos/compare-commits-with-basehead',
      { ...params, basehead: 'main...feature/a b' },
    ],
  ])('%s is %s', (request, id, found) => {
    const [method = '', path = ''] = request.split(' ')
    expect(contract.operationFor(method, path)).toMatchObject({ id, params: found })
  })

  test('tells the template, with which a request can be counted', () => {
    expect(contract.operationFor('GET', '/repos/acme/shop/pulls/7')?.template).toBe(
      '/repos/{owner}/{repo}/pulls/{pull_number}',
    )
  })

  test.each([
    ['DELETE', '/repos/acme/shop'],
    ['GET', '/repos/acme'],
    ['GET', '/repos/acme/shop/nonsense'],
    ['GET', '/repos//shop'],
    ['GET', '/repos/acme/shop/pulls/7/'],
    ['GET', '/repos/acme/%E0%A4%A'],
    ['TRACE', '/app'],
  ])('%s %s is no operation in use', (method, path) => {
    expect(contract.operationFor(method, path)).toBeUndefined()
  })
})

describe('a request', () => {
  const create = { name: 'countersign', head_sha: 'a'.repeat(40) }

  test.each([
    ['a body as described', ask('checks/create', { body: create })],
    [
      'a body in any of its forms',
      ask('issues/add-labels', { params: { issue_number: '7' }, body: { labels: ['bug'] } }),
    ],
    ['no body where none is needed', ask('pulls/merge', { params: { pull_number: '7' } })],
    ['an empty body where none is described', ask('repos/get', { body: {} })],
    ['a number and a choice in the query', ask('pulls/list', { query: { state: 'all', per_page: '100' } })],
    [
      'a delivery id beyond 2^53',
      ask('apps/get-webhook-delivery', { params: { delivery_id: '12345678901234567890' } }),
    ],
  ])('is right with %s', (_, given) => {
    expect(violationsOf(given)).toEqual([])
  })

  test.each([
    [
      'an undeclared key',
      ask('checks/create', { body: { ...create, colour: 'red' } }),
      'body has a key GitHub does not',
    ],
    [
      'an undeclared key deep inside',
      ask('checks/create', { body: { ...create, output: { title: 't', summary: 's', footer: 'f' } } }),
      'body.output has a key GitHub does not describe: "footer".',
    ],
    [
      'an undeclared key of an update',
      ask('checks/update', { params: { check_run_id: '1' }, body: { colour: 'red' } }),
      'body has a key GitHub does not describe: "colour".',
    ],
    ['a missing key', ask('checks/create', { body: { name: 'countersign' } }), 'body lacks the key "head_sha".'],
    ['a wrong type', ask('checks/create', { body: { ...create, name: 1 } }), 'body.name must be string.'],
    [
      'a value outside the list',
      ask('checks/create', { body: { ...create, status: 'done' } }),
      'body.status must be one of',
    ],
    [
      'a date that is none',
      ask('checks/create', { body: { ...create, started_at: 'now' } }),
      'body.started_at must match',
    ],
    ['no body where one is needed', ask('checks/create', {}), 'body is absent'],
    ['a body where none is described', ask('repos/get', { body: { a: 1 } }), 'body is present'],
    ['an undeclared query parameter', ask('pulls/list', { query: { author: 'x' } }), 'query has a key GitHub does not'],
    ['a query value outside the list', ask('pulls/list', { query: { state: 'merged' } }), 'query.state must be one of'],
    [
      'a word where a number belongs',
      ask('pulls/get', { params: { pull_number: 'x' } }),
      'path.pull_number must be integer.',
    ],
    ['an operation not in use', ask('gists/list', {}), 'No operation "gists/list" is in the contract.'],
  ])('is wrong with %s', (_, given, violation) => {
    expect(violationsOf(given)).toContainEqual(expect.stringContaining(violation))
  })

  test('is not changed by being checked', () => {
    const query = { per_page: '100' }
    contract.requestViolations('pulls/list', { params, query, body: undefined })
    expect(query).toEqual({ per_page: '100' })
  })
})

describe('a reply', () => {
  const message = 'Something went wrong'

  test.each([
    ['a body as described', reply('checks/create', 201, checkRun)],
    ['a described key that may be null', reply('checks/create', 201, { ...checkRun, conclusion: null })],
    ['an id beyond 2^53, parsed as a number', reply('checks/create', 201, { ...checkRun, id: 12345678901234567890 })],
    ['an id beyond 2^53, as a big integer', reply('checks/create', 201, { ...checkRun, id: 12345678901234567890n })],
    ['nothing, for one that did not change', reply('repos/get', 304, undefined)],
    [
      'a refusal that any operation may give',
      reply('checks/create', 403, { message, documentation_url: 'https://x.test' }),
    ],
    [
      'a refusal of a body',
      reply('checks/create', 422, { message, documentation_url: 'https://x.test', errors: ['no'] }),
    ],
    ['a commit that is not there', reply('checks/list-for-ref', 422, { message, documentation_url: 'https://x.test' })],
    ['an unreadable body', reply('checks/create', 400, { message })],
    ['a breakdown told in HTML', reply('repos/get', 502, '<html></html>')],
    ['a breakdown told in HTML, where JSON is described', reply('pulls/get', 503, '<html></html>')],
    ['a breakdown told by nothing', reply('repos/get', 504, undefined)],
    ['text for a media type that is described', reply('repos/get-commit', 200, 'diff --git a/a b/a')],
    ['text for a media type that is not', reply('pulls/get', 200, 'diff --git a/a b/a')],
    ['any key where the description lists none', reply('apps/redeliver-webhook-delivery', 202, {})],
  ])('is right with %s', (_, { id, status, body }) => {
    expect(contract.responseViolations(id, status, body)).toEqual([])
  })

  test.each([
    [
      'an undeclared key',
      reply('checks/create', 201, { ...checkRun, colour: 'red' }),
      'has a key GitHub does not describe',
    ],
    [
      'an undeclared key of an alternative',
      reply('checks/create', 201, {
        ...checkRun,
        app: { ...checkRun.app, owner: { ...checkRun.app.owner, colour: 'red' } },
      }),
      'reply 201.app.owner has a key GitHub does not describe: "colour".',
    ],
    ['a missing key', reply('checks/create', 201, { ...checkRun, id: undefined }), 'reply 201 lacks the key "id".'],
    ['no body', reply('checks/create', 201, undefined), 'reply 201 must be object.'],
    ['a status that is not described', reply('checks/create', 200, checkRun), 'reply 200 is not a status'],
    ['a refused body where none is sent', reply('repos/get', 422, { message }), 'reply 422 is not a status'],
    ['a refusal that says nothing', reply('repos/get', 404, {}), 'reply 404 lacks the "message"'],
    ['an undeclared key of a refusal', reply('checks/create', 429, { message, wait: 1 }), 'reply 429 has a key'],
    ['a body with an unchanged resource', reply('repos/get', 304, { id: 1 }), 'reply 304 has a body'],
    ['text where only JSON is described', reply('checks/create', 201, 'ok'), 'reply 201 must be object.'],
    ['a fraction for an id', reply('checks/create', 201, { ...checkRun, id: 1.5 }), 'reply 201.id must be integer.'],
  ])('is wrong with %s', (_, { id, status, body }, violation) => {
    expect(contract.responseViolations(id, status, body)).toContainEqual(expect.stringContaining(violation))
  })

  test('with a hundred faults names the first twenty', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, 1]))
    const violations = contract.responseViolations('checks/create', 201, { ...checkRun, ...many })
    expect([violations.length, violations.at(-1)]).toEqual([21, '… and 80 more.'])
  })
})

interface Given {
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: unknown
}

interface Asked extends Given {
  readonly id: string
}

interface Replied {
  readonly id: string
  readonly status: number
  readonly body: unknown
}

function ask(id: string, given: Given): Asked {
  return { id, ...given }
}

function reply(id: string, status: number, body: unknown): Replied {
  return { id, status, body }
}

function violationsOf({ id, params: more = {}, query = {}, body }: Asked): string[] {
  const needsRepository = !id.startsWith('apps/')
  return contract.requestViolations(id, { params: needsRepository ? { ...params, ...more } : more, query, body })
}

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { operations } from '#twin/contract/operations.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { appToken, asking, askingAsInstallation, listen, type Listener } from '../ask.ts'

type Ask = ReturnType<typeof asking>

let twin: Twin
let listener: Listener
let repository: Repository
let asInstallation: Ask
let asApp: Ask

/** What stands in the place of each parameter of a path. */
let places: Readonly<Record<string, string>>

const permissions = Object.fromEntries(
  ['administration', 'checks', 'contents', 'issues', 'pull_requests', 'statuses'].map((name) => [name, 'write']),
)

const output = { title: 'All met', summary: 'Nothing is missing.' }
const bodies: Readonly<Record<string, object>> = {
  'PATCH /app/hook/config': { url: 'http://127.0.0.1:9/api/github/webhooks' },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': { status: 'completed', conclusion: 'success', output },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': { body: 'Thank you!' },
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': { title: 'PAY-1 Work' },
  'POST /app/installations/{installation_id}/access_tokens': { permissions: { checks: 'write' } },
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': { content: 'rocket' },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': { body: 'Thanks.' },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': { labels: ['bug'] },
  'POST /repos/{owner}/{repo}/pulls': { title: 'More', head: 'more', base: 'main' },
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews': { event: 'COMMENT', body: 'Why?' },
  'POST /repos/{owner}/{repo}/rulesets': { name: 'n', enforcement: 'active', rules: [{ type: 'deletion' }] },
  'POST /repos/{owner}/{repo}/statuses/{sha}': { state: 'success', context: 'build' },
  'PUT /repos/{owner}/{repo}/branches/{branch}/protection': {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  },
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals': { message: 'Outdated.' },
}

beforeAll(async () => {
  twin = await startTwin({
    app: { permissions: { metadata: 'read', members: 'read', actions: 'read', merge_queues: 'read', ...permissions } },
  })
  listener = await listen()
  twin.webhooks.setTarget(listener.url)
  const acme = twin.organization('acme')
  const [ann, bob] = [acme.person('ann'), acme.person('bob')]
  acme.team('developers', [ann])
  repository = acme.repository('shop')
  const installation = acme.install()
  for (const branch of ['feature', 'more']) repository.push({ branch, by: ann, files: { [`${branch}.txt`]: 'one\n' } })
  const pull = repository.openPullRequest({ head: 'feature', title: 'Work', by: ann })
  const { app } = twin.world
  const run = repository.checks.create(pull.headSha, app, { name: 'countersign', status: 'in_progress' })
  repository.externalStatus({ sha: pull.headSha, context: 'build', state: 'failure' })
  const [comment, review] = [
    pull.comment({ by: app.bot, app, body: 'Hm.' }),
    pull.review({ by: bob, state: 'approve' }),
  ]
  repository.protect('main')
  const ruleset = repository.ruleset({ name: 'Main', rules: [{ type: 'non_fast_forward' }] })
  asInstallation = await askingAsInstallation(twin)
  asApp = asking(twin, appToken(twin))
  await twin.webhooks.settle()
  places = {
    ...{ owner: 'acme', repo: 'shop', org: 'acme', team_slug: 'developers', username: 'ann', name: 'bug' },
    ...{ pull_number: '1', issue_number: '1', branch: 'main', path: 'README.md', basehead: 'main...feature' },
    ...{ ref: pull.headSha, sha: pull.headSha, commit_sha: pull.headSha, check_run_id: `${run.id}` },
    ...{ comment_id: `${comment.id}`, review_id: `${review.id}`, ruleset_id: `${ruleset.id}` },
    ...{ installation_id: `${installation.id}`, delivery_id: `${twin.webhooks.deliveries()[0]?.id ?? ''}` },
  }
})

afterAll(async () => {
  listener.stop()
  await twin.stop()
})

/** Reading first, then writing, then taking away, and at the end the merge after which nothing is as it was. */
const inOrder = [...operations].sort((a, b) => turn(a) - turn(b))

describe('the twin keeps the contract', () => {
  test.each(inOrder)('%s', async (operation) => {
    const [method = '', template = ''] = operation.split(' ')
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(places[name] ?? ''))
    const ask = /^\/app\b|\/installation$/.test(template) ? asApp : asInstallation
    const body = bodyOf(operation)
    const reply = await ask(`${method} ${path}`, body ? { body } : {})
    await twin.webhooks.settle()
    expect({ violations: twin.violations, status: reply.status }).toEqual({
      violations: [],
      status: expect.any(Number),
    })
    expect(reply.status).toBeLessThan(300)
  })
})

describe('the twin records what breaks the contract', () => {
  let before = 0

  beforeEach(() => {
    before = twin.violations.length
    repository.topics = []
  })

  test.each([
    ['a request', 'GET /repos/acme/shop/pulls?colour=red', 'Request pulls/list: query has a key'],
    ['a request for what nobody described', 'GET /repos/acme/shop/wishes', 'is not an operation the twin knows.'],
  ])('in %s', async (_, operation, violation) => {
    expect((await asInstallation(operation)).status).toBeGreaterThanOrEqual(400)
    expect(recorded()).toContainEqual(expect.stringContaining(violation))
  })

  test('in a reply', async () => {
    repository.topics = [7 as unknown as string]
    await asInstallation('GET /repos/acme/shop')
    expect(recorded()).toEqual(['Reply of repos/get: reply 200.topics.0 must be string.'])
  })

  test('in a webhook', () => {
    repository.topics = [7 as unknown as string]
    repository.archive()
    expect(recorded()).toEqual(['Webhook repository: payload.repository.topics.0 must be string.'])
  })

  test('in a GraphQL document', async () => {
    await asInstallation('POST /api/graphql', { body: { query: '{ viewer { colour } }' } })
    expect(recorded()).toContainEqual(expect.stringMatching(/^GraphQL .*colour/))
  })

  test('and says all of it when asked whether it is clean', () => {
    expect(() => twin.assertClean()).toThrow('payload.repository.topics.0 must be string.')
  })

  function recorded(): readonly string[] {
    return twin.violations.slice(before)
  }
})

function bodyOf(operation: string): object | undefined {
  if (operation !== 'POST /repos/{owner}/{repo}/check-runs') return bodies[operation]
  return { name: 'other', head_sha: places['sha'], status: 'completed', conclusion: 'failure', output }
}

function turn(operation: string): number {
  if (operation.startsWith('GET ')) return 0
  if (operation.endsWith('/merge')) return 3
  return operation.startsWith('DELETE ') || operation.includes('/hook/') ? 2 : 1
}

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { operations } from '#twin/contract/operations.ts'
import { routes } from '#twin/rest/routes.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation } from './ask.ts'

test('every operation of the contract has a route, and every route is in the contract', () => {
  expect([...routes.keys()].sort()).toEqual([...operations].sort())
})

describe('the REST API', () => {
  let twin: Twin
  let repository: Repository
  let pull: PullRequest
  let ask: ReturnType<typeof asking>

  beforeEach(async () => {
    twin = await startTwin()
    const acme = twin.organization('acme')
    const alice = acme.person('alice')
    repository = acme.repository('payments', { private: true })
    repository.push({ branch: 'feature', by: alice, message: 'Work', files: { 'a.txt': 'one\n' } })
    pull = repository.openPullRequest({ head: 'feature', title: 'Work', by: alice })
    acme.install()
    ask = await askingAsInstallation(twin)
  })

  afterEach(() => twin.stop())

  test('pages of a list are linked, and the last has no next', async () => {
    for (let count = 0; count < 5; count += 1) pull.comment({ by: pull.author, body: `Comment ${count}` })
    const first = await ask('GET /repos/acme/payments/issues/1/comments?per_page=2')
    expect(first.body.map(({ body }) => body)).toEqual(['Comment 0', 'Comment 1'])
    expect(first.headers.get('link')).toContain('page=2>; rel="next"')
    expect(first.headers.get('link')).toContain('page=3>; rel="last"')
    const last = await ask('GET /repos/acme/payments/issues/1/comments?per_page=2&page=3')
    expect(last.body.map(({ body }) => body)).toEqual(['Comment 4'])
    expect(last.headers.get('link')).not.toContain('rel="next"')
    twin.assertClean()
  })

  test('asking again with the ETag gives 304, free of the hourly limit', async () => {
    const first = await ask('GET /repos/acme/payments')
    const etag = first.headers.get('etag') ?? ''
    const again = await ask('GET /repos/acme/payments', { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(again.text).toBe('')
    expect(again.headers.get('x-ratelimit-used')).toBe('1')
    expect(twin.requests.all({ path: '/repos' }).map(({ notModified }) => notModified)).toEqual([false, true])
    repository.topics = ['new']
    expect((await ask('GET /repos/acme/payments', { headers: { 'if-none-match': etag } })).status).toBe(200)
    twin.assertClean()
  })

  test('the same operation answers under the prefix of an Enterprise server and without', async () => {
    const response = await fetch(`${twin.url}/repos/acme/payments`)
    expect(response.status).toBe(401)
    expect((await ask('GET /repos/acme/payments')).status).toBe(200)
  })

  test('an unknown route is refused and recorded', async () => {
    expect((await ask('GET /repos/acme/payments/wishes')).status).toBe(501)
    expect(() => twin.assertClean()).toThrow(/GET \/repos\/acme\/payments\/wishes is not an operation/)
  })

  const posted = { name: 'countersign', head_sha: '' }
  const long = 'x'.repeat(65_536)
  const note = { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'Look.' }
  const action = { label: 'Re-check', description: 'Looks again', identifier: 'recheck' }
  const summary = { title: 'Title', summary: 'Summary' }
  const refused: readonly { what: string; check: object }[] = [
    { what: 'a completed run without a conclusion', check: { status: 'completed' } },
    { what: '51 annotations', check: { output: { ...summary, annotations: Array<object>(51).fill(note) } } },
    { what: 'a summary of 65,536 characters', check: { output: { ...summary, summary: long } } },
    { what: 'four buttons', check: { actions: [action, action, action, action] } },
    { what: 'a button of 21 characters', check: { actions: [{ ...action, label: 'x'.repeat(21) }] } },
    { what: 'a key that GitHub does not describe', check: { colour: 'green' } },
  ]

  for (const { what, check } of refused) {
    test(`a check run with ${what} is refused and recorded`, async () => {
      const body = { ...posted, head_sha: pull.headSha, ...check }
      const { status } = await ask('POST /repos/acme/payments/check-runs', { body })
      expect(status).toBe(422)
      expect(twin.violations).not.toEqual([])
      expect(repository.checkRuns(pull.headSha)).toEqual([])
    })
  }

  test('a check run at every limit is taken', async () => {
    const output = { ...summary, summary: long.slice(1), annotations: Array<object>(50).fill(note) }
    const body = { ...posted, head_sha: pull.headSha, output, actions: [action, action, action] }
    const { status } = await ask('POST /repos/acme/payments/check-runs', { body })
    expect(status).toBe(201)
    twin.assertClean()
  })

  test('a comment of 65,537 characters is refused', async () => {
    const path = 'POST /repos/acme/payments/issues/1/comments'
    expect((await ask(path, { body: { body: 'x'.repeat(65_537) } })).status).toBe(422)
    expect((await ask(path, { body: { body: 'x'.repeat(65_536) } })).status).toBe(201)
  })

  test('a repository that the owner did not choose is invisible, and a lacking permission is named so', async () => {
    twin.world.findOrganization('acme')?.repository('secrets', { private: true })
    const [installation] = twin.world.installations
    installation?.removeRepositories('secrets')
    expect((await ask('GET /repos/acme/secrets')).status).toBe(404)
    installation?.grant({ metadata: 'read', checks: 'read' })
    const refusal = await ask('GET /repos/acme/payments/pulls/1')
    expect(refusal.status).toBe(403)
    expect(refusal.body['message']).toBe('Resource not accessible by integration')
    const body = { name: 'countersign', head_sha: pull.headSha }
    expect((await ask('POST /repos/acme/payments/check-runs', { body })).status).toBe(403)
    twin.assertClean()
  })

  test('two-factor shows as far as the permission reaches', async () => {
    const acme = twin.world.findOrganization('acme')
    acme?.person('carol', { twoFactor: false })
    const disabled = await ask('GET /orgs/acme/members?filter=2fa_disabled')
    expect(disabled.body.map(({ login }) => login)).toEqual(['carol'])
    expect((await ask('GET /orgs/acme')).body['two_factor_requirement_enabled']).toBe(true)
    twin.world.installations[0]?.grant({ metadata: 'read', members: 'read' })
    expect((await ask('GET /orgs/acme/members?filter=2fa_disabled')).status).toBe(422)
    expect((await ask('GET /orgs/acme')).body).not.toHaveProperty('two_factor_requirement_enabled')
    twin.assertClean()
  })

  test('every readable operation keeps the contract', async () => {
    repository.protect('main', { requiredApprovals: 1, requiredChecks: [{ context: 'ci', appId: null }] })
    const ruleset = repository.ruleset({ name: 'main', rules: [{ type: 'deletion' }] })
    const run = repository.externalCheck({ sha: pull.headSha, name: 'build', app: 'ci', conclusion: 'success' })
    repository.externalStatus({ sha: pull.headSha, context: 'lint', state: 'failure' })
    const comment = pull.comment({ by: pull.author, body: 'Hello' })
    twin.world.findOrganization('acme')?.team('developers', [pull.author])
    const paths = [
      ...['', '/contents/README.md', '/activity', '/branches', '/branches/main', '/branches/main/protection'],
      ...['/collaborators/alice/permission', '/pulls?state=all', '/pulls/1', '/pulls/1/commits', '/pulls/1/files'],
      ...['/pulls/1/reviews', '/commits', '/commits/feature', '/compare/main...feature', '/rules/branches/main'],
      ...['/rulesets', `/rulesets/${ruleset.id}`, `/check-runs/${run.id}`, `/check-runs/${run.id}/annotations`],
      ...['check-runs', 'check-suites', 'status', 'pulls'].map((list) => `/commits/${pull.headSha}/${list}`),
      ...['/issues/1/comments', `/issues/comments/${comment.id}`],
    ].map((path) => `/repos/acme/payments${path}`)
    const others = ['/orgs/acme', '/orgs/acme/members', '/orgs/acme/teams', '/orgs/acme/teams/developers/members']
    for (const path of [...paths, ...others, '/rate_limit', '/installation/repositories']) {
      expect({ path, status: (await ask(`GET ${path}`)).status }).toEqual({ path, status: 200 })
    }
    twin.assertClean()
  })

  test('every writing operation keeps the contract', async () => {
    twin.world.installations[0]?.grant({
      ...twin.world.app.permissions,
      administration: 'write',
      contents: 'write',
      statuses: 'write',
    })
    repository.push({ branch: 'second', by: pull.author, files: { 'b.txt': 'b\n' } })
    const { id } = repository.externalCheck({
      sha: pull.headSha,
      name: 'build',
      app: 'countersign',
      conclusion: 'success',
    })
    const { app } = twin.world
    const comment = pull.comment({ by: app.bot, app, body: 'Hello' })
    const protection = {
      required_status_checks: { strict: true, contexts: [], checks: [{ context: 'countersign' }] },
      enforce_admins: false,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    }
    const rows: readonly (readonly [operation: string, body: unknown, status: number])[] = [
      [`PATCH /check-runs/${id}`, { status: 'in_progress', output: summary }, 200],
      [`POST /check-runs/${id}/rerequest`, undefined, 201],
      [`POST /statuses/${pull.headSha}`, { state: 'success', context: 'ours' }, 201],
      ['POST /issues/1/comments', { body: 'Audit' }, 201],
      [`PATCH /issues/comments/${comment.id}`, { body: 'Hello again' }, 200],
      [`POST /issues/comments/${comment.id}/reactions`, { content: 'eyes' }, 201],
      [`POST /issues/comments/${comment.id}/reactions`, { content: 'eyes' }, 200],
      ['POST /issues/1/labels', { labels: ['urgent'] }, 200],
      ['DELETE /issues/1/labels/urgent', undefined, 200],
      ['PATCH /pulls/1', { title: 'Better' }, 200],
      ['POST /pulls', { title: 'Second', head: 'second', base: 'main' }, 201],
      ['POST /pulls/1/reviews', { event: 'APPROVE' }, 200],
      [`PUT /pulls/1/reviews/0/dismissals`, { message: 'Stale' }, 404],
      ['POST /rulesets', { name: 'all', enforcement: 'active', rules: [{ type: 'deletion' }] }, 201],
      ['PUT /pulls/2/merge', { merge_method: 'squash' }, 200],
      ['PUT /branches/main/protection', protection, 200],
      ['PUT /pulls/1/merge', {}, 405],
    ]
    for (const [operation, body, status] of rows) {
      const reply = await ask(operation.replace(' ', ' /repos/acme/payments'), { body })
      expect({ operation, status: reply.status, text: reply.text.slice(0, reply.status === status ? 0 : 300) }).toEqual(
        { operation, status, text: '' },
      )
    }
    twin.assertClean()
  })
})

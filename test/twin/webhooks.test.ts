import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { appToken, asking, askingAsInstallation, type Listener, listen, type Received } from './ask.ts'

const nothing: Received = { headers: {}, text: '', payload: {} }

describe('webhooks', () => {
  let twin: Twin
  let app: Listener
  let acme: Organization
  let alice: Account
  let repository: Repository
  let pull: PullRequest

  beforeEach(async () => {
    app = await listen()
    twin = await startTwin()
    acme = twin.organization('acme')
    alice = acme.person('alice')
    repository = acme.repository('payments')
    repository.commit({ branch: 'feature', author: alice, files: { 'a.txt': 'one\n' } })
    pull = repository.openPullRequest({ head: 'feature', title: 'Work', by: alice })
    acme.install()
    twin.webhooks.setTarget(app.url)
  })

  afterEach(async () => {
    await twin.stop()
    app.stop()
  })

  const titlesReceived = (): readonly unknown[] =>
    app.received.map(({ payload }) => (payload['pull_request'] as Record<string, unknown>)['title'])

  test("a webhook carries GitHub's headers and both signatures over its bytes", async () => {
    pull.edit({ title: 'Renamed' }, alice)
    await twin.webhooks.settle()
    const [{ headers, text, payload } = nothing] = app.received
    const signed = (algorithm: string): string =>
      createHmac(algorithm, twin.app.webhookSecret).update(text).digest('hex')
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
      'x-github-event': 'pull_request',
      'x-github-delivery': expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      'x-github-hook-installation-target-type': 'integration',
      'x-github-hook-installation-target-id': String(twin.app.id),
      'x-hub-signature': `sha1=${signed('sha1')}`,
      'x-hub-signature-256': `sha256=${signed('sha256')}`,
    })
    expect(payload).toMatchObject({
      action: 'edited',
      changes: { title: { from: 'Work' } },
      sender: { login: 'alice' },
    })
    twin.assertClean()
  })

  test('everything people do sends what GitHub describes', async () => {
    const bob = acme.person('bob')
    repository.push({ branch: 'feature', by: alice, coAuthors: [bob], files: { 'a.txt': 'two\n' } })
    const review = pull.review({ by: bob, state: 'approve' })
    pull.editReview(review, 'Well done')
    pull.dismiss(review)
    pull.label('urgent', alice)
    pull.unlabel('urgent', alice)
    pull.toDraft()
    pull.ready()
    pull.edit({ body: 'Why' }, alice)
    const comment = pull.comment({ by: bob, body: 'Fine' })
    pull.editComment(comment, 'Very fine', bob)
    pull.deleteComment(comment, bob)
    const run = repository.externalCheck({ sha: pull.headSha, name: 'build', app: 'ci', conclusion: 'failure' })
    repository.checks.rerequest(run, alice)
    repository.checks.rerequestSuite(run.suite, alice)
    repository.checks.update(run, { actions: [{ label: 'Again', description: 'Again', identifier: 'again' }] })
    repository.checks.requestAction(run, 'again', bob)
    repository.externalStatus({ sha: pull.headSha, context: 'lint', state: 'success' })
    repository.externalCheck({ sha: pull.headSha, name: 'ours', app: 'countersign', conclusion: 'success' })
    pull.close(alice)
    pull.reopen(alice)
    pull.merge({ by: acme.owner })
    repository.protect('main', { requiredApprovals: 1 })
    repository.protect('main', { requiredApprovals: 2 })
    repository.unprotect('main')
    repository.removeRuleset(repository.ruleset({ rules: [{ type: 'deletion' }] }))
    repository.grant(bob, 'write')
    const team = acme.team('developers', [bob])
    team.grant(repository, 'write')
    acme.removeMember(bob)
    acme.repository('ledger').archive()
    repository.rename('billing')
    repository.deleteBranch('feature', alice)
    const installation = acme.installation
    installation?.suspend()
    installation?.unsuspend()
    installation?.grant({ metadata: 'read' })
    installation?.removeRepositories('ledger')
    installation?.addRepositories('ledger')
    twin.ping()
    installation?.uninstall()
    await twin.webhooks.settle()
    twin.assertClean()
    expect(new Set(app.received.map(({ headers }) => headers['x-github-event']))).toEqual(
      new Set([
        ...[
          'branch_protection_rule',
          'check_run',
          'check_suite',
          'installation',
          'installation_repositories',
          'member',
        ],
        ...['issue_comment', 'membership', 'organization', 'ping', 'pull_request', 'pull_request_review', 'push'],
        ...['repository', 'repository_ruleset', 'status', 'team', 'team_add'],
      ]),
    )
  })

  test('a push to the head says before and after, and who pushed', async () => {
    const before = pull.headSha
    repository.push({ branch: 'feature', by: acme.owner, author: alice, files: { 'a.txt': 'two\n' } })
    await twin.webhooks.settle()
    const synchronized = app.received.find(({ payload }) => payload['action'] === 'synchronize')
    expect(synchronized?.payload).toMatchObject({ before, after: pull.headSha, sender: { login: 'acme-owner' } })
    expect(app.received.find(({ headers }) => headers['x-github-event'] === 'push')?.payload).toMatchObject({
      before,
      after: pull.headSha,
      ref: 'refs/heads/feature',
      forced: false,
    })
  })

  test('a push lists its commits, each with what it added, removed and modified: a rename is both', async () => {
    repository.commit({ branch: 'later', author: alice, files: { 'b.txt': 'b\n', 'README.md': 'Changed\n' } })
    repository.commit({ branch: 'later', author: alice, files: { 'b.txt': null, 'c.txt': 'b\n' } })
    repository.move('main', repository.head('later'), alice)
    await twin.webhooks.settle()
    const push = app.received.find(({ payload }) => payload['ref'] === 'refs/heads/main')
    expect(push?.payload['commits']).toMatchObject([
      { added: ['b.txt'], removed: [], modified: ['README.md'] },
      { added: ['c.txt'], removed: ['b.txt'], modified: [] },
    ])
    twin.assertClean()
  })

  test('a check on the head of a fork names no pull request', async () => {
    const mallory = acme.person('mallory', { role: 'outside' })
    const fork = repository.fork(mallory)
    fork.commit({ branch: 'patch', author: mallory, files: { 'b.txt': 'b\n' } })
    const forked = repository.openPullRequest({ head: 'patch', fork, title: 'From outside', by: mallory })
    repository.externalCheck({ sha: forked.headSha, name: 'build', app: 'ci', conclusion: 'success' })
    repository.externalCheck({ sha: pull.headSha, name: 'build', app: 'ci', conclusion: 'success' })
    await twin.webhooks.settle()
    const runs = app.received.filter(({ payload }) => payload['action'] === 'completed' && 'check_run' in payload)
    const named = runs.map(({ payload }) => (payload['check_run'] as { pull_requests: unknown[] }).pull_requests.length)
    expect(named.sort()).toEqual([0, 1])
    twin.assertClean()
  })

  test('nothing is told of what the app may not see, nor while it is suspended', async () => {
    const installation = acme.installation
    installation?.removeRepositories('payments')
    pull.edit({ title: 'Unseen' }, alice)
    installation?.addRepositories('payments')
    installation?.suspend()
    pull.edit({ title: 'Unheard' }, alice)
    await twin.webhooks.settle()
    expect(app.received.map(({ headers }) => headers['x-github-event']).sort()).toEqual([
      'installation',
      'installation_repositories',
      'installation_repositories',
    ])
  })

  test('held webhooks go out in order on release, with what was true when they happened', async () => {
    twin.webhooks.hold()
    pull.edit({ title: 'First' }, alice)
    pull.edit({ title: 'Second' }, alice)
    await twin.webhooks.settle()
    expect(app.received).toEqual([])
    twin.webhooks.release()
    await twin.webhooks.settle()
    expect(titlesReceived()).toEqual(['First', 'Second'])
  })

  test('a dropped webhook is listed as failed and arrives under its GUID when asked for again', async () => {
    twin.webhooks.drop({ event: 'pull_request' })
    pull.edit({ title: 'Dropped' }, alice)
    pull.edit({ title: 'Kept' }, alice)
    await twin.webhooks.settle()
    expect(titlesReceived()).toEqual(['Kept'])
    const ask = asking(twin, appToken(twin))
    const { body, text } = await ask('GET /app/hook/deliveries?status=failure')
    const id = /"id":(\d+)/.exec(text)?.[1] ?? '0'
    expect(BigInt(id)).toBeGreaterThan(2n ** 53n)
    expect(Number.isSafeInteger(body[0]?.['id'])).toBe(false)
    expect((await ask(`POST /app/hook/deliveries/${id}/attempts`)).status).toBe(202)
    await twin.webhooks.settle()
    expect(titlesReceived()).toEqual(['Kept', 'Dropped'])
    expect(app.received[1]?.headers['x-github-delivery']).toBe(body[0]?.['guid'])
    const shown = await ask(`GET /app/hook/deliveries/${id}`)
    expect(shown.body).toMatchObject({ status_code: 502, request: { payload: { action: 'edited' } } })
    twin.assertClean()
  })

  test('a lost webhook is in no list', async () => {
    twin.webhooks.lose()
    pull.edit({ title: 'Lost' }, alice)
    await twin.webhooks.settle()
    expect(twin.webhooks.deliveries()).toEqual([])
  })

  test('a doubled webhook arrives twice under one GUID', async () => {
    twin.webhooks.double({ action: 'edited' })
    pull.edit({ title: 'Doubled' }, alice)
    pull.edit({ title: 'Single' }, alice)
    await twin.webhooks.settle()
    const guids = app.received.map(({ headers }) => headers['x-github-delivery'])
    expect(guids).toHaveLength(3)
    expect(new Set(guids).size).toBe(2)
  })

  test('reordered webhooks arrive newest first', async () => {
    twin.webhooks.reorder()
    for (const title of ['One', 'Two', 'Three']) pull.edit({ title }, alice)
    await twin.webhooks.settle()
    expect(titlesReceived()).toEqual(['Three', 'Two', 'One'])
    twin.webhooks.keepOrder()
    pull.edit({ title: 'Four' }, alice)
    await twin.webhooks.settle()
    expect(titlesReceived().at(-1)).toBe('Four')
  })

  const failures: readonly { when: string; spoil: () => void; status: string; code: number }[] = [
    { when: 'the app answers 503', spoil: () => app.answerWith(503), status: 'Invalid HTTP Response: 503', code: 503 },
    {
      when: 'the app does not answer in time',
      spoil: () => {
        app.answerWith(null)
        twin.webhooks.timeoutMs = 100
      },
      status: 'timed out',
      code: 504,
    },
    { when: 'nobody listens', spoil: () => app.stop(), status: 'failed to connect to host', code: 502 },
  ]

  for (const { when, spoil, status, code } of failures) {
    test(`a delivery is noted as failed when ${when}`, async () => {
      spoil()
      pull.edit({ title: 'Failing' }, alice)
      await twin.webhooks.settle()
      expect(twin.webhooks.deliveries()).toMatchObject([{ status, statusCode: code }])
      expect(twin.webhooks.deliveredCount()).toBe(0)
    })
  }

  test('the list of deliveries is paged by cursor, newest first', async () => {
    for (const title of ['One', 'Two', 'Three']) pull.edit({ title }, alice)
    await twin.webhooks.settle()
    const ask = asking(twin, appToken(twin))
    const first = await ask('GET /app/hook/deliveries?per_page=2')
    const next = /<(?<url>[^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.groups?.['url'] ?? ''
    const second = await ask(`GET ${next.replace(`${twin.url}/api/v3`, '')}`)
    expect([first.body.length, second.body.length]).toEqual([2, 1])
    expect(second.headers.get('link')).toBeNull()
    twin.assertClean()
  })

  test('the webhook can be pointed elsewhere through the API', async () => {
    const ask = asking(twin, appToken(twin))
    await ask('PATCH /app/hook/config', { body: { url: `${app.url}/moved`, secret: 'another' } })
    expect((await ask('GET /app/hook/config')).body).toMatchObject({ url: `${app.url}/moved`, content_type: 'json' })
    pull.edit({ title: 'Moved' }, alice)
    await twin.webhooks.settle()
    const [{ headers, text } = nothing] = app.received
    expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'another').update(text).digest('hex')}`)
    twin.assertClean()
  })

  test('the app hears of its own checks and comments, from its bot', async () => {
    const ask = await askingAsInstallation(twin)
    const body = { name: 'countersign', head_sha: pull.headSha, conclusion: 'success' }
    await ask('POST /repos/acme/payments/check-runs', { body })
    await ask('POST /repos/acme/payments/issues/1/comments', { body: { body: 'Audit' } })
    await twin.webhooks.settle()
    const heard = app.received.map(
      ({ headers, payload }) => `${String(headers['x-github-event'])}.${String(payload['action'])}`,
    )
    expect(heard.sort()).toEqual([
      'check_run.completed',
      'check_run.created',
      'check_suite.completed',
      'issue_comment.created',
    ])
    expect(app.received[0]?.payload['sender']).toMatchObject({ login: 'countersign[bot]', type: 'Bot' })
  })
})

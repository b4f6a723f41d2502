import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { applyAction } from '#github/apply-actions.ts'
import { createGitHub, type GitHub } from '#github/client.ts'
import { observeChange } from '#github/collect-change.ts'
import { collectPushes } from '#github/collect-pushes.ts'
import { Refused } from '#github/errors.ts'
import { listInstallations } from '#github/list-installations.ts'
import { listOpenChanges } from '#github/list-open-changes.ts'
import { readApp } from '#github/read-app.ts'
import type { PostComment, WriteCheck } from '#engine/plan.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { silentLogger } from './silent-logger.ts'

/** The adapters against a GitHub that holds every request to GitHub's own contract. */
describe.each(['', '/api/v3'])('below %p of the twin', (prefix) => {
  let twin: Twin
  let github: GitHub
  let acme: ReturnType<Twin['organization']>
  let subject: ChangeSubject

  const layOut = () => {
    acme = twin.organization('acme')
    const installation = acme.install()
    const shop = acme.repository('shop', {
      private: true,
      topics: ['payments'],
      files: { '.github/countersign.yml': 'preset: strict\n', 'a.ts': 'a\n' },
    })
    acme.repository('.github', { files: { 'countersign.yml': 'preset: soc2\n' } })
    const [ada, bob] = [acme.person('ada'), acme.person('bob')]
    shop.grant(bob, 'write')
    shop.grant(ada, 'write')
    shop.branch('PAY-7-refunds')
    shop.push({
      branch: 'PAY-7-refunds',
      by: ada,
      coAuthors: [bob],
      files: { 'a.ts': 'b\n' },
      message: 'PAY-7 Refund\n\nAll of it.',
    })
    const pull = shop.openPullRequest({ head: 'PAY-7-refunds', title: 'Refunds', by: ada })
    subject = {
      kind: 'change',
      installationId: installation.id,
      repositoryId: shop.id,
      owner: 'acme',
      repository: 'shop',
      number: pull.number,
    }
    return { shop, pull, ada, bob }
  }

  const check = (headSha: string, runId: number | null = null): WriteCheck => ({
    do: 'write-check',
    headSha,
    runId,
    reason: 'a test wants it',
    check: {
      name: 'countersign',
      status: 'completed',
      conclusion: 'failure',
      title: 'No ticket',
      summary: 'Name one.',
      detailsUrl: 'https://countersign.example/acme/shop/1',
      actions: [{ label: 'Re-check', description: 'Look again', identifier: 're-check' }],
      digest: 'd'.repeat(64),
    },
  })

  beforeEach(async () => {
    twin = await startTwin({ tokenForm: prefix === '' ? 'short' : 'long' })
    const { id: appId, privateKey } = twin.app
    const baseUrl = `${twin.url}${prefix}`
    github = createGitHub({
      appId,
      privateKey,
      baseUrl,
      userAgent: 'countersign',
      now: () => new Date(),
      logger: silentLogger,
    })
  })

  afterEach(async () => {
    await twin.stop()
    twin.assertClean()
  })

  test('one request brings everything about a change', async () => {
    const { shop, pull, ada, bob } = layOut()
    shop.externalCheck({ sha: pull.headSha, name: 'build', app: 'github-actions', conclusion: 'success' })
    pull.review({ by: bob, state: 'approve' })
    pull.label('urgent', ada)
    await observeChange(github)(subject)
    twin.requests.reset()
    const observed = await observeChange(github)(subject)
    expect(twin.requests.byEndpoint()).toEqual({ 'graphql Change': 1 })
    const person = (account: typeof ada) => ({ id: account.id, login: account.login, kind: 'user' })
    expect(observed).toMatchObject({
      facts: {
        change: {
          value: {
            title: 'Refunds',
            state: 'open',
            author: person(ada),
            labels: ['urgent'],
            headSha: pull.headSha,
            merge: null,
          },
        },
        commits: {
          value: [{ headline: 'PAY-7 Refund', authors: [{ account: person(ada) }, { account: person(bob) }] }],
        },
        reviews: { value: [{ author: person(bob), state: 'approved', commitSha: pull.headSha, authorCanWrite: true }] },
        files: { value: [{ path: 'a.ts', additions: 1, deletions: 1 }] },
        checks: { value: [{ name: 'build', source: 'github-actions', outcome: 'success' }] },
      },
      repository: { id: shop.id, owner: 'acme', name: 'shop', topics: ['payments'], visibility: 'private' },
      policies: {
        organization: {
          value: { text: 'preset: soc2\n', origin: { repository: 'acme/.github', path: 'countersign.yml' } },
        },
        repository: { value: { text: 'preset: strict\n', origin: { commitSha: pull.baseSha } } },
      },
      proposedPolicies: { known: true, value: [] },
      posted: [],
    })
  })

  test('a policy that the change moves away is one it removes', async () => {
    const { shop, pull, ada } = layOut()
    const moved = { '.github/countersign.yml': null, 'old/policy.yml': 'preset: strict\n' }
    shop.push({ branch: pull.headBranch, by: ada, files: moved })
    const observed = await observeChange(github)(subject)
    expect(observed?.proposedPolicies).toEqual({
      known: true,
      value: [{ layer: 'repository', path: '.github/countersign.yml', text: null }],
    })
  })

  test('a policy that the change edits comes from its head, the one in force from its base', async () => {
    const { shop, pull, ada } = layOut()
    shop.push({ branch: pull.headBranch, by: ada, files: { '.github/countersign.yml': 'preset: observe-all\n' } })
    const observed = await observeChange(github)(subject)
    expect(observed?.policies.repository).toMatchObject({ value: { text: 'preset: strict\n' } })
    expect(observed?.proposedPolicies).toEqual({
      known: true,
      value: [{ layer: 'repository', path: '.github/countersign.yml', text: 'preset: observe-all\n' }],
    })
  })

  test('a change with 230 commits takes three requests and misses none', async () => {
    const { shop, pull, ada } = layOut()
    for (let each = 0; each < 229; each += 1)
      shop.commit({ branch: pull.headBranch, author: ada, files: { 'a.ts': `${each}\n` } })
    shop.push({ branch: pull.headBranch, by: ada, files: { 'a.ts': 'last\n' } })
    const observed = await observeChange(github)(subject)
    expect(observed?.facts.commits).toMatchObject({ known: true, value: { length: pull.commits().length } })
    expect(twin.requests.count({ graphql: /./ })).toBe(3)
  })

  test('a check that was written is found again by its digest, and rewritten in place', async () => {
    const { pull } = layOut()
    const apply = applyAction(github)
    const runId = await apply(subject, check(pull.headSha), 'fresh')
    expect(await apply(subject, check(pull.headSha, runId), 'fresh')).toBe(runId)
    const observed = await observeChange(github)(subject)
    expect(observed?.posted).toMatchObject([
      {
        runId,
        name: 'countersign',
        headSha: pull.headSha,
        status: 'completed',
        conclusion: 'failure',
        digest: 'd'.repeat(64),
      },
    ])
    expect(observed?.facts.checks).toEqual({ known: true, value: [] })
  })

  test('a comment whose answer was lost is found by its marker, and one that only looks like it is not', async () => {
    const { pull, ada } = layOut()
    const comment: PostComment = {
      do: 'post-comment',
      number: 1,
      marker: '<!-- m -->',
      body: 'Done. <!-- m -->',
      reason: 'merged',
    }
    const apply = applyAction(github)
    pull.comment({ by: ada, body: 'Mine. <!-- m -->' })
    const id = await apply(subject, comment, 'uncertain')
    expect(await apply(subject, comment, 'uncertain')).toBe(id)
    expect(pull.comments()).toHaveLength(2)
  })

  test('what GitHub refuses for good says what to do', async () => {
    layOut()
    const apply = applyAction(github)
    await expect(apply(subject, check('0'.repeat(40)), 'fresh')).rejects.toThrow(Refused)
  })

  test.each(['pull request', 'repository'])('a %s that is not there is null', async (missing) => {
    layOut()
    const gone = missing === 'repository' ? { ...subject, repository: 'nowhere' } : { ...subject, number: 404 }
    expect(await observeChange(github)(gone)).toBeNull()
  })

  test('a change is found under its new name, though its old name is another repository now', async () => {
    const { shop } = layOut()
    shop.rename('store')
    acme.repository('shop')
    expect((await observeChange(github)(subject))?.repository.name).toBe('store')
  })

  test('tokens that GitHub has revoked are renewed', async () => {
    layOut()
    await observeChange(github)(subject)
    twin.revokeTokens()
    expect(await observeChange(github)(subject)).not.toBeNull()
  })

  test('whoever has been deleted since is nobody', async () => {
    const { pull, ada, bob } = layOut()
    pull.review({ by: bob, state: 'approve' })
    twin.deleteAccount(ada)
    twin.deleteAccount(bob)
    const facts = (await observeChange(github)(subject))?.facts
    expect(facts).toMatchObject({ change: { value: { author: null } }, reviews: { value: [{ author: null }] } })
  })

  test('a change from a fork gets its check in our repository', async () => {
    const { shop } = layOut()
    const eve = acme.person('eve', { role: 'outside' })
    const fork = shop.fork(eve)
    fork.push({ branch: 'main', by: eve, files: { 'a.ts': 'mine\n' } })
    const pull = shop.openPullRequest({ head: 'main', fork, title: 'Mine', by: eve })
    const forked = { ...subject, number: pull.number }
    const runId = await applyAction(github)(forked, check(pull.headSha), 'fresh')
    const observed = await observeChange(github)(forked)
    expect(observed).toMatchObject({ facts: { change: { value: { crossRepository: true } } }, posted: [{ runId }] })
  })

  test('a merged change whose branches are gone is still seen whole', async () => {
    const { shop, pull, ada } = layOut()
    const commit = pull.merge({ by: ada })
    shop.deleteBranch(pull.headBranch, ada)
    const observed = await observeChange(github)(subject)
    expect(observed?.facts).toMatchObject({
      change: { value: { state: 'merged', merge: { by: { login: 'ada' }, commitSha: commit.sha } } },
      commits: { known: true },
    })
  })

  test('a policy repository that cannot be seen is unknown', async () => {
    layOut()
    const observed = await observeChange(github, { policyRepository: 'policies' })(subject)
    expect(observed?.policies.organization).toMatchObject({
      known: false,
      why: expect.stringContaining('acme/policies'),
    })
  })

  test('the activity of the branch tells who pushed while the change was open', async () => {
    const { shop, pull, bob } = layOut()
    shop.push({ branch: pull.headBranch, by: bob, files: { 'b.ts': 'b\n' } })
    const observed = await observeChange(github)(subject)
    const change = observed?.facts.change
    if (change?.known !== true) throw new Error('The change should be known.')
    const pushes = await collectPushes(github)(subject, change.value)
    expect(pushes).toMatchObject({
      known: true,
      value: expect.arrayContaining([expect.objectContaining({ after: pull.headSha })]),
    })
  })

  test('open changes are listed, those of repositories without the app are not', async () => {
    const { shop, pull, ada } = layOut()
    shop.branch('other')
    shop.push({ branch: 'other', by: ada, files: { 'c.ts': 'c\n' } })
    const other = shop.openPullRequest({ head: 'other', title: 'Other', by: ada })
    const listed = []
    for await (const page of listOpenChanges(github)(subject.installationId)) listed.push(...page)
    expect(listed.map(({ subject: { number }, headSha }) => [number, headSha])).toEqual([
      [pull.number, pull.headSha],
      [other.number, other.headSha],
    ])
    expect(twin.requests.count({ method: 'GET' })).toBe(1)
  })

  test('installations and the app itself are read', async () => {
    layOut()
    expect(await listInstallations(github)()).toEqual([
      { id: subject.installationId, account: 'acme', standing: 'active' },
    ])
    expect(await readApp(github)).toMatchObject({
      id: twin.app.id,
      slug: twin.app.slug,
      permissions: { checks: 'write' },
    })
  })
})

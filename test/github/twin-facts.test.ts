import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { React } from '#engine/plan.ts'
import type { ChangeSubject, MergeGroupSubject } from '#facts/subject.ts'
import { applyAction } from '#github/apply-actions.ts'
import { createGitHub, type GitHub } from '#github/client.ts'
import { observeChange } from '#github/collect-change.ts'
import { collectOrganizationMembers, collectTeamMembers, collectTeams } from '#github/collect-members.ts'
import { observeMergeGroup } from '#github/collect-merge-group.ts'
import { collectPermission } from '#github/collect-permission.ts'
import { collectPreviousPaths } from '#github/collect-previous-paths.ts'
import { collectProperties } from '#github/collect-properties.ts'
import { collectMergeBase, collectRevision } from '#github/collect-revision.ts'
import { findInstallationOf } from '#github/find-installation.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { silentLogger } from './silent-logger.ts'

/** The facts that controls ask for, from a GitHub that holds every request to GitHub's own contract. */
let twin: Twin
let github: GitHub
let acme: ReturnType<Twin['organization']>
let subject: ChangeSubject

function layOut() {
  acme = twin.organization('acme')
  const installation = acme.install()
  const shop = acme.repository('shop', { files: { 'docs/CODEOWNERS': '* @ada\n', 'a.ts': lines('a', 9) } })
  const [ada, bob] = [acme.person('ada'), acme.person('bob')]
  shop.grant(ada, 'write')
  shop.grant(bob, 'maintain')
  const open = (branch: string, files: Readonly<Record<string, string | null>>) => {
    shop.branch(branch)
    shop.push({ branch, by: ada, files })
    return shop.openPullRequest({ head: branch, title: branch, by: ada })
  }
  const pull = open('refunds', { 'a.ts': lines('a', 9).replace('a9', 'nine') })
  const where = { installationId: installation.id, repositoryId: shop.id, owner: 'acme', repository: 'shop' }
  subject = { kind: 'change', ...where, number: pull.number }
  return { shop, pull, ada, bob, open, where }
}

const lines = (word: string, count: number): string =>
  Array.from({ length: count }, (_, at) => `${word}${String(at + 1)}\n`).join('')

const refusing = (match: { readonly path?: RegExp }) => twin.fault({ match, status: 403, body: { message: 'no' } })
const person = ({ id, login }: { readonly id: number; readonly login: string }) => ({ id, login, kind: 'user' })

beforeEach(async () => {
  twin = await startTwin()
  const { id: appId, privateKey } = twin.app
  github = createGitHub({
    appId,
    privateKey,
    baseUrl: twin.url,
    userAgent: 'countersign',
    now: () => new Date(),
    logger: silentLogger,
  })
})

afterEach(async () => {
  await twin.stop()
  twin.assertClean()
})

describe('one look at a change', () => {
  test('tells the base, CODEOWNERS, labels, rules, parents, signatures and workflows', async () => {
    const { shop, pull, ada, bob } = layOut()
    const [previous] = pull.commits()
    pull.label('urgent', ada)
    pull.unlabel('urgent', ada)
    pull.label('urgent', bob)
    shop.protect('main', { requiredChecks: [{ context: 'lint', appId: null }] })
    const required_status_checks = [{ context: 'build', integration_id: 15 }]
    const rules = [{ type: 'required_status_checks', parameters: { required_status_checks } }]
    acme.ruleset({ rules })
    acme.ruleset({ rules: [{ type: 'deletion' }] })
    const ran = { path: '.github/workflows/ci.yml', event: 'pull_request' }
    shop.externalCheck({ sha: pull.headSha, name: 'build', conclusion: 'skipped', workflow: ran })
    twin.requests.reset()
    const observed = await observeChange(github)(subject)
    expect(twin.requests.count({ graphql: /./ })).toBe(1)
    expect(observed).toMatchObject({
      facts: {
        change: { value: { baseSha: shop.head('main') } },
        commits: { value: [{ parents: previous?.parents, verification: { verified: false, reason: 'unsigned' } }] },
        files: { value: [{ path: 'a.ts', status: 'modified', previousPath: null }] },
        labelings: { known: true, value: [{ label: 'urgent', by: person(bob) }] },
        requiredChecks: {
          known: true,
          value: [
            { name: 'build', appId: 15 },
            { name: 'lint', appId: null },
          ],
        },
        checks: {
          value: [
            {
              name: 'build',
              kind: 'check-run',
              source: 'github-actions',
              outcome: 'skipped',
              workflow: { known: true, value: { ...ran, repository: 'acme/shop' } },
            },
          ],
        },
      },
      codeOwnersFile: { known: true, value: { path: 'docs/CODEOWNERS', text: '* @ada\n' } },
    })
  })

  test.each([
    ['repository.pullRequest.baseRef.rules', 'requiredChecks', 'administration: read'],
    ['repository.pullRequest.baseRef.branchProtectionRule', 'requiredChecks', 'administration: read'],
    ['repository.pullRequest.timelineItems.nodes.actor', 'labelings', 'pull_requests: read'],
  ] as const)('without %s leaves one fact unknown and the policy known', async (path, fact, permission) => {
    const { pull, ada } = layOut()
    pull.label('urgent', ada)
    twin.fault({ field: { path, answer: 'forbidden' } })
    const observed = await observeChange(github)(subject)
    expect(observed?.facts[fact]).toMatchObject({ known: false, why: expect.stringContaining(permission) })
    expect(observed?.policies.repository).toEqual({ known: true, value: null })
    expect(observed?.facts.commits.known).toBe(true)
  })
})

describe('a review', () => {
  const forBases = async () => {
    twin.requests.reset()
    const reviews = (await observeChange(github)(subject))?.facts.reviews
    expect(twin.requests.count({ graphql: /./ })).toBe(1)
    return reviews?.known === true ? reviews.value.map(({ forBase }) => forBase) : reviews?.why
  }

  test('was given for the base that the change had then', async () => {
    const { shop, pull, ada, bob } = layOut()
    shop.branch('release')
    pull.review({ by: bob, state: 'approve' })
    expect(await forBases()).toEqual(['current'])
    pull.edit({ title: 'Other words' }, ada)
    expect(await forBases()).toEqual(['current'])
    pull.edit({ base: 'release' }, ada)
    pull.review({ by: bob, state: 'approve' })
    expect(await forBases()).toEqual(['earlier', 'current'])
    pull.edit({ base: 'main' }, ada)
    expect(await forBases()).toEqual(['earlier', 'earlier'])
  })

  test('was given for an earlier base when that has been merged and deleted since', async () => {
    const { shop, pull, ada, bob } = layOut()
    shop.branch('on-top', pull.headBranch)
    shop.push({ branch: 'on-top', by: ada, files: { 'b.ts': 'b\n' } })
    const onTop = shop.openPullRequest({ head: 'on-top', base: pull.headBranch, title: 'On top', by: ada })
    onTop.review({ by: bob, state: 'approve' })
    pull.merge({ by: bob })
    shop.deleteBranch(pull.headBranch, ada)
    subject = { ...subject, number: onTop.number }
    expect(await forBases()).toEqual(['earlier'])
  })

  test('is unknown when GitHub hides the changes of the base', async () => {
    const { pull, bob } = layOut()
    pull.review({ by: bob, state: 'approve' })
    twin.fault({ field: { path: 'repository.pullRequest.reviewsAndBases.nodes.fullDatabaseId', answer: 'forbidden' } })
    expect(await forBases()).toContain('pull_requests: read')
  })
})

describe('what a merged change was merged onto', () => {
  test.each([
    ['merge', 1],
    ['squash', 1],
    ['rebase', 2],
  ] as const)('is told of a %s, also of a change with updates from the base', async (method, requests) => {
    const { shop, pull, ada, bob } = layOut()
    shop.push({ branch: pull.headBranch, by: ada, files: { 'b.ts': 'b\n' }, message: 'Add b' })
    shop.push({ branch: 'main', by: bob, files: { 'c.ts': 'c\n' } })
    pull.updateBranch(ada)
    const before = shop.head('main')
    pull.merge({ by: bob, method })
    twin.requests.reset()
    expect((await observeChange(github)(subject))?.facts.change).toMatchObject({ value: { baseSha: before } })
    expect(twin.requests.count({ graphql: /./ })).toBe(requests)
  })

  test('is told of a squash under the message of the last commit, in a young repository', async () => {
    const { shop, pull, ada, bob } = layOut()
    for (const message of ['one', 'two', `last (#${String(pull.number)})`])
      shop.push({ branch: pull.headBranch, by: ada, files: { 'b.ts': message }, message })
    pull.edit({ title: 'last' }, ada)
    const before = shop.head('main')
    pull.merge({ by: bob, method: 'squash' })
    expect((await observeChange(github)(subject))?.facts.change).toMatchObject({ value: { baseSha: before } })
  })

  test('is unknown with its policy when GitHub hides it', async () => {
    const { pull, bob } = layOut()
    pull.merge({ by: bob })
    twin.fault({ field: { path: 'repository.pullRequest.mergeCommit.parents.nodes', answer: 'forbidden' } })
    expect(await observeChange(github)(subject)).toMatchObject({
      facts: { change: { value: { baseSha: null } } },
      policies: { repository: { known: false, why: expect.stringContaining('contents: read') } },
      codeOwnersFile: { known: false },
    })
  })
})

describe('what is looked up beyond it', () => {
  test('a team has the members of its child teams, and nobody who was only invited', async () => {
    const { ada, bob } = layOut()
    const payments = acme.team('Payments', [ada])
    acme.team('Refunds', [bob], payments)
    acme.invite('eve', [payments])
    expect(await collectTeamMembers(github)(subject, 'acme/payments')).toEqual({ known: true, value: [ada.id, bob.id] })
    expect(await collectTeams(github)(subject)).toEqual({ known: true, value: ['payments', 'refunds'] })
    expect(await collectTeamMembers(github)(subject, 'acme/nobody')).toMatchObject({ known: false })
  })

  test('members, permissions and properties are known, and unknown without permission', async () => {
    const { ada, bob } = layOut()
    const members = await collectOrganizationMembers(github)(subject)
    expect(members).toMatchObject({ known: true, value: expect.arrayContaining([ada.id, bob.id]) })
    expect(await collectPermission(github)(subject, bob)).toEqual({ known: true, value: 'maintain' })
    expect(await collectProperties(github)(subject)).toEqual({ known: true, value: {} })
    refusing({ path: /members|permission|properties/ })
    expect(await collectOrganizationMembers(github)(subject)).toMatchObject({ known: false })
    expect(await collectPermission(github)(subject, bob)).toMatchObject({ known: false })
    expect(await collectProperties(github)(subject)).toMatchObject({ known: false })
  })

  test('a revision survives a clean rebase, and no change of its content', async () => {
    const { shop, pull, ada, bob } = layOut()
    const revisionAt = async (commit: string) => {
      const mergeBase = await collectMergeBase(github)(subject, { base: shop.head('main'), commit })
      if (!mergeBase.known) throw new Error(mergeBase.why)
      return collectRevision(github)(subject, { mergeBase: mergeBase.value, commit })
    }
    const before = await revisionAt(pull.headSha)
    shop.push({ branch: 'main', by: bob, files: { 'a.ts': `first\n${lines('a', 9)}` } })
    const onto = shop.head('main')
    const rebased = { 'a.ts': `first\n${lines('a', 9).replace('a9', 'nine')}` }
    shop.forcePush({ branch: 'refunds', by: ada, onto, files: rebased })
    const moved = await revisionAt(pull.headSha)
    if (!before.known || !moved.known) throw new Error('Both should be known.')
    const [was, is] = [before.value['a.ts'], moved.value['a.ts']]
    expect(is?.content).toBe(was?.content)
    expect([is?.exact, is?.before]).not.toEqual([was?.exact, was?.before])
    shop.push({ branch: 'refunds', by: ada, files: { 'a.ts': `first\n${lines('a', 9).replace('a9', 'neuf')}` } })
    const after = await revisionAt(pull.headSha)
    expect(after.known && after.value['a.ts']?.content).not.toBe(was?.content)
  })

  test('renamed files are told with their old names', async () => {
    const { shop, ada } = layOut()
    shop.push({ branch: 'refunds', by: ada, files: { 'a.ts': null, 'b.ts': lines('a', 9) } })
    expect(await collectPreviousPaths(github)(subject)).toEqual({ known: true, value: { 'b.ts': 'a.ts' } })
  })

  test('the installation that sees a repository is found by its name', async () => {
    layOut()
    const { installationId, repositoryId, owner, repository } = subject
    expect(await findInstallationOf(github)('acme', 'shop')).toEqual({
      installationId,
      repositoryId,
      owner,
      repository,
    })
    expect(await findInstallationOf(github)('acme', 'nowhere')).toBeNull()
  })
})

describe('a group of the merge queue', () => {
  test.each([1, 2])('of %p pull requests is told whole, behind another group', async (count) => {
    const { shop, pull, bob, open, where } = layOut()
    const others = Array.from({ length: count }, (_, at) =>
      open(`other-${String(at)}`, { [`${String(at)}.ts`]: 'x\n' }),
    )
    shop.mergeQueue.enqueue(pull, bob)
    const group = shop.mergeQueue.enqueueTogether(others, bob)
    const { headSha, baseSha, headBranch, baseBranch } = group
    const asked: MergeGroupSubject = { kind: 'merge-group', ...where, headSha, baseSha, headBranch, baseBranch }
    twin.requests.reset()
    const observed = await observeMergeGroup(github)(asked)
    expect(twin.requests.count({ graphql: /./ })).toBe(1)
    expect(observed).toEqual({
      changes: { known: true, value: others.map(({ number }) => ({ kind: 'change', ...where, number })) },
      posted: [],
    })
    twin.fault({ field: { path: 'repository.mergeQueue', answer: 'forbidden' } })
    expect((await observeMergeGroup(github)(asked))?.changes.known).toBe(count === 1)
  })
})

test('a reaction is put once, and none to a comment that is gone', async () => {
  const { pull, ada } = layOut()
  const comment = pull.comment({ by: ada, body: '/countersign recheck' })
  const react: React = { do: 'react', commentId: comment.id, content: '+1', reason: 'ada asked for it' }
  const id = await applyAction(github)(subject, react, 'fresh')
  expect(await applyAction(github)(subject, react, 'uncertain')).toBe(id)
  pull.deleteComment(comment, ada)
  expect(await applyAction(github)(subject, react, 'fresh')).toBe(0)
})

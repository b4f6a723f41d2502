import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import { authorsOf } from '#twin/state/authors.ts'
import { CommitGraph, type Tree } from '#twin/state/commit-graph.ts'
import { fileChanges } from '#twin/state/diff.ts'
import { lineDiff } from '#twin/state/line-diff.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'

describe('the commit graph', () => {
  const signature = { name: 'Ann', email: 'ann@people.example', date: '2026-03-02T09:00:00Z' }
  const graph = new CommitGraph()
  const write = (message: string, ...parents: string[]): string =>
    graph.write({ tree: new Map(), parents, author: signature, committer: signature, message }).sha
  const root = write('root')
  const [left, right] = [write('left', root), write('right', root)]
  const merge = write('merge', left, right)
  const after = write('after', merge)

  test('an id is forty hex digits that content and parents decide', () => {
    expect(root).toMatch(/^[\da-f]{40}$/)
    expect(write('root')).toBe(root)
    expect(write('root', left)).not.toBe(root)
  })

  test('a blob has the id git gives it', () => {
    expect(graph.writeBlob('hi\n')).toBe('45b983be36b73c0788dc9cbcb76cbb80fc7bb057')
  })

  test('base..head holds what every parent brings, parents first', () => {
    const messages = graph.between(left, after).map(({ message }) => message)
    expect(messages).toEqual(['right', 'merge', 'after'])
    expect(graph.between(after, after)).toEqual([])
  })

  test('the merge base is the nearest commit in common', () => {
    expect(graph.mergeBase(left, right)).toBe(root)
    expect(graph.mergeBase(after, right)).toBe(right)
    expect(graph.mergeBase(root, write('unrelated', write('elsewhere')))).toBeUndefined()
  })

  test('authors are the author and each co-author once', () => {
    const message = 'Work\n\nCo-authored-by: Bob <bob@people.example>\nco-authored-by: ANN <Ann@people.example>'
    const commit = graph.get(graph.write({ ...graph.get(root), message }).sha)
    expect(authorsOf(commit).map(({ email }) => email)).toEqual(['ann@people.example', 'bob@people.example'])
  })
})

describe('diffs', () => {
  test('a patch shows what changed with three lines around it', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].join('\n')
    const { additions, deletions, patch } = lineDiff(before, before.replace('5', 'five'))
    expect([additions, deletions]).toEqual([1, 1])
    expect(patch).toBe('@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8')
  })

  test('distant changes are hunks of their own, and a new file is one', () => {
    const lines = Array.from({ length: 30 }, (_, index) => String(index))
    const changed = lines.with(2, 'a').with(25, 'b')
    expect(lineDiff(lines.join('\n'), changed.join('\n')).patch.match(/^@@/gm)).toHaveLength(2)
    expect(lineDiff('', 'a\nb\n')).toEqual({ additions: 2, deletions: 0, patch: '@@ -0,0 +1,2 @@\n+a\n+b' })
    expect(lineDiff('a\n', 'a\n')).toEqual({ additions: 0, deletions: 0, patch: '' })
  })

  test('files are added, removed, modified or renamed', () => {
    const graph = new CommitGraph()
    const tree = (files: Record<string, string>): Tree =>
      new Map(Object.entries(files).map(([path, text]) => [path, graph.writeBlob(text)]))
    const before = tree({ kept: 'k', gone: 'g', old: 'o', changed: '1' })
    const after = tree({ kept: 'k', fresh: 'f', new: 'o', changed: '2' })
    expect(
      fileChanges(graph, before, after).map(({ path, previousPath, status }) => [path, status, previousPath]),
    ).toEqual([
      ['changed', 'modified', null],
      ['fresh', 'added', null],
      ['gone', 'removed', null],
      ['new', 'renamed', 'old'],
    ])
  })
})

describe('a pull request', () => {
  let twin: Twin
  let acme: Organization
  let alice: Account
  let bob: Account
  let repository: Repository

  beforeEach(async () => {
    twin = await startTwin()
    acme = twin.organization('acme')
    alice = acme.person('alice')
    bob = acme.person('bob')
    repository = acme.repository('payments')
    acme.team('developers', [alice, bob]).grant(repository, 'write')
    repository.commit({ branch: 'feature', author: alice, message: 'Work', files: { 'a.txt': 'one\n' } })
  })

  afterEach(() => twin.stop())

  const open = (): ReturnType<Repository['openPullRequest']> =>
    repository.openPullRequest({ head: 'feature', title: 'Work', by: alice })

  const rows: readonly { when: string; rule: (repository: Repository) => void; obstacle: RegExp | null }[] = [
    { when: 'no rule applies', rule: () => undefined, obstacle: null },
    {
      when: 'an approval is required and missing',
      rule: (on) => on.protect('main', { requiredApprovals: 1 }),
      obstacle: /1 approving reviews are required, 0 given/,
    },
    {
      when: 'a pattern protects the branch',
      rule: (on) => on.protect('ma*', { requiredApprovals: 1 }),
      obstacle: /approving reviews are required/,
    },
    {
      when: 'a required check has not reported',
      rule: (on) => on.protect('main', { requiredChecks: [{ context: 'ci', appId: null }] }),
      obstacle: /Required check "ci" has not passed/,
    },
    {
      when: 'a ruleset asks for approvals',
      rule: (on) =>
        on.ruleset({ rules: [{ type: 'pull_request', parameters: { required_approving_review_count: 1 } }] }),
      obstacle: /approving reviews are required/,
    },
    {
      when: 'a ruleset of the organization asks for a check',
      rule: (on) =>
        on.organization?.ruleset({
          include: ['~ALL'],
          rules: [{ type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'ci' }] } }],
        }),
      obstacle: /Required check "ci"/,
    },
    {
      when: 'a ruleset is only evaluated',
      rule: (on) =>
        on.ruleset({
          enforcement: 'evaluate',
          rules: [{ type: 'pull_request', parameters: { required_approving_review_count: 1 } }],
        }),
      obstacle: null,
    },
    {
      when: 'the same path changed on both sides',
      rule: (on) => on.commit({ branch: 'main', files: { 'a.txt': 'other\n' } }),
      obstacle: /conflicts/,
    },
  ]

  for (const { when, rule, obstacle } of rows) {
    test(`${obstacle ? 'is not merged' : 'is merged'} when ${when}`, () => {
      const pull = open()
      rule(repository)
      if (obstacle) expect(() => pull.merge({ by: bob })).toThrow(obstacle)
      else expect(pull.merge({ by: bob }).sha).toBe(repository.head('main'))
      expect(pull.merged !== null).toBe(obstacle === null)
    })
  }

  test('is merged once the approval counts and the required check has passed, whoever reports it where nobody is named', () => {
    const pull = open()
    repository.protect('main', { requiredApprovals: 1, requiredChecks: [{ context: 'ci', appId: null }] })
    const outsider = acme.person('mallory', { role: 'outside' })
    pull.review({ by: outsider, state: 'approve' })
    repository.externalStatus({ sha: pull.headSha, context: 'ci', state: 'success' })
    expect(() => pull.merge({ by: bob })).toThrow(/approving reviews are required/)
    pull.review({ by: bob, state: 'approve' })
    pull.merge({ by: bob })
    expect(repository.graph.get(repository.head('main'))).toMatchObject({
      parents: [pull.baseSha, pull.headSha],
      committer: { email: 'noreply@github.com' },
    })
  })

  test('needs the pinned app for a pinned check: another app or a status of that name does not count', () => {
    const pull = open()
    repository.protect('main', { requiredChecks: [{ context: 'countersign', appId: twin.app.id }] })
    repository.externalStatus({ sha: pull.headSha, context: 'countersign', state: 'success' })
    repository.externalCheck({ sha: pull.headSha, name: 'countersign', app: 'forger', conclusion: 'success' })
    expect(() => pull.merge({ by: bob })).toThrow(/Required check/)
    repository.externalCheck({ sha: pull.headSha, name: 'countersign', app: 'countersign', conclusion: 'neutral' })
    expect(pull.merge({ by: bob }).sha).toBe(repository.head('main'))
  })

  test('an administrator may merge over rules unless these bind administrators', () => {
    const pull = open()
    repository.protect('main', { requiredApprovals: 1, enforceAdmins: true })
    expect(() => pull.merge({ by: acme.owner, bypass: true })).toThrow(/approving/)
    repository.protect('main', { requiredApprovals: 1 })
    expect(() => pull.merge({ by: bob, bypass: true })).toThrow(/approving/)
    expect(pull.merge({ by: acme.owner, bypass: true }).sha).toBe(repository.head('main'))
  })

  test('a push dismisses approvals where the rule says so, and leaves them on the commit they were for', () => {
    const pull = open()
    const first = pull.headSha
    repository.protect('main', { requiredApprovals: 1, dismissStaleReviews: true })
    const review = pull.review({ by: bob, state: 'approve' })
    repository.push({ branch: 'feature', by: alice, files: { 'a.txt': 'two\n' } })
    expect(review).toMatchObject({ state: 'DISMISSED', commitSha: first })
  })

  test('its author cannot approve it, and a person without write access cannot merge it', () => {
    const pull = open()
    expect(() => pull.review({ by: alice, state: 'approve' })).toThrow(/Let somebody else review/)
    const outsider = acme.person('mallory', { role: 'outside' })
    expect(() => pull.merge({ by: outsider })).toThrow(/no write access/)
  })

  test('merging the base into the head brings no foreign files into its diff', () => {
    const pull = open()
    repository.commit({ branch: 'main', files: { 'other.txt': 'x\n' } })
    repository.push({ branch: 'feature', by: alice, merging: 'main', message: 'Merge main' })
    expect(pull.files().map(({ path }) => path)).toEqual(['a.txt'])
    expect(pull.commits().map(({ message }) => message)).toEqual(['Work', 'Merge main'])
  })

  test('squashing names the co-authors, rebasing keeps the authors, and both leave one parent', () => {
    const pull = open()
    repository.push({ branch: 'feature', by: alice, coAuthors: [bob], files: { 'b.txt': 'b\n' } })
    const squashed = pull.merge({ by: bob, method: 'squash' })
    expect(squashed.parents).toHaveLength(1)
    expect(squashed.message).toContain('Co-authored-by: bob')
    repository.branch('second')
    repository.commit({ branch: 'second', author: alice, files: { 'c.txt': 'c\n' } })
    const second = repository.openPullRequest({ head: 'second', title: 'Second', by: alice })
    const rebased = second.merge({ by: bob, method: 'rebase' })
    expect(rebased.author.name).toBe('alice')
    expect(rebased.committer.name).toBe('bob')
  })

  test('a forced push is a timeline event and an activity of its own', () => {
    const pull = open()
    const before = pull.headSha
    repository.forcePush({ branch: 'feature', onto: 'main', by: bob, files: { 'a.txt': 'rewritten\n' } })
    expect(pull.timeline).toMatchObject([{ kind: 'HeadRefForcePushedEvent', actor: bob, details: { before } }])
    expect(repository.activities[0]).toMatchObject({ type: 'force_push', by: bob, before, after: pull.headSha })
  })

  test('renaming a branch closes the pull request from it, and takes along those into it', () => {
    const pull = open()
    repository.branch('stacked', 'feature')
    repository.commit({ branch: 'stacked', author: bob, files: { 'b.txt': 'b\n' } })
    const stacked = repository.openPullRequest({ head: 'stacked', base: 'feature', title: 'On top', by: bob })
    repository.renameBranch('feature', 'ABC-1-feature', alice)
    expect(pull.state).toBe('closed')
    expect(stacked).toMatchObject({ state: 'open', baseBranch: 'ABC-1-feature' })
    expect(repository.branches.has('feature')).toBe(false)
    repository.deleteBranch('ABC-1-feature', alice)
    expect(stacked.state).toBe('closed')
  })

  test('a pull request into a branch that was merged and deleted follows it', () => {
    const pull = open()
    repository.branch('stacked', 'feature')
    repository.commit({ branch: 'stacked', author: bob, files: { 'b.txt': 'b\n' } })
    const stacked = repository.openPullRequest({ head: 'stacked', base: 'feature', title: 'On top', by: bob })
    pull.merge({ by: bob })
    repository.deleteBranch('feature', alice)
    expect(stacked).toMatchObject({ state: 'open', baseBranch: 'main', baseSha: repository.head('main') })
    const details = { oldBase: 'feature', newBase: 'main' }
    expect(stacked.timeline).toMatchObject([{ kind: 'AutomaticBaseChangeSucceededEvent', actor: alice, details }])
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { MergeOptions } from '#twin/state/merge.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { checkOf, type House, openHouse, wordOf } from './house.ts'

let house: House
let dora: Account

beforeAll(async () => {
  house = await openHouse({ policy: 'version: 1\nmode: enforce\ncontrols:\n  ticket-link: { mode: off }\n' })
  dora = house.acme.person('dora')
  house.acme.team('payments', [house.cleo])
  house.acme.team('security', [house.ben])
})

afterAll(async () => {
  await house.close()
  house.twin.assertClean()
})

let made = 0

/** A repository with `independent-review` of its own, and whatever files. */
function workshop(review: string, files: Readonly<Record<string, string>> = {}): Repository {
  made += 1
  const policy = `version: 1\ncontrols:\n  independent-review: ${review}\n`
  const repository = house.acme.repository(`walk-${String(made)}`, {
    files: { 'README.md': '# Walk\n', '.github/countersign.yml': policy, ...files },
  })
  for (const person of [house.ana, house.ben, house.cleo, dora]) repository.grant(person, 'write')
  return repository
}

const onePerson = '{ rules: [{ name: every change, approvals: 1 }] }'
const twoPeople = '{ rules: [{ name: every change, approvals: 2 }] }'

interface Content {
  readonly files?: Readonly<Record<string, string | null>>
  readonly by?: Account
}

/** A pull request from `topic` with one commit. */
function open(repository: Repository, { files = { 'src/a.js': 'a\n' }, by = house.ana }: Content = {}): PullRequest {
  repository.branch('topic')
  // GitHub signs what an app commits through its API.
  repository.push({ branch: 'topic', by, files, ...(by.type === 'Bot' && { signing: 'github' as const }) })
  return repository.openPullRequest({ head: 'topic', title: 'A change', by })
}

const approve = (pull: PullRequest, by: Account = house.cleo): void => void pull.review({ by, state: 'approve' })
const moveBase = ({ repository }: PullRequest): void =>
  void repository.push({ branch: 'main', by: house.ben, files: { 'other.js': 'other\n' } })
const rebase = ({ repository }: PullRequest, by = house.ana): void =>
  void repository.forcePush({ branch: 'topic', onto: 'main', by, files: { 'src/a.js': 'a\n' } })

const summaryOf = (pull: PullRequest): string => checkOf(pull)?.output.summary ?? ''
const compares = (): number => house.twin.requests.count({ template: '/repos/{owner}/{repo}/compare/{basehead}' })
const fileLists = (): number =>
  house.twin.requests.count({ template: '/repos/{owner}/{repo}/pulls/{pull_number}/files' })

interface Walk {
  readonly name: string
  readonly review?: string
  /** After cleo approved and the base moved. */
  readonly act: (pull: PullRequest) => void
  readonly to: string
  readonly says?: string
}

describe('an approval that was given before', () => {
  const walks: readonly Walk[] = [
    { name: 'a rebase onto the moved base is kept', act: (pull) => rebase(pull), to: 'success' },
    { name: 'a clean update of the branch is kept', act: (pull) => pull.updateBranch(house.ana), to: 'success' },
    {
      name: 'a clean update by another reviewer is kept, and that reviewer may still approve',
      review: twoPeople,
      act: (pull) => {
        pull.updateBranch(house.ben)
        approve(pull, house.ben)
      },
      to: 'success',
    },
    {
      name: 'a merge of the base with other content in the merge commit is dropped',
      act: ({ repository }) =>
        void repository.push({ branch: 'topic', by: house.ben, merging: 'main', files: { 'src/a.js': 'evil\n' } }),
      to: 'in_progress',
      says: 'earlier version',
    },
    {
      name: 'such a merge is dropped, and whoever made it has a hand in the change',
      act: (pull) => {
        pull.repository.push({ branch: 'topic', by: house.ben, merging: 'main', files: { 'src/a.js': 'evil\n' } })
        approve(pull, house.ben)
      },
      to: 'in_progress',
      says: 'The approval by ben does not count',
    },
    {
      name: 'a merge of a branch that is not the base is dropped',
      act: ({ repository }) => {
        repository.branch('unreviewed')
        repository.commit({ branch: 'unreviewed', author: house.ben, files: { 'src/b.js': 'b\n' } })
        repository.push({ branch: 'topic', by: house.ana, merging: 'unreviewed' })
      },
      to: 'in_progress',
      says: 'earlier version',
    },
    {
      name: 'another commit is dropped',
      act: ({ repository }) => void repository.push({ branch: 'topic', by: house.ana, files: { 'src/a.js': 'b\n' } }),
      to: 'in_progress',
      says: '1 file changed since',
    },
    {
      name: 'a commit and its revert is kept: the content is what was approved',
      act: ({ repository }) => {
        repository.push({ branch: 'topic', by: house.ana, files: { 'src/a.js': 'b\n' } })
        repository.push({ branch: 'topic', by: house.ana, files: { 'src/a.js': 'a\n' } })
      },
      to: 'success',
    },
    {
      name: 'a rebase is dropped where the policy drops on any push',
      review: '{ stale-approvals: drop-on-any-push }',
      act: (pull) => rebase(pull),
      to: 'in_progress',
      says: 'earlier version',
    },
    {
      name: 'a clean update is dropped where the policy drops on any push',
      review: '{ stale-approvals: drop-on-any-push }',
      act: (pull) => pull.updateBranch(house.ana),
      to: 'in_progress',
      says: 'earlier version',
    },
  ]

  for (const { name, review = onePerson, act, to, says = '' } of walks) {
    test(name, async () => {
      const pull = open(workshop(review))
      approve(pull)
      await house.settle()
      moveBase(pull)
      act(pull)
      await house.settle()
      expect([wordOf(pull), summaryOf(pull)]).toEqual([to, expect.stringContaining(says)])
    })
  }
})

describe('differences are fetched', () => {
  const costOf = async (act: () => unknown): Promise<number> => {
    house.twin.requests.reset()
    act()
    await house.settle()
    return compares()
  }

  test('not while the approval is on the head, and not when nobody eligible approved before', async () => {
    const pull = open(workshop(onePerson))
    const rita = house.acme.person('rita', { role: 'outside' })
    expect(await costOf(() => approve(pull))).toBe(0)
    const [review] = pull.reviews
    expect(await costOf(() => review && pull.dismiss(review))).toBe(0)
    expect(await costOf(() => approve(pull, rita))).toBe(0)
    expect(await costOf(() => pull.review({ by: house.ben, state: 'comment' }))).toBe(0)
    moveBase(pull)
    expect(await costOf(() => rebase(pull))).toBe(0)
  })

  test('not where the policy drops approvals on any push', async () => {
    const pull = open(workshop('{ stale-approvals: drop-on-any-push }'))
    approve(pull)
    await house.settle()
    expect(await costOf(() => rebase(pull))).toBe(0)
  })

  test('once: a second event costs none', async () => {
    const pull = open(workshop(onePerson))
    approve(pull)
    await house.settle()
    moveBase(pull)
    await house.settle()
    // The merge base and the difference, of the approved commit and of the head.
    expect(await costOf(() => rebase(pull))).toBeLessThanOrEqual(4)
    expect(compares()).toBeGreaterThan(0)
    expect(await costOf(() => pull.edit({ title: 'Other words' }, house.ana))).toBe(0)
    expect(await costOf(() => pull.review({ by: house.ben, state: 'comment' }))).toBe(0)
    expect(wordOf(pull)).toBe('success')
  })
})

describe('code owners', () => {
  const owners = '{ rules: [{ name: owners, approvals: 1, from: { code-owners: true } }] }'

  test('by team: only an approval by one of its members is enough, and the finding says whose path it is', async () => {
    const pull = open(workshop(owners, { '.github/CODEOWNERS': '/src/ @acme/payments\n' }))
    approve(pull, house.ben)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(summaryOf(pull)).toContain('owns none of the touched paths')
    approve(pull, house.cleo)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    expect(summaryOf(pull)).toContain('approved by cleo')
  })

  test('of a file that was renamed are those of its old path too', async () => {
    const text = 'one\ntwo\nthree\nfour\n'
    const codeOwners = '/src/ @ben\n/lib/ @cleo\n'
    const repository = workshop(owners, { '.github/CODEOWNERS': codeOwners, 'src/old.js': text })
    const pull = open(repository, { files: { 'src/old.js': null, 'lib/new.js': text } })
    approve(pull, house.cleo)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    approve(pull, house.ben)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })
})

describe('rules', () => {
  test('that are distinct are not met by one person for both', async () => {
    const pull = open(
      workshop(`{ rules: [
        { name: payments, approvals: 1, from: { teams: [acme/payments] }, distinct: true },
        { name: anybody, approvals: 1, distinct: true }] }`),
    )
    approve(pull, house.cleo)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    approve(pull, house.ben)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })

  describe('that replace another for an app', () => {
    const dependencies = `{ rules: [
      { name: every change, approvals: 1 },
      { name: dependency updates, when: { authored-by-apps: [dependabot], only-paths: [package-lock.json] },
        approvals: 0, replaces: [every change] }] }`
    const byDependabot = (files: Readonly<Record<string, string>>): PullRequest =>
      open(workshop(dependencies), { by: house.acme.bot('dependabot'), files })

    test('let its own change pass without an approval', async () => {
      const pull = byDependabot({ 'package-lock.json': '{}\n' })
      await house.settle()
      expect(wordOf(pull)).toBe('success')
      expect(summaryOf(pull)).toContain('applies in place of')
    })

    test('do not where it touches another path', async () => {
      const pull = byDependabot({ 'package-lock.json': '{}\n', 'src/a.js': 'a\n' })
      await house.settle()
      expect(wordOf(pull)).toBe('in_progress')
    })

    test('do not once a person pushed to it', async () => {
      const pull = byDependabot({ 'package-lock.json': '{}\n' })
      await house.settle()
      pull.repository.push({ branch: 'topic', by: house.ana, files: { 'package-lock.json': '{ }\n' } })
      await house.settle()
      expect(wordOf(pull)).toBe('in_progress')
    })

    test('do not for a person on a branch with the name of the app', async () => {
      const repository = workshop(dependencies)
      repository.branch('dependabot/npm')
      repository.push({ branch: 'dependabot/npm', by: house.ana, files: { 'package-lock.json': '{}\n' } })
      const pull = repository.openPullRequest({ head: 'dependabot/npm', title: 'Bump', by: house.ana })
      await house.settle()
      expect(wordOf(pull)).toBe('in_progress')
    })
  })

  test('on paths see the old path of a renamed file, which is asked for once', async () => {
    const text = 'one\ntwo\nthree\nfour\n'
    const repository = workshop(
      `{ rules: [
        { name: every change, approvals: 1 },
        { name: payments, when: { paths: ["src/payments/**"] }, approvals: 2 }] }`,
      { 'src/payments/pay.js': text },
    )
    const pull = open(repository, { files: { 'src/payments/pay.js': null, 'src/pay.js': text } })
    house.twin.requests.reset()
    approve(pull, house.cleo)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(fileLists()).toBe(1)
    approve(pull, house.ben)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    expect(fileLists()).toBe(1)
  })
})

describe('a merged change keeps its verdict', () => {
  const methods: readonly NonNullable<MergeOptions['method']>[] = ['merge', 'squash', 'rebase']
  const bases: Readonly<Record<string, (pull: PullRequest) => unknown>> = {
    'as it was': () => undefined,
    'moved on': moveBase,
    'taken in': (pull) => {
      moveBase(pull)
      pull.updateBranch(house.ana)
    },
  }
  const walks = methods.flatMap((method) => Object.entries(bases).map(([base, prepare]) => ({ method, base, prepare })))

  const mergedBy = async (pull: PullRequest, { method, prepare }: (typeof walks)[number]): Promise<void> => {
    pull.repository.push({ branch: 'topic', by: house.ana, files: { 'src/a.js': 'a\n' } })
    approve(pull)
    prepare(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    pull.merge({ by: house.ana, method })
    await house.settle()
    expect([wordOf(pull), summaryOf(pull)]).toEqual(['success', expect.stringContaining('cleo approved')])
    expect(pull.comments().filter(({ body }) => body.includes('countersign:audit'))).toHaveLength(1)
  }

  test.each(walks)('by the owners its base had: merged by $method, base $base', async (walk) => {
    const owned = '{ rules: [{ name: owners, approvals: 1, from: { code-owners: true } }] }'
    const pull = open(workshop(owned), { files: { '.github/CODEOWNERS': '* @dora\n' } })
    await mergedBy(pull, walk)
  })

  test.each(walks)('by the policy its base had: merged by $method, base $base', async (walk) => {
    const stricter = `version: 1\ncontrols:\n  independent-review: ${twoPeople}\n`
    const pull = open(workshop(onePerson), { files: { '.github/countersign.yml': stricter } })
    await mergedBy(pull, walk)
  })
})

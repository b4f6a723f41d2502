import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import type { Change, Commit } from '#facts/change-facts.ts'
import { known } from '#facts/fact.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { met, unmet, type Verdict } from '#controls/control.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, change, commitBy, headSha } from '../controls/sample-change.ts'
import { absent, carries } from './sample-ticket.ts'

const commit = (headline: string, more: Partial<Commit> = {}): Commit => ({
  ...commitBy(ana),
  sha: 'a'.repeat(40),
  headline,
  ...more,
})

const head: Partial<Commit> = { sha: headSha }
const merge: Partial<Commit> = { parents: ['b'.repeat(40), 'c'.repeat(40)] }
const of = (verdict: Verdict, commits: number, carrying: number): Verdict => ({
  ...verdict,
  figures: { commits, 'commits-with-key': carrying },
})

interface Row {
  readonly when: string
  readonly commits: readonly Commit[]
  readonly change?: Partial<Change>
  readonly enforced?: 'every-commit'
  readonly expect: Verdict
}

const check = (rows: readonly Row[]): void => {
  checkControl(
    ticketLink,
    rows.map(({ when, commits, change: more = {}, enforced, expect }) => ({
      when: `${when}${enforced === undefined ? '' : ', and every commit must name it'}`,
      facts: { change: { ...change, ...more }, commits, pushes: [], tickets: known([]) },
      settings: { projects: ['BUG', 'ENG'], 'every-commit': enforced !== undefined },
      expect,
    })),
  )
}

const reword = 'Reword them to name it, with git rebase -i and "reword", then git push --force-with-lease.'
const listsAreNone = 'a first line, or a text below it, with more than 50 different ticket keys is left out'
const numbers = (count: number): string => Array.from({ length: count }, (_, index) => `#${index + 1}`).join(' ')

const added = 'This adds BUG-453 to its message, and does nothing where your branch is at another commit.'
const branchRef = `refs/heads/${change.headBranch}`
const amends = [
  `git fetch origin ${branchRef} && \\`,
  `git switch ${change.headBranch} && \\`,
  'git merge --ff-only FETCH_HEAD && \\',
  `test "$(git rev-parse HEAD)" = ${headSha} && \\`,
  'message=$(git log -1 --format=%B) && \\',
  'git commit --amend --only -m "BUG-453: $message" && \\',
  `git push --force-with-lease=${branchRef}:${headSha} origin HEAD:${branchRef}`,
]

check([
  { when: 'there are no commits', commits: [], expect: of(met(carries), 0, 0) },
  { when: 'no commit names it', commits: [commit('x'), commit('y')], expect: of(met(carries), 2, 0) },
  {
    when: 'one of two commits names it',
    commits: [commit('BUG-453 x'), commit('y')],
    expect: of(met(carries, '1 of 2 commits names it too.'), 2, 1),
  },
  {
    when: 'two of three commits name it',
    commits: [commit('BUG-453 x'), commit('y'), commit('fix(bug-453): z')],
    expect: of(met(carries, '2 of 3 commits name it too.'), 3, 2),
  },
  {
    when: 'every commit names it',
    commits: [commit('BUG-453 x'), commit('y', { mentions: ['BUG-453'] })],
    expect: of(met(carries), 2, 2),
  },
  { when: 'a commit names another ticket', commits: [commit('ENG-1 x')], expect: of(met(carries), 1, 0) },
  { when: 'a commit names both', commits: [commit('BUG-453, ENG-1 x')], expect: of(met(carries), 1, 1) },
  {
    when: 'one of three commits mentions too much to tell: the figures leave it out',
    commits: [commit('BUG-453 x'), commit('y'), commit('z', { ...head, mentions: null })],
    expect: of(
      met(
        carries,
        '1 of 2 commits names it too.',
        `Commit def5678 is not among the commits counted: ${listsAreNone}, and the rest does not name it.`,
      ),
      2,
      1,
    ),
  },
  {
    when: 'a merge commit mentions too much to tell: git words it',
    commits: [commit('BUG-453 x'), commit('Merge main', { ...merge, mentions: null })],
    expect: of(met(carries), 1, 1),
  },
  {
    when: 'a merge commit does not name it',
    commits: [commit('BUG-453 x'), commit('Merge main', merge)],
    expect: of(met(carries), 1, 1),
  },
  {
    when: 'a merge commit alone names it',
    commits: [commit('x'), commit('Merge BUG-453', merge)],
    expect: of(met(carries), 1, 0),
  },
  { when: 'there are no commits', enforced: 'every-commit', commits: [], expect: of(met(carries), 0, 0) },
  {
    when: 'all of them do',
    enforced: 'every-commit',
    commits: [commit('BUG-453 x'), commit('y', { mentions: ['#1', 'BUG-453'] })],
    expect: of(met(carries), 2, 2),
  },
  {
    when: 'all but a merge commit do',
    enforced: 'every-commit',
    commits: [commit('BUG-453 x'), commit('Merge main', merge)],
    expect: of(met(carries), 1, 1),
  },
  {
    when: 'the only one does not: the commands amend it',
    enforced: 'every-commit',
    commits: [commit('x', head)],
    expect: of(unmet(['1 of 1 commit does not name BUG-453: def5678.', added], amends), 1, 0),
  },
  {
    when: 'the last one alone does not: the commands amend it',
    enforced: 'every-commit',
    commits: [commit('BUG-453 x'), commit('y', head)],
    expect: of(unmet(['1 of 2 commits does not name BUG-453: def5678.', added], amends), 2, 1),
  },
  {
    when: 'an earlier one does not',
    enforced: 'every-commit',
    commits: [commit('x'), commit('BUG-453 y', head)],
    expect: of(unmet(['1 of 2 commits does not name BUG-453: aaaaaaa.', reword.replace('them', 'it')]), 2, 1),
  },
  {
    when: 'several do not',
    enforced: 'every-commit',
    commits: [commit('x'), commit('y', head), commit('BUG-453 z', { sha: 'e'.repeat(40) })],
    expect: of(unmet(['2 of 3 commits do not name BUG-453: aaaaaaa and def5678.', reword]), 3, 1),
  },
  {
    when: 'many do not',
    enforced: 'every-commit',
    commits: Array.from({ length: 9 }, (_, index) => commit('x', { sha: String(index).repeat(40) })),
    expect: of(unmet(['9 of 9 commits do not name BUG-453: 0000000, 1111111, 2222222 and 6 more.', reword]), 9, 0),
  },
  {
    when: 'one mentions too much to tell, but names it in its first line',
    enforced: 'every-commit',
    commits: [commit('BUG-453 x', { mentions: null }), commit('bug-453')],
    expect: of(met(carries), 2, 2),
  },
  {
    when: 'the last one mentions too much to tell: the commands amend it',
    enforced: 'every-commit',
    commits: [commit('BUG-453 x'), commit('y', { ...head, mentions: null })],
    expect: of(unmet([`BUG-453 is not in what counts of commit def5678: ${listsAreNone}.`, added], amends), 1, 1),
  },
  {
    when: 'the first line of the last one mentions too much to tell: a key before it would not count either',
    enforced: 'every-commit',
    commits: [commit(`BUG-453 ${numbers(50)}`, head)],
    expect: of(
      unmet([`BUG-453 is not in what counts of commit def5678: ${listsAreNone}.`, reword.replace('them', 'it')]),
      0,
      0,
    ),
  },
  {
    when: 'a first line names it among 50',
    enforced: 'every-commit',
    commits: [commit(`BUG-453 ${numbers(49)}`, head)],
    expect: of(met(carries), 1, 1),
  },
  {
    when: 'one does not and others mention too much to tell',
    enforced: 'every-commit',
    commits: [
      commit('x'),
      commit('y', { ...head, mentions: null }),
      commit('z', { sha: 'e'.repeat(40), mentions: null }),
    ],
    expect: of(
      unmet([
        '1 of 1 commit does not name BUG-453: aaaaaaa.',
        `BUG-453 is not in what counts of commits def5678 and eeeeeee: ${listsAreNone}.`,
        reword,
      ]),
      1,
      0,
    ),
  },
  {
    when: 'one does not and the change is merged',
    enforced: 'every-commit',
    change: { state: 'merged' },
    commits: [commit('x', head)],
    expect: of(unmet(['1 of 1 commit does not name BUG-453: def5678.']), 1, 0),
  },
  {
    when: 'one names a look-alike',
    enforced: 'every-commit',
    change: { state: 'closed' },
    commits: [commit('ВUG-453 with a Cyrillic В', head)],
    expect: of(unmet(['1 of 1 commit does not name BUG-453: def5678.']), 1, 0),
  },
])

describe('the commands that amend', () => {
  const fixFor = (headBranch: string): readonly string[] => {
    const facts = { change: { ...change, headBranch }, commits: [commit('x', head)], pushes: [], tickets: known([]) }
    const settings = { trackers: ['github-issues'], 'every-commit': true }
    const verdict = ticketLink.evaluate(facts, ticketLink.settings.parse(settings))
    return verdict.outcome === 'unmet' ? verdict.fix : []
  }

  test('write an issue so that git does not take it for a comment', () => {
    expect(fixFor('12-fix')[5]).toBe('git commit --amend --only -m "gh-12: $message" && \\')
  })

  test.each(["12-it's", '12-$(touch x)', '--12/gh-12'])('hand git the branch %j as it is', (branch) => {
    const switching = fixFor(branch)[1]?.replace(/ && \\$/, '')
    const script = `git() { printf '%s\\0' "$@"; }\n${switching ?? ''}`
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0')
    expect(words.slice(0, -1).at(-1)).toBe(branch)
  })
})

test('a commit and a ticket that are both wrong are told at once', () => {
  const verdict = ticketLink.evaluate(
    { change, commits: [commit('x')], pushes: [], tickets: known([absent]) },
    ticketLink.settings.parse({ projects: ['BUG'], verify: 'exists', 'every-commit': true }),
  )
  expect(verdict.because).toEqual([
    'Jira has no BUG-453, or hides it from Countersign.',
    'Check the number. If Jira does have it, an administrator has to let Countersign see it.',
    '1 of 1 commit does not name BUG-453: aaaaaaa.',
    reword.replace('them', 'it'),
  ])
})

import { describe, expect, test } from '@jest/globals'
import type { Account, ChangedFile, Commit } from '#facts/change-facts.ts'
import { notLookedFor } from '#facts/asked.ts'
import { known, unknown } from '#facts/fact.ts'
import type { Condition } from '#review/condition-schema.ts'
import {
  ana,
  ben,
  change,
  checkResult,
  cleo,
  commitBy,
  dependabot,
  headSha,
  oldSha,
  signed,
} from '../controls/sample-change.ts'
import { type Facts, facts, file, judged, mergeInto, opening, pushedBy, sameSince, touching } from './sample-review.ts'

interface Row {
  readonly when: Condition
  readonly and?: string
  readonly facts?: Partial<Facts>
  readonly is: 'so' | 'not so' | 'not to be seen'
}

const { files, checks, properties, teams, requiredChecks } = facts
const ofChange = (more: Partial<typeof change>): Partial<Facts> => ({ change: { ...change, ...more } })
const renamed = (previousPath: string | null): Partial<Facts> => ({
  files: known([file('new/a.ts', { status: 'renamed', previousPath })]),
})
const team = (...members: readonly Account[]): Partial<Facts> => ({
  teams: known([{ name: 'acme/payments', members: known(members.map(({ id }) => id)) }]),
})
const hidden = unknown('grant the app this permission')
const byBot: Partial<Facts> = {
  change: { ...change, author: dependabot },
  commits: [commitBy(dependabot)],
  pushes: [opening(headSha, dependabot)],
}
const ci = checkResult({ source: 'github-actions', appId: 15368 })
const pinned: Partial<Facts> = { checks: known([ci]), requiredChecks: known([{ name: 'ci', appId: 15368 }]) }
const lines = (additions: number, deletions: number): Partial<Facts> => ({
  files: known([file('a', { additions, deletions })]),
})
const uncounted = (status: ChangedFile['status']): Partial<Facts> => ({
  files: known([file('a', { status, additions: 0, previousPath: status === 'renamed' ? 'b' : null })]),
})
const typedBy = (who: Account): Commit => ({
  ...commitBy(who),
  verification: { verified: false, reason: 'unsigned' },
})
const unverified = typedBy(ana)

const onPaths: readonly Row[] = [
  {
    when: { paths: ['src/**'] },
    and: 'one of two files is there',
    facts: { files: touching('docs/a', 'src/a') },
    is: 'so',
  },
  { when: { paths: ['src/**'] }, and: 'no file is there', facts: { files: touching('docs/a') }, is: 'not so' },
  { when: { paths: ['**'] }, and: 'the diff is empty', facts: { files }, is: 'not so' },
  { when: { 'not-paths': ['a'] }, and: 'the diff is empty', facts: { files }, is: 'not so' },
  { when: { 'only-paths': ['**'] }, and: 'the diff is empty', facts: { files }, is: 'not so' },
  { when: { paths: ['old/**'] }, and: 'a file was moved away from there', facts: renamed('old/a.ts'), is: 'so' },
  { when: { paths: ['new/**'] }, and: 'a file was moved there', facts: renamed('old/a.ts'), is: 'so' },
  { when: { paths: ['new/**'] }, and: 'its old name was not looked for', facts: renamed(null), is: 'so' },
  { when: { paths: ['old/**'] }, and: 'its old name was not looked for', facts: renamed(null), is: 'not to be seen' },
  { when: { 'only-paths': ['new/**'] }, and: 'a file came from elsewhere', facts: renamed('old/a.ts'), is: 'not so' },
  {
    when: { 'only-paths': ['new/**'] },
    and: 'its old name was not looked for',
    facts: renamed(null),
    is: 'not to be seen',
  },
  { when: { 'only-paths': ['docs/**'] }, and: 'its old name was not looked for', facts: renamed(null), is: 'not so' },
  {
    when: { 'only-paths': ['docs/**'] },
    and: 'all are there',
    facts: { files: touching('docs/a', 'docs/b') },
    is: 'so',
  },
  {
    when: { 'only-paths': ['docs/**'] },
    and: 'one is not',
    facts: { files: touching('docs/a', 'src/b') },
    is: 'not so',
  },
  {
    when: { paths: ['src/**'], 'not-paths': ['**/*.md'] },
    and: 'code is touched beside a README, which must not switch the rule off',
    facts: { files: touching('src/a.ts', 'src/README.md') },
    is: 'so',
  },
  {
    when: { paths: ['src/**'], 'not-paths': ['**/*.md'] },
    and: 'only the README is touched',
    facts: { files: touching('src/README.md') },
    is: 'not so',
  },
  {
    when: { 'only-paths': ['docs/**'], 'not-paths': ['docs/legal/**'] },
    and: 'one of them is left out',
    facts: { files: touching('docs/a', 'docs/legal/b') },
    is: 'not so',
  },
  {
    when: { 'not-paths': ['**/*.md'] },
    and: 'another file is touched',
    facts: { files: touching('a.md', 'b') },
    is: 'so',
  },
  { when: { 'not-paths': ['**/*.md'] }, and: 'no other is', facts: { files: touching('a.md') }, is: 'not so' },
  {
    when: { paths: ['a'], 'only-paths': ['a', 'b'] },
    and: 'only the second is touched',
    facts: { files: touching('b') },
    is: 'not so',
  },
  {
    when: { paths: ['/^src\\/.*\\.ts$/'] },
    and: 'the expression fits',
    facts: { files: touching('src/a.ts') },
    is: 'so',
  },
  { when: { paths: ['**'] }, and: 'files are unknown', facts: { files: hidden }, is: 'not to be seen' },
  { when: { 'files-changed': '>1' }, and: 'two are', facts: { files: touching('a', 'b') }, is: 'so' },
  { when: { 'files-changed': '>1' }, and: 'one is', facts: { files: touching('a') }, is: 'not so' },
  { when: { 'files-changed': '>1' }, and: 'files are unknown', facts: { files: hidden }, is: 'not to be seen' },
  { when: { 'lines-changed': '>400' }, and: '400 are added and one removed', facts: lines(400, 1), is: 'so' },
  { when: { 'lines-changed': '>400' }, and: '400 are', facts: lines(300, 100), is: 'not so' },
  { when: { 'lines-changed': '>=400' }, and: '400 are', facts: lines(300, 100), is: 'so' },
  { when: { 'lines-changed': '<400' }, and: '400 are', facts: lines(300, 100), is: 'not so' },
  { when: { 'lines-changed': '<=400' }, and: '400 are', facts: lines(300, 100), is: 'so' },
  ...(['<5', '<=5', '=0'] as const).flatMap((few): readonly Row[] => [
    { when: { 'lines-changed': few }, and: 'a binary file was replaced', facts: uncounted('modified'), is: 'not so' },
    { when: { 'lines-changed': few }, and: 'a binary file was added', facts: uncounted('added'), is: 'not so' },
    { when: { 'lines-changed': few }, and: 'the mode of a file changed', facts: uncounted('changed'), is: 'not so' },
    { when: { 'lines-changed': few }, and: 'a file was only moved', facts: uncounted('renamed'), is: 'so' },
    { when: { 'lines-changed': few }, and: 'a binary file was removed', facts: uncounted('removed'), is: 'so' },
  ]),
  {
    when: { 'lines-changed': '>0' },
    and: 'a binary file was replaced beside others',
    facts: { files: known([file('a'), file('b', { additions: 0 })]) },
    is: 'so',
  },
  { when: { 'lines-changed': '= 400' }, and: '400 are', facts: lines(300, 100), is: 'so' },
]

const onTheChange: readonly Row[] = [
  { when: { 'base-branches': ['main', 'release/**'] }, is: 'so' },
  { when: { 'base-branches': ['release/**'] }, is: 'not so' },
  { when: { 'base-branches': ['MAIN'] }, and: 'case differs', is: 'not so' },
  { when: { 'head-branches': ['/^BUG-\\d+/'] }, is: 'so' },
  { when: { 'head-branches': ['hotfix/**'] }, is: 'not so' },
  { when: { title: ['/dropdown/'] }, is: 'so' },
  { when: { title: ['/upgrade/'] }, is: 'not so' },
  {
    when: { labels: ['Security'] },
    and: 'it has it in another case',
    facts: ofChange({ labels: ['security'] }),
    is: 'so',
  },
  { when: { labels: ['security'] }, and: 'it has another', facts: ofChange({ labels: ['docs'] }), is: 'not so' },
  { when: { signed: true }, is: 'so' },
  { when: { signed: true }, and: 'one commit is not', facts: { commits: [commitBy(ana), unverified] }, is: 'not so' },
  { when: { signed: false }, and: 'one commit is not', facts: { commits: [commitBy(ana), unverified] }, is: 'so' },
  { when: { signed: false }, is: 'not so' },
  { when: { signed: true }, and: 'there is no commit', facts: { commits: [] }, is: 'not so' },
  { when: { 'custom-properties': { tier: ['1', '2'] } }, facts: { properties: known({ tier: '2' }) }, is: 'so' },
  { when: { 'custom-properties': { tier: ['1'] } }, facts: { properties: known({ tier: '2' }) }, is: 'not so' },
  {
    when: { 'custom-properties': { tier: ['1'] } },
    and: 'it has no value',
    facts: { properties: known({ tier: null }) },
    is: 'not so',
  },
  {
    when: { 'custom-properties': { tier: ['1'] } },
    and: 'there is none',
    facts: { properties: known({}) },
    is: 'not so',
  },
  {
    when: { 'custom-properties': { data: ['pii'] } },
    and: 'it has several',
    facts: { properties: known({ data: ['x', 'pii'] }) },
    is: 'so',
  },
  {
    when: { 'custom-properties': { constructor: ['1'] } },
    and: 'there is none',
    facts: { properties: known({}) },
    is: 'not so',
  },
  {
    when: { 'custom-properties': { tier: ['1'] } },
    and: 'they are hidden',
    facts: { properties: hidden },
    is: 'not to be seen',
  },
  {
    when: { 'custom-properties': { tier: ['1'] } },
    facts: { properties },
    and: 'they were not looked for',
    is: 'not to be seen',
  },
  { when: { 'checks-passed': ['ci'] }, and: 'it has', facts: pinned, is: 'so' },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'it is running',
    facts: { ...pinned, checks: known([{ ...ci, outcome: 'pending' }]) },
    is: 'not so',
  },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'it was skipped',
    facts: { ...pinned, checks: known([{ ...ci, outcome: 'skipped' }]) },
    is: 'not so',
  },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'another app reported it',
    facts: { ...pinned, checks: known([{ ...ci, appId: 1, source: 'mine' }]) },
    is: 'not so',
  },
  { when: { 'checks-passed': ['ci', 'lint'] }, and: 'only one has', facts: pinned, is: 'not so' },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'no rule pins it',
    facts: { checks: known([ci]), requiredChecks },
    is: 'not so',
  },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'a rule asks for it from anybody, who could have reported it themselves',
    facts: { checks: known([ci]), requiredChecks: known([{ name: 'ci', appId: null }]) },
    is: 'not so',
  },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'one rule asks for it from anybody and another from its app',
    facts: { ...pinned, requiredChecks: known([null, 15368].map((appId) => ({ name: 'ci', appId }))) },
    is: 'so',
  },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'the rules of the branch are hidden',
    facts: { checks: known([ci]), requiredChecks: hidden },
    is: 'not to be seen',
  },
  {
    when: { 'checks-passed': ['ci'] },
    and: 'checks are hidden',
    facts: { ...pinned, checks: hidden },
    is: 'not to be seen',
  },
  { when: { 'checks-passed': [{ name: 'ci', app: 'github-actions' }] }, facts: { checks: known([ci]) }, is: 'so' },
  { when: { 'checks-passed': [{ name: 'ci', app: 'github-actions' }] }, facts: { checks }, is: 'not so' },
]

const onPeople: readonly Row[] = [
  { when: { authors: { users: ['ANA'] } }, is: 'so' },
  { when: { authors: { users: [1] } }, is: 'so' },
  { when: { authors: { users: ['ben', 2] } }, is: 'not so' },
  {
    when: { authors: { users: ['ana'] } },
    and: 'the account is gone',
    facts: ofChange({ author: null }),
    is: 'not so',
  },
  { when: { authors: { teams: ['acme/Payments'] } }, and: 'ana is in it', facts: team(ana), is: 'so' },
  { when: { authors: { teams: ['acme/payments'] } }, and: 'ana is not in it', facts: team(ben), is: 'not so' },
  {
    when: { authors: { teams: ['acme/payments'] } },
    facts: { teams },
    and: 'it was not looked for',
    is: 'not to be seen',
  },
  {
    when: { authors: { teams: ['acme/payments'] } },
    facts: { teams: hidden },
    and: 'teams are hidden',
    is: 'not to be seen',
  },
  {
    when: { authors: { teams: ['acme/payments'] } },
    and: 'its members are hidden',
    facts: { teams: known([{ name: 'acme/payments', members: hidden }]) },
    is: 'not to be seen',
  },
  {
    when: { authors: { users: ['ana'], teams: ['acme/payments'] } },
    and: 'its members are hidden and ana is named',
    facts: { teams: hidden },
    is: 'so',
  },
  { when: { authors: { apps: ['Dependabot'] } }, facts: byBot, is: 'so' },
  { when: { authors: { apps: [dependabot.id] } }, facts: byBot, is: 'so' },
  { when: { authors: { apps: ['renovate'] } }, facts: byBot, is: 'not so' },
  { when: { authors: { apps: [1] } }, and: 'a person has that id', is: 'not so' },
  { when: { authors: { apps: ['ana'] } }, and: 'a person has that login', is: 'not so' },
  {
    when: { authors: { apps: ['dependabot'] } },
    and: 'a person pushed as well',
    facts: { ...byBot, pushes: pushedBy(ben) },
    is: 'so',
  },
  { when: { 'authored-by-apps': ['dependabot'] }, facts: byBot, is: 'so' },
  { when: { 'authored-by-apps': ['dependabot'] }, is: 'not so' },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'only the branch is called like its branches',
    facts: ofChange({ headBranch: 'dependabot/npm/left-pad' }),
    is: 'not so',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a person pushed a commit under its name',
    facts: { ...byBot, pushes: [opening(oldSha, dependabot), { before: oldSha, after: headSha, by: ben }] },
    is: 'not so',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a person added a commit',
    facts: { ...byBot, commits: [commitBy(dependabot), commitBy(ben)] },
    is: 'not so',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a person only updated its branch from the base',
    facts: {
      ...byBot,
      commits: [{ ...commitBy(dependabot), sha: oldSha }, mergeInto(oldSha, ben)],
      pushes: [opening(oldSha, dependabot), { before: oldSha, after: headSha, by: ben }],
      revisions: sameSince,
    },
    is: 'so',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'whether a person only updated it was not looked for',
    facts: {
      ...byBot,
      pushes: [opening(oldSha, dependabot), { before: oldSha, after: headSha, by: ben }],
      revisions: known([]),
    },
    is: 'not to be seen',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a push was not told',
    facts: { ...byBot, pushes: [] },
    is: 'not to be seen',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a commit only says so, with an e-mail that anybody can type',
    facts: { ...byBot, commits: [commitBy(dependabot), typedBy(dependabot)] },
    is: 'not so',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a commit only says that the app committed it',
    facts: { ...byBot, commits: [{ ...typedBy(dependabot), committer: signed(dependabot) }] },
    is: 'not so',
  },
  {
    when: { 'authored-by-apps': [1] },
    and: 'a commit claims the account of a pusher as an app',
    facts: {
      ...byBot,
      change: { ...change, author: { ...dependabot, id: 9 } },
      commits: [commitBy({ ...ana, login: 'dependabot[bot]', kind: 'bot' })],
      pushes: [opening(oldSha, ana), { before: oldSha, after: headSha, by: ana }],
    },
    is: 'not so',
  },
  {
    when: { 'authored-by-apps': ['dependabot'] },
    and: 'a commit claims the account of a pusher as the app',
    facts: {
      ...byBot,
      commits: [commitBy({ ...ana, login: 'dependabot[bot]', kind: 'bot' })],
      pushes: [opening(oldSha, dependabot), { before: oldSha, after: headSha, by: ana }],
    },
    is: 'not so',
  },
  { when: { 'only-contributors': { users: ['ana'] } }, is: 'so' },
  {
    when: { 'only-contributors': { users: ['ana'] } },
    and: 'her commits are not signed',
    facts: { commits: [typedBy(ana)] },
    is: 'so',
  },
  {
    when: { 'only-contributors': { users: ['ana'], apps: ['dependabot'] } },
    and: 'a commit only says that it is by the app',
    facts: { commits: [commitBy(ana), typedBy(dependabot)] },
    is: 'not so',
  },
  {
    when: { 'only-contributors': { users: ['ana', 'ben'] } },
    and: 'cleo pushed',
    facts: { pushes: pushedBy(cleo) },
    is: 'not so',
  },
  { when: { 'only-contributors': { teams: ['acme/payments'] } }, and: 'ana is in it', facts: team(ana), is: 'so' },
  {
    when: { 'only-contributors': { teams: ['acme/payments'] } },
    and: 'ben, who wrote a commit, is not in it',
    facts: { ...team(ana), commits: [commitBy(ana), commitBy(ben)] },
    is: 'not so',
  },
  {
    when: { 'only-contributors': { users: ['ana'], apps: ['dependabot'] } },
    facts: { commits: [commitBy(dependabot)] },
    is: 'so',
  },
]

const combined: readonly Row[] = [
  { when: { title: ['/dropdown/'], signed: false }, and: 'only one of both is so', is: 'not so' },
  { when: { any: [{ signed: false }, { title: ['/dropdown/'] }] }, is: 'so' },
  { when: { any: [{ signed: false }, { title: ['/upgrade/'] }] }, is: 'not so' },
  { when: { all: [{ signed: true }, { title: ['/dropdown/'] }] }, is: 'so' },
  { when: { all: [{ signed: true }, { title: ['/upgrade/'] }] }, is: 'not so' },
  { when: { not: { signed: true } }, is: 'not so' },
  { when: { not: { not: { signed: true } } }, is: 'so' },
  { when: { not: { paths: ['a'] } }, facts: { files: hidden }, is: 'not to be seen' },
  { when: { any: [{ paths: ['a'] }, { signed: true }] }, facts: { files: hidden }, is: 'so' },
  { when: { any: [{ paths: ['a'] }, { signed: false }] }, facts: { files: hidden }, is: 'not to be seen' },
  { when: { all: [{ paths: ['a'] }, { signed: false }] }, facts: { files: hidden }, is: 'not so' },
  { when: { paths: ['a'], signed: false }, facts: { files: hidden }, is: 'not so' },
  { when: { any: [{ not: { any: [{ signed: false }] } }], title: ['/x/', '/Fix/'] }, is: 'so' },
]

/** Nobody has approved: where the only rule applies it waits, and where it does not, nothing covers the change. */
const outcomes = { so: 'waiting', 'not so': 'unmet', 'not to be seen': 'blind' } as const

describe('a condition', () => {
  test.each([...onPaths, ...onTheChange, ...onPeople, ...combined].map((row) => [nameOf(row), row] as const))(
    '%s',
    (_name, row) => {
      const settings = { rules: [{ name: 'this', when: row.when, approvals: 1 }] }
      expect(judged({ ...facts, properties: notLookedFor, ...row.facts }, settings).outcome).toBe(outcomes[row.is])
    },
  )
})

function nameOf({ when, and, is }: Row): string {
  return `${JSON.stringify(when)} is ${is}${and === undefined ? '' : ` when ${and}`}`
}

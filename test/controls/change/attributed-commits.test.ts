import { describe, expect, test } from '@jest/globals'
import { attributedCommits } from '#controls/change/attributed-commits.ts'
import type { Account, Commit } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { notLookedFor } from '#facts/asked.ts'
import { checkControl } from '../check-control.ts'
import { ana, ben, commitBy, dependabot, oldSha, signed, wholeFacts } from '../sample-change.ts'

const jane = { name: 'Jane Doe', account: null }
const team: Account = { id: 9, login: 'acme-team', kind: 'other' }

const commit = (more: Partial<Commit> = {}): Commit => ({ ...commitBy(ana), ...more })

/** Nothing is known of the members, because no policy asks. */
const facts = (...commits: readonly Commit[]) => ({ commits, organizationMembers: notLookedFor })
const amongMembers = (members: readonly Account[], ...commits: readonly Commit[]) => ({
  commits,
  organizationMembers: known(members.map(({ id }) => id)),
})

const signedByJane =
  'Commit def5678 is signed "Jane Doe", whose e-mail belongs to no GitHub account. Add the e-mail to the account of whoever ' +
  'that is, or commit again with one that is.'

const sha = (start: string): string => start.padEnd(40, '0')

checkControl(attributedCommits, [
  {
    when: 'every author has an account and GitHub itself committed',
    facts: facts(commit()),
    expect: { outcome: 'met', because: ['Every commit is by accounts that GitHub knows: ana.'] },
  },
  {
    when: 'authors, co-authors and committers have accounts, which it lists once each',
    facts: facts(commit({ committer: signed(ben) }), commitBy(ben, ana, dependabot)),
    expect: {
      outcome: 'met',
      because: ['Every commit is by accounts that GitHub knows: ana, ben and dependabot[bot].'],
    },
  },
  {
    when: 'five accounts made it, of which it lists three',
    facts: facts(...[5, 4, 3, 2, 1].map((id) => commitBy({ id, login: `user-${id}`, kind: 'user' }))),
    expect: {
      outcome: 'met',
      because: ['Every commit is by accounts that GitHub knows: user-1, user-2, user-3 and 2 more.'],
    },
  },
  {
    when: "an author's e-mail belongs to no account",
    facts: facts(commit({ authors: [jane] })),
    expect: { outcome: 'unmet', because: [signedByJane], fix: [] },
  },
  {
    when: "a co-author's e-mail belongs to no account",
    facts: facts(commit({ authors: [signed(ana), jane] })),
    expect: { outcome: 'unmet', because: [signedByJane], fix: [] },
  },
  {
    when: "a committer's e-mail belongs to no account",
    facts: facts(commit({ committer: jane })),
    expect: { outcome: 'unmet', because: [signedByJane], fix: [] },
  },
  {
    when: 'somebody signs with the name of a known account and an e-mail of none',
    facts: facts(commit(), commit({ authors: [{ name: 'ana', account: null }] })),
    expect: 'unmet',
  },
  {
    when: 'one name without an account signed two commits, one of them twice, and another name one',
    facts: facts(
      commit({ sha: oldSha, authors: [jane], committer: jane }),
      commit({ authors: [jane, { name: 'build machine', account: null }] }),
    ),
    expect: {
      outcome: 'unmet',
      because: [
        signedByJane.replace('Commit def5678 is', 'Commits abc1234 and def5678 are'),
        signedByJane.replace('Jane Doe', 'build machine'),
      ],
      fix: [],
    },
  },
  {
    when: 'a name without an account signed many commits, of which it lists three',
    facts: facts(...['1', '2', '3', '4', '5'].map((start) => commit({ sha: sha(start), authors: [jane] }))),
    expect: {
      outcome: 'unmet',
      because: [signedByJane.replace('Commit def5678 is', 'Commits 1000000, 2000000, 3000000 and 2 more are')],
      fix: [],
    },
  },
  {
    when: 'there is no commit to attribute',
    facts: facts(),
    expect: { outcome: 'not-applicable', because: ['The change has no commits.'] },
  },
  {
    when: 'every account is a member, where the policy asks for members',
    facts: amongMembers([ana, ben], commit({ committer: signed(ben) })),
    settings: { 'only-members': true },
    expect: { outcome: 'met', because: ['Every commit is by accounts that the policy admits: ana and ben.'] },
  },
  {
    when: 'a co-author is not a member, where the policy asks for members',
    facts: amongMembers([ana], commitBy(ana, ben)),
    settings: { 'only-members': true },
    expect: {
      outcome: 'unmet',
      because: [
        'Commit def5678 is by ben (account 2), who is not a member of the organization. An owner of the organization may ' +
          'invite ben.',
      ],
      fix: [],
    },
  },
  {
    when: 'a committer is not a member, where the policy asks for members',
    facts: amongMembers([ana], commit({ committer: signed(ben) })),
    settings: { 'only-members': true },
    expect: 'unmet',
  },
  {
    when: 'an author is not a member, and the policy does not ask for members',
    facts: amongMembers([ana], commitBy(ben)),
    expect: 'met',
  },
  {
    when: 'one account is renamed to the login of a member',
    facts: amongMembers([ana], commitBy({ ...ben, login: 'ana' })),
    settings: { 'only-members': true },
    expect: 'unmet',
  },
  {
    when: 'an app committed that the policy does not list',
    facts: amongMembers([ana], commitBy(dependabot)),
    settings: { 'only-members': true },
    expect: {
      outcome: 'unmet',
      because: [
        'Commit def5678 is by dependabot[bot] (account 49699333), an app that the policy does not list. An administrator may ' +
          'add 49699333 to controls.attributed-commits.allowed-apps in countersign.yml.',
      ],
      fix: [],
    },
  },
  {
    when: 'an app committed that the policy lists',
    facts: amongMembers([ana], commitBy(dependabot)),
    settings: { 'only-members': true, 'allowed-apps': [dependabot.id] },
    expect: 'met',
  },
  {
    when: 'a person has the id that the policy lists for an app',
    facts: amongMembers([ana], commitBy(ben)),
    settings: { 'only-members': true, 'allowed-apps': [ben.id] },
    expect: 'unmet',
  },
  {
    when: 'an account that is no person committed, where the policy asks for members',
    facts: amongMembers([ana], commitBy(team)),
    settings: { 'only-members': true },
    expect: {
      outcome: 'unmet',
      because: ["Commit def5678 is by acme-team (account 9), which is not a person's account."],
      fix: [],
    },
  },
  {
    when: 'a name has no account and another account is not a member, which it says both',
    facts: amongMembers([ana], commit({ authors: [signed(ben), jane] })),
    settings: { 'only-members': true },
    expect: {
      outcome: 'unmet',
      because: [
        signedByJane,
        'Commit def5678 is by ben (account 2), who is not a member of the organization. An owner of the organization may ' +
          'invite ben.',
      ],
      fix: [],
    },
  },
  {
    when: 'the members could not be seen',
    facts: { ...facts(commit()), organizationMembers: unknown('the app lacks the permission members: read') },
    settings: { 'only-members': true },
    expect: {
      outcome: 'blind',
      because: ['Who is a member of the organization could not be seen: the app lacks the permission members: read.'],
    },
  },
  {
    when: 'the members could not be seen and a name has no account all the same',
    facts: { ...facts(commit({ authors: [jane] })), organizationMembers: unknown('the app lacks members: read') },
    settings: { 'only-members': true },
    expect: { outcome: 'unmet', because: [signedByJane], fix: [] },
  },
  {
    when: 'the members could not be seen and only a listed app committed',
    facts: { ...facts(commitBy(dependabot)), organizationMembers: unknown('the app lacks members: read') },
    settings: { 'only-members': true, 'allowed-apps': [dependabot.id] },
    expect: 'met',
  },
])

describe('the members of the organization are', () => {
  const defaults = attributedCommits.settings.parse({})
  const onlyMembers = { ...defaults, 'only-members': true }
  const byApp = { ...wholeFacts, commits: known([commitBy(dependabot)]) }
  const blindly = { ...wholeFacts, commits: unknown('GitHub did not answer') }
  const { asks } = attributedCommits
  const members = { wants: ['organization-members'] }

  test.each([
    ['looked up when the policy asks for members and a person committed', asks?.(wholeFacts, onlyMembers), members],
    ['not looked up when the policy does not ask for members', asks?.(wholeFacts, defaults), {}],
    ['not looked up when only apps committed', asks?.(byApp, onlyMembers), {}],
    ['not looked up when the commits could not be seen', asks?.(blindly, onlyMembers), {}],
  ])('%s', (_name, asked, expected) => {
    expect(asked).toEqual(expected)
  })
})

describe('a repository', () => {
  const { strictness } = attributedCommits

  test.each([
    ['may ask for members', strictness['only-members'](false, true), true],
    ['may not stop asking for members', strictness['only-members'](true, false), false],
    ['may drop an app', strictness['allowed-apps']([1, 2], [2]), true],
    ['may not add an app', strictness['allowed-apps']([1], [1, 2]), false],
  ])('%s', (_name, isAllowed, expected) => {
    expect(isAllowed).toBe(expected)
  })
})

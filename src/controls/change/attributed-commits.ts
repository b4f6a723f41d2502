import { z } from 'zod'
import type { Account, Commit } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { signaturesOf, unattributed } from '#facts/signatures.ts'
import { commitsAre, fewOf } from '#facts/wording.ts'
import { blind, defineChangeControl, isWithin, met, notApplicable, unmet } from '../control.ts'

const settings = z.object({
  'only-members': z
    .boolean()
    .default(false)
    .describe(
      '`true`: the accounts must also be members of the organization now. Pending invitations and outside collaborators are ' +
        'not.',
    ),
  'allowed-apps': z
    .array(z.int().positive())
    .default([])
    .describe(
      'With `only-members`: the apps that may commit as well, by the account id of their bot, the `id` that ' +
        '`gh api "users/NAME[bot]"` shows (49699333 for Dependabot), which is not the id of the app itself.',
    ),
})

/**
 * For every commit we know which accounts made it.
 *
 * Whoever wrote, co-wrote or committed anything in the change has to be an account of GitHub: a name and an e-mail in a
 * commit are whatever somebody typed, and when they belong to no account nobody can be asked, and no reviewer told
 * apart from the author. Where the policy says so, the accounts must also be members of the organization, or apps that
 * it lists by the id of their account.
 *
 * What does not count against a commit: that GitHub itself committed it, for the merge button or the web editor. What
 * does not count for it: a name that reads like a member's. Not judged here: whether the account really made the commit
 * (signed-commits), who pushed it, and whether somebody else reviewed it (independent-review).
 */
export const attributedCommits = defineChangeControl({
  id: 'attributed-commits',
  title: 'Every author, co-author and committer of every commit is an account that GitHub knows and the policy admits',
  satisfies: ['NIST800-53/AU-10', 'SOC2/CC8.1', 'SSDF/PS.1.1'],
  needs: ['commits'],
  mayNeed: ['organizationMembers'],
  settings,

  strictness: {
    'only-members': (agreed, proposed) => proposed || !agreed,
    'allowed-apps': isWithin,
  },

  asks({ commits }, { 'only-members': onlyMembers }) {
    const asksForPeople =
      onlyMembers && commits.known && accountsIn(commits.value).some(({ account }) => isPerson(account))
    return asksForPeople ? { wants: ['organization-members'] } : {}
  },

  evaluate({ commits, organizationMembers }, { 'only-members': onlyMembers, 'allowed-apps': allowedApps }) {
    if (commits.length === 0) return notApplicable('The change has no commits.')
    const accounts = accountsIn(commits)
    const nameless = unattributed(commits).map((clause) => `${clause}. ${toBeAttributed}`)
    const strangers = onlyMembers ? strangersAmong(accounts, organizationMembers, allowedApps) : []
    if (nameless.length > 0 || strangers.length > 0) return unmet([...nameless, ...strangers])
    if (onlyMembers && !organizationMembers.known && accounts.some(({ account }) => isPerson(account))) {
      return blind(`Who is a member of the organization could not be seen: ${organizationMembers.why}.`)
    }
    const logins = accounts.map(({ account }) => account.login).toSorted()
    return met(
      `Every commit is by accounts that ${onlyMembers ? 'the policy admits' : 'GitHub knows'}: ${fewOf(logins, 'and')}.`,
    )
  },

  remediation: `
    Add the e-mail of the commit to the GitHub account of whoever made it (Settings, Emails), then press Re-check. Where the
    name or the e-mail is wrong, set git config user.email to one of the account, commit again and push.
  `,
})

const toBeAttributed = 'Add the e-mail to the account of whoever that is, or commit again with one that is.'

interface Committed {
  readonly account: Account
  readonly shas: readonly string[]
}

/** Each account once, with the commits it made. */
function accountsIn(commits: readonly Commit[]): readonly Committed[] {
  const signed = commits.flatMap((commit) => signaturesOf(commit).map(({ account }) => ({ account, sha: commit.sha })))
  const byId = Map.groupBy(signed, ({ account }) => account?.id ?? null)
  return [...byId.values()].flatMap((theirs): Committed[] => {
    const account = theirs[0]?.account ?? null
    return account === null ? [] : [{ account, shas: theirs.map(({ sha }) => sha) }]
  })
}

/** A person whose membership is unknown is none of them. */
function strangersAmong(
  accounts: readonly Committed[],
  members: Fact<readonly number[]>,
  allowedApps: readonly number[],
): readonly string[] {
  return accounts.flatMap(({ account, shas }) => {
    const { id, login, kind } = account
    const fault = `${commitsAre(shas)} by ${login} (account ${id})`
    if (kind === 'bot') {
      const remedy = `An administrator may add ${id} to controls.attributed-commits.allowed-apps in countersign.yml.`
      return allowedApps.includes(id) ? [] : [`${fault}, an app that the policy does not list. ${remedy}`]
    }
    if (kind === 'other') return [`${fault}, which is not a person's account.`]
    if (!members.known || members.value.includes(id)) return []
    return [`${fault}, who is not a member of the organization. An owner of the organization may invite ${login}.`]
  })
}

const isPerson = ({ kind }: Account): boolean => kind === 'user'

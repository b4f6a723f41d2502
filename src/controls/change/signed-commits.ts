import { z } from 'zod'
import type { Change, Commit } from '#facts/change-facts.ts'
import { signaturesOf } from '#facts/signatures.ts'
import { commitsAre } from '#facts/wording.ts'
import { blind, defineChangeControl, met, notApplicable, unmet } from '../control.ts'

/**
 * GitHub has verified the signature of every commit.
 *
 * Anybody can write any name into a commit; a signature that GitHub verifies shows that whoever committed held a key of
 * the account whose e-mail the commit carries. GitHub's own verdict decides, commit by commit, also for merge commits
 * and those of apps: GitHub signs what it commits itself. Once verified, a commit stays so when its key expires. Where
 * GitHub could not come to a verdict, neither can we.
 *
 * What does not count: a signature that GitHub could not match with a key and an e-mail of one account, a line that
 * says "Signed-off-by", a signed tag. Not judged here: whether author and co-authors, who sign nothing unless they
 * commit, are accounts (attributed-commits), and whether the branch demands signatures.
 */
export const signedCommits = defineChangeControl({
  id: 'signed-commits',
  title: 'GitHub has verified the signature of every commit',
  satisfies: ['NIST800-53/AU-10', 'SOC2/CC8.1', 'SSDF/PS.1.1'],
  needs: ['change', 'commits'],
  settings: z.object({}),
  strictness: {},

  evaluate({ change, commits }) {
    if (commits.length === 0) return notApplicable('The change has no commits.')
    const unverified = commits.filter(({ verification }) => !verification.verified)
    if (unverified.length === 0) return met(`GitHub has verified the signature of ${counted(commits.length)}.`)
    const because = explained(unverified)
    const mends = unverified.map(({ verification }) => faultOf(verification.reason).mend)
    if (mends.every((mend) => mend === 'wait')) return blind(...because)
    return unmet(because, mends.includes('sign') ? signAgain(change, commits) : [])
  },

  remediation: `
    Let git sign every commit (git config commit.gpgsign true) with a key that is registered with the GitHub account whose
    e-mail the commit carries. Commits that are already there have to be signed again, which rewrites them.
  `,
})

interface Fault {
  /** Completes "Commit abc1234 is …". */
  readonly is: string
  readonly remedy: string
  /** `account`: the signature may be good as it is. `wait`: it is GitHub's trouble, not the commit's. */
  readonly mend: 'sign' | 'account' | 'wait'
}

const toSign = (is: string, remedy: string): Fault => ({ is, remedy, mend: 'sign' })
const inAccount = (is: string, does: string): Fault => ({
  is,
  remedy: `${does}, then press Re-check here.`,
  mend: 'account',
})
const toAwait = (why: string): Fault => ({
  is: `not verified yet, since ${why}`,
  remedy: 'Wait a little, then press Re-check here.',
  mend: 'wait',
})

/** By GitHub's reasons. */
const faults: ReadonlyMap<string, Fault> = new Map([
  ['unsigned', toSign('not signed', 'Sign again: GitHub takes GPG, SSH and S/MIME signatures.')],
  [
    'invalid',
    toSign(
      'signed, but the signature does not fit the commit',
      'Sign again: something changed it after it was signed.',
    ),
  ],
  ['malformed-sig', toSign('signed in a form that GitHub cannot read', 'Sign again.')],
  ['unknown-sig-type', toSign('signed in a way that GitHub does not know', 'Sign again with GPG, SSH or S/MIME.')],
  [
    'bad-email',
    toSign(
      'signed with a key that does not carry the e-mail of the committer',
      'Sign again with a key that carries it, or commit again with an e-mail of the key.',
    ),
  ],
  ['expired-key', toSign('signed with a key that has expired', 'Sign again with one that has not.')],
  ['not-signing-key', toSign('signed with a key that is not meant for signing', 'Sign again with one that is.')],
  [
    'bad-cert',
    toSign('signed with a certificate that could not be verified', 'Sign again with one that GitHub trusts.'),
  ],
  ['ocsp-revoked', toSign('signed with a certificate that has been revoked', 'Sign again with one that is valid.')],
  [
    'unknown-key',
    inAccount(
      'signed with a key that belongs to no GitHub account',
      'Whoever signed adds the public key to their account (Settings, SSH and GPG keys)',
    ),
  ],
  [
    'no-user',
    inAccount(
      'signed, but the e-mail of the committer belongs to no GitHub account',
      'Whoever committed adds the e-mail to their account (Settings, Emails)',
    ),
  ],
  [
    'unverified-email',
    inAccount(
      'signed, but the e-mail of the committer is not verified by its account',
      'Whoever committed verifies the e-mail (Settings, Emails)',
    ),
  ],
  ['ocsp-error', toAwait('GitHub could not check whether its certificate is revoked')],
  ['ocsp-pending', toAwait('GitHub still checks whether its certificate is revoked')],
  ['gpgverify-error', toAwait("GitHub's verification failed")],
  ['gpgverify-unavailable', toAwait("GitHub's verification is unavailable")],
])

const faultOf = (reason: string): Fault => faults.get(reason) ?? toSign(`not verified: ${reason}`, 'Sign again.')

/** One sentence per reason, in order of the reasons, so that a hundred unsigned commits stay readable. */
function explained(unverified: readonly Commit[]): readonly string[] {
  const byReason = [...Map.groupBy(unverified, ({ verification }) => verification.reason)]
  return byReason
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([reason, commits]) =>
        `${commitsAre(commits.map(({ sha }) => sha))} ${faultOf(reason).is}. ${faultOf(reason).remedy}`,
    )
}

/**
 * Signs the whole branch again, from where it left the base.
 *
 * Only for one that is a single line of commits by nobody but the author of the change: else it would put the author's
 * signature under the work of others, and make one line of what was merged.
 */
function signAgain({ number, state, author }: Change, commits: readonly Commit[]): readonly string[] {
  const signatures = commits.flatMap((commit) => signaturesOf(commit))
  const isOwn = signatures.every(({ account }) => account !== null && account.id === author?.id)
  const isOneLine = commits.every(({ parents }) => parents.length === 1)
  const shas = new Set(commits.map(({ sha }) => sha))
  const [start, ...others] = commits.flatMap(({ parents }) => parents).filter((parent) => !shas.has(parent))
  if (state !== 'open' || !isOwn || !isOneLine || start === undefined || others.length > 0) return []
  // A step that fails must not leave the next to another branch.
  return [
    `gh pr checkout ${number} && \\`,
    `git rebase --force-rebase --gpg-sign ${start} && \\`,
    'git push --force-with-lease',
  ]
}

const counted = (count: number): string => (count === 1 ? 'the commit' : `all ${count} commits`)

import { describe, expect, test } from '@jest/globals'
import { signedCommits } from '#controls/change/signed-commits.ts'
import type { Change, Commit } from '#facts/change-facts.ts'
import { checkControl } from '../check-control.ts'
import { ana, ben, change, commitBy, oldSha, signed } from '../sample-change.ts'

const base = 'ba5e000'.padEnd(40, '0')

const verified = commitBy(ana)
const unverified = (reason: string, more: Partial<Commit> = {}): Commit => ({
  ...commitBy(ana),
  committer: signed(ana),
  verification: { verified: false, reason },
  ...more,
})

/** Two commits of one line: the second follows the first. */
const first = (reason: string, more: Partial<Commit> = {}): Commit => unverified(reason, { sha: oldSha, ...more })
const second = (reason: string, more: Partial<Commit> = {}): Commit =>
  unverified(reason, { parents: [oldSha], ...more })

const facts = (commits: readonly Commit[], more: Partial<Change> = {}) => ({ change: { ...change, ...more }, commits })

const signAgain = [
  'gh pr checkout 12 && \\',
  `git rebase --force-rebase --gpg-sign ${base} && \\`,
  'git push --force-with-lease',
]

const unsigned = 'Commit def5678 is not signed. Sign again: GitHub takes GPG, SSH and S/MIME signatures.'

checkControl(signedCommits, [
  {
    when: 'GitHub has verified every commit',
    facts: facts([{ ...verified, sha: oldSha }, verified]),
    expect: { outcome: 'met', because: ['GitHub has verified the signature of all 2 commits.'] },
  },
  {
    when: 'GitHub has verified the only commit',
    facts: facts([verified]),
    expect: { outcome: 'met', because: ['GitHub has verified the signature of the commit.'] },
  },
  {
    when: 'the only commit is not signed',
    facts: facts([unverified('unsigned')]),
    expect: { outcome: 'unmet', because: [unsigned], fix: signAgain },
  },
  {
    when: 'one of two commits is not signed, and the commands sign both from where the branch begins',
    facts: facts([{ ...verified, sha: oldSha }, second('unsigned')]),
    expect: { outcome: 'unmet', because: [unsigned], fix: signAgain },
  },
  {
    when: 'two commits are unverified for two reasons, a sentence each',
    facts: facts([first('unsigned'), second('expired-key')]),
    expect: {
      outcome: 'unmet',
      because: [
        'Commit def5678 is signed with a key that has expired. Sign again with one that has not.',
        unsigned.replace('def5678', 'abc1234'),
      ],
      fix: signAgain,
    },
  },
  {
    when: 'many commits are not signed, of which it lists three',
    facts: facts(
      ['1', '2', '3', '4', '5'].map((start) => unverified('unsigned', { sha: start.padEnd(40, '0') })),
      { author: null },
    ),
    expect: {
      outcome: 'unmet',
      because: [unsigned.replace('Commit def5678 is', 'Commits 1000000, 2000000, 3000000 and 2 more are')],
      fix: [],
    },
  },
  {
    when: 'GitHub knows no account for the key, which signing again would not mend',
    facts: facts([unverified('unknown-key')]),
    expect: {
      outcome: 'unmet',
      because: [
        'Commit def5678 is signed with a key that belongs to no GitHub account. Whoever signed adds the public key to their ' +
          'account (Settings, SSH and GPG keys), then press Re-check here.',
      ],
      fix: [],
    },
  },
  ...['no-user', 'unverified-email'].map((reason) => ({
    when: `GitHub says ${reason}, which is mended in the account`,
    facts: facts([unverified(reason)]),
    expect: 'unmet' as const,
  })),
  {
    when: 'the key does not carry the e-mail of the committer',
    facts: facts([unverified('bad-email')]),
    expect: {
      outcome: 'unmet',
      because: [
        'Commit def5678 is signed with a key that does not carry the e-mail of the committer. Sign again with a key that ' +
          'carries it, or commit again with an e-mail of the key.',
      ],
      fix: signAgain,
    },
  },
  {
    when: 'the certificate has been revoked',
    facts: facts([unverified('ocsp-revoked')]),
    expect: {
      outcome: 'unmet',
      because: [
        'Commit def5678 is signed with a certificate that has been revoked. Sign again with one that is valid.',
      ],
      fix: signAgain,
    },
  },
  {
    when: 'the signature does not fit the commit',
    facts: facts([unverified('invalid')]),
    expect: 'unmet',
  },
  {
    when: 'GitHub gives a reason that is new to us',
    facts: facts([unverified('constructor')]),
    expect: { outcome: 'unmet', because: ['Commit def5678 is not verified: constructor. Sign again.'], fix: signAgain },
  },
  {
    when: "GitHub's verification is unavailable",
    facts: facts([unverified('gpgverify-unavailable')]),
    expect: {
      outcome: 'blind',
      because: [
        "Commit def5678 is not verified yet, since GitHub's verification is unavailable. Wait a little, then press Re-check " +
          'here.',
      ],
    },
  },
  ...['gpgverify-error', 'ocsp-error', 'ocsp-pending'].map((reason) => ({
    when: `GitHub says ${reason}, which is no fault of the commit`,
    facts: facts([unverified(reason)]),
    expect: 'blind' as const,
  })),
  {
    when: "GitHub's verification is unavailable for one commit and another is not signed",
    facts: facts([first('gpgverify-unavailable'), second('unsigned')]),
    expect: {
      outcome: 'unmet',
      because: [
        "Commit abc1234 is not verified yet, since GitHub's verification is unavailable. Wait a little, then press Re-check " +
          'here.',
        unsigned,
      ],
      fix: signAgain,
    },
  },
  {
    when: 'somebody else wrote a commit, which the author is not told to sign',
    facts: facts([{ ...first('unsigned'), authors: [signed(ben)] }, second('unsigned')]),
    expect: {
      outcome: 'unmet',
      because: [unsigned.replace('Commit def5678 is', 'Commits abc1234 and def5678 are')],
      fix: [],
    },
  },
  {
    when: 'somebody else committed what the author wrote, which the author is not told to sign',
    facts: facts([unverified('unsigned', { committer: signed(ben) })]),
    expect: { outcome: 'unmet', because: [unsigned], fix: [] },
  },
  {
    when: 'the branch has a merge, of which a rebase would make one line',
    facts: facts([{ ...verified, sha: oldSha }, second('unsigned', { parents: [oldSha, 'f00'.padEnd(40, '0')] })]),
    expect: { outcome: 'unmet', because: [unsigned], fix: [] },
  },
  {
    when: 'the change was merged, and signing again comes too late',
    facts: facts([unverified('unsigned')], { state: 'merged' }),
    expect: { outcome: 'unmet', because: [unsigned], fix: [] },
  },
  {
    when: 'there is no commit to sign',
    facts: facts([]),
    expect: { outcome: 'not-applicable', because: ['The change has no commits.'] },
  },
])

describe('what GitHub gives as a reason', () => {
  /** As `GitSignatureState` of its GraphQL schema has them. */
  const states =
    'BAD_CERT BAD_EMAIL EXPIRED_KEY GPGVERIFY_ERROR GPGVERIFY_UNAVAILABLE INVALID MALFORMED_SIG NOT_SIGNING_KEY NO_USER ' +
    'OCSP_ERROR OCSP_PENDING OCSP_REVOKED UNKNOWN_KEY UNKNOWN_SIG_TYPE UNSIGNED UNVERIFIED_EMAIL'

  test.each(states.split(' '))('%s has words of its own', (state) => {
    const reason = state.toLowerCase().replaceAll('_', '-')
    const { because } = signedCommits.evaluate(facts([unverified(reason)]), {})
    expect(because.join()).not.toContain(reason)
    expect(because.join()).not.toContain('not verified:')
  })
})

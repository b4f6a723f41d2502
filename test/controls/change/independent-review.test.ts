import { independentReview } from '#controls/change/independent-review.ts'
import { blind, met, unmet, type Verdict, waiting } from '#controls/control.ts'
import type { FileDifference, Review } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import { ghost } from '#facts/pushes.ts'
import { checkControl } from '../check-control.ts'
import { difference, facts, opening, pushedBy, requestBy, sameSince } from '../../review/sample-review.ts'
import { ana, approvalBy, ben, change, cleo, commitBy, dependabot, headSha, oldSha, signed } from '../sample-change.ts'

const missing = 'Still missing: 1 approval of def5678 by somebody with write access who had no hand in the change.'
const waits = (...because: readonly string[]): Verdict => waiting('1 approval', [missing, ...because])
const at = (time: string): Pick<Review, 'submittedAt'> => ({ submittedAt: `2026-05-04T${time}:00Z` })

checkControl(independentReview, [
  { when: 'nobody has looked at it', facts, expect: waits() },
  {
    when: 'nobody has looked at a draft',
    facts: { ...facts, change: { ...change, draft: true } },
    expect: waits(),
  },
  {
    when: 'somebody else approved the head',
    facts: { ...facts, reviews: [approvalBy(ben)] },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the only approval is of an earlier commit',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha })] },
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234: 1 file changed since.',
    ),
  },
  {
    when: 'the only approval is of a commit that GitHub has forgotten',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: null })] },
    expect: waits('The approval by ben does not count: ben approved a commit that GitHub no longer knows.'),
  },
  {
    when: 'the head was approved, another commit after it as well, and then the head came back',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, commitSha: oldSha, ...at('11:00') })],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the only approver is the author',
    facts: { ...facts, reviews: [approvalBy(ana)] },
    expect: waits('The approval by ana does not count: ana opened the pull request and wrote the commit.'),
  },
  {
    when: 'the only approver also wrote commits',
    facts: { ...facts, commits: [commitBy(ana), commitBy(ben), commitBy(ben)], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben wrote 2 of the 3 commits.'),
  },
  {
    when: 'the only approver is a co-author',
    facts: { ...facts, commits: [commitBy(ana, ben)], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben wrote the commit.'),
  },
  {
    when: 'the only approver committed what another wrote',
    facts: { ...facts, commits: [{ ...commitBy(ana), committer: signed(ben) }], reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben committed the commit.'),
  },
  {
    when: 'the only approver pushed commits of another',
    facts: { ...facts, pushes: pushedBy(ben), reviews: [approvalBy(ben)] },
    expect: waits('The approval by ben does not count: ben pushed to the branch.'),
  },
  {
    when: 'the only approver pushed under an earlier login',
    facts: { ...facts, pushes: pushedBy({ ...ben, login: 'benjamin' }), reviews: [approvalBy(ben)] },
    expect: 'waiting',
  },
  {
    when: 'a contributor approved and somebody else as well',
    facts: { ...facts, pushes: pushedBy(ben), reviews: [approvalBy(ben), approvalBy(cleo)] },
    expect: met('The approval by ben does not count: ben pushed to the branch.', 'cleo approved def5678, the head.'),
  },
  {
    when: 'the only approver has no write access',
    facts: { ...facts, reviews: [approvalBy(ben, { authorCanWrite: false })] },
    expect: waits('The approval by ben does not count: ben has no write access.'),
  },
  {
    when: 'several things speak against the only approval: all are told',
    facts: {
      ...facts,
      pushes: pushedBy(ben),
      reviews: [approvalBy(ben, { authorCanWrite: false, commitSha: oldSha })],
    },
    expect: waits(
      'The approval by ben does not count: ben pushed to the branch, has no write access and approved an earlier ' +
        'version, abc1234: 1 file changed since.',
    ),
  },
  {
    when: 'the only approver is an app',
    facts: { ...facts, reviews: [approvalBy(dependabot)] },
    expect: waits('The approval by dependabot[bot] does not count: dependabot[bot] is an app.'),
  },
  {
    when: 'the only approver is an organization',
    facts: { ...facts, reviews: [approvalBy({ ...ben, kind: 'other' })] },
    expect: waits("The approval by ben does not count: ben is not a person's account."),
  },
  {
    when: 'the only approver’s account has been deleted',
    facts: { ...facts, reviews: [approvalBy(null)] },
    expect: waits('The approval by a deleted account does not count: a deleted account is nobody we could name.'),
  },
  {
    when: 'somebody commented',
    facts: { ...facts, reviews: [approvalBy(ben, { state: 'commented' })] },
    expect: waits('ben commented, which approves nothing.'),
  },
  {
    when: 'a review has been begun and not submitted',
    facts: { ...facts, reviews: [approvalBy(ben, { state: 'pending', submittedAt: null })] },
    expect: waits(),
  },
  {
    when: 'the approver commented later',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, state: 'commented', ...at('11:00') })],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the approval was dismissed',
    facts: { ...facts, reviews: [approvalBy(ben, { state: 'dismissed' })] },
    expect: waits('The latest review by ben was dismissed and no longer says anything.'),
  },
  {
    when: 'a request for changes was dismissed: the approval before it does not revive',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, state: 'dismissed', ...at('11:00') })],
    },
    expect: 'waiting',
  },
  {
    when: 'an earlier approval was dismissed and the same person approved again',
    facts: {
      ...facts,
      reviews: [
        approvalBy(ben, { state: 'dismissed', commitSha: oldSha, ...at('10:00') }),
        approvalBy(ben, { id: 200, ...at('11:00') }),
      ],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'somebody requested changes and another approved',
    facts: { ...facts, reviews: [requestBy(ben), approvalBy(cleo)] },
    expect: unmet([
      'ben requested changes; this blocks until ben approves or the review is dismissed.',
      'cleo approved def5678, the head.',
    ]),
  },
  {
    when: 'a contributor requested changes and another approved: pushing must not silence a reviewer',
    facts: { ...facts, pushes: pushedBy(ben), reviews: [requestBy(ben), approvalBy(cleo)] },
    expect: 'unmet',
  },
  {
    when: 'somebody requested changes of an earlier commit',
    facts: { ...facts, reviews: [requestBy(ben, { commitSha: oldSha }), approvalBy(cleo)] },
    expect: 'unmet',
  },
  {
    when: 'somebody without write access requested changes and another approved',
    facts: { ...facts, reviews: [requestBy(ben, { authorCanWrite: false }), approvalBy(cleo)] },
    expect: met(
      'ben requested changes, which does not block: ben has no write access.',
      'cleo approved def5678, the head.',
    ),
  },
  {
    when: 'an app requested changes and a person approved',
    facts: { ...facts, reviews: [requestBy(dependabot), approvalBy(cleo)] },
    expect: 'met',
  },
  {
    when: 'whoever requested changes approved later',
    facts: { ...facts, reviews: [requestBy(ben, at('10:00')), approvalBy(ben, { id: 200, ...at('11:00') })] },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'whoever approved requested changes later',
    facts: { ...facts, reviews: [approvalBy(ben, at('10:00')), requestBy(ben, { id: 200, ...at('11:00') })] },
    expect: 'unmet',
  },
  {
    when: 'the reviews come in no order: time decides, not place',
    facts: { ...facts, reviews: [requestBy(ben, { id: 200, ...at('11:00') }), approvalBy(ben, at('10:00'))] },
    expect: 'unmet',
  },
  {
    when: 'two reviews are of one second: the later number decides',
    facts: { ...facts, reviews: [requestBy(ben, { id: 201 }), approvalBy(ben, { id: 200 })] },
    expect: 'unmet',
  },
  {
    when: 'a login is used again in another case: the id tells the person',
    facts: {
      ...facts,
      reviews: [requestBy(ben, at('10:00')), approvalBy({ ...ben, login: 'BEN' }, { id: 9, ...at('11:00') })],
    },
    expect: met('BEN approved def5678, the head.'),
  },
  {
    when: 'the author’s account has been deleted',
    facts: { ...facts, change: { ...change, author: null }, reviews: [approvalBy(ben)] },
    expect: unmet([
      'The account that opened the pull request has been deleted, so nobody can tell it from its approvers.',
      'ben approved def5678, the head.',
    ]),
  },
  {
    when: 'the e-mail of a commit belongs to nobody',
    facts: {
      ...facts,
      commits: [{ ...commitBy(ana), authors: [{ name: 'Jane Doe', account: null }] }],
      reviews: [approvalBy(ben)],
    },
    expect: unmet([
      'Commit def5678 is signed "Jane Doe", whose e-mail belongs to no GitHub account, so an approver may have written ' +
        'it. Add the e-mail to the account, or commit again with one that is.',
      'ben approved def5678, the head.',
    ]),
  },
  {
    when: 'the e-mail of a committer belongs to nobody',
    facts: {
      ...facts,
      commits: [{ ...commitBy(ana), committer: { name: 'laptop', account: null } }],
      reviews: [approvalBy(ben)],
    },
    expect: 'unmet',
  },
  {
    when: 'GitHub itself committed: that makes nobody a contributor',
    facts: { ...facts, commits: [{ ...commitBy(ana), committer: null }], reviews: [approvalBy(ben)] },
    expect: 'met',
  },
  {
    when: 'the change was merged without an approval: nobody is waited for any more',
    facts: { ...facts, change: { ...change, state: 'merged' } },
    expect: unmet(['The change was merged with 0 of the 1 approvals that the rule "every change" asks for.']),
  },
  {
    when: 'the change was closed without an approval',
    facts: { ...facts, change: { ...change, state: 'closed' } },
    expect: 'unmet',
  },
  {
    when: 'the change was merged with its approval',
    facts: { ...facts, change: { ...change, state: 'merged' }, reviews: [approvalBy(ben)] },
    expect: 'met',
  },
])

checkControl(independentReview, [
  {
    when: 'an earlier commit was approved whose difference from the base is the same, as after a rebase',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha })], revisions: sameSince },
    expect: met('ben approved abc1234, which holds the same as the head def5678.'),
  },
  {
    when: 'the difference is the same, but the policy drops approvals on any push',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha })], revisions: sameSince },
    settings: { 'stale-approvals': 'drop-on-any-push' },
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234, and the head is now def5678.',
    ),
  },
  {
    when: 'three files changed since the approval: they are counted, whichever side holds them',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, { commitSha: oldSha })],
      revisions: known([
        { sha: oldSha, files: known({ same: difference('1'), changed: difference('1'), gone: difference('1') }) },
        {
          sha: headSha,
          files: known({ same: difference('1'), changed: difference('2'), constructor: difference('1') }),
        },
      ]),
    },
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234: 3 files changed since.',
    ),
  },
  {
    when: 'the difference is too large to be compared: only the head itself counts then',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, { commitSha: oldSha })],
      revisions: known([{ sha: headSha, files: unknown('GitHub gives no difference of more than 300 files') }]),
    },
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234, and whether the head def5678 holds ' +
        'the same cannot be told (GitHub gives no difference of more than 300 files).',
    ),
  },
  {
    when: 'the difference is too large and the head itself was approved',
    facts: {
      ...facts,
      reviews: [approvalBy(ben)],
      revisions: known([{ sha: headSha, files: unknown('GitHub gives no difference of more than 300 files') }]),
    },
    expect: 'met',
  },
  {
    when: 'what the change was at the approved commit was not looked for',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha })], revisions: known([]) },
    expect: blind(
      'what the change was at abc1234 and def5678 has not been looked for',
      'ben approved an earlier version, abc1234; whether that counts could not be seen: what the change was at abc1234 ' +
        'and def5678 has not been looked for.',
    ),
  },
  {
    when: 'another approved the head, so that it does not matter what was approved earlier',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, { commitSha: oldSha }), approvalBy(cleo)],
      revisions: unknown('was not looked for'),
    },
    expect: 'met',
  },
  {
    when: 'an approval is dated after the last push but is of an earlier commit: times decide nothing',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha, submittedAt: '2030-01-01T00:00:00Z' })] },
    expect: 'waiting',
  },
  {
    when: 'the author is an app, whose branch the only approver pushed to',
    facts: {
      ...facts,
      change: { ...change, author: dependabot },
      commits: [commitBy(dependabot)],
      pushes: pushedBy(ben),
      reviews: [approvalBy(ben)],
    },
    expect: 'waiting',
  },
  {
    when: 'the author is an app and a person approved',
    facts: {
      ...facts,
      change: { ...change, author: dependabot },
      commits: [commitBy(dependabot)],
      reviews: [approvalBy(ben)],
    },
    expect: 'met',
  },
  {
    when: 'whoever opened it is told as its opening and not as a push',
    facts: { ...facts, pushes: [opening(headSha, ben)], reviews: [approvalBy(ben)] },
    expect: 'met',
  },
])

const allowed = { 'unattributed-commits': 'allow-if-pushers-are-known' } as const
const strangers = [{ ...commitBy(ana), authors: [{ name: 'Jane Doe', account: null }] }]

checkControl(independentReview, [
  {
    when: 'a commit is unattributed, the policy allows it, and every push is by an account we know',
    facts: { ...facts, commits: strangers, reviews: [approvalBy(ben)] },
    settings: allowed,
    expect: 'met',
  },
  {
    when: 'a commit is unattributed, the policy allows it, and a push was not told to us',
    facts: { ...facts, commits: strangers, pushes: [opening(oldSha)], reviews: [approvalBy(ben)] },
    settings: allowed,
    expect: 'unmet',
  },
  {
    when: 'a commit is unattributed, the policy allows it, and it was pushed by an account that has been deleted',
    facts: { ...facts, commits: strangers, pushes: pushedBy(ghost), reviews: [approvalBy(ben)] },
    settings: allowed,
    expect: 'unmet',
  },
  {
    when: 'the author’s account has been deleted, whatever the policy allows of commits',
    facts: { ...facts, change: { ...change, author: null }, reviews: [approvalBy(ben)] },
    settings: allowed,
    expect: 'unmet',
  },
  {
    when: 'the approver is the one who pushed an unattributed commit that the policy allows',
    facts: { ...facts, commits: strangers, pushes: pushedBy(ben), reviews: [approvalBy(ben)] },
    settings: allowed,
    expect: 'waiting',
  },
])

const earlierBase = { forBase: 'earlier' } as const
const lookAgain = 'ben approved it for another base branch: look again and approve'

checkControl(independentReview, [
  {
    when: 'the head was approved and the change given another base since',
    facts: { ...facts, reviews: [approvalBy(ben, earlierBase)] },
    expect: waits(`The approval by ben does not count: ${lookAgain}.`),
  },
  {
    when: 'an earlier commit with the same difference was approved and the change given another base since',
    facts: { ...facts, reviews: [approvalBy(ben, { commitSha: oldSha, ...earlierBase })], revisions: sameSince },
    expect: 'waiting',
  },
  {
    when: 'it was approved for another base by a contributor: both are told',
    facts: { ...facts, pushes: pushedBy(ben), reviews: [approvalBy(ben, earlierBase)] },
    expect: waits(`The approval by ben does not count: ben pushed to the branch and ${lookAgain.slice(4)}.`),
  },
  {
    when: 'it was approved for another base and then for this one',
    facts: {
      ...facts,
      reviews: [approvalBy(ben, { ...earlierBase, ...at('10:00') }), approvalBy(ben, { id: 200, ...at('11:00') })],
    },
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the head was approved for another base, and an earlier commit for this one',
    facts: {
      ...facts,
      reviews: [
        approvalBy(ben, { ...earlierBase, ...at('10:00') }),
        approvalBy(ben, { id: 200, commitSha: oldSha, ...at('11:00') }),
      ],
    },
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234: 1 file changed since.',
    ),
  },
  {
    when: 'changes were requested before the change was given another base, and another approved',
    facts: { ...facts, reviews: [requestBy(ben, earlierBase), approvalBy(cleo)] },
    expect: 'unmet',
  },
  {
    when: 'whoever requested changes approved for another base',
    facts: {
      ...facts,
      reviews: [requestBy(ben, at('10:00')), approvalBy(ben, { id: 200, ...earlierBase, ...at('11:00') })],
    },
    expect: 'waiting',
  },
])

const approvedBefore = (before: FileDifference, after: FileDifference) => ({
  ...facts,
  reviews: [approvalBy(ben, { commitSha: oldSha })],
  revisions: known([
    { sha: oldSha, files: known({ 'infra.yml': before }) },
    { sha: headSha, files: known({ 'infra.yml': after }) },
  ]),
})
const moved = { exact: 'further down' }

checkControl(independentReview, [
  {
    when: 'the same lines went to another place of a file that the base left alone',
    facts: approvedBefore(
      difference('public: true', { before: 'b10b5a1' }),
      difference('public: true', { ...moved, before: 'b10b5a1' }),
    ),
    expect: waits(
      'The approval by ben does not count: ben approved an earlier version, abc1234: 1 file changed since.',
    ),
  },
  {
    when: 'they did, and the file before them is named with fewer characters',
    facts: approvedBefore(
      difference('public: true', { before: 'b10b5a1c' }),
      difference('public: true', { ...moved, before: 'b10b5a1' }),
    ),
    expect: 'waiting',
  },
  {
    when: 'a rebase over a base that changed this file moved the same lines',
    facts: approvedBefore(
      difference('public: true', { before: 'b10b5a1' }),
      difference('public: true', { ...moved, before: 'c01dca7' }),
    ),
    expect: met('ben approved abc1234, which holds the same as the head def5678.'),
  },
  {
    when: 'a rebase over a base that changed this file came with other lines',
    facts: approvedBefore(
      difference('public: true', { before: 'b10b5a1' }),
      difference('public: false', { before: 'c01dca7' }),
    ),
    expect: 'waiting',
  },
  {
    when: 'the file is new, and so at no place',
    facts: approvedBefore(difference('public: true'), difference('public: true', moved)),
    expect: 'met',
  },
  {
    when: 'the file was new when it was approved, and the base has it by now',
    facts: approvedBefore(difference('public: true'), difference('public: true', { ...moved, before: 'b10b5a1' })),
    expect: 'met',
  },
  {
    when: 'the same lines stand at the same place of the same file',
    facts: approvedBefore(
      difference('public: true', { before: 'b10b5a1' }),
      difference('public: true', { before: 'b10b5a1' }),
    ),
    expect: 'met',
  },
])

const two = { name: 'every change', approvals: 2 }

checkControl(independentReview, [
  {
    when: 'one of two approvals is there',
    facts: { ...facts, reviews: [approvalBy(ben)] },
    settings: { rules: [two] },
    expect: waiting('1 approval', [missing, 'ben approved def5678, the head.']),
  },
  {
    when: 'two approvals are missing',
    facts,
    settings: { rules: [two] },
    expect: waiting('2 approvals', [missing.replace('1 approval', '2 approvals')]),
  },
  {
    when: 'one person approved twice and two are asked for',
    facts: { ...facts, reviews: [approvalBy(ben, at('10:00')), approvalBy(ben, { id: 200, ...at('11:00') })] },
    settings: { rules: [two] },
    expect: 'waiting',
  },
  {
    when: 'two people approved and two are asked for',
    facts: { ...facts, reviews: [approvalBy(ben), approvalBy(cleo)] },
    settings: { rules: [two] },
    expect: 'met',
  },
  {
    when: 'one of two rules is met: the other is named',
    facts: { ...facts, reviews: [approvalBy(ben)] },
    settings: {
      rules: [
        { name: 'every change', approvals: 1 },
        { name: 'payments', approvals: 3 },
      ],
    },
    expect: waiting('2 approvals for payments', [
      missing.replace('1 approval of def5678', '2 approvals of def5678 for payments'),
      'ben approved def5678, the head. It counts for every change and payments.',
    ]),
  },
])

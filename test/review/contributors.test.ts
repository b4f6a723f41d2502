import { known, unknown } from '#facts/fact.ts'
import type { Revision } from '#facts/change-facts.ts'
import { independentReview } from '#controls/change/independent-review.ts'
import { blind, met, waiting } from '#controls/control.ts'
import { checkControl } from '../controls/check-control.ts'
import { ana, approvalBy, ben, commitBy, headSha, oldSha, signed } from '../controls/sample-change.ts'
import { changedSince, type Facts, facts, mergeInto, opening, pushedBy, sameSince } from './sample-review.ts'

const own = { ...commitBy(ana), sha: oldSha }
const elsewhere = 'fee1234'.padEnd(40, '0')

/** Ben pressed "Update branch": his merge of the base branch, and his push of it. */
const updated: Facts = {
  ...facts,
  commits: [own, mergeInto(oldSha, ben)],
  pushes: pushedBy(ben),
  reviews: [approvalBy(ben)],
  revisions: sameSince,
}
const tooLarge = known<readonly Revision[]>([{ sha: headSha, files: unknown('more than 300 files') }])
/** So many updates of the branch by ben, each of which he pushed; none of them was looked up. */
const updatedOften = (times: number): Facts => {
  const shaAt = (at: number) => (at === times ? headSha : `5${at}f`.padEnd(40, '0'))
  const updates = Array.from({ length: times }, (_, at) => ({ before: shaAt(at), after: shaAt(at + 1), by: ben }))
  return { ...updated, commits: [commitBy(ana)], pushes: [opening(shaAt(0)), ...updates], revisions: known([]) }
}
const missing = 'Still missing: 1 approval of def5678 by somebody with write access who had no hand in the change.'

checkControl(independentReview, [
  {
    when: 'the approver only updated the branch from the base',
    facts: updated,
    expect: met('ben approved def5678, the head.'),
  },
  {
    when: 'the approver resolved conflicts while updating the branch',
    facts: { ...updated, revisions: changedSince },
    expect: waiting('1 approval', [
      missing,
      'The approval by ben does not count: ben wrote 1 of the 2 commits and pushed to the branch.',
    ]),
  },
  {
    when: 'the approver committed the update of the branch and another wrote it',
    facts: { ...updated, commits: [own, mergeInto(oldSha, ana, { committer: signed(ben) })] },
    expect: 'met',
  },
  {
    when: 'whether the update was clean cannot be told: it counts as a hand, and the reason says why',
    facts: { ...updated, revisions: tooLarge },
    expect: waiting('1 approval', [
      missing,
      'The approval by ben does not count: ben wrote 1 of the 2 commits and pushed to the branch (whether that only took ' +
        'in the base branch cannot be told: more than 300 files).',
    ]),
  },
  {
    when: 'whether the update was clean was not looked for',
    facts: { ...updated, revisions: known([]) },
    expect: blind(
      'what the change was at abc1234 and def5678 has not been looked for',
      'ben approved def5678, the head; whether that counts could not be seen: what the change was at abc1234 and def5678 ' +
        'has not been looked for.',
    ),
  },
  {
    when: 'whether 25 updates were clean was not looked for',
    facts: updatedOften(25),
    expect: 'blind',
  },
  {
    when: 'the approver updated the branch so often that nobody compares it: all of it counts as a hand',
    facts: updatedOften(26),
    expect: waiting('1 approval', [
      missing,
      'The approval by ben does not count: ben pushed to the branch (whether that only took in the base branch cannot be ' +
        'told: more than 25 merges and pushes of one person are not compared).',
    ]),
  },
  {
    when: 'what the approver surely did is told without what could not be compared',
    facts: { ...updatedOften(26), commits: [commitBy(ana, ben)] },
    expect: waiting('1 approval', [
      missing,
      'The approval by ben does not count: ben wrote the commit and pushed to the branch.',
    ]),
  },
  {
    when: 'a commit claims the account of its pusher under the name of an app: the reason names the person',
    facts: {
      ...updated,
      commits: [commitBy(ana, { ...ben, login: 'dependabot[bot]', kind: 'bot' })],
      revisions: changedSince,
    },
    expect: waiting('1 approval', [
      missing,
      'The approval by ben does not count: ben wrote the commit and pushed to the branch.',
    ]),
  },
  {
    when: 'the update also took in a branch that is not the base: both parents are the change’s own',
    facts: {
      ...updated,
      commits: [own, { ...own, sha: elsewhere }, mergeInto(oldSha, ben, { parents: [oldSha, elsewhere] })],
    },
    expect: 'waiting',
  },
  {
    when: 'the merge has three parents',
    facts: { ...updated, commits: [own, mergeInto(oldSha, ben, { parents: [oldSha, elsewhere, 'aa'] })] },
    expect: 'waiting',
  },
  {
    when: 'the merge joins two commits of the base branch and none of the change’s',
    facts: { ...updated, commits: [own, mergeInto(elsewhere, ben)] },
    expect: 'waiting',
  },
  {
    when: 'the update was clean and the approver also wrote a commit',
    facts: { ...updated, commits: [{ ...own, authors: [signed(ben)] }, mergeInto(oldSha, ben)] },
    expect: waiting('1 approval', [missing, 'The approval by ben does not count: ben wrote 1 of the 2 commits.']),
  },
  {
    when: 'an approver pushed what holds the same as before, such as a rebase, and wrote none of it',
    facts: { ...updated, commits: [commitBy(ana)] },
    expect: 'met',
  },
  {
    when: 'an approver wrote a commit that came in through the second parent of a merge',
    facts: {
      ...facts,
      commits: [own, { ...commitBy(ben), sha: elsewhere }, mergeInto(oldSha, ana)],
      reviews: [approvalBy(ben)],
    },
    expect: 'waiting',
  },
  {
    when: 'an approver committed a suggestion: GitHub names them as co-author',
    facts: { ...facts, commits: [commitBy(ana, ben)], reviews: [approvalBy(ben)] },
    expect: 'waiting',
  },
])

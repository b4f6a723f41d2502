import { z } from 'zod'
import { judgeReview, type ReviewJudgement } from '#review/judge.ts'
import { rules } from '#review/rule.ts'
import { areRulesAsStrict } from '#review/strictness.ts'
import { blind, type Blind, defineChangeControl, met, unmet, type Verdict, waiting } from '../control.ts'

const settings = z.object({
  rules: rules
    .default([{ name: 'every change', approvals: 1 }])
    .describe(
      'How many independent people must approve which changes. Every rule whose `when` fits must be met, and a change that ' +
        'none fits is not. `from` says whose approvals count, `distinct` that nobody counts for two such rules, ' +
        '`replaces` which rules are switched off where this one applies.',
    ),
  'stale-approvals': z
    .enum(['keep-if-diff-unchanged', 'drop-on-any-push'])
    .default('keep-if-diff-unchanged')
    .describe(
      '`keep-if-diff-unchanged`: an approval counts as long as the difference from the base branch is the one that was ' +
        'approved, as after a rebase. `drop-on-any-push`: it counts for the commit it was given for, and for no other.',
    ),
  'unattributed-commits': z
    .enum(['refuse', 'allow-if-pushers-are-known'])
    .default('refuse')
    .describe(
      '`refuse`: a commit whose e-mail belongs to no account makes this unmet. `allow-if-pushers-are-known`: it does not ' +
        'where every push is known and was by an account that still exists; they answer for it.',
    ),
})

/**
 * Somebody who had no hand in a change looked at exactly what is merged, and agreed.
 *
 * A hand in it had the author of the pull request, every author, co-author and committer of every commit whichever
 * parent it came through, and whoever pushed to the branch; all by account id, so that a rename hides nobody. A clean
 * update from the base branch makes nobody a contributor. A commit whose e-mail belongs to no account makes this unmet: an
 * approver may have written it.
 *
 * What counts is the latest opinion of each person, approval or request for changes, by somebody with write access now
 * whom the rule's `from` includes, on the head or on a commit with the same difference from the base. Times are never
 * compared to tell what was seen. A dismissed review is gone and revives nothing before it. A request for changes blocks,
 * also one by a contributor: if pushing to the branch took the block away, a reviewer could be silenced by their own fix.
 *
 * All rules that apply have to be met, and a change that none covers is unmet. With `code-owners` every touched path that
 * has owners needs one of them, and the approvals asked for beside that are those of owners of any touched path.
 *
 * What does not count: comments, apps, approvals of other content. Not judged here: whether GitHub's own rules would
 * have stopped the merge.
 */
export const independentReview = defineChangeControl({
  id: 'independent-review',
  title: 'Enough people who had no hand in the change approved exactly what it holds now',
  satisfies: ['ISO27001/A.5.3', 'ISO27001/A.8.32', 'NIST800-53/CM-3', 'SOC2/CC8.1', 'SSDF/PW.7.2'],
  needs: ['change', 'commits', 'reviews', 'pushes'],
  mayNeed: ['files', 'checks', 'requiredChecks', 'codeOwners', 'teams', 'permissions', 'revisions', 'properties'],
  settings,

  strictness: {
    rules: areRulesAsStrict,
    'stale-approvals': (agreed, proposed) => proposed === agreed || proposed === 'drop-on-any-push',
    'unattributed-commits': (agreed, proposed) => proposed === agreed || proposed === 'refuse',
  },

  evaluate: (facts, settings) => toVerdict(judgeReview(facts, settings)),

  asks(facts, settings) {
    const { change, commits, reviews, pushes } = facts
    if (!change.known || !commits.known || !reviews.known || !pushes.known) return {}
    const seen = { change: change.value, commits: commits.value, reviews: reviews.value, pushes: pushes.value }
    return judgeReview({ ...facts, ...seen }, settings).asks
  },

  remediation: `
    Ask somebody with write access who wrote, committed and pushed none of it to review the change as it is now; where a
    rule names teams, people or code owners, one of those. When its content changes they need to approve again. Whoever
    requested changes has to approve, or their review be dismissed.
  `,
})

function toVerdict({ outcome, because, awaited }: ReviewJudgement): Verdict | Blind {
  switch (outcome) {
    case 'met':
      return met(...because)
    case 'unmet':
      return unmet(because)
    case 'waiting':
      return waiting(awaited, because)
    case 'blind':
      return blind(...because)
  }
}

import type { z } from 'zod'
import { independentReview } from '#controls/change/independent-review.ts'
import type { Account, ChangedFile, Commit, FileDifference, Review, Revision } from '#facts/change-facts.ts'
import { known } from '#facts/fact.ts'
import type { Push } from '#facts/pushes.ts'
import { ana, approvalBy, change, commitBy, headSha, oldSha, wholeFacts } from '../controls/sample-change.ts'

export type Facts = Parameters<typeof independentReview.evaluate>[0]
export type Settings = z.input<typeof independentReview.settings>

export const dana: Account = { id: 4, login: 'dana', kind: 'user' }

export const opening = (after: string, by: Account = ana): Push => ({ before: null, after, by })

/** Of a file that the base branch has changed in between, so that only its content can be compared. */
export const difference = (content: string, more: Partial<FileDifference> = {}): FileDifference => ({
  content,
  exact: content,
  before: null,
  ...more,
})

/** One file, which changed between the two commits. */
export const changedSince = known<readonly Revision[]>([
  { sha: oldSha, files: known({ 'src/a.ts': difference('one') }) },
  { sha: headSha, files: known({ 'src/a.ts': difference('two') }) },
])

/** The same file with the same difference at both commits, as after a rebase. */
export const sameSince = known<readonly Revision[]>([
  { sha: oldSha, files: known({ 'src/a.ts': difference('one') }) },
  { sha: headSha, files: known({ 'src/a.ts': difference('one') }) },
])

/** An open change by ana that nobody has looked at, and everything about it that a policy could ask for. */
export const facts: Facts = {
  ...wholeFacts,
  change,
  commits: [commitBy(ana)],
  reviews: [],
  pushes: [opening(headSha)],
  revisions: changedSince,
}

export const pushedBy = (by: Account): Facts['pushes'] => [opening(oldSha), { before: oldSha, after: headSha, by }]

export const approvedBy = (...people: readonly Account[]): Facts => ({
  ...facts,
  reviews: people.map((who) => approvalBy(who)),
})

export const requestBy = (author: Account, more: Partial<Review> = {}): Review =>
  approvalBy(author, { state: 'changes-requested', ...more })

export const touching = (...paths: readonly string[]): Facts['files'] => known(paths.map((path) => file(path)))

export const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({
  path,
  status: 'modified',
  previousPath: null,
  additions: 1,
  deletions: 0,
  ...more,
})

/** A merge by `by` of the base branch into `own`, a commit of the change. */
export const mergeInto = (own: string, by: Account, more: Partial<Commit> = {}): Commit => ({
  ...commitBy(by),
  sha: headSha,
  parents: [own, 'ba5e111'.padEnd(40, '0')],
  ...more,
})

export const everyChange = { name: 'every change', approvals: 1 }

/** The verdict by these rules, as the control gives it. */
export const judged = (some: Facts, settings: Settings = {}) =>
  independentReview.evaluate(some, independentReview.settings.parse(settings))

import type { Change, Commit } from '#facts/change-facts.ts'
import { shortSha } from '#facts/wording.ts'
import { timeOf } from './ticket-words.ts'

/** When the work on a change began, as far as it is known. */
export interface Beginning {
  /** `what`: completes "… on 2026-05-04". Null when nothing tells a time. */
  readonly earliest: { readonly at: number; readonly what: string } | null
  /** A commit that tells no time, and so may be earlier. */
  readonly undated: string | null
}

/** The first commit that the change adds, but no later than its opening: a commit's date is whatever somebody typed. */
export function beginningOfWork({ openedAt }: Change, commits: readonly Commit[]): Beginning {
  const beginnings = [
    { at: timeOf(openedAt), what: 'the pull request was opened' },
    ...commits.map(({ sha, authoredAt }) => ({ at: timeOf(authoredAt), what: `commit ${shortSha(sha)} was written` })),
  ]
  const dated = beginnings.flatMap(({ at, what }) => (at === null ? [] : [{ at, what }]))
  const undated = commits.find(({ authoredAt }) => timeOf(authoredAt) === null)
  return {
    earliest: dated.reduce<Beginning['earliest']>(
      (first, one) => (first === null || one.at < first.at ? one : first),
      null,
    ),
    undated: undated === undefined ? null : `commit ${shortSha(undated.sha)}`,
  }
}

import type { Account, Review } from '#facts/change-facts.ts'

/** What one person says with all their reviews. */
export interface Opinion {
  /** Null: deleted accounts, whose reviews cannot be told apart by person. */
  readonly author: Account | null
  readonly says: 'approved' | 'changes-requested' | 'dismissed' | 'commented'
  readonly canWrite: boolean
  /**
   * The commits approved since the person last said anything else; null for one GitHub no longer knows. Without those
   * approved for another base branch: what was looked at there was another difference.
   */
  readonly approved: readonly (string | null)[]
}

/**
 * What each person says, in the order in which they last spoke: the latest approval or request for changes decides.
 *
 * Pending reviews have not been given yet, and are nobody's opinion. A dismissed review is gone and revives nothing
 * before it. A comment changes nothing.
 */
export function opinionsIn(reviews: readonly Review[]): readonly Opinion[] {
  const given = reviews.filter((review) => review.state !== 'pending').toSorted(inOrderOfTime)
  const byPerson = Map.groupBy(given, (review) => review.author?.id ?? null)
  return [...byPerson.values()].toSorted((a, b) => inOrderOfTime(a.at(-1), b.at(-1))).map((theirs) => opinionOf(theirs))
}

function opinionOf(theirs: readonly Review[]): Opinion {
  const opinionated = theirs.filter((review) => review.state !== 'commented')
  const latest = opinionated.at(-1) ?? theirs.at(-1)
  const before = opinionated.findLastIndex((review) => review.state !== 'approved')
  const approvals = opinionated.slice(before + 1).filter((review) => review.forBase === 'current')
  return {
    author: latest?.author ?? null,
    says: latest === undefined || latest.state === 'pending' ? 'commented' : latest.state,
    canWrite: latest?.authorCanWrite ?? false,
    approved: [...new Set(approvals.map((review) => review.commitSha))],
  }
}

/** By time, then by id: two reviews of one second are told apart as GitHub numbered them. */
function inOrderOfTime(a: Review | undefined, b: Review | undefined): number {
  const time = (review: Review | undefined) => Date.parse(review?.submittedAt ?? '') || 0
  return time(a) - time(b) || (a?.id ?? 0) - (b?.id ?? 0)
}

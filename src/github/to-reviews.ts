import type { Review } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { PullRequestNode } from './change-answer.ts'
import type { BaseChangeNode, ReviewNode } from './change-nodes.ts'
import { findGap, type GraphGap } from './query-graph.ts'
import { toAccount } from './to-account.ts'

/**
 * The reviews of a change, each with whether it was given for the base that the change has now.
 *
 * By the order in which reviews and changes of the base took place, never by their times. Where the base has changed at
 * all, that order is read for the last hundred of them: a review further back was given for an earlier base.
 */
export function toReviews(
  nodes: readonly ReviewNode[],
  { baseChanges, reviewsAndBases }: Pick<PullRequestNode, 'baseChanges' | 'reviewsAndBases'>,
  gaps: readonly GraphGap[],
): Fact<readonly Review[]> {
  const places = ['baseChanges', 'reviewsAndBases'].map((field) => ['repository', 'pullRequest', field])
  const gap = places.map((place) => findGap(gaps, place)).find((found) => found !== null)
  if (gap !== undefined) {
    const what = 'whether the reviews were given for the base branch that the change has now'
    return unknown(`GitHub did not show ${what}: grant the app pull_requests: read (${gap.message})`)
  }
  const items = reviewsAndBases.nodes
  if (baseChanges.nodes === null || items?.every((item) => item !== null) !== true) {
    return unknown('GitHub left out part of its answer: it did not show all changes of the base branch')
  }
  const hasMoved = baseChanges.nodes.length > 0
  const lastMove = items.findLastIndex(({ __typename }) => __typename !== 'PullRequestReview')
  const isCurrent = (node: ReviewNode): boolean => {
    const at = items.findIndex((item) => isAbout(item, node))
    return !hasMoved || (at !== -1 && at > lastMove)
  }
  return known(nodes.map((node) => toReview(node, isCurrent(node) ? 'current' : 'earlier')))
}

const isAbout = (item: BaseChangeNode, { fullDatabaseId: id }: ReviewNode): boolean =>
  item.__typename === 'PullRequestReview' && id !== null && String(item.fullDatabaseId) === String(id)

const toReview = (node: ReviewNode, forBase: Review['forBase']): Review => ({
  id: Number(node.fullDatabaseId),
  author: toAccount(node.author),
  state: states[node.state],
  commitSha: node.commit?.oid ?? null,
  submittedAt: node.submittedAt,
  authorCanWrite: node.authorCanPushToRepository,
  forBase,
})

const states = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
  PENDING: 'pending',
} as const

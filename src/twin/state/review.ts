import type { Account } from './account.ts'
import { nodeIdOf } from './ids.ts'
import type { PullRequest } from './pull-request.ts'

/** One person's opinion on one commit of a pull request. */
export interface Review {
  readonly id: number
  readonly nodeId: string
  readonly pullRequest: PullRequest
  readonly author: Account
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  body: string
  /** The head commit when the review was given. */
  readonly commitSha: string
  readonly submittedAt: Date
  updatedAt: Date
}

/** Each reviewer's latest word that counts: comments do not replace an approval, a dismissal does. */
export function latestOpinions(reviews: readonly Review[]): readonly Review[] {
  const latest = new Map<Account, Review>()
  for (const review of reviews) {
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') latest.set(review.author, review)
  }
  return [...latest.values()]
}

const opinions = { approve: 'APPROVED', 'request-changes': 'CHANGES_REQUESTED', comment: 'COMMENTED' } as const

export interface ReviewOptions {
  readonly by: Account
  readonly state: keyof typeof opinions
  readonly body?: string
  /** The commit looked at; default: the head. */
  readonly commitSha?: string
}

/** A review of the head commit, unless of another. Nobody approves what they opened. */
export function makeReview(pullRequest: PullRequest, { by, state, body, commitSha }: ReviewOptions): Review {
  if (by === pullRequest.author && state !== 'comment') {
    throw new Error(`${by.login} opened #${pullRequest.number} and cannot ${state} it. Let somebody else review.`)
  }
  const { world } = pullRequest.repository
  const id = world.ids.next()
  const review: Review = {
    id,
    nodeId: nodeIdOf('PRR', id),
    pullRequest,
    author: by,
    state: opinions[state],
    body: body ?? '',
    commitSha: commitSha ?? pullRequest.headSha,
    submittedAt: world.now(),
    updatedAt: world.now(),
  }
  world.nodes.set(review.nodeId, review)
  return review
}

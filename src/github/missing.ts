import { GitHubError } from './errors.ts'
import { findGap, type GraphGap } from './query-graph.ts'

interface Missed {
  /** What is not in the answer: `acme/shop#7`. */
  readonly what: string
  readonly place: readonly string[]
  readonly operationName: string
  /** What it takes to see it. */
  readonly permissions: string
}

/**
 * Returns when GitHub says that something is not there, and throws when GitHub does not say so.
 *
 * Exactly there: something missing inside leaves nothing of what is around it either, and that is not gone. Whatever
 * else hides a whole subject is for a person to mend.
 */
export function confirmMissing(gaps: readonly GraphGap[], { what, place, operationName, permissions }: Missed): null {
  const gap = findGap(gaps, place)
  if (gap?.type === 'NOT_FOUND' && gap.path.length === place.length) return null
  const why = gap === null ? '' : ` GitHub says: ${gap.message}`
  throw new GitHubError(`GitHub does not show ${what}: grant the app ${permissions}.${why}`, {
    call: { method: 'POST', path: `/graphql ${operationName}` },
    status: 200,
  })
}

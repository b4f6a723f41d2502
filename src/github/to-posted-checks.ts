import type { PostedCheck } from '#engine/plan.ts'
import type { OwnChecksNode } from './change-nodes.ts'
import { GitHubError } from './errors.ts'
import type { GraphGap } from './query-graph.ts'

/** In which answer they are looked for, and what GitHub left out at that place. */
interface Looked {
  readonly repository: string
  readonly operationName: string
  readonly gap: GraphGap | null
}

/** Our own check runs on a commit, newest first. Throws when GitHub hides them: nothing could be written then either. */
export function toPostedChecks(
  { oid, checkSuites }: OwnChecksNode,
  { repository, operationName, gap }: Looked,
): readonly PostedCheck[] {
  if (gap !== null || checkSuites === null) {
    throw new GitHubError(`GitHub does not show our own checks on ${repository}: grant the app checks: write.`, {
      call: { method: 'POST', path: `/graphql ${operationName}` },
      status: 200,
    })
  }
  const posted = checkSuites.nodes.flatMap((suite) =>
    (suite.checkRuns?.nodes ?? []).map((node): PostedCheck => {
      const { databaseId: runId, name, conclusion, externalId, startedAt } = node
      const digest = externalId !== null && /^[0-9a-f]{64}$/.test(externalId) ? externalId : null
      // "Re-run" sets the suite back to queued and leaves its runs: it waits until one of them is written.
      const status = suite.status === 'QUEUED' ? 'queued' : (statuses[node.status] ?? 'queued')
      return { runId, name, headSha: oid, status, conclusion: conclusion?.toLowerCase() ?? null, digest, startedAt }
    }),
  )
  return posted.sort((one, other) => other.runId - one.runId)
}

const statuses: Readonly<Record<string, PostedCheck['status']>> = {
  COMPLETED: 'completed',
  IN_PROGRESS: 'in_progress',
}

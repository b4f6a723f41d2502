import { activeRules } from '../state/branch-rules.ts'
import { latestRuns } from '../state/checks.ts'
import { checkObstacles } from '../state/merge.ts'
import type { MergeGroup, QueueEntry } from '../state/merge-queue.ts'
import type { Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { connection } from './connection.ts'
import { type Context, requireAny, resolve, type TypeResolvers } from './resolver.ts'
import { actorOrNull, commitSource } from './sources.ts'

/** The line before one base branch. */
export interface MergeQueueSource {
  readonly __typename: 'MergeQueue'
  readonly repository: Repository
  readonly branch: string
}

/** Merge queues and what waits in them. */
export const mergeQueueTypes: readonly TypeResolvers[] = [
  resolve<MergeQueueSource>('MergeQueue', {
    id: ({ repository, branch }) => `MQ_${repository.id}_${branch}`,
    repository: ({ repository }) => repository,
    url: ({ repository, branch }) => `${repository.world.origin}${pathOf(repository, branch)}`,
    resourcePath: ({ repository, branch }) => pathOf(repository, branch),
    nextEntryEstimatedTimeToMerge: () => null,
    entries: ({ repository, branch }, args) =>
      connection(repository.mergeQueue.entriesFor(branch), args, { name: 'entries' }),
  }),
  resolve<QueueEntry>('MergeQueueEntry', {
    id: ({ nodeId }) => nodeId,
    pullRequest: ({ pull }) => pull,
    enqueuer: ({ enqueuer }) => actorOrNull(enqueuer),
    enqueuedAt: ({ enqueuedAt }) => toTimestamp(enqueuedAt),
    position: (entry) => lineOf(entry).indexOf(entry) + 1,
    state: ({ group }) => stateOf(group),
    headCommit: ({ group, commitSha }) => commitSource(group.repository, commitSha),
    baseCommit: ({ group }) => commitSource(group.repository, group.baseSha),
    mergeQueue: ({ group }) => queueSource(group.repository, group.baseBranch),
    estimatedTimeToMerge: () => null,
    jump: () => false,
    solo: ({ group }) => group.pulls.length === 1,
  }),
]

/** The queue of a base branch; null where no ruleset asks for one and nothing waits. */
export function mergeQueueOf(repository: Repository, branch: string, context: Context): MergeQueueSource | null {
  requireAny(context, repository, ['merge_queues:read'])
  const wanted = activeRules(repository, branch).some(({ rule }) => rule.type === 'merge_queue')
  const used = repository.mergeQueue.entriesFor(branch).length > 0
  return wanted || used ? queueSource(repository, branch) : null
}

const queueSource = (repository: Repository, branch: string): MergeQueueSource => ({
  __typename: 'MergeQueue',
  repository,
  branch,
})

const pathOf = ({ fullName }: Repository, branch: string): string => `/${fullName}/queue/${branch}`

const lineOf = ({ group }: QueueEntry): readonly QueueEntry[] =>
  group.repository.mergeQueue.entriesFor(group.baseBranch)

function stateOf({ repository, baseBranch, headSha }: MergeGroup): string {
  if (checkObstacles(repository, baseBranch, headSha).length === 0) return 'MERGEABLE'
  const failed = latestRuns(repository.checks.runsOf(headSha)).some(({ conclusion }) => conclusion === 'failure')
  return failed ? 'UNMERGEABLE' : 'AWAITING_CHECKS'
}

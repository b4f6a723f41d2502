import { protectionOf } from '../state/branch-rules.ts'
import type { FileChange } from '../state/diff.ts'
import type { IssueComment } from '../state/issue-comment.ts'
import { hasConflicts, ruleObstacles } from '../state/merge.ts'
import type { PullRequest, TimelineEvent } from '../state/pull-request.ts'
import { latestOpinions, type Review } from '../state/review.ts'
import { association } from '../shapes/pull-request.ts'
import { toTimestamp } from '../state/world.ts'
import { connection } from './connection.ts'
import { mergeQueueOf } from './merge-queue-types.ts'
import { stateOf } from './repository-types.ts'
import { type Args, type Context, listArg, requireAny, resolve, type TypeResolvers } from './resolver.ts'
import { actorOrNull, commitSource, ownerSource, type PullRequestCommitSource, refSource } from './sources.ts'

const changeTypes = { added: 'ADDED', removed: 'DELETED', modified: 'MODIFIED', renamed: 'RENAMED' } as const

/** Pull requests with what people did to them. */
export const pullRequestTypes: readonly TypeResolvers[] = [
  resolve<PullRequest>('PullRequest', {
    ...plainFields(),
    ...branchFields(),
    ...connectionFields(),
  }),
  resolve<PullRequestCommitSource>('PullRequestCommit', {
    id: ({ pull, commit }) => `PURC_${pull.id}_${commit.sha}`,
    commit: ({ pull, commit }) => commitSource(pull.repository, commit.sha),
    pullRequest: ({ pull }) => pull,
    url: ({ pull, commit }) => `${pageOf(pull)}/commits/${commit.sha}`,
  }),
  resolve<Review>('PullRequestReview', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    fullDatabaseId: ({ id }) => String(id),
    author: ({ author }) => actorOrNull(author),
    authorAssociation: ({ author, pullRequest }) => association(pullRequest.repository, author),
    authorCanPushToRepository: ({ author, pullRequest }) => pullRequest.repository.canWrite(author),
    body: ({ body }) => body,
    state: ({ state }) => state,
    submittedAt: ({ submittedAt }) => toTimestamp(submittedAt),
    createdAt: ({ submittedAt }) => toTimestamp(submittedAt),
    updatedAt: ({ updatedAt }) => toTimestamp(updatedAt),
    commit: ({ commitSha, pullRequest }) => commitSource(pullRequest.repository, commitSha),
    pullRequest: ({ pullRequest }) => pullRequest,
    url: ({ id, pullRequest }) => `${pageOf(pullRequest)}#pullrequestreview-${id}`,
  }),
  resolve<FileChange>('PullRequestChangedFile', {
    path: ({ path }) => path,
    additions: ({ additions }) => additions,
    deletions: ({ deletions }) => deletions,
    changeType: ({ status }) => changeTypes[status],
  }),
  resolve<IssueComment>('IssueComment', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    fullDatabaseId: ({ id }) => String(id),
    author: ({ author }) => actorOrNull(author),
    body: ({ body }) => body,
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    updatedAt: ({ updatedAt }) => toTimestamp(updatedAt),
    url: ({ id, pullRequest }) => `${pageOf(pullRequest)}#issuecomment-${id}`,
    viewerDidAuthor: ({ author }, _args, { world }) => author === world.app.bot,
    isMinimized: () => false,
  }),
  ...timelineTypes(),
]

type PullFields = Readonly<Record<string, (pull: PullRequest, args: Args, context: Context) => unknown>>

function pageOf({ repository, number }: PullRequest): string {
  return `${repository.world.origin}/${repository.fullName}/pull/${number}`
}

function plainFields(): PullFields {
  return {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    fullDatabaseId: ({ id }) => String(id),
    number: ({ number }) => number,
    title: ({ title }) => title,
    body: ({ body }) => body ?? '',
    url: pageOf,
    resourcePath: ({ repository, number }) => `/${repository.fullName}/pull/${number}`,
    state: stateOf,
    isDraft: ({ draft }) => draft,
    closed: ({ state }) => state === 'closed',
    closedAt: ({ closedAt }) => closedAt && toTimestamp(closedAt),
    merged: ({ merged }) => merged !== null,
    mergedAt: ({ merged }) => merged && toTimestamp(merged.at),
    mergedBy: ({ merged }) => actorOrNull(merged?.by ?? null),
    mergeCommit: ({ merged, repository }) => merged && commitSource(repository, merged.commitSha),
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    updatedAt: ({ updatedAt }) => toTimestamp(updatedAt),
    author: ({ author }) => actorOrNull(author),
    authorAssociation: ({ author, repository }) => association(repository, author),
    repository: ({ repository }) => repository,
    additions: (pull) => pull.files().reduce((sum, file) => sum + file.additions, 0),
    deletions: (pull) => pull.files().reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: (pull) => pull.files().length,
    locked: () => false,
    reviewDecision,
    isInMergeQueue: (pull) => pull.repository.mergeQueue.entryOf(pull) !== undefined,
    mergeQueueEntry: (pull, _args, context) => {
      requireAny(context, pull.repository, ['merge_queues:read'])
      return pull.repository.mergeQueue.entryOf(pull) ?? null
    },
    mergeQueue: ({ repository, baseBranch }, _args, context) => mergeQueueOf(repository, baseBranch, context),
    mergeable: (pull) => (hasConflicts(pull) ? 'CONFLICTING' : 'MERGEABLE'),
    mergeStateStatus: (pull) => {
      if (hasConflicts(pull)) return 'DIRTY'
      if (pull.draft) return 'DRAFT'
      return ruleObstacles(pull).length > 0 ? 'BLOCKED' : 'CLEAN'
    },
  }
}

function branchFields(): PullFields {
  return {
    baseRefName: ({ baseBranch }) => baseBranch,
    baseRefOid: ({ baseSha }) => baseSha,
    baseRef: ({ repository, baseBranch }) => refSource(repository, baseBranch),
    baseRepository: ({ repository }) => repository,
    headRefName: ({ headBranch }) => headBranch,
    headRefOid: ({ headSha }) => headSha,
    headRef: ({ headRepository, headBranch }) => refSource(headRepository, headBranch),
    headRepository: ({ headRepository }) => headRepository,
    headRepositoryOwner: ({ headRepository }) => ownerSource(headRepository),
    isCrossRepository: ({ crossRepository }) => crossRepository,
  }
}

function connectionFields(): PullFields {
  return {
    labels: (pull, args) => connection(pull.labels, args, { name: 'labels' }),
    commits: (pull, args) => {
      const commits = pull
        .commits()
        .map((commit): PullRequestCommitSource => ({ __typename: 'PullRequestCommit', pull, commit }))
      return connection(commits, args, { name: 'commits' })
    },
    reviews: (pull, args) => {
      const states = listArg(args, 'states')
      const reviews = pull.reviews.filter(({ state }) => states === undefined || states.includes(state))
      return connection(reviews, args, { name: 'reviews' })
    },
    latestReviews: (pull, args) => connection(lastReviews(pull), args, { name: 'latestReviews' }),
    latestOpinionatedReviews: (pull, args) =>
      connection(latestOpinions(pull.reviews), args, { name: 'latestOpinionatedReviews' }),
    files: (pull, args) => connection(pull.files(), args, { name: 'files' }),
    timelineItems: (pull, args) => {
      const wanted = listArg(args, 'itemTypes')?.map(typeNameOf)
      const items = pull.timeline.filter(({ kind }) => wanted?.includes(kind) ?? true)
      return connection(
        items.map((item) => item.details['review'] ?? { __typename: item.kind, item, pull }),
        args,
        { name: 'timelineItems' },
      )
    },
    comments: (pull, args, context) => {
      requireAny(context, pull.repository, ['issues:read', 'pull_requests:read'])
      return connection(pull.comments(), args, { name: 'comments' })
    },
    reviewRequests: (_pull, args) => connection([], args, { name: 'reviewRequests' }),
    reviewThreads: (_pull, args) => connection([], args, { name: 'reviewThreads' }),
    closingIssuesReferences: (_pull, args) => connection([], args, { name: 'closingIssuesReferences' }),
  }
}

const lastReviews = (pull: PullRequest): readonly Review[] => [
  ...new Map(pull.reviews.map((review) => [review.author, review])).values(),
]

/** Classic protection alone decides it: under rulesets it stays null even while a rule blocks. */
function reviewDecision(pull: PullRequest): string | null {
  const required = protectionOf(pull.repository, pull.baseBranch)?.requiredApprovals ?? null
  if (required === null) return null
  const counted = latestOpinions(pull.reviews).filter(({ author }) => pull.repository.canWrite(author))
  if (counted.some(({ state }) => state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  return counted.filter(({ state }) => state === 'APPROVED').length >= required ? 'APPROVED' : 'REVIEW_REQUIRED'
}

/** `HEAD_REF_FORCE_PUSHED_EVENT` names the type `HeadRefForcePushedEvent`. */
const typeNameOf = (itemType: string): string =>
  itemType
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('')

interface TimelineSource {
  readonly item: TimelineEvent
  readonly pull: PullRequest
}

function timelineTypes(): readonly TypeResolvers[] {
  const common: Readonly<Record<string, (source: TimelineSource) => unknown>> = {
    id: ({ item }) => item.id,
    actor: ({ item }) => actorOrNull(item.actor),
    createdAt: ({ item }) => toTimestamp(item.createdAt),
    pullRequest: ({ pull }) => pull,
  }
  const detail =
    (name: string) =>
    ({ item }: TimelineSource) =>
      item.details[name]
  const commit =
    (name: string) =>
    ({ item, pull }: TimelineSource) =>
      commitSource(pull.repository, String(item.details[name]))
  return [
    resolve('HeadRefForcePushedEvent', {
      ...common,
      beforeCommit: commit('before'),
      afterCommit: commit('after'),
      ref: ({ pull }: TimelineSource) => refSource(pull.headRepository, pull.headBranch),
    }),
    resolve('BaseRefChangedEvent', {
      ...common,
      previousRefName: detail('previousRefName'),
      currentRefName: detail('currentRefName'),
    }),
    resolve('AutomaticBaseChangeSucceededEvent', {
      ...common,
      oldBase: detail('oldBase'),
      newBase: detail('newBase'),
    }),
    resolve('RenamedTitleEvent', {
      ...common,
      previousTitle: detail('previousTitle'),
      currentTitle: detail('currentTitle'),
    }),
    resolve('MergedEvent', { ...common, commit: commit('commitSha') }),
    resolve('LabeledEvent', { ...common, label: detail('label'), labelable: ({ pull }: TimelineSource) => pull }),
    resolve('UnlabeledEvent', { ...common, label: detail('label'), labelable: ({ pull }: TimelineSource) => pull }),
    resolve('ClosedEvent', common),
    resolve('ReopenedEvent', common),
  ]
}

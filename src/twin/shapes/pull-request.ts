import type { Account } from '../state/account.ts'
import { hasConflicts, ruleObstacles } from '../state/merge.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Label } from '../state/label.ts'
import type { Repository } from '../state/repository.ts'
import type { Review } from '../state/review.ts'
import { toTimestamp } from '../state/world.ts'
import { accountJson } from './account.ts'
import { htmlUrl, type Json } from './json.ts'
import { repositoryJson, repositoryPage, repositoryUrl } from './repository.ts'

/** A pull request as lists show it. */
export function pullRequestJson(pull: PullRequest): Json {
  const { repository, number } = pull
  return {
    ...links(pull),
    id: pull.id,
    node_id: pull.nodeId,
    number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: accountJson(repository.world, pull.author),
    body: pull.body,
    labels: pull.labels.map((label) => labelJson(repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: toTimestamp(pull.createdAt),
    updated_at: toTimestamp(pull.updatedAt),
    closed_at: pull.closedAt && toTimestamp(pull.closedAt),
    merged_at: pull.merged && toTimestamp(pull.merged.at),
    merge_commit_sha: pull.merged?.commitSha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: endJson(pull.headRepository, pull.headBranch, pull.headSha),
    base: endJson(repository, pull.baseBranch, pull.baseSha),
    author_association: association(repository, pull.author),
    auto_merge: null,
    draft: pull.draft,
  }
}

/** A pull request as `GET` of one and webhooks show it: with counts and whether it can be merged. */
export function pullRequestFullJson(pull: PullRequest): Json {
  const files = pull.files()
  const conflicts = pull.state === 'open' && hasConflicts(pull)
  return {
    ...pullRequestJson(pull),
    merged: pull.merged !== null,
    mergeable: pull.state === 'open' ? !conflicts : null,
    rebaseable: pull.state === 'open' ? !conflicts : null,
    mergeable_state: mergeableState(pull),
    merged_by: pull.merged && accountJson(pull.repository.world, pull.merged.by),
    comments: pull.comments().length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pull.commits().length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  }
}

function mergeableState(pull: PullRequest): string {
  if (pull.state === 'closed') return 'unknown'
  if (hasConflicts(pull)) return 'dirty'
  if (pull.draft) return 'draft'
  return ruleObstacles(pull).length > 0 ? 'blocked' : 'clean'
}

function links(pull: PullRequest): Json {
  const { repository, number } = pull
  const url = repositoryUrl(repository, `/pulls/${number}`)
  const issue = repositoryUrl(repository, `/issues/${number}`)
  const page = repositoryPage(repository, `/pull/${number}`)
  const all = {
    html: page,
    issue,
    commits: `${url}/commits`,
    review_comments: `${url}/comments`,
    review_comment: repositoryUrl(repository, '/pulls/comments{/number}'),
    comments: `${issue}/comments`,
    statuses: repositoryUrl(repository, `/statuses/${pull.headSha}`),
  }
  return {
    ...Object.fromEntries(Object.entries(all).map(([name, href]) => [`${name}_url`, href])),
    url,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    _links: Object.fromEntries(Object.entries({ ...all, self: url }).map(([name, href]) => [name, { href }])),
  }
}

const endJson = (repository: Repository, ref: string, sha: string): Json => ({
  label: `${repository.owner.login}:${ref}`,
  ref,
  sha,
  user: accountJson(repository.world, repository.owner),
  repo: repositoryJson(repository),
})

/** A pull request as check runs name it. */
export function pullRequestMinimalJson(pull: PullRequest): Json {
  const end = (repository: Repository, ref: string, sha: string): Json => ({
    ref,
    sha,
    repo: { id: repository.id, url: repositoryUrl(repository), name: repository.name },
  })
  return {
    url: repositoryUrl(pull.repository, `/pulls/${pull.number}`),
    id: pull.id,
    number: pull.number,
    head: end(pull.headRepository, pull.headBranch, pull.headSha),
    base: end(pull.repository, pull.baseBranch, pull.baseSha),
  }
}

export const labelJson = (repository: Repository, label: Label): Json => ({
  id: label.id,
  node_id: label.nodeId,
  url: repositoryUrl(repository, `/labels/${encodeURIComponent(label.name)}`),
  name: label.name,
  description: label.description,
  color: label.color,
  default: false,
})

/** A review. Of a deleted account, the user is null. */
export function reviewJson(review: Review): Json {
  const { pullRequest, id } = review
  const { repository, number } = pullRequest
  const html = htmlUrl(repository.world, `/${repository.fullName}/pull/${number}#pullrequestreview-${id}`)
  const pullUrl = repositoryUrl(repository, `/pulls/${number}`)
  return {
    id,
    node_id: review.nodeId,
    user: review.author.deleted ? null : accountJson(repository.world, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: toTimestamp(review.submittedAt),
    commit_id: review.commitSha,
    author_association: association(repository, review.author),
  }
}

export function association(repository: Repository, account: Account): string {
  if (account.deleted) return 'NONE'
  if (account === repository.owner) return 'OWNER'
  if (repository.organization?.members.has(account)) return 'MEMBER'
  return repository.collaborators.has(account) ? 'COLLABORATOR' : 'NONE'
}

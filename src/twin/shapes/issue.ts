import { nodeIdOf } from '../state/ids.ts'
import type { Issue } from '../state/issue.ts'
import type { IssueComment, Reaction } from '../state/issue-comment.ts'
import type { PullRequest } from '../state/pull-request.ts'
import { toTimestamp, type World } from '../state/world.ts'
import { accountJson, appJson } from './account.ts'
import type { Json } from './json.ts'
import { association, labelJson } from './pull-request.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket'] as const

export function issueCommentJson(comment: IssueComment): Json {
  const { pullRequest, id, author, app } = comment
  const { repository, number } = pullRequest
  const url = repositoryUrl(repository, `/issues/comments/${id}`)
  return {
    id,
    node_id: comment.nodeId,
    url,
    html_url: repositoryPage(repository, `/pull/${number}#issuecomment-${id}`),
    issue_url: repositoryUrl(repository, `/issues/${number}`),
    body: comment.body,
    user: accountJson(repository.world, author),
    created_at: toTimestamp(comment.createdAt),
    updated_at: toTimestamp(comment.updatedAt),
    author_association: association(repository, author),
    performed_via_github_app: app && appJson(repository.world, app),
    reactions: rollup(`${url}/reactions`, comment.reactions),
  }
}

export const reactionJson = (world: World, reaction: Reaction): Json => ({
  id: reaction.id,
  node_id: reaction.nodeId,
  user: accountJson(world, reaction.by),
  content: reaction.content,
  created_at: toTimestamp(reaction.createdAt),
})

/** An issue as webhooks carry it. */
export const issueJson = (issue: Issue): Json => ({
  ...sharedJson(issue, 'issues'),
  state_reason: issue.stateReason,
  comments: 0,
  labels: [],
  type: issue.type === null ? null : issueTypeJson(issue, issue.type),
})

/** `GET /repos/{owner}/{repo}/issues/{issue_number}` says who closed it, too. */
export const issueFullJson = (issue: Issue): Json => ({
  ...issueJson(issue),
  closed_by: issue.closedBy && accountJson(issue.repository.world, issue.closedBy),
})

/** A pull request seen as an issue, as `issue_comment` carries it. */
export function pullAsIssueJson(pull: PullRequest): Json {
  const { repository, number } = pull
  const page = repositoryPage(repository, `/pull/${number}`)
  return {
    ...sharedJson(pull, 'pull'),
    state_reason: null,
    comments: pull.comments().length,
    labels: pull.labels.map((label) => labelJson(repository, label)),
    draft: pull.draft,
    pull_request: {
      url: repositoryUrl(repository, `/pulls/${number}`),
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull.merged && toTimestamp(pull.merged.at),
    },
  }
}

/** A type as the organization has it: one number per name. */
export function issueTypeJson({ repository }: Issue, name: string): Json {
  const id = [...Buffer.from(name)].reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7)
  const createdAt = toTimestamp(repository.createdAt)
  return {
    id,
    node_id: nodeIdOf('IT', id),
    name,
    description: null,
    color: null,
    created_at: createdAt,
    updated_at: createdAt,
    is_enabled: true,
  }
}

/** What issues and pull requests say alike. */
function sharedJson(item: Issue | PullRequest, folder: 'issues' | 'pull'): Json {
  const { repository, number } = item
  const url = repositoryUrl(repository, `/issues/${number}`)
  return {
    id: item.id,
    node_id: item.nodeId,
    url,
    repository_url: repositoryUrl(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: repositoryPage(repository, `/${folder}/${number}`),
    number,
    title: item.title,
    user: accountJson(repository.world, item.author),
    state: item.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    created_at: toTimestamp(item.createdAt),
    updated_at: toTimestamp(item.updatedAt),
    closed_at: item.closedAt && toTimestamp(item.closedAt),
    author_association: association(repository, item.author),
    active_lock_reason: null,
    body: item.body,
    reactions: rollup(`${url}/reactions`, []),
    performed_via_github_app: null,
  }
}

function rollup(url: string, reactions: readonly Reaction[]): Json {
  const count = (content: string): number => reactions.filter((reaction) => reaction.content === content).length
  const counts = Object.fromEntries(contents.map((content) => [content, count(content)]))
  return { url, total_count: reactions.length, ...counts }
}

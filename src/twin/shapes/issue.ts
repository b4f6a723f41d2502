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

/** A pull request seen as an issue, as `issue_comment` carries it. */
export function issueJson(pull: PullRequest): Json {
  const { repository, number } = pull
  const url = repositoryUrl(repository, `/issues/${number}`)
  const pullUrl = repositoryUrl(repository, `/pulls/${number}`)
  const page = repositoryPage(repository, `/pull/${number}`)
  return {
    id: pull.id,
    node_id: pull.nodeId,
    url,
    repository_url: repositoryUrl(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: page,
    number,
    title: pull.title,
    user: accountJson(repository.world, pull.author),
    labels: pull.labels.map((label) => labelJson(repository, label)),
    state: pull.state,
    state_reason: null,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: pull.comments().length,
    created_at: toTimestamp(pull.createdAt),
    updated_at: toTimestamp(pull.updatedAt),
    closed_at: pull.closedAt && toTimestamp(pull.closedAt),
    author_association: association(repository, pull.author),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: pullUrl,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull.merged && toTimestamp(pull.merged.at),
    },
    body: pull.body,
    reactions: rollup(`${url}/reactions`, []),
    performed_via_github_app: null,
  }
}

function rollup(url: string, reactions: readonly Reaction[]): Json {
  const count = (content: string): number => reactions.filter((reaction) => reaction.content === content).length
  const counts = Object.fromEntries(contents.map((content) => [content, count(content)]))
  return { url, total_count: reactions.length, ...counts }
}

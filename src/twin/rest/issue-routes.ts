import { forbidden, notFound, Refusal } from '../refusal.ts'
import { issueCommentJson, issueFullJson, pullAsIssueJson, reactionJson } from '../shapes/issue.ts'
import { apiUrl } from '../shapes/json.ts'
import { labelJson } from '../shapes/pull-request.ts'
import { nodeIdOf } from '../state/ids.ts'
import type { Issue } from '../state/issue.ts'
import type { IssueComment } from '../state/issue-comment.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { listed } from './pages.ts'
import { pullOf } from './pull-routes.ts'
import { covers, holds, type Need } from '../installation-tokens.ts'
import { type Answer, created, type InstallationCall, numberOf, ok, repositoryRoute, type Route } from './route.ts'

const reading: readonly Need[] = ['issues:read', 'pull_requests:read']
const writing: readonly Need[] = ['issues:write', 'pull_requests:write']

/** Issues, and the conversation of a pull request: comments, reactions, labels. */
export const issueRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/issues/{issue_number}', reading, readIssue),
  repositoryRoute('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', reading, (call, repository) => {
    const { since } = call.query
    const from = since === undefined ? undefined : new Date(since)
    const comments = issueOf(call, repository)
      .comments()
      .filter(({ updatedAt }) => from === undefined || updatedAt >= from)
    return listed(call, comments, issueCommentJson)
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', writing, (call, repository) => {
    const { app } = call.world
    const comment = issueOf(call, repository).comment({ by: app.bot, body: String(call.body['body']), app })
    return created(issueCommentJson(comment))
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', reading, (call, repository) =>
    ok(issueCommentJson(commentOf(call, repository))),
  ),
  repositoryRoute('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', writing, (call, repository) => {
    const comment = commentOf(call, repository)
    if (comment.app !== call.world.app) throw forbidden()
    comment.pullRequest.editComment(comment, String(call.body['body']), call.world.app.bot)
    return ok(issueCommentJson(comment))
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', writing, react),
  repositoryRoute('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', writing, (call, repository) => {
    const pull = issueOf(call, repository)
    for (const name of labelNames(call.body)) pull.label(name, call.world.app.bot)
    return labelsOf(call, pull)
  }),
  repositoryRoute('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', writing, (call, repository) => {
    const pull = issueOf(call, repository)
    const label = pull.labels.find(({ name }) => name === call.params['name'])
    if (!label) throw notFound('Label does not exist')
    pull.unlabel(label.name, call.world.app.bot)
    return labelsOf(call, pull)
  }),
]

/** To GitHub every pull request is an issue as well. */
function readIssue(call: InstallationCall, repository: Repository): Answer {
  const number = numberOf(call.params['issue_number'])
  const pull = repository.pulls.get(number)
  if (pull) return ok(pullAsIssueJson(pull))
  const issue = repository.issues.get(number)
  if (!issue) throw notFound()
  if (!holds(call.grant, ['issues:read'])) throw forbidden()
  return fateOf(call, issue)
}

/** What is left of an issue that is gone is shown to those alone who may see where it went. */
function fateOf({ grant, world }: InstallationCall, issue: Issue): Answer {
  const { fate } = issue
  switch (fate.kind) {
    case 'here':
      return ok(issueFullJson(issue))
    case 'deleted':
      throw new Refusal(410, { message: 'This issue was deleted' })
    case 'transferred': {
      const { repository, number } = fate.to
      if (repository.private && !covers(grant, repository)) throw notFound()
      const url = apiUrl(world, `/repositories/${repository.id}/issues/${number}`)
      throw new Refusal(301, { message: 'Moved Permanently', url }, { location: url })
    }
  }
}

const issueOf = ({ params }: InstallationCall, repository: Repository): PullRequest =>
  pullOf(repository, params['issue_number'])

const labelsOf = (call: InstallationCall, pull: PullRequest): Answer =>
  listed(call, pull.labels, (label) => labelJson(pull.repository, label))

/** GitHub takes an array, or an object with `labels` of names or of objects with `name`. */
function labelNames(body: unknown): readonly string[] {
  const inner: unknown = Array.isArray(body) ? body : (body as { readonly labels?: unknown }).labels
  const list: readonly unknown[] = Array.isArray(inner) ? inner : []
  return list.map((label) => (typeof label === 'string' ? label : (label as { readonly name: string }).name))
}

function commentOf({ params }: InstallationCall, repository: Repository): IssueComment {
  const id = numberOf(params['comment_id'])
  for (const pull of repository.pulls.values()) {
    const comment = pull.comments().find((candidate) => candidate.id === id)
    if (comment) return comment
  }
  throw notFound()
}

/** The same reaction twice is one reaction: 200 instead of 201. */
function react(call: InstallationCall, repository: Repository): Answer {
  const comment = commentOf(call, repository)
  const { world } = call
  const content = String(call.body['content'])
  const known = comment.reactions.find((reaction) => reaction.content === content && reaction.by === world.app.bot)
  if (known) return ok(reactionJson(world, known))
  const id = world.ids.next()
  const reaction = { id, nodeId: nodeIdOf('REA', id), content, by: world.app.bot, createdAt: world.now() }
  comment.reactions.push(reaction)
  return created(reactionJson(world, reaction))
}

import { notFound, Refusal, unprocessable } from '../refusal.ts'
import { commitJson, fileJson } from '../shapes/commit.ts'
import { pullRequestFullJson, pullRequestJson, reviewJson } from '../shapes/pull-request.ts'
import { MergeRefused } from '../state/merge.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { listed } from './pages.ts'
import { type Answer, created, type InstallationCall, numberOf, ok, repositoryRoute, type Route } from './route.ts'

const mostListedCommits = 250
const mostListedFiles = 3000

/** Pull requests, their commits, files and reviews. */
export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/pulls', ['pull_requests:read'], listPulls),
  repositoryRoute('POST /repos/{owner}/{repo}/pulls', ['pull_requests:write'], openPull),
  pullRoute('GET', '', (_call, pull) => ok(pullRequestFullJson(pull))),
  pullRoute('PATCH', '', editPull),
  pullRoute('GET', '/commits', (call, pull) =>
    listed(call, pull.commits().slice(-mostListedCommits), (commit) => commitJson(pull.repository, commit)),
  ),
  pullRoute('GET', '/files', (call, pull) =>
    listed(call, pull.files().slice(0, mostListedFiles), (file) => fileJson(pull.repository, file, pull.headSha)),
  ),
  pullRoute('GET', '/reviews', (call, pull) => listed(call, pull.reviews, reviewJson)),
  pullRoute('POST', '/reviews', (call, pull) => {
    const { event, body, commit_id: commitSha } = call.body
    const state = stateOf(event)
    const by = call.world.app.bot
    if (by === pull.author && state !== 'comment') throw unprocessable('Can not approve your own pull request')
    const review = pull.review({ by, state, body: text(body), commitSha: text(commitSha, pull.headSha) })
    return ok(reviewJson(review))
  }),
  pullRoute('PUT', '/reviews/{review_id}/dismissals', (call, pull) => {
    const review = pull.reviews.find(({ id }) => id === numberOf(call.params['review_id']))
    if (!review) throw notFound()
    pull.dismiss(review, call.world.app.bot)
    return ok(reviewJson(review))
  }),
  pullRoute('PUT', '/merge', mergePull),
]

/** An operation on one pull request. */
function pullRoute(method: string, rest: string, answer: (call: InstallationCall, pull: PullRequest) => Answer): Route {
  const level = method === 'GET' ? 'read' : 'write'
  const needs = rest === '/merge' ? (['contents:write'] as const) : ([`pull_requests:${level}`] as const)
  return repositoryRoute(`${method} /repos/{owner}/{repo}/pulls/{pull_number}${rest}`, needs, (call, repository) =>
    answer(call, pullOf(repository, call.params['pull_number'])),
  )
}

export function pullOf(repository: Repository, number: string | undefined): PullRequest {
  const pull = repository.pulls.get(numberOf(number))
  if (!pull) throw notFound()
  return pull
}

const text = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback)

function stateOf(event: unknown): 'approve' | 'request-changes' | 'comment' {
  if (event === 'APPROVE') return 'approve'
  return event === 'REQUEST_CHANGES' ? 'request-changes' : 'comment'
}

function listPulls(call: InstallationCall, repository: Repository): Answer {
  const { state = 'open', head, base, sort = 'created', direction } = call.query
  const pulls = [...repository.pulls.values()]
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === undefined || pull.baseBranch === base)
    .filter((pull) => head === undefined || head === `${pull.headRepository.owner.login}:${pull.headBranch}`)
    .sort((one, other) => time(one, sort) - time(other, sort) || one.number - other.number)
  const ascending = direction === 'asc' || (direction === undefined && sort !== 'created')
  return listed(call, ascending ? pulls : pulls.reverse(), pullRequestJson)
}

const time = (pull: PullRequest, sort: string): number =>
  (sort === 'updated' ? pull.updatedAt : pull.createdAt).getTime()

function openPull(call: InstallationCall, repository: Repository): Answer {
  const { title, head, base, body, draft } = call.body
  try {
    const pull = repository.openPullRequest({
      title: text(title),
      head: text(head),
      base: text(base),
      body: typeof body === 'string' ? body : null,
      draft: draft === true,
      by: call.world.app.bot,
    })
    return created(pullRequestFullJson(pull))
  } catch (error) {
    throw unprocessable('Validation Failed', [error instanceof Error ? error.message : 'head or base is invalid'])
  }
}

function editPull(call: InstallationCall, pull: PullRequest): Answer {
  const { title, body, base, state } = call.body
  const by = call.world.app.bot
  const edit = {
    ...(typeof title === 'string' && { title }),
    ...(typeof body === 'string' && { body }),
    ...(typeof base === 'string' && { base }),
  }
  if (Object.keys(edit).length > 0) pull.edit(edit, by)
  if (state === 'closed' && pull.state === 'open') pull.close(by)
  if (state === 'open' && pull.state === 'closed') pull.reopen(by)
  return ok(pullRequestFullJson(pull))
}

/** The app merges by itself: as an account that can write. */
function mergePull(call: InstallationCall, pull: PullRequest): Answer {
  const { sha, merge_method: wanted } = call.body
  if (typeof sha === 'string' && sha !== pull.headSha)
    throw new Refusal(409, { message: 'Head branch was modified. Review and try the merge again.' })
  const method = wanted === 'squash' || wanted === 'rebase' ? wanted : 'merge'
  const { bot } = call.world.app
  try {
    pull.repository.collaborators.set(bot, 'write')
    const commit = pull.merge({ by: bot, method })
    return ok({ sha: commit.sha, merged: true, message: 'Pull Request successfully merged' })
  } catch (error) {
    if (error instanceof MergeRefused) throw new Refusal(405, { message: error.obstacles.join(' ') })
    throw error
  } finally {
    pull.repository.collaborators.delete(bot)
  }
}

import { notFound, Refusal, unprocessable } from '../refusal.ts'
import { commitJson, fileJson, statusJson } from '../shapes/commit.ts'
import { pullRequestJson } from '../shapes/pull-request.ts'
import { repositoryJson, repositoryPage, repositoryUrl } from '../shapes/repository.ts'
import type { Commit } from '../state/commit-graph.ts'
import type { CommitStatus, StatusState } from '../state/commit-status.ts'
import { type FileChange, fileChanges } from '../state/diff.ts'
import { gitDiff } from '../state/git-diff.ts'
import type { Repository } from '../state/repository.ts'
import { listed, page } from './pages.ts'
import { type Answer, created, type InstallationCall, ok, repositoryRoute, type Route } from './route.ts'

const mostComparedCommits = 250
const mostComparedFiles = 300

/** Commits, what lies between two of them, their pull requests and statuses. */
export const commitRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/commits', ['contents:read'], listCommits),
  repositoryRoute('GET /repos/{owner}/{repo}/commits/{ref}', ['contents:read'], (call, repository) => {
    const commit = commitOf(repository, call.params['ref'])
    const files = filesOf(repository, commit.parents[0], commit.sha)
    const sum = (count: (file: FileChange) => number): number => files.reduce((total, file) => total + count(file), 0)
    const [additions, deletions] = [sum((file) => file.additions), sum((file) => file.deletions)]
    return ok({
      ...commitJson(repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: files.map((file) => fileJson(repository, file, commit.sha)),
    })
  }),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    ['pull_requests:read'],
    (call, repository) => {
      const { sha } = commitOf(repository, call.params['commit_sha'])
      const pulls = [...repository.pulls.values()].filter(
        (pull) => pull.merged?.commitSha === sha || pull.commits().some((commit) => commit.sha === sha),
      )
      return listed(call, pulls, pullRequestJson)
    },
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/compare/{basehead}', ['contents:read'], compare),
  repositoryRoute('GET /repos/{owner}/{repo}/commits/{ref}/status', ['statuses:read'], combinedStatus),
  repositoryRoute('POST /repos/{owner}/{repo}/statuses/{sha}', ['statuses:write'], (call, repository) => {
    const { state, context, description, target_url: targetUrl } = call.body
    const status = repository.externalStatus({
      sha: commitOf(repository, call.params['sha']).sha,
      state: state as StatusState,
      context: typeof context === 'string' ? context : 'default',
      description: typeof description === 'string' ? description : null,
      targetUrl: typeof targetUrl === 'string' ? targetUrl : null,
      by: call.world.app.bot,
    })
    return created(statusJson(status))
  }),
]

/** The commit of a ref, or GitHub's 422 for one that is not there. */
export function commitOf(repository: Repository, reference = ''): Commit {
  const commit = repository.resolve(reference)
  if (!commit) throw unprocessable(`No commit found for SHA: ${reference}`)
  return commit
}

/** Newest first, whichever parent they are reached through. */
function listCommits(call: InstallationCall, repository: Repository): Answer {
  const { sha, path, since, until, author } = call.query
  const head = repository.resolve(sha ?? 'HEAD')
  if (!head) throw notFound(`No commit found for SHA: ${sha ?? ''}`)
  const all = history(repository, head.sha)
    .filter(({ committer }) => since === undefined || committer.date >= since)
    .filter(({ committer }) => until === undefined || committer.date <= until)
    .filter((commit) => author === undefined || repository.world.accountOf(commit.author)?.login === author)
    .filter((commit) => path === undefined || touches(repository, commit, path))
  return listed(call, all, (commit) => commitJson(repository, commit))
}

const history = (repository: Repository, head: string): readonly Commit[] =>
  [...repository.graph.ancestors(head)]
    .map((sha) => repository.graph.get(sha))
    .sort((one, other) => (one.committer.date < other.committer.date ? 1 : -1))

const touches = (repository: Repository, { sha, parents }: Commit, path: string): boolean =>
  filesOf(repository, parents[0], sha).some((file) => file.path === path || file.path.startsWith(`${path}/`))

function filesOf(repository: Repository, before: string | undefined, after: string): readonly FileChange[] {
  const { graph } = repository
  return fileChanges(graph, before === undefined ? new Map() : graph.get(before).tree, graph.get(after).tree)
}

function compare(call: InstallationCall, repository: Repository): Answer {
  const basehead = call.params['basehead'] ?? ''
  const [from = '', to = ''] = basehead.split('...')
  const [base, head] = [compared(repository, from), compared(repository, to)]
  const { graph } = repository
  const mergeBase = graph.mergeBase(base.sha, head.sha)
  if (mergeBase === undefined) throw notFound(`No common ancestor between ${from} and ${to}.`)
  const files = filesOf(repository, mergeBase, head.sha)
  if (asksForDiff(call)) return diffAnswer(call, repository, files)
  const ahead = graph.between(base.sha, head.sha)
  const behind = graph.between(head.sha, base.sha)
  const { items, headers, current } = page(call, ahead, mostComparedCommits)
  const html = repositoryPage(repository, `/compare/${basehead}`)
  const body = {
    url: repositoryUrl(repository, `/compare/${basehead}`),
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitJson(repository, base),
    merge_base_commit: commitJson(repository, graph.get(mergeBase)),
    status: standing(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: items.map((commit) => commitJson(repository, commit)),
    files: current > 1 ? [] : files.slice(0, mostComparedFiles).map((file) => fileJson(repository, file, head.sha)),
  }
  return { status: 200, body, headers }
}

/** One end of a comparison; `owner:branch` names a branch of a fork. */
function compared(repository: Repository, end: string): Commit {
  const [branch = '', owner] = end.split(':').reverse()
  const home = owner === undefined ? repository : repository.family.find((one) => one.owner.login === owner)
  const commit = home?.resolve(branch)
  if (!commit) throw notFound()
  return commit
}

const asksForDiff = ({ accept }: InstallationCall): boolean => /application\/vnd\.github\.(?:v3\.)?diff/.test(accept)

/** The comparison as `git diff` prints it, or GitHub's refusal of one too large. */
function diffAnswer(call: InstallationCall, { graph }: Repository, files: readonly FileChange[]): Answer {
  const { diffFiles, diffLines } = call.allowance.limits
  if (files.length > diffFiles) throw tooLarge(`files (${diffFiles})`)
  const body = gitDiff(graph, files)
  if (body.split('\n').length - 1 > diffLines) throw tooLarge(`lines (${diffLines})`)
  return { status: 200, body, headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' } }
}

const tooLarge = (what: string): Refusal =>
  new Refusal(406, {
    message: `Sorry, the diff exceeded the maximum number of ${what}.`,
    errors: [{ resource: 'Comparison', field: 'diff', code: 'too_large' }],
  })

function standing(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

function combinedStatus(call: InstallationCall, repository: Repository): Answer {
  const { sha } = commitOf(repository, call.params['ref'])
  const latest = latestStatuses(repository, sha)
  const { items, headers } = page(call, latest)
  const url = repositoryUrl(repository, `/commits/${sha}`)
  const statuses = items.map((status) => {
    const { creator: _creator, ...simple } = statusJson(status)
    return simple
  })
  const body = {
    state: combinedState(latest),
    statuses,
    sha,
    total_count: latest.length,
    repository: repositoryJson(repository),
    commit_url: url,
    url: `${url}/status`,
  }
  return { status: 200, body, headers }
}

const latestStatuses = (repository: Repository, sha: string): readonly CommitStatus[] => [
  ...new Map(repository.statusesOf(sha).map((status) => [status.context, status])).values(),
]

function combinedState(statuses: readonly CommitStatus[]): string {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure'
  return statuses.length > 0 && statuses.every(({ state }) => state === 'success') ? 'success' : 'pending'
}

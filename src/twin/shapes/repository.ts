import type { Repository } from '../state/repository.ts'
import type { Activity } from '../state/push.ts'
import { toTimestamp } from '../state/world.ts'
import { accountJson } from './account.ts'
import { apiUrl, htmlUrl, type Json } from './json.ts'

const links: readonly (readonly [key: string, path: string])[] = [
  ['archive_url', '/{archive_format}{/ref}'],
  ['assignees_url', '/assignees{/user}'],
  ['blobs_url', '/git/blobs{/sha}'],
  ['branches_url', '/branches{/branch}'],
  ['collaborators_url', '/collaborators{/collaborator}'],
  ['comments_url', '/comments{/number}'],
  ['commits_url', '/commits{/sha}'],
  ['compare_url', '/compare/{base}...{head}'],
  ['contents_url', '/contents/{+path}'],
  ['contributors_url', '/contributors'],
  ['deployments_url', '/deployments'],
  ['downloads_url', '/downloads'],
  ['events_url', '/events'],
  ['forks_url', '/forks'],
  ['git_commits_url', '/git/commits{/sha}'],
  ['git_refs_url', '/git/refs{/sha}'],
  ['git_tags_url', '/git/tags{/sha}'],
  ['hooks_url', '/hooks'],
  ['issue_comment_url', '/issues/comments{/number}'],
  ['issue_events_url', '/issues/events{/number}'],
  ['issues_url', '/issues{/number}'],
  ['keys_url', '/keys{/key_id}'],
  ['labels_url', '/labels{/name}'],
  ['languages_url', '/languages'],
  ['merges_url', '/merges'],
  ['milestones_url', '/milestones{/number}'],
  ['notifications_url', '/notifications{?since,all,participating}'],
  ['pulls_url', '/pulls{/number}'],
  ['releases_url', '/releases{/id}'],
  ['stargazers_url', '/stargazers'],
  ['statuses_url', '/statuses/{sha}'],
  ['subscribers_url', '/subscribers'],
  ['subscription_url', '/subscription'],
  ['tags_url', '/tags'],
  ['teams_url', '/teams'],
  ['trees_url', '/git/trees{/sha}'],
]

export const repositoryUrl = (repository: Repository, path = ''): string =>
  apiUrl(repository.world, `/repos/${repository.fullName}${path}`)

export const repositoryPage = (repository: Repository, path = ''): string =>
  htmlUrl(repository.world, `/${repository.fullName}${path}`)

/** A repository as REST replies and webhooks show it. */
export function repositoryJson(repository: Repository): Json {
  const { world, id, nodeId, name, fullName } = repository
  const page = repositoryPage(repository)
  return {
    id,
    node_id: nodeId,
    name,
    full_name: fullName,
    owner: accountJson(world, repository.owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: page,
    description: null,
    fork: repository.parent !== null,
    url: repositoryUrl(repository),
    ...Object.fromEntries(links.map(([key, path]) => [key, repositoryUrl(repository, path)])),
    git_url: `git://127.0.0.1/${fullName}.git`,
    ssh_url: `git@127.0.0.1:${fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    size: 0,
    ...countsJson(repository),
    default_branch: repository.defaultBranch,
    is_template: false,
    topics: repository.topics,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: toTimestamp(repository.pushedAt),
    created_at: toTimestamp(repository.createdAt),
    updated_at: toTimestamp(repository.pushedAt),
  }
}

function countsJson({ pulls, issues }: Repository): Json {
  const here = [...issues.values()].filter(({ fate }) => fate.kind === 'here')
  const open = [...pulls.values(), ...here].filter(({ state }) => state === 'open').length
  const none = { forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0 }
  return { ...none, open_issues: open, open_issues_count: open }
}

/** `GET /repos/{owner}/{repo}` says a little more. */
export const repositoryFullJson = (repository: Repository): Json => ({
  ...repositoryJson(repository),
  network_count: 0,
  subscribers_count: 0,
  ...(repository.organization && { organization: accountJson(repository.world, repository.owner) }),
})

/** The five keys by which installation webhooks name a repository. */
export const repositoryBriefJson = ({ id, nodeId, name, fullName, private: isPrivate }: Repository): Json => ({
  id,
  node_id: nodeId,
  name,
  full_name: fullName,
  private: isPrivate,
})

export const activityJson = ({ id, repository, branch, before, after, by, type, at }: Activity): Json => ({
  id,
  node_id: `PSH_${id}`,
  before,
  after,
  ref: `refs/heads/${branch}`,
  timestamp: toTimestamp(at),
  activity_type: type,
  actor: accountJson(repository.world, by),
})

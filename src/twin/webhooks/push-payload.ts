import { accountJson } from '../shapes/account.ts'
import type { Json } from '../shapes/json.ts'
import { repositoryJson, repositoryPage } from '../shapes/repository.ts'
import { noreplyEmail } from '../state/account.ts'
import { type Commit, noCommit } from '../state/commit-graph.ts'
import { fileChanges } from '../state/diff.ts'
import type { Repository } from '../state/repository.ts'
import type { Push } from '../state/push.ts'

const mostCommits = 2048

/** The keys of a `push` webhook. Its timestamps of the repository are in seconds, unlike everywhere else. */
export function pushJson({ repository, branch, before, after, forced, by }: Push): Json {
  const deleted = after === noCommit
  const base = before === noCommit ? repository.head(repository.defaultBranch) : before
  const commits = deleted || base === after ? [] : repository.graph.between(base, after)
  const head = deleted ? null : repository.graph.get(after)
  return {
    ref: `refs/heads/${branch}`,
    before,
    after,
    base_ref: null,
    created: before === noCommit,
    deleted,
    forced,
    compare: repositoryPage(repository, `/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`),
    commits: commits.slice(-mostCommits).map((commit) => pushedCommitJson(repository, commit)),
    head_commit: head && pushedCommitJson(repository, head),
    pusher: { name: by.login, email: noreplyEmail(by) },
    repository: pushedRepositoryJson(repository),
  }
}

function pushedRepositoryJson(repository: Repository): Json {
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
  const owner = accountJson(repository.world, repository.owner)
  return {
    ...repositoryJson(repository),
    owner: { ...owner, name: repository.owner.login, email: null },
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
    ...(repository.organization && { organization: repository.owner.login }),
  }
}

function pushedCommitJson(repository: Repository, commit: Commit): Json {
  const { sha, treeSha, message, parents } = commit
  const parent = parents[0]
  const before = parent === undefined ? new Map<string, string>() : repository.graph.get(parent).tree
  const changes = fileChanges(repository.graph, before, commit.tree)
  const paths = (...statuses: readonly string[]): readonly string[] =>
    changes.filter(({ status }) => statuses.includes(status)).map(({ path }) => path)
  return {
    id: sha,
    tree_id: treeSha,
    distinct: true,
    message,
    timestamp: commit.author.date,
    url: repositoryPage(repository, `/commit/${sha}`),
    author: signedBy(repository, commit.author),
    committer: signedBy(repository, commit.committer),
    added: paths('added', 'renamed'),
    removed: [...paths('removed'), ...changes.flatMap(({ previousPath }) => previousPath ?? [])],
    modified: paths('modified'),
  }
}

function signedBy(repository: Repository, { name, email, date }: Commit['author']): Json {
  const account = repository.world.accountOf({ email })
  return { name, email, date, ...(account && { username: account.login }) }
}

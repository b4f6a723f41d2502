import { authorsOf } from '../state/authors.ts'
import type { Account, Authorship } from '../state/account.ts'
import type { Commit } from '../state/commit-graph.ts'
import type { Organization } from '../state/organization.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'

/** Things that GraphQL has a type for and the state keeps only inside others. */
export interface CommitSource {
  readonly __typename: 'Commit'
  readonly repository: Repository
  readonly commit: Commit
}

export interface RefSource {
  readonly __typename: 'Ref'
  readonly repository: Repository
  readonly name: string
}

export interface BlobSource {
  readonly __typename: 'Blob'
  readonly repository: Repository
  readonly sha: string
}

export interface TreeSource {
  readonly __typename: 'Tree'
  readonly repository: Repository
  readonly commit: Commit
  /** Empty for the root. */
  readonly path: string
}

export interface TreeEntrySource {
  readonly __typename: 'TreeEntry'
  readonly repository: Repository
  readonly path: string
  readonly sha: string
}

export interface PullRequestCommitSource {
  readonly __typename: 'PullRequestCommit'
  readonly pull: PullRequest
  readonly commit: Commit
}

export interface GitActorSource {
  readonly repository: Repository
  readonly name: string
  readonly email: string
  readonly date: string | null
}

export function commitSource(repository: Repository, sha: string): CommitSource | null {
  const commit = repository.graph.find(sha)
  return commit ? { __typename: 'Commit', repository, commit } : null
}

export const refSource = (repository: Repository, name: string): RefSource | null =>
  repository.branches.has(name) ? { __typename: 'Ref', repository, name } : null

export const actorsOf = ({ repository, commit }: CommitSource): readonly GitActorSource[] =>
  authorsOf(commit).map((author) => gitActor(repository, author, commit.author.date))

export const gitActor = (repository: Repository, { name, email }: Authorship, date: string | null): GitActorSource => ({
  repository,
  name,
  email,
  date,
})

/** A deleted account is no actor at all. */
export const actorOrNull = (account: Account | null): Account | null => (account?.deleted ? null : account)

/** The owner as its own type wants it: organizations are more than accounts. */
export const ownerSource = (repository: Repository): Organization | Account =>
  repository.organization ?? repository.owner

import type { Connection } from './change-nodes.ts'

const open = `
fragment Open on PullRequestConnection {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { number headRefOid updatedAt }
}`

/** Open pull requests of an owner's repositories, 50 repositories a page. */
export const openChangesOfOwnerQuery = `
query OpenChanges($owner: String!, $after: String) {
  repositoryOwner(login: $owner) {
    repositories(first: 50, after: $after, isArchived: false, ownerAffiliations: [OWNER]) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { databaseId name owner { login } pullRequests(first: 50, states: [OPEN]) { ...Open } }
    }
  }
}
${open}`

/** The open pull requests of one repository after those. */
export const openChangesOfRepositoryQuery = `
query OpenChangesOfRepository($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequests(first: 100, after: $after, states: [OPEN]) { ...Open } }
}
${open}`

export interface OpenNode {
  readonly number: number
  readonly headRefOid: string
  readonly updatedAt: string
}

export interface OpenRepositoryNode {
  readonly databaseId: number
  readonly name: string
  readonly owner: { readonly login: string }
  readonly pullRequests: Connection<OpenNode>
}

export interface OwnerAnswer {
  readonly repositoryOwner: { readonly repositories: Connection<OpenRepositoryNode> } | null
}

export interface RepositoryAnswer {
  readonly repository: { readonly pullRequests: Connection<OpenNode> } | null
}

/** The shapes in which GitHub's GraphQL API answers what change-query.ts asks. */

/** Nodes can be null where GitHub could not show one. */
export interface Connection<Node> {
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly nodes: readonly (Node | null)[] | null
}

export interface ActorNode {
  readonly __typename: string
  readonly login: string
  readonly databaseId?: number | null
  /** Of an enterprise account: the user it belongs to. */
  readonly user?: { readonly databaseId: number | null } | null
}

export interface SignatureNode {
  readonly name: string | null
  readonly email: string | null
  readonly user: { readonly databaseId: number | null; readonly login: string } | null
}

export interface CommitNode {
  readonly commit: {
    readonly oid: string
    readonly message: string
    readonly committedViaWeb: boolean
    readonly authors: { readonly totalCount: number; readonly nodes: readonly (SignatureNode | null)[] | null }
    readonly committer: SignatureNode | null
  }
}

export interface ReviewNode {
  readonly fullDatabaseId: string | number | null
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  readonly submittedAt: string | null
  readonly authorCanPushToRepository: boolean
  readonly author: ActorNode | null
  readonly commit: { readonly oid: string } | null
}

export interface FileNode {
  /** Of a renamed file the new one: GitHub does not say what it was called before. */
  readonly path: string
  readonly changeType: 'ADDED' | 'CHANGED' | 'COPIED' | 'DELETED' | 'MODIFIED' | 'RENAMED'
  readonly additions: number
  readonly deletions: number
}

export type CheckContextNode =
  | {
      readonly __typename: 'CheckRun'
      readonly databaseId: number
      readonly name: string
      readonly checkStatus: string
      readonly checkConclusion: string | null
      readonly checkSuite: { readonly app: { readonly databaseId: number; readonly slug: string } | null }
    }
  | {
      readonly __typename: 'StatusContext'
      readonly context: string
      readonly state: string
      readonly createdAt: string
      readonly creator: ActorNode | null
    }

export interface PostedCheckNode {
  readonly databaseId: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly externalId: string | null
  readonly startedAt: string | null
}

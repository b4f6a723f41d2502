import type {
  ActorNode,
  BaseChangesNode,
  BranchRulesNode,
  CheckContextNode,
  CommitNode,
  Connection,
  FileNode,
  LabelEventNode,
  OwnChecksNode,
  ReviewNode,
} from './change-nodes.ts'

/** What the queries about one change bring back. */

export interface ChangeAnswer {
  readonly repository: RepositoryNode | null
  readonly policyRepository: PolicyRepositoryNode | null
}

export interface RepositoryNode {
  readonly databaseId: number
  readonly name: string
  /** True for internal ones as well. */
  readonly isPrivate: boolean
  readonly owner: { readonly login: string }
  readonly repositoryTopics: { readonly nodes: readonly { readonly topic: { readonly name: string } }[] }
  readonly defaultBranchRef: { readonly name: string; readonly target: BaseCommitNode | null } | null
  readonly pullRequest: PullRequestNode | null
}

export interface PolicyRepositoryNode {
  readonly name: string
  readonly owner: { readonly login: string }
  readonly defaultBranchRef: { readonly target: PolicyCommitNode | null } | null
}

export interface PolicyCommitNode {
  readonly oid: string
  readonly file: TextFileNode | null
}

/** The commit whose files decide about a change: nothing in the head does. */
export interface BaseCommitNode extends PolicyCommitNode {
  readonly organizationPolicy: TextFileNode | null
  readonly ownersInGithub: TextFileNode | null
  readonly ownersInRoot: TextFileNode | null
  readonly ownersInDocs: TextFileNode | null
}

export interface TextFileNode {
  /** Without fields when it is a folder, null when it is a submodule. */
  readonly object: {
    readonly text?: string | null
    readonly isTruncated?: boolean
    readonly isBinary?: boolean | null
  } | null
}

export interface PullRequestNode {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED'
  readonly isDraft: boolean
  readonly isCrossRepository: boolean
  readonly createdAt: string
  readonly mergedAt: string | null
  readonly baseRefName: string
  readonly headRefName: string
  readonly headRefOid: string
  readonly author: ActorNode | null
  readonly mergedBy: ActorNode | null
  readonly mergeCommit: MergeCommitNode | null
  readonly labels: { readonly nodes: readonly { readonly name: string }[] } | null
  readonly timelineItems: { readonly nodes: readonly (LabelEventNode | null)[] | null }
  /** The last one alone. */
  readonly baseChanges: BaseChangesNode
  /** Changes of the base and reviews, in their order. */
  readonly reviewsAndBases: BaseChangesNode
  readonly baseRef: ({ readonly target: BaseCommitNode | null } & BranchRulesNode) | null
  readonly commits: Connection<CommitNode>
  readonly reviews: Connection<ReviewNode> | null
  readonly files: Connection<FileNode> | null
  readonly head: { readonly nodes: readonly { readonly commit: HeadNode }[] }
}

export interface MergeCommitNode {
  readonly oid: string
  readonly message: string
  readonly parents: { readonly totalCount: number; readonly nodes: readonly (ParentNode | null)[] | null }
}

export type ParentNode = BaseCommitNode & { readonly message: string }

export interface BaseAnswer {
  readonly repository: { readonly object: BaseCommitNode | null } | null
}

export interface HeadNode extends OwnChecksNode {
  readonly organizationPolicy: TextFileNode | null
  readonly repositoryPolicy: TextFileNode | null
  readonly statusCheckRollup: { readonly contexts: Connection<CheckContextNode> } | null
}

export interface HeadAnswer {
  readonly repository: { readonly object: HeadNode | null } | null
}

export interface PageAnswer {
  readonly repository: {
    readonly pullRequest:
      | (Pick<PullRequestNode, 'headRefOid'> & Partial<Pick<PullRequestNode, 'commits' | 'reviews' | 'files' | 'head'>>)
      | null
  } | null
}

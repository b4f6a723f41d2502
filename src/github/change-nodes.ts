import type { GraphGap } from './query-graph.ts'

/** The shapes in which GitHub's GraphQL API answers what the queries of this folder ask. */

/** Nodes can be null where GitHub could not show one. */
export interface Connection<Node> {
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly nodes: readonly (Node | null)[] | null
}

/** A list of which one page is all that is asked for. */
export type Counted<Node> = Omit<Connection<Node>, 'pageInfo'>

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
    /** ISO 8601, with the author's time zone. */
    readonly authoredDate: string
    readonly committedViaWeb: boolean
    readonly parents: Counted<{ readonly oid: string }>
    readonly authors: Counted<SignatureNode>
    readonly committer: SignatureNode | null
    /** The cryptographic one; null when the commit is not signed. */
    readonly signature: { readonly isValid: boolean; readonly state: string } | null
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

export type CheckContextNode = CheckRunNode | StatusNode

export interface CheckRunNode {
  readonly __typename: 'CheckRun'
  readonly databaseId: number
  readonly name: string
  readonly checkStatus: string
  readonly checkConclusion: string | null
  readonly checkSuite: {
    readonly app: { readonly databaseId: number; readonly slug: string } | null
    /** What GitHub hid has its gap in its place (see `withWorkflowGaps`): null is for what no workflow ran. */
    readonly workflowRun: WorkflowRunNode | GraphGap | null
  }
}

export interface WorkflowRunNode {
  readonly event: string
  readonly file: {
    readonly path: string
    /** `owner/name`, which GitHub's schema calls a URI. */
    readonly repositoryName: string
    readonly repositoryFileUrl: string
  } | null
}

export interface StatusNode {
  readonly __typename: 'StatusContext'
  readonly context: string
  readonly state: string
  readonly createdAt: string
  readonly creator: ActorNode | null
}

export interface LabelEventNode {
  readonly __typename: 'LabeledEvent' | 'UnlabeledEvent'
  readonly actor: ActorNode | null
  readonly label: { readonly name: string }
}

/** Reviews and changes of the base, in the order in which they took place. */
export interface BaseChangesNode {
  readonly nodes: readonly (BaseChangeNode | null)[] | null
}

export type BaseChangeNode =
  | { readonly __typename: 'BaseRefChangedEvent' | 'AutomaticBaseChangeSucceededEvent' }
  | { readonly __typename: 'PullRequestReview'; readonly fullDatabaseId: string | number | null }

export interface BranchRulesNode {
  /** Classic branch protection. */
  readonly branchProtectionRule: {
    readonly requiresStatusChecks: boolean
    readonly requiredStatusChecks:
      readonly { readonly context: string; readonly app: { readonly databaseId: number | null } | null }[] | null
  } | null
  /** Of rulesets of every level. */
  readonly rules: Connection<RuleNode> | null
}

export interface RuleNode {
  readonly type: string
  readonly parameters: {
    /** Of required status checks alone. */
    readonly requiredStatusChecks?: readonly { readonly context: string; readonly integrationId: number | null }[]
  } | null
  readonly repositoryRuleset: { readonly enforcement: 'ACTIVE' | 'DISABLED' | 'EVALUATE' } | null
}

/** Our own check runs on a commit, by suite. */
export interface OwnChecksNode {
  readonly oid: string
  readonly checkSuites: {
    readonly nodes: readonly {
      readonly status: string
      readonly checkRuns: { readonly nodes: readonly PostedCheckNode[] } | null
    }[]
  } | null
}

export interface PostedCheckNode {
  readonly databaseId: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly externalId: string | null
  readonly startedAt: string | null
}

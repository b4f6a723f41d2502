import type {
  ActorNode,
  CheckContextNode,
  CommitNode,
  Connection,
  FileNode,
  PostedCheckNode,
  ReviewNode,
} from './change-nodes.ts'

/** Where policies are: in the organization's policy repository, and in each repository. */
export const organizationPolicyPath = 'countersign.yml'
export const repositoryPolicyPath = '.github/countersign.yml'

const page = 'totalCount pageInfo { hasNextPage endCursor }'

const actor = `
fragment Actor on Actor {
  __typename login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }
  ... on EnterpriseUserAccount { user { databaseId } }
}`

const commit = `
fragment ChangeCommit on PullRequestCommit {
  commit {
    oid message committedViaWeb
    authors(first: 20) { totalCount nodes { ...Signature } }
    committer { ...Signature }
  }
}
fragment Signature on GitActor { name email user { databaseId login } }`

const review = `
fragment Review on PullRequestReview {
  fullDatabaseId state submittedAt authorCanPushToRepository
  author { ...Actor } commit { oid }
}`

const file = 'fragment File on PullRequestChangedFile { path changeType additions deletions }'

const context = `
fragment Context on StatusCheckRollupContext {
  __typename
  ... on CheckRun { databaseId name checkStatus: status checkConclusion: conclusion checkSuite { app { databaseId slug } } }
  ... on StatusContext { context state createdAt creator { ...Actor } }
}`

const policyFile = 'fragment PolicyFile on TreeEntry { object { ... on Blob { text isTruncated isBinary } } }'

/** The head as a commit of our repository: `headRef` would be the fork's, without our checks, and goes with the branch. */
const head = `
fragment Head on Commit {
  oid
  organizationPolicy: file(path: "${organizationPolicyPath}") { ...PolicyFile }
  repositoryPolicy: file(path: "${repositoryPolicyPath}") { ...PolicyFile }
  statusCheckRollup { contexts(first: 100) { ${page} nodes { ...Context } } }
  checkSuites(first: 10, filterBy: { appId: $appId }) {
    nodes {
      status
      checkRuns(first: 100, filterBy: { checkType: LATEST }) {
        nodes { databaseId name status conclusion externalId startedAt }
      }
    }
  }
}`

/** Everything a change's controls need, and both policies, in one question. */
export const changeQuery = `
query Change($owner: String!, $name: String!, $number: Int!, $policyRepository: String!, $appId: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId name isPrivate owner { login }
    repositoryTopics(first: 20) { nodes { topic { name } } }
    defaultBranchRef { target { ...RepositoryPolicy } }
    pullRequest(number: $number) {
      number url title body state isDraft isCrossRepository createdAt mergedAt
      baseRefName headRefName headRefOid
      author { ...Actor } mergedBy { ...Actor } mergeCommit { oid }
      labels(first: 100) { nodes { name } }
      baseRef { target { ...RepositoryPolicy } }
      commits(first: 100) { ${page} nodes { ...ChangeCommit } }
      reviews(first: 100) { ${page} nodes { ...Review } }
      files(first: 100) { ${page} nodes { ...File } }
      head: commits(last: 1) { nodes { commit { ...Head } } }
    }
  }
  policyRepository: repository(owner: $owner, name: $policyRepository) {
    name owner { login }
    defaultBranchRef { target { ...OrganizationPolicy } }
  }
}
fragment RepositoryPolicy on Commit { oid file(path: "${repositoryPolicyPath}") { ...PolicyFile } }
fragment OrganizationPolicy on Commit { oid file(path: "${organizationPolicyPath}") { ...PolicyFile } }
${[actor, commit, review, file, context, policyFile, head].join('')}`

/** A change without commits (its head is in its base) has a head all the same. */
export const headQuery = `
query ChangeHead($owner: String!, $name: String!, $oid: GitObjectID!, $appId: Int!) {
  repository(owner: $owner, name: $name) { object(oid: $oid) { ...Head } }
}
${[actor, context, policyFile, head].join('')}`

/** The further pages of one list of a change. */
export const pageQueries = {
  commits: pageQuery(
    'ChangeCommits',
    `commits(first: 100, after: $after) { ${page} nodes { ...ChangeCommit } }`,
    commit,
  ),
  reviews: pageQuery(
    'ChangeReviews',
    `reviews(first: 100, after: $after) { ${page} nodes { ...Review } }`,
    review + actor,
  ),
  files: pageQuery('ChangeFiles', `files(first: 100, after: $after) { ${page} nodes { ...File } }`, file),
  checks: pageQuery(
    'ChangeChecks',
    `head: commits(last: 1) {
      nodes { commit { statusCheckRollup { contexts(first: 100, after: $after) { ${page} nodes { ...Context } } } } }
    }`,
    context + actor,
  ),
} as const

function pageQuery(operationName: string, selection: string, fragments: string) {
  const document = `
query ${operationName}($owner: String!, $name: String!, $number: Int!, $after: String!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { headRefOid ${selection} } }
}
${fragments}`
  return { operationName, document }
}

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
  readonly defaultBranchRef: { readonly target: PolicyCommitNode | null } | null
  readonly pullRequest: PullRequestNode | null
}

export interface PolicyRepositoryNode {
  readonly name: string
  readonly owner: { readonly login: string }
  readonly defaultBranchRef: { readonly target: PolicyCommitNode | null } | null
}

export interface PolicyCommitNode {
  readonly oid: string
  readonly file: PolicyFileNode | null
}

export interface PolicyFileNode {
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
  readonly mergeCommit: { readonly oid: string } | null
  readonly labels: { readonly nodes: readonly { readonly name: string }[] } | null
  readonly baseRef: { readonly target: PolicyCommitNode | null } | null
  readonly commits: Connection<CommitNode>
  readonly reviews: Connection<ReviewNode> | null
  readonly files: Connection<FileNode> | null
  readonly head: { readonly nodes: readonly { readonly commit: HeadNode }[] }
}

export interface HeadNode {
  readonly oid: string
  readonly organizationPolicy: PolicyFileNode | null
  readonly repositoryPolicy: PolicyFileNode | null
  readonly statusCheckRollup: { readonly contexts: Connection<CheckContextNode> } | null
  readonly checkSuites: {
    readonly nodes: readonly {
      readonly status: string
      readonly checkRuns: { readonly nodes: readonly PostedCheckNode[] } | null
    }[]
  } | null
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

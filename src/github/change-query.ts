/** Where policies are: in the organization's policy repository, and in each repository. */
export const organizationPolicyPath = 'countersign.yml'
export const repositoryPolicyPath = '.github/countersign.yml'

export const page = 'totalCount pageInfo { hasNextPage endCursor }'

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
    oid message authoredDate committedViaWeb
    parents(first: 10) { totalCount nodes { oid } }
    authors(first: 20) { totalCount nodes { ...Signature } }
    committer { ...Signature }
    signature { isValid state }
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
  ... on CheckRun {
    databaseId name checkStatus: status checkConclusion: conclusion
    checkSuite {
      app { databaseId slug }
      workflowRun { event file { path repositoryName repositoryFileUrl } }
    }
  }
  ... on StatusContext { context state createdAt creator { ...Actor } }
}`

const labelEvents = `
fragment LabelEvents on PullRequestTimelineItemsConnection {
  nodes {
    __typename
    ... on LabeledEvent { actor { ...Actor } label { name } }
    ... on UnlabeledEvent { actor { ...Actor } label { name } }
  }
}`

/** In the order in which they took place: what stands behind the last change of base was said about this base. */
const baseChanges = `
fragment BaseChanges on PullRequestTimelineItemsConnection {
  nodes { __typename ... on PullRequestReview { fullDatabaseId } }
}`

/** From classic protection and from rulesets of every level; GitHub lists the rules of active rulesets only. */
const branchRules = `
fragment BranchRules on Ref {
  branchProtectionRule {
    requiresStatusChecks
    requiredStatusChecks { context app { databaseId } }
  }
  rules(first: 100) {
    ${page}
    nodes {
      type
      parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context integrationId } } }
      repositoryRuleset { enforcement }
    }
  }
}`

const textFile = 'fragment TextFile on TreeEntry { object { ... on Blob { text isTruncated isBinary } } }'

/** The three places in which GitHub looks for CODEOWNERS. */
const base = `
fragment Base on Commit {
  oid
  organizationPolicy: file(path: "${organizationPolicyPath}") { ...TextFile }
  file(path: "${repositoryPolicyPath}") { ...TextFile }
  ownersInGithub: file(path: ".github/CODEOWNERS") { ...TextFile }
  ownersInRoot: file(path: "CODEOWNERS") { ...TextFile }
  ownersInDocs: file(path: "docs/CODEOWNERS") { ...TextFile }
}`

/** Our own check runs on a commit. */
export const ownChecks = `
fragment OwnChecks on Commit {
  oid
  checkSuites(first: 10, filterBy: { appId: $appId }) {
    nodes {
      status
      checkRuns(first: 100, filterBy: { checkType: LATEST }) {
        nodes { databaseId name status conclusion externalId startedAt }
      }
    }
  }
}`

/** The head as a commit of our repository: `headRef` would be the fork's, without our checks, and goes with the branch. */
const head = `
fragment Head on Commit {
  organizationPolicy: file(path: "${organizationPolicyPath}") { ...TextFile }
  repositoryPolicy: file(path: "${repositoryPolicyPath}") { ...TextFile }
  statusCheckRollup { contexts(first: 100) { ${page} nodes { ...Context } } }
  ...OwnChecks
}`

/** Everything a change's controls need, and both policies, in one question. */
export const changeQuery = `
query Change($owner: String!, $name: String!, $number: Int!, $policyRepository: String!, $appId: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId name isPrivate owner { login }
    repositoryTopics(first: 20) { nodes { topic { name } } }
    defaultBranchRef { name target { ...Base } }
    pullRequest(number: $number) {
      number url title body state isDraft isCrossRepository createdAt mergedAt
      baseRefName headRefName headRefOid
      author { ...Actor } mergedBy { ...Actor }
      mergeCommit { oid message parents(first: 1) { totalCount nodes { message ...Base } } }
      labels(first: 100) { nodes { name } }
      timelineItems(last: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT]) { ...LabelEvents }
      baseChanges: timelineItems(last: 1, itemTypes: [BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT]) {
        ...BaseChanges
      }
      reviewsAndBases: timelineItems(
        last: 100, itemTypes: [BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT, PULL_REQUEST_REVIEW]
      ) { ...BaseChanges }
      baseRef { target { ...Base } ...BranchRules }
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
fragment OrganizationPolicy on Commit { oid file(path: "${organizationPolicyPath}") { ...TextFile } }
${[actor, commit, review, file, context, labelEvents, baseChanges, branchRules, base, textFile, ownChecks, head].join('')}`

/** A commit of the base, as Git names it: `<sha>~3`. */
export const baseQuery = `
query ChangeBase($owner: String!, $name: String!, $expression: String!) {
  repository(owner: $owner, name: $name) { object(expression: $expression) { ...Base } }
}
${[textFile, base].join('')}`

/** A change without commits (its head is in its base) has a head all the same. */
export const headQuery = `
query ChangeHead($owner: String!, $name: String!, $oid: GitObjectID!, $appId: Int!) {
  repository(owner: $owner, name: $name) { object(oid: $oid) { ...Head } }
}
${[actor, context, textFile, ownChecks, head].join('')}`

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

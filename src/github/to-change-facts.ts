import type { Change, ChangedFile, Commit, Review } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { CommitNode, FileNode, ReviewNode, SignatureNode } from './change-nodes.ts'
import type { PullRequestNode } from './change-query.ts'
import { toAccount, toCommitter, toSignature } from './to-account.ts'

/** The authors of one commit that one answer brings; a commit with more is unknown, not cut short. */
const mostAuthors = 20

export function toChange(node: PullRequestNode): Change {
  return {
    number: node.number,
    url: node.url,
    title: node.title,
    body: node.body,
    state: changeStates[node.state],
    draft: node.isDraft,
    author: toAccount(node.author),
    baseBranch: node.baseRefName,
    headBranch: node.headRefName,
    headSha: node.headRefOid,
    crossRepository: node.isCrossRepository,
    labels: (node.labels?.nodes ?? []).map((label) => label.name),
    openedAt: node.createdAt,
    merge:
      node.mergedAt === null
        ? null
        : { at: node.mergedAt, by: toAccount(node.mergedBy), commitSha: node.mergeCommit?.oid ?? null },
  }
}

/** Unknown when GitHub does not show each author of each commit: whoever is left out would pass for nobody. */
export function toCommits(nodes: readonly CommitNode[]): Fact<readonly Commit[]> {
  const crowded = nodes.find(({ commit }) => commit.authors.totalCount > mostAuthors)
  if (crowded !== undefined) {
    const { oid, authors } = crowded.commit
    const counted = `the commit ${oid.slice(0, 7)} has ${String(authors.totalCount)} authors`
    return unknown(`${counted}, more than the ${String(mostAuthors)} that are read: split it`)
  }
  const cut = nodes.find(({ commit }) => authorsOf(commit).length < Math.max(commit.authors.totalCount, 1))
  if (cut !== undefined) {
    const { oid } = cut.commit
    return unknown(`GitHub left out part of its answer: it did not show all authors of the commit ${oid.slice(0, 7)}`)
  }
  return known(nodes.map(toCommit))
}

export function toReview(node: ReviewNode): Review {
  return {
    id: Number(node.fullDatabaseId),
    author: toAccount(node.author),
    state: reviewStates[node.state],
    commitSha: node.commit?.oid ?? null,
    submittedAt: node.submittedAt,
    authorCanWrite: node.authorCanPushToRepository,
  }
}

export const toChangedFile = ({ path, additions, deletions }: FileNode): ChangedFile => ({ path, additions, deletions })

const changeStates = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const

const reviewStates = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
  PENDING: 'pending',
} as const

/** The whole first line: GitHub's own `messageHeadline` is cut at 72 characters, and a ticket may stand behind them. */
function toCommit({ commit }: CommitNode): Commit {
  const [headline = ''] = commit.message.split('\n', 1)
  return {
    sha: commit.oid,
    headline: headline.trimEnd(),
    authors: authorsOf(commit).map(toSignature),
    committer: toCommitter(commit.committer, commit.committedViaWeb),
  }
}

const authorsOf = ({ authors }: CommitNode['commit']): readonly SignatureNode[] =>
  (authors.nodes ?? []).filter((node) => node !== null)

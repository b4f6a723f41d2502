import type { Change, ChangedFile, Commit, Verification } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { shapesInText } from '#facts/ticket-keys.ts'
import { shortSha } from '#facts/wording.ts'
import type { BaseCommit } from './base-commit.ts'
import type { PullRequestNode } from './change-answer.ts'
import type { CommitNode, FileNode } from './change-nodes.ts'
import { toAccount, toCommitter, toSignature } from './to-account.ts'

/** How many of each one answer brings of one commit; a commit with more is unknown, not cut short. */
const most = { authors: 20, parents: 10 } as const

export function toChange(node: PullRequestNode, { commit: base }: BaseCommit): Change {
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
    // Once merged, the tip holds the change itself, and every difference from it is none.
    baseSha: !base.known || (node.state === 'MERGED' && node.mergeCommit === null) ? null : (base.value?.oid ?? null),
    crossRepository: node.isCrossRepository,
    labels: (node.labels?.nodes ?? []).map((label) => label.name),
    openedAt: node.createdAt,
    merge:
      node.mergedAt === null
        ? null
        : { at: node.mergedAt, by: toAccount(node.mergedBy), commitSha: node.mergeCommit?.oid ?? null },
  }
}

/**
 * Unknown when GitHub does not show each author and each parent of each commit: an author left out would pass for no
 * contributor, a parent left out for no merge.
 */
export function toCommits(nodes: readonly CommitNode[]): Fact<readonly Commit[]> {
  for (const { commit } of nodes) {
    const why = cutShort(commit, 'authors') ?? cutShort(commit, 'parents')
    if (why !== null) return unknown(why)
  }
  return known(nodes.map(toCommit))
}

export const toChangedFile = ({ path, changeType, additions, deletions }: FileNode): ChangedFile => ({
  path,
  status: fileStatuses[changeType],
  previousPath: null,
  additions,
  deletions,
})

const changeStates = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const

const fileStatuses = {
  ADDED: 'added',
  CHANGED: 'changed',
  COPIED: 'copied',
  DELETED: 'removed',
  MODIFIED: 'modified',
  RENAMED: 'renamed',
} as const

/** Null when all of them are there. Every commit has an author, the first of a repository no parent. */
function cutShort(commit: CommitNode['commit'], list: keyof typeof most): string | null {
  const { totalCount, nodes } = commit[list]
  const sha = shortSha(commit.oid)
  if (totalCount > most[list]) {
    const counted = `the commit ${sha} has ${String(totalCount)} ${list}`
    return `${counted}, more than the ${String(most[list])} that are read: split it`
  }
  const shown = nodes?.filter((node) => node !== null).length ?? 0
  if (shown >= Math.max(totalCount, list === 'authors' ? 1 : 0)) return null
  return `GitHub left out part of its answer: it did not show all ${list} of the commit ${sha}`
}

/** The whole first line: GitHub's own `messageHeadline` is cut at 72 characters, and a ticket may stand behind them. */
function toCommit({ commit }: CommitNode): Commit {
  const [headline = '', ...rest] = commit.message.split('\n')
  return {
    sha: commit.oid,
    parents: shownOf(commit.parents.nodes).map(({ oid }) => oid),
    headline: headline.trimEnd(),
    mentions: shapesInText(rest.join('\n')),
    authoredAt: toTime(commit.authoredDate),
    authors: shownOf(commit.authors.nodes).map(toSignature),
    committer: toCommitter(commit.committer, commit.committedViaWeb),
    verification: toVerification(commit.signature),
  }
}

/** Whoever writes a commit says when, and may say anything. */
function toTime(text: string): string | null {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

function toVerification(signature: CommitNode['commit']['signature']): Verification {
  if (signature === null) return { verified: false, reason: 'unsigned' }
  return { verified: signature.isValid, reason: signature.state.toLowerCase().replaceAll('_', '-') }
}

const shownOf = <Node>(nodes: readonly (Node | null)[] | null): readonly Node[] =>
  (nodes ?? []).filter((node): node is Node => node !== null)

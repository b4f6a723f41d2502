import type { CodeOwnersFile } from '#engine/observed-change.ts'
import { codeOwnersPlaces } from '#facts/code-owners.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { BaseAnswer, BaseCommitNode, MergeCommitNode, PullRequestNode, RepositoryNode } from './change-answer.ts'
import type { CommitNode } from './change-nodes.ts'
import { baseQuery } from './change-query.ts'
import { askMore, type Look } from './look.ts'
import { findGap, type GraphGap } from './query-graph.ts'
import { toText } from './to-text.ts'

/** The commit whose files decide about a change, and where it is in the answer. */
export interface BaseCommit {
  /** Null when the repository has no commit. */
  readonly commit: Fact<BaseCommitNode | null>
  readonly path: readonly (string | number)[]
  /** What GitHub left out of the answer that brought it. */
  readonly gaps: readonly GraphGap[]
}

interface Based {
  readonly repository: RepositoryNode
  readonly pull: PullRequestNode
  readonly commits: Fact<readonly CommitNode[]>
}

/**
 * The tip of the base branch; of a merged change, what the base branch was before the merge, so that nothing the change
 * itself brought decides about it.
 *
 * That is the first parent of a merge commit or of a squash. A rebase put the commits of the change on the base, and
 * takes one more request. Unknown when all that leads to is a commit of the change, as after a push past the button.
 */
export async function collectBase({ repository, pull, commits }: Based, look: Look): Promise<BaseCommit> {
  const { mergeCommit } = pull
  if (pull.state !== 'MERGED' || mergeCommit === null) return tipOfBase(repository, pull, look.gaps)
  const parent = firstParent(mergeCommit, look.gaps)
  if (!commits.known) {
    const isMerge = mergeCommit.parents.totalCount > 1 && mergeCommit.oid !== pull.headRefOid
    return isMerge ? parent : { ...parent, commit: commits }
  }
  const rebased = commits.value.filter(({ commit }) => commit.parents.totalCount < 2)
  const beforeAll = isRebase(mergeCommit, rebased)
    ? [await commitAt(`${mergeCommit.oid}~${String(rebased.length)}`, look)]
    : []
  const own = new Set(commits.value.map(({ commit }) => commit.oid))
  const found = [...beforeAll, parent].find(({ commit }) => !isNoBase(commit, own))
  return found ?? { ...parent, commit: unknown('GitHub does not tell what the base branch was before the merge') }
}

/** What is in force for the base branch now. A merged change's base may be deleted: then the default branch tells. */
export function tipOfBase(
  repository: RepositoryNode,
  { baseRef }: PullRequestNode,
  gaps: readonly GraphGap[],
): BaseCommit {
  const path = ['repository', 'pullRequest', 'baseRef']
  const isDeleted = baseRef === null && findGap(gaps, path) === null
  return isDeleted
    ? toBase(repository.defaultBranchRef?.target, ['repository', 'defaultBranchRef', 'target'], gaps)
    : toBase(baseRef?.target, [...path, 'target'], gaps)
}

function firstParent({ parents }: MergeCommitNode, gaps: readonly GraphGap[]): BaseCommit {
  return toBase(parents.nodes?.[0], ['repository', 'pullRequest', 'mergeCommit', 'parents', 'nodes', 0], gaps)
}

async function commitAt(expression: string, look: Look): Promise<BaseCommit> {
  const { data, gaps } = await askMore<BaseAnswer>(look, {
    operationName: 'ChangeBase',
    document: baseQuery,
    variables: { expression },
  })
  return toBase(data.repository?.object, ['repository', 'object'], gaps)
}

function toBase(
  node: BaseCommitNode | null | undefined,
  path: BaseCommit['path'],
  gaps: readonly GraphGap[],
): BaseCommit {
  const gap = findGap(gaps, path)
  const isHidden = gap !== null && (node === null || node === undefined)
  const commit = isHidden
    ? unknown(`GitHub hid the base of the change: grant the app contents: read (${gap.message})`)
    : known(node ?? null)
  return { commit, path, gaps }
}

const isNoBase = (commit: BaseCommit['commit'], own: ReadonlySet<string>): boolean =>
  commit.known && (commit.value === null || own.has(commit.value.oid))

/**
 * A rebase leaves out merges and keeps the messages of all others, a squash has one of its own.
 *
 * The last message alone does not tell: who squashes may type it.
 */
function isRebase({ message, parents }: MergeCommitNode, rebased: readonly CommitNode[]): boolean {
  const [previous, last] = rebased.slice(-2)
  return (
    parents.totalCount === 1 &&
    message === last?.commit.message &&
    parents.nodes?.[0]?.message === previous?.commit.message
  )
}

/** Unknown when GitHub says that it hid the file, null when it does not say so. */
export function hiddenFile(
  { path, gaps }: Pick<BaseCommit, 'path' | 'gaps'>,
  { field, file }: { readonly field: string; readonly file: string },
): Fact<never> | null {
  const gap = findGap(gaps, [...path, field])
  if (gap?.type !== 'FORBIDDEN') return null
  return unknown(`GitHub hid the ${file}: grant the app contents: read (${gap.message})`)
}

/** The CODEOWNERS file that GitHub goes by: the first of its three places that has one. */
export function toCodeOwnersFile(base: BaseCommit): Fact<CodeOwnersFile | null> {
  if (!base.commit.known) return base.commit
  const commit = base.commit.value
  for (const path of codeOwnersPlaces) {
    const field = fields[path]
    const hidden = hiddenFile(base, { field, file: `file ${path}` })
    if (hidden !== null) return hidden
    const text = toText(commit?.[field] ?? null, path)
    if (!text.known) return text
    if (commit !== null && text.value !== null) return known({ path, commitSha: commit.oid, text: text.value })
  }
  return known(null)
}

const fields = {
  '.github/CODEOWNERS': 'ownersInGithub',
  CODEOWNERS: 'ownersInRoot',
  'docs/CODEOWNERS': 'ownersInDocs',
} as const

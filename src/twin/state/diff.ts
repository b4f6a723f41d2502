import type { CommitGraph, Tree } from './commit-graph.ts'
import { lineDiff } from './line-diff.ts'
import { findRenames } from './renames.ts'

/** One file of a diff, as the files list of a pull request or a comparison shows it. */
export interface FileChange {
  readonly path: string
  readonly previousPath: string | null
  readonly status: 'added' | 'removed' | 'modified' | 'renamed'
  readonly blobSha: string
  /** The content before; null for a file that is new. */
  readonly previousBlobSha: string | null
  /** How much of a renamed file stayed, in percent. */
  readonly similarity: number | null
  readonly additions: number
  readonly deletions: number
  readonly patch: string
}

const cache = new WeakMap<Tree, WeakMap<Tree, readonly FileChange[]>>()

/** What changed from one snapshot to another, by path. A removed file that appears elsewhere, whole or mostly, is a rename. */
export function fileChanges(graph: CommitGraph, before: Tree, after: Tree): readonly FileChange[] {
  const known = cache.get(before)?.get(after)
  if (known) return known
  const changes = compute(graph, before, after)
  const inner = cache.get(before) ?? new WeakMap<Tree, readonly FileChange[]>()
  inner.set(after, changes)
  cache.set(before, inner)
  return changes
}

function compute(graph: CommitGraph, before: Tree, after: Tree): readonly FileChange[] {
  const removed = new Map([...before].filter(([path]) => !after.has(path)))
  const added = new Map([...after].filter(([path]) => !before.has(path)))
  const renames = findRenames(graph, removed, added)
  const sources = new Set([...renames.values()].map(({ from }) => from))
  const touched = [...after].filter(([path, sha]) => before.get(path) !== sha)
  const changes = touched.map(([path, sha]): FileChange => {
    const { from, similarity } = renames.get(path) ?? { from: null, similarity: null }
    const was = before.get(from ?? path) ?? null
    const status = from !== null ? 'renamed' : was === null ? 'added' : 'modified'
    const diff = textDiff(was === null ? '' : graph.blob(was), graph.blob(sha))
    return { path, previousPath: from, status, blobSha: sha, previousBlobSha: was, similarity, ...diff }
  })
  const gone = [...removed].filter(([path]) => !sources.has(path))
  return [...changes, ...gone.map((entry) => removal(graph, entry))].sort((one, other) =>
    one.path < other.path ? -1 : 1,
  )
}

function removal(graph: CommitGraph, [path, sha]: readonly [string, string]): FileChange {
  const status = 'removed'
  const diff = textDiff(graph.blob(sha), '')
  return { path, previousPath: null, status, blobSha: sha, previousBlobSha: sha, similarity: null, ...diff }
}

/** Binary content has no lines. */
const textDiff = (before: string, after: string): ReturnType<typeof lineDiff> =>
  isBinary(before) || isBinary(after) ? { additions: 0, deletions: 0, patch: '' } : lineDiff(before, after)

export const isBinary = (text: string): boolean => text.includes('\0')

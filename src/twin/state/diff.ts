import type { CommitGraph, Tree } from './commit-graph.ts'
import { lineDiff } from './line-diff.ts'

/** One file of a diff, as the files list of a pull request or a comparison shows it. */
export interface FileChange {
  readonly path: string
  readonly previousPath: string | null
  readonly status: 'added' | 'removed' | 'modified' | 'renamed'
  readonly blobSha: string
  readonly additions: number
  readonly deletions: number
  readonly patch: string
}

const cache = new WeakMap<Tree, WeakMap<Tree, readonly FileChange[]>>()

/** What changed from one snapshot to another, by path. A removed file whose content appears elsewhere is a rename. */
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
  const changes: FileChange[] = []
  for (const [path, sha] of after) {
    const was = before.get(path)
    if (was === sha) continue
    const from = was === undefined ? sourceOfRename(removed, sha) : undefined
    if (from !== undefined) {
      removed.delete(from)
      changes.push({ path, previousPath: from, status: 'renamed', blobSha: sha, additions: 0, deletions: 0, patch: '' })
    } else {
      const status = was === undefined ? 'added' : 'modified'
      const text = was === undefined ? '' : graph.blob(was)
      changes.push({ path, previousPath: null, status, blobSha: sha, ...lineDiff(text, graph.blob(sha)) })
    }
  }
  for (const [path, sha] of removed) {
    const diff = lineDiff(graph.blob(sha), '')
    changes.push({ path, previousPath: null, status: 'removed', blobSha: sha, ...diff })
  }
  return changes.sort((one, other) => (one.path < other.path ? -1 : 1))
}

const sourceOfRename = (removed: Tree, sha: string): string | undefined =>
  [...removed].find(([, removedSha]) => removedSha === sha)?.[0]

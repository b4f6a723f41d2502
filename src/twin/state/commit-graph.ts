import { createHash } from 'node:crypto'
import type { CommitSignature } from './commit-signature.ts'

/** A name, an address and a moment (ISO 8601), as git keeps them. */
export interface Signature {
  readonly name: string
  readonly email: string
  readonly date: string
}

/** Every path of a snapshot with the id of its content. */
export type Tree = ReadonlyMap<string, string>

export interface Commit {
  readonly sha: string
  readonly tree: Tree
  readonly treeSha: string
  readonly parents: readonly string[]
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
  /** Absent or null: not signed. */
  readonly signature?: CommitSignature | null
}

/** What stands for the missing side of a branch that was created or deleted. */
export const noCommit = '0'.repeat(40)

export type CommitContent = Omit<Commit, 'sha' | 'treeSha'>

const objectId = (kind: string, content: string): string =>
  createHash('sha1')
    .update(`${kind} ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest('hex')

/**
 * The commits and contents that a repository and its forks share.
 *
 * Ids are SHA-1 over content, so that the same history has the same ids. Blob ids are git's own; trees are hashed flat,
 * which nobody who only asks the API can tell.
 */
export class CommitGraph {
  readonly #commits = new Map<string, Commit>()
  readonly #blobs = new Map<string, string>()
  readonly #ranges = new Map<string, readonly Commit[]>()

  writeBlob(text: string): string {
    const sha = objectId('blob', text)
    this.#blobs.set(sha, text)
    return sha
  }

  blob(sha: string): string {
    return this.#blobs.get(sha) ?? ''
  }

  write(content: CommitContent): Commit {
    const treeText = [...content.tree].map(([path, sha]) => `${sha} ${path}`).sort()
    const treeSha = objectId('tree', treeText.join('\n'))
    const { author, committer, signature } = content
    const signed = signature ? [`${signature.state} ${signature.email}`] : []
    const text = [treeSha, ...content.parents, JSON.stringify([author, committer]), ...signed, content.message]
    const sha = objectId('commit', text.join('\n'))
    const commit = { ...content, sha, treeSha }
    this.#commits.set(sha, commit)
    return commit
  }

  find(sha: string): Commit | undefined {
    return this.#commits.get(sha)
  }

  /** The only commit whose id begins so. */
  findShort(prefix: string): Commit | undefined {
    if (!/^[\da-f]{4,39}$/.test(prefix)) return undefined
    const found = [...this.#commits.values()].filter(({ sha }) => sha.startsWith(prefix))
    return found.length === 1 ? found[0] : undefined
  }

  get(sha: string): Commit {
    const commit = this.#commits.get(sha)
    if (!commit) throw new Error(`The twin has no commit ${sha}. Use a sha that commit() or push() returned.`)
    return commit
  }

  /** The commit itself and everything it descends from. */
  ancestors(sha: string): ReadonlySet<string> {
    const seen = new Set<string>([sha])
    for (const reached of seen) for (const parent of this.get(reached).parents) seen.add(parent)
    return seen
  }

  /** The nearest commit both descend from; undefined for unrelated histories. */
  mergeBase(one: string, other: string): string | undefined {
    const ofOne = this.ancestors(one)
    for (const reached of this.ancestors(other)) if (ofOne.has(reached)) return reached
    return undefined
  }

  /** `base..head`: what head has and base has not, parents before children. */
  between(base: string, head: string): readonly Commit[] {
    const key = `${base}..${head}`
    const cached = this.#ranges.get(key)
    if (cached) return cached
    const range = this.#walk(this.ancestors(base), head)
    this.#ranges.set(key, range)
    return range
  }

  #walk(excluded: ReadonlySet<string>, head: string): readonly Commit[] {
    const ordered: Commit[] = []
    const seen = new Set<string>(excluded)
    const open: { sha: string; entered: boolean }[] = [{ sha: head, entered: false }]
    for (let step = open.pop(); step; step = open.pop()) {
      const commit = this.get(step.sha)
      if (step.entered) {
        ordered.push(commit)
      } else if (!seen.has(step.sha)) {
        seen.add(step.sha)
        open.push({ sha: step.sha, entered: true })
        for (const parent of [...commit.parents].reverse()) open.push({ sha: parent, entered: false })
      }
    }
    return ordered
  }
}

/** The tree after some paths were given new content, or removed with null. */
export function edited(graph: CommitGraph, tree: Tree, files: Readonly<Record<string, string | null>>): Tree {
  const next = new Map(tree)
  for (const [path, content] of Object.entries(files)) {
    if (content === null) next.delete(path)
    else next.set(path, graph.writeBlob(content))
  }
  return next
}

/** What both sides did since `base`, on top of each other; undefined when they touched one path differently. */
export function mergedTree(base: Tree, ours: Tree, theirs: Tree): Tree | undefined {
  const merged = new Map(ours)
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    const was = base.get(path)
    const their = theirs.get(path)
    const our = ours.get(path)
    if (their === was || their === our) continue
    if (our !== was) return undefined
    if (their === undefined) merged.delete(path)
    else merged.set(path, their)
  }
  return merged
}

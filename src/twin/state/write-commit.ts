import { type Account, type Authorship, authorshipOf } from './account.ts'
import { withCoAuthors } from './authors.ts'
import { type Commit, edited, mergedTree, type Tree } from './commit-graph.ts'
import { signatureOn, type Signing } from './commit-signature.ts'
import type { Repository } from './repository.ts'

export interface CommitOptions {
  readonly branch: string
  /** Default: who pushes, or the organization's owner. An address of nobody makes an unattributed commit. */
  readonly author?: Account | Authorship
  /** Written into the message as trailers. */
  readonly coAuthors?: readonly (Account | Authorship)[]
  readonly committer?: Account | Authorship
  /** When it says it was written, which anybody can claim. Default: now. */
  readonly authoredAt?: Date
  readonly message?: string
  /** New content by path; null removes. */
  readonly files?: Readonly<Record<string, string | null>>
  /** A branch or sha that becomes the second parent: this commit merges it. */
  readonly merging?: string
  /** Default: GitHub signs what names it as the committer, and nobody anything else. */
  readonly signing?: Signing
}

export interface PushOptions extends CommitOptions {
  readonly by: Account
}

/** Writes a commit on top of its branch (or of the default branch for a new one) without moving anything. */
export function writeCommit(repository: Repository, options: CommitOptions, fallback: Account): Commit {
  const { graph } = repository
  const tip = graph.get(repository.branches.get(options.branch) ?? repository.head(repository.defaultBranch))
  const other = options.merging === undefined ? undefined : repository.resolve(options.merging)
  const { world } = repository
  const date = world.timestamp()
  const writer = authorshipOf(options.author ?? fallback)
  const author = { ...writer, date: world.timestamp(options.authoredAt) }
  const committer = { ...(options.committer ? authorshipOf(options.committer) : writer), date }
  return graph.write({
    tree: edited(graph, other ? treeOfMerge(repository, tip, other) : tip.tree, options.files ?? {}),
    parents: other ? [tip.sha, other.sha] : [tip.sha],
    author,
    committer,
    signature: signatureOn(committer, world, options.signing),
    message: withCoAuthors(options.message ?? `Change ${options.branch}`, (options.coAuthors ?? []).map(authorshipOf)),
  })
}

/** The commit a repository starts with. */
export function writeFirstCommit(repository: Repository, files: Readonly<Record<string, string>>): Commit {
  const signature = { ...authorshipOf(repository.keeper), date: repository.world.timestamp() }
  return repository.graph.write({
    tree: edited(repository.graph, new Map(), files),
    parents: [],
    author: signature,
    committer: signature,
    message: `Start ${repository.fullName}`,
  })
}

/** Where both sides changed one path, ours stays: as if somebody had resolved the conflict so. */
function treeOfMerge({ graph }: Repository, ours: Commit, theirs: Commit): Tree {
  const base = graph.mergeBase(ours.sha, theirs.sha)
  const before: Tree = base === undefined ? new Map() : graph.get(base).tree
  return mergedTree(before, ours.tree, theirs.tree) ?? ours.tree
}

import type { CommitGraph, Tree } from './commit-graph.ts'

/** Where a new file came from, and how much of it stayed, in percent. */
export interface Rename {
  readonly from: string
  readonly similarity: number
}

const leastSimilarity = 50

/** The new files that are removed ones under another name: the same content first, then the most alike, as git pairs them. */
export function findRenames(graph: CommitGraph, removed: Tree, added: Tree): ReadonlyMap<string, Rename> {
  const pairs = [...added].flatMap(([to, sha]) =>
    [...removed].map(([from, was]) => ({
      from,
      to,
      similarity: sha === was ? 100 : alike(graph.blob(was), graph.blob(sha)),
    })),
  )
  const likely = pairs
    .filter(({ similarity }) => similarity >= leastSimilarity)
    .sort((one, other) => other.similarity - one.similarity || Number(isSameName(other)) - Number(isSameName(one)))
  const renames = new Map<string, Rename>()
  const used = new Set<string>()
  for (const { from, to, similarity } of likely) {
    if (renames.has(to) || used.has(from)) continue
    renames.set(to, { from, similarity })
    used.add(from)
  }
  return renames
}

const nameOf = (path: string): string | undefined => path.split('/').at(-1)

const isSameName = ({ from, to }: { readonly from: string; readonly to: string }): boolean =>
  nameOf(from) === nameOf(to)

/** The bytes in lines that both texts have, in percent of the larger text; never 100 for texts that differ. */
function alike(before: string, after: string): number {
  const larger = Math.max(before.length, after.length)
  if (larger === 0) return 0
  const left = new Map<string, number>()
  for (const line of before.split(/(?<=\n)/)) left.set(line, (left.get(line) ?? 0) + 1)
  let kept = 0
  for (const line of after.split(/(?<=\n)/)) {
    const count = left.get(line) ?? 0
    if (count === 0) continue
    left.set(line, count - 1)
    kept += line.length
  }
  return Math.min(99, Math.floor((100 * kept) / larger))
}

import type { FileDifference } from '#facts/change-facts.ts'
import { listed, shortSha } from '#facts/wording.ts'
import type { Differences, Sight } from './sight.ts'
import type { Unseen } from './truth.ts'

/** How two versions of a change compare: by their difference from the base, never by time. */
export type Comparison =
  | { readonly is: 'same' }
  /** `files`: how many differ. */
  | { readonly is: 'different'; readonly files: number }
  /** It was looked for and cannot be told, for one because the difference is too large for GitHub to give. */
  | { readonly is: 'unknown'; readonly why: string }
  | { readonly is: 'unseen'; readonly unseen: readonly Unseen[] }

/** Compares what the change was at one commit with what it was at another. */
export function compareRevisions(one: string, other: string, { filesAt, revisions }: Sight): Comparison {
  if (one === other) return { is: 'same' }
  if (!revisions.known) return { is: 'unseen', unseen: [{ why: revisions.why, ask: null }] }
  const [before, after] = [filesAt(one), filesAt(other)]
  const hidden = [before, after].find((files) => files?.known === false)
  if (hidden?.known === false) return { is: 'unknown', why: hidden.why }
  if (before?.known !== true || after?.known !== true) {
    const missing = [one, other].filter((sha) => filesAt(sha) === null)
    const shas = missing.map((sha) => shortSha(sha))
    const why = `what the change was at ${listed(shas, 'and')} has not been looked for`
    return { is: 'unseen', unseen: [{ why, ask: { revisions: missing } }] }
  }
  const files = countDifferences(before.value, after.value)
  return files === 0 ? { is: 'same' } : { is: 'different', files }
}

function countDifferences(before: Differences, after: Differences): number {
  const earlier = new Map(Object.entries(before))
  const later = new Map(Object.entries(after))
  const paths = [...new Set([...earlier.keys(), ...later.keys()])]
  return paths.filter((path) => !areSame(earlier.get(path), later.get(path))).length
}

/**
 * Where both start from the same file, the same lines in another place are another change. Where the base has changed the
 * file, its hunks have moved without anybody's doing, so that their content is all there is to compare.
 */
function areSame(one: FileDifference | undefined, other: FileDifference | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return areSameBlob(one.before, other.before) ? one.exact === other.exact : one.content === other.content
}

/** Their names may be abbreviated, and not to the same length. */
const areSameBlob = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && (one.startsWith(other) || other.startsWith(one))

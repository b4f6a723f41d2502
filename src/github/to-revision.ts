import type { FileDifference, Revision } from '#facts/change-facts.ts'
import { digestOf } from '#facts/digest.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { toPaths } from './to-paths.ts'

/** The difference in one file, as git writes it. */
export interface GitDifference {
  /** Of a renamed file the new path first, then the old one. */
  readonly paths: readonly [string, ...string[]]
  /** Without what no content depends on: the index line and the similarity of a rename. */
  readonly lines: readonly string[]
  /** How the index line names what the file was before; null where it was not, and where there is no such line. */
  readonly before: string | null
  /** Whether the lines do not tell its contents: it is binary, or not UTF-8. */
  readonly isOpaque: boolean
}

/**
 * Reads a difference as git writes it (`diff --git`), file by file.
 *
 * All of it stays but the index line and the similarity of a rename: modes, names, lines that were added, removed or
 * stand around those, missing line ends, and of each hunk its position with the heading that git puts behind it.
 * A hunk says how long it is: a line in it that looks like a header is content.
 */
export function toGitDifferences(diff: string): Fact<readonly GitDifference[]> {
  const lines = diff.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const files: GitDifference[] = []
  for (let at = 0; at < lines.length;) {
    const read = readFile(lines, at)
    if (read === null) return unknown('GitHub showed a difference in a form that is not understood')
    files.push(read.file)
    at = read.next
  }
  return known(files)
}

/**
 * Fingerprints for each touched path, old names of renamed files included.
 *
 * A clean rebase changes the positions of hunks, not the content: that still has their headings, so that the same lines
 * in another function are another change. Of an opaque file the id of its contents counts too, by path: the index line
 * has but the beginning of it, and two contents with the same beginning are quickly made.
 */
export function toFingerprints(
  files: readonly GitDifference[],
  blobs: ReadonlyMap<string, string | null>,
): Revision['files'] {
  const parts = new Map<string, readonly Part[]>()
  for (const { paths, lines, before, isOpaque } of files) {
    const blob = isOpaque ? (blobs.get(paths[0]) ?? null) : null
    if (isOpaque && blob === null) return unknown(`GitHub did not show which contents ${paths[0]} has`)
    for (const path of paths) parts.set(path, [...(parts.get(path) ?? []), { lines, before, blob }])
  }
  return known(Object.fromEntries([...parts].map(([path, of]) => [path, toFileDifference(of)])))
}

interface Part extends Pick<GitDifference, 'lines' | 'before'> {
  readonly blob: string | null
}

/** Files that swap their names each have two parts: then no one blob is what either was. */
function toFileDifference(parts: readonly Part[]): FileDifference {
  const [only, ...more] = parts
  return {
    content: fingerprint(parts.map(({ lines, blob }) => [lines.map(withoutPosition), blob])),
    exact: fingerprint(parts.map(({ lines, blob }) => [lines, blob])),
    before: more.length > 0 ? null : (only?.before ?? null),
  }
}

const fingerprint = (of: unknown): string => digestOf(of).slice(0, 32)

/** No other line of a difference begins like a hunk. */
const withoutPosition = (line: string): string => line.replace(hunkStart, '@@$3')

interface Read {
  readonly file: GitDifference
  /** The line after it. */
  readonly next: number
}

const fileStart = 'diff --git '
const hunkStart = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@(.*)$/s
const unstable = /^(?:index|similarity index|dissimilarity index) /
const indexLine = /^index ([0-9a-f]+)\.\./
const binary = /^(?:Binary files |GIT binary patch$)/

/** Null when it is not understood. */
function readFile(lines: readonly string[], start: number): Read | null {
  let at = start + 1
  while (at < lines.length && !isStart(lines[at])) at += 1
  const header = lines.slice(start, at)
  const paths = toPaths(header)
  if (paths === null) return null
  const kept = header.filter((line) => !unstable.test(line))
  let isOpaque = header.some((line) => binary.test(line))
  while (at < lines.length && lines[at]?.startsWith(fileStart) === false) {
    const end = endOfHunk(lines, at)
    if (end === null) return null
    // What stands for bytes that are no UTF-8: other bytes would look the same.
    isOpaque ||= lines.slice(at + 1, end).some((line) => line.includes('\uFFFD'))
    kept.push(...lines.slice(at, end))
    at = end
  }
  return { file: { paths, lines: kept, before: toBefore(header), isOpaque }, next: at }
}

/** Seven digits of it: GitHub shows more once another content begins the same, and that is no other content. */
function toBefore(header: readonly string[]): string | null {
  const [id] = header.flatMap((line) => indexLine.exec(line)?.[1] ?? [])
  return id === undefined || /^0+$/.test(id) ? null : id.slice(0, 7)
}

const isStart = (line = ''): boolean => line.startsWith(fileStart) || line.startsWith('@@ ')

/**
 * The line after a hunk.
 *
 * Its lines are counted, not looked at: by its header it has so many of the old file and so many of the new one.
 */
function endOfHunk(lines: readonly string[], start: number): number | null {
  const [, oldCount = '1', newCount = '1'] = hunkStart.exec(lines[start] ?? '') ?? []
  if (!hunkStart.test(lines[start] ?? '')) return null
  let [ofOld, ofNew, at] = [Number(oldCount), Number(newCount), start + 1]
  while (ofOld > 0 || ofNew > 0 || lines[at]?.startsWith('\\') === true) {
    const line = lines[at]
    if (line === undefined || !/^[ +\-\\]/.test(line)) return null
    if (line.startsWith(' ') || line.startsWith('-')) ofOld -= 1
    if (line.startsWith(' ') || line.startsWith('+')) ofNew -= 1
    if (ofOld < 0 || ofNew < 0) return null
    at += 1
  }
  return at
}

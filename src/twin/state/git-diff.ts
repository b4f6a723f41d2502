import { type FileChange, isBinary } from './diff.ts'
import type { CommitGraph } from './commit-graph.ts'

const nothing = '0'.repeat(40)

/** Changes as `git diff` prints them. */
export function gitDiff(graph: CommitGraph, changes: readonly FileChange[]): string {
  return changes.map((change) => `${fileDiff(graph, change).join('\n')}\n`).join('')
}

function fileDiff(graph: CommitGraph, change: FileChange): readonly string[] {
  const { path, previousPath, status, patch } = change
  const [before, after] = [quoted(`a/${previousPath ?? path}`), quoted(`b/${path}`)]
  const [left, right] = [status === 'added' ? '/dev/null' : before, status === 'removed' ? '/dev/null' : after]
  const lines = [`diff --git ${before} ${after}`, ...extendedHeader(change)]
  const contents = [change.previousBlobSha, change.blobSha].map((sha) => (sha === null ? '' : graph.blob(sha)))
  if (contents.some(isBinary))
    return contents[0] === contents[1] && status === 'renamed'
      ? lines
      : [...lines, `Binary files ${left} and ${right} differ`]
  return patch === '' ? lines : [...lines, `--- ${ended(left)}`, `+++ ${ended(right)}`, patch]
}

function extendedHeader({
  path,
  previousPath,
  status,
  blobSha,
  previousBlobSha,
  similarity,
}: FileChange): readonly string[] {
  const left = (previousBlobSha ?? nothing).slice(0, 7)
  const right = (status === 'removed' ? nothing : blobSha).slice(0, 7)
  const index = `index ${left}..${right}`
  if (status === 'added') return ['new file mode 100644', index]
  if (status === 'removed') return ['deleted file mode 100644', index]
  if (previousPath === null) return [`${index} 100644`]
  const moved = [
    `similarity index ${similarity ?? 0}%`,
    `rename from ${quoted(previousPath)}`,
    `rename to ${quoted(path)}`,
  ]
  return left === right ? moved : [...moved, `${index} 100644`]
}

/** A name with a space in it ends with a tab, so that programs which read dates there are not misled. */
const ended = (name: string): string => (name.includes(' ') ? `${name}\t` : name)

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** A path with anything unusual in it as git quotes it: in quotation marks, bytes outside ASCII in octal. */
function quoted(path: string): string {
  const bytes = [...Buffer.from(path)]
  const shown = bytes.map((byte) => {
    const character = String.fromCharCode(byte)
    const plain = byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`
    return escapes[character] ?? plain
  })
  return shown.join('') === path ? path : `"${shown.join('')}"`
}

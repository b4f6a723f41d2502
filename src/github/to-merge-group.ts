import { type Fact, known, unknown } from '#facts/fact.ts'
import type { MergeGroupSubject } from '#facts/subject.ts'
import type { GroupHeadNode, MergeGroupAnswer, QueueEntryNode } from './merge-group-query.ts'
import { findGap, type GraphGap } from './query-graph.ts'

interface Seen {
  readonly subject: MergeGroupSubject
  readonly head: GroupHeadNode
  readonly queue: NonNullable<MergeGroupAnswer['repository']>['mergeQueue']
  readonly gaps: readonly GraphGap[]
}

/**
 * The numbers of the pull requests that a group merges, in their order.
 *
 * The queue tells: those from behind the entry whose head is the group's base to the entry whose head is the group's.
 * Each must have been built on that base or on another of them; otherwise something is among them that we do not see.
 * Where the queue has nothing of the group, its branch tells of a single pull request (see `ofBranch`). What neither
 * tells is unknown.
 */
export function toGroupNumbers(seen: Seen): Fact<readonly number[]> {
  const { subject, queue, gaps } = seen
  const gap = findGap(gaps, ['repository', 'mergeQueue'])
  const entries = gap === null ? (queue?.entries ?? null) : null
  if (entries === null) {
    const said = gap === null ? '' : ` (${gap.message})`
    return ofBranch(seen) ?? unknown(`GitHub did not show the merge queue: grant the app merge_queues: read${said}`)
  }
  const shown = (entries.nodes ?? []).filter((node) => node !== null)
  const last = shown.find(({ headCommit }) => headCommit?.oid === subject.headSha)
  if (last !== undefined && shown.length === entries.totalCount) return ofQueue(shown, last, subject.baseSha)
  return ofBranch(seen) ?? unknown(`the merge queue of ${subject.baseBranch} does not show the group`)
}

function ofQueue(entries: readonly QueueEntryNode[], last: QueueEntryNode, baseSha: string): Fact<readonly number[]> {
  const before = entries.find(({ headCommit }) => headCommit?.oid === baseSha)?.position ?? -1
  const group = entries
    .filter(({ position }) => position > before && position <= last.position)
    .sort((one, other) => one.position - other.position)
  const bases = new Set([baseSha, ...group.map(({ headCommit }) => headCommit?.oid)])
  const isWhole = group[0]?.baseCommit?.oid === baseSha && group.every(({ baseCommit }) => bases.has(baseCommit?.oid))
  const numbers = group.map(({ pullRequest }) => pullRequest?.number).filter((number) => number !== undefined)
  if (isWhole && numbers.length === group.length) return known(numbers)
  return unknown('the merge queue does not tell all pull requests of the group')
}

/**
 * The pull request in the name of the group's branch, `gh-readonly-queue/<base>/pr-<number>-<sha>`, when it is the only one.
 *
 * GitHub names a branch by its last pull request and the commit that this was put on. When that is the group's base,
 * and the head commit itself stands right on it, nothing else is between them. Null when that is not so.
 */
function ofBranch({ subject, head }: Seen): Fact<readonly number[]> | null {
  const [, number, sha] = /^gh-readonly-queue\/.+\/pr-(\d+)-([0-9a-f]+)$/.exec(subject.headBranch) ?? []
  const isAlone = sha === subject.baseSha && head.parents.nodes?.[0]?.oid === subject.baseSha
  return isAlone ? known([Number(number)]) : null
}

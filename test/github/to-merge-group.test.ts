import { describe, expect, test } from '@jest/globals'
import type { MergeGroupSubject } from '#facts/subject.ts'
import type { QueueEntryNode } from '#github/merge-group-query.ts'
import type { GraphGap } from '#github/query-graph.ts'
import { toGroupNumbers } from '#github/to-merge-group.ts'

const sha = (letter: string): string => letter.repeat(40)
const oid = (letter: string | null) => (letter === null ? null : { oid: sha(letter) })

/** The queue behind `0`, the tip of the base branch. */
const entry = (position: number, [base, head]: readonly [string | null, string | null]): QueueEntryNode => ({
  position,
  baseCommit: oid(base),
  headCommit: oid(head),
  pullRequest: { number: position * 10 },
})
const [a, b, c] = [entry(1, ['0', 'a']), entry(2, ['a', 'b']), entry(3, ['b', 'c'])]
const waiting = entry(4, [null, null])

interface Group {
  readonly base: string
  readonly head: string
  readonly entries: readonly (QueueEntryNode | null)[] | null
  readonly branch?: string
  readonly parent?: string
  readonly gaps?: readonly GraphGap[]
  readonly totalCount?: number
}

const someBranch = `gh-readonly-queue/main/pr-30-${sha('b')}`

function numbersOf({ base, head, entries, branch = someBranch, parent = 'f', gaps = [], totalCount }: Group) {
  const subject: MergeGroupSubject = {
    kind: 'merge-group',
    installationId: 1,
    repositoryId: 10,
    owner: 'acme',
    repository: 'shop',
    headSha: sha(head),
    baseSha: sha(base),
    headBranch: branch,
    baseBranch: 'main',
  }
  const parents = { totalCount: 1, nodes: [{ oid: sha(parent) }] }
  const pageInfo = { hasNextPage: false, endCursor: null }
  const page = entries && { totalCount: totalCount ?? entries.length, pageInfo, nodes: entries }
  return toGroupNumbers({
    subject,
    head: { oid: sha(head), checkSuites: { nodes: [] }, parents },
    queue: page && { entries: page },
    gaps,
  })
}

describe('the pull requests of a group', () => {
  test.each<[string, Group, readonly number[]]>([
    ['are one when it stands on the base branch', { base: '0', head: 'a', entries: [a, b, c, waiting] }, [10]],
    ['are one when it stands on the group before', { base: 'b', head: 'c', entries: [a, b, c] }, [30]],
    ['are all between its base and its head', { base: 'a', head: 'c', entries: [a, b, c] }, [20, 30]],
    [
      'are all from the first when it stands on the base branch',
      { base: '0', head: 'c', entries: [c, a, b] },
      [10, 20, 30],
    ],
    [
      'are those behind a base that has left the queue merged',
      { base: 'a', head: 'c', entries: [entry(1, ['a', 'b']), entry(2, ['b', 'c'])] },
      [10, 20],
    ],
    [
      'are all when the queue puts each of them on the base of the group',
      { base: '0', head: 'c', entries: [a, entry(2, ['0', 'b']), entry(3, ['0', 'c'])] },
      [10, 20, 30],
    ],
  ])('%s', (_sentence, group, value) => {
    expect(numbersOf(group)).toEqual({ known: true, value })
  })

  const notAll = 'the merge queue does not tell all pull requests of the group'
  const notShown = 'the merge queue of main does not show the group'
  test.each<[string, Group, string]>([
    ['one is built on what is not there', { base: '0', head: 'c', entries: [a, c] }, notAll],
    ['the first is not built on the base', { base: '0', head: 'b', entries: [b] }, notAll],
    ['one among them is not built yet', { base: '0', head: 'c', entries: [a, entry(2, [null, null]), c] }, notAll],
    ['one has lost its pull request', { base: '0', head: 'a', entries: [{ ...a, pullRequest: null }] }, notAll],
    ['the group has left the queue', { base: '0', head: 'a', entries: [b, c] }, notShown],
    ['an entry is hidden', { base: '0', head: 'a', entries: [a, null] }, notShown],
    ['there are more entries than are read', { base: '0', head: 'a', entries: [a], totalCount: 101 }, notShown],
    [
      'there is no queue to be seen',
      { base: '0', head: 'a', entries: null },
      'GitHub did not show the merge queue: grant the app merge_queues: read',
    ],
  ])('are unknown when %s', (_sentence, group, why) => {
    expect(numbersOf(group)).toEqual({ known: false, why })
  })
})

describe('the branch of a group that the queue does not tell of', () => {
  const branch = `gh-readonly-queue/release/1.0/pr-12-${sha('b')}`
  const hidden: GraphGap = { type: 'FORBIDDEN', path: ['repository', 'mergeQueue'], message: 'no' }
  const gone: Group = { base: 'b', head: 'c', entries: [], branch, parent: 'b' }

  test.each<[string, Group]>([
    ['has left the queue', gone],
    ['is in a queue that GitHub hides', { ...gone, entries: null, gaps: [hidden] }],
  ])('tells the one pull request when the group %s and stands right on its base', (_sentence, group) => {
    expect(numbersOf(group)).toEqual({ known: true, value: [12] })
  })

  test.each<[string, Group]>([
    ['it was named when its pull request stood on another commit', { ...gone, base: 'a', parent: 'a' }],
    ['its head stands on another commit', { ...gone, parent: 'a' }],
    ['it is named otherwise', { ...gone, branch: 'renovate/pr-12' }],
  ])('tells nothing when %s', (_sentence, group) => {
    expect(numbersOf(group)).toMatchObject({ known: false })
  })

  test('is not believed against the queue', () => {
    expect(numbersOf({ ...gone, entries: [a, c] })).toMatchObject({ known: false })
  })
})

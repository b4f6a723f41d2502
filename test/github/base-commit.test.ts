import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { known, unknown } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { collectBase, toCodeOwnersFile } from '#github/base-commit.ts'
import type { MergeCommitNode } from '#github/change-answer.ts'
import type { CommitNode } from '#github/change-nodes.ts'
import type { GraphGap } from '#github/query-graph.ts'
import { toChange } from '#github/to-change-facts.ts'
import { api, baseCommit, giveToken, headSha, openGitHub, sampleAnswer, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
})

const [merged, tip, older] = ['e'.repeat(40), 'd'.repeat(40), 'a'.repeat(40)]
const parentPath = ['repository', 'pullRequest', 'mergeCommit', 'parents', 'nodes', 0]
const gapAt = (path: readonly (string | number)[], type: GraphGap['type'] = 'FORBIDDEN'): GraphGap => ({
  type,
  path,
  message: 'no',
})
const untold = 'GitHub does not tell what the base branch was before the merge'

const oidOf = (message: string): string => message.padEnd(40, '0')

/** A commit of the change: its message is all that a rebase keeps. */
function commit(message: string, parents = 1): CommitNode {
  const node = sampleAnswer().repository?.pullRequest?.commits.nodes?.[0]
  if (!node) throw new Error('The sample has a commit.')
  return { commit: { ...node.commit, oid: oidOf(message), message, parents: { totalCount: parents, nodes: [] } } }
}
const three = ['one', 'two', 'three'].map((message) => commit(message))
const update = commit("Merge branch 'main'", 2)

interface Merge {
  readonly commits?: readonly CommitNode[] | string
  readonly message?: string
  readonly oid?: string
  readonly parents?: number
  /** Null when GitHub shows no parent. */
  readonly parent?: { readonly oid?: string; readonly message?: string } | null
  readonly gaps?: readonly GraphGap[]
}

/** What `collectBase` says of a change that was merged. */
async function baseOf(merge: Merge) {
  const { commits = three, message = 'Squashed (#7)', oid = merged, parents = 1, parent = {}, gaps = [] } = merge
  const shown = parent === null ? null : { ...baseCommit({ oid: tip, ...parent }), message: parent.message ?? 'base' }
  const mergeCommit: MergeCommitNode = { oid, message, parents: { totalCount: parents, nodes: [shown] } }
  const { repository } = sampleAnswer({ state: 'MERGED', mergeCommit })
  const pull = repository?.pullRequest
  if (!repository || !pull) throw new Error('The sample has a pull request.')
  const listed = typeof commits === 'string' ? unknown(commits) : known(commits)
  const based = { repository, pull, commits: listed }
  const base = await collectBase(based, { github: openGitHub(), subject, gaps })
  const { commit: found } = base
  return { of: found.known ? found.value?.oid : found.why, base, baseSha: toChange(pull, base).baseSha }
}

/** GitHub's answer to the one question more: what is three commits before the last one of the rebase. */
function threeBefore(object: object | null, errors: readonly GraphGap[] = []): void {
  giveToken(subject.installationId)
  nock(api)
    .post('/graphql', /"ChangeBase".*"expression":"e{40}~3"/s)
    .reply(200, { data: { repository: { object } }, errors })
}

describe('what a change was merged onto, without another request', () => {
  test.each<[string, Merge]>([
    ['is the first parent of a merge', { parents: 2 }],
    ['is the first parent of a squash', {}],
    ['is the first parent of a squash under the message of the last commit', { message: 'three' }],
    ['is the first parent of a rebase of one commit', { commits: [commit('one')], message: 'one' }],
    [
      'is the first parent of a rebase of one commit and an update from the base',
      { commits: [commit('one'), update], message: 'one', parent: { message: 'one' } },
    ],
    ['is the first parent of a merge with a message of the change', { parents: 2, message: 'three' }],
    ['is the first parent of a merge of more commits than are read', { commits: 'too many', parents: 2 }],
  ])('%s', async (_sentence, merge) => {
    expect(await baseOf(merge)).toMatchObject({ of: tip, baseSha: tip })
  })

  test.each<[string, Merge, string]>([
    ['a squash or a rebase of commits that cannot be read', { commits: 'too many' }, 'too many'],
    ['commits that cannot be read and were pushed', { commits: 'too many', parents: 2, oid: headSha }, 'too many'],
    ['a push of the change in which the base was merged', { parents: 2, parent: { oid: oidOf('two') } }, untold],
    ['a merge of which GitHub shows no parent', { parent: null }, untold],
    [
      'a merge of which GitHub hid the parent',
      { parent: null, gaps: [gapAt(parentPath)] },
      'GitHub hid the base of the change: grant the app contents: read (no)',
    ],
    [
      'a merge of which GitHub hid the parent as if it were not there',
      { parent: null, gaps: [gapAt(parentPath, 'NOT_FOUND')] },
      'GitHub hid the base of the change: grant the app contents: read (no)',
    ],
  ])('is unknown for %s', async (_sentence, merge, why) => {
    const { of, base, baseSha } = await baseOf(merge)
    expect({ of, baseSha, owners: toCodeOwnersFile(base) }).toEqual({ of: why, baseSha: null, owners: unknown(why) })
  })
})

describe('what a rebase was put onto', () => {
  const rebase: Merge = { message: 'three', parent: { message: 'two' } }

  test.each<[string, Merge]>([
    ['is as many commits back as the change has', rebase],
    ['does not count updates from the base', { ...rebase, commits: [...three, update] }],
    [
      'does not count updates between the commits either',
      { ...rebase, commits: [...three.slice(0, 2), update, ...three.slice(2)] },
    ],
  ])('%s', async (_sentence, merge) => {
    threeBefore(baseCommit({ oid: older }))
    expect(await baseOf(merge)).toMatchObject({ of: older, baseSha: older })
  })

  test('is the first parent when there is no commit so far back: it was a squash', async () => {
    threeBefore(null)
    expect(await baseOf(rebase)).toMatchObject({ of: tip, baseSha: tip })
  })

  test('is never a commit of the change itself', async () => {
    threeBefore(baseCommit({ oid: oidOf('one') }))
    const pushed = { ...rebase, parent: { message: 'two', oid: oidOf('two') } }
    expect(await baseOf(pushed)).toMatchObject({ of: untold, baseSha: null })
  })

  test('is unknown when GitHub hides it', async () => {
    threeBefore(null, [gapAt(['repository', 'object'])])
    expect(await baseOf(rebase)).toMatchObject({ of: expect.stringContaining('contents: read'), baseSha: null })
  })

  test('has unknown files when GitHub hides those', async () => {
    threeBefore(baseCommit({ oid: older }), [gapAt(['repository', 'object', 'ownersInRoot'])])
    const { base } = await baseOf(rebase)
    const why = 'GitHub hid the file CODEOWNERS: grant the app contents: read (no)'
    expect(toCodeOwnersFile(base)).toEqual({ known: false, why })
  })
})

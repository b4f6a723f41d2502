import type { HeadAnswer, HeadNode, PullRequestNode } from './change-answer.ts'
import { headQuery } from './change-query.ts'
import { askMore, headMoved, type Look } from './look.ts'
import type { GraphGap } from './query-graph.ts'

export interface CollectedHead {
  readonly head: HeadNode
  /** Every gap of the look: those inside the head are told as if the one answer had brought it. */
  readonly gaps: readonly GraphGap[]
}

/**
 * The head commit of a pull request: the last of its commits, which the answer brought along.
 *
 * It has to be asked for apart when it is not there: a change whose commits are all in its base has none. Throws when
 * the answer speaks of two heads, because somebody pushed while it was put together.
 */
export async function collectHead(pull: PullRequestNode, look: Look): Promise<CollectedHead> {
  const last = pull.head.nodes[0]?.commit
  if (last?.oid === pull.headRefOid) return { head: last, gaps: look.gaps }
  const isAmongCommits = (pull.commits.nodes ?? []).some((node) => node?.commit.oid === pull.headRefOid)
  if (pull.commits.totalCount > 0 && !isAmongCommits) throw headMoved(look)
  const { data, gaps } = await askMore<HeadAnswer>(look, {
    operationName: 'ChangeHead',
    document: headQuery,
    variables: { oid: pull.headRefOid, appId: look.github.appId },
  })
  const head = data.repository?.object
  if (head === null || head === undefined) throw headMoved(look)
  const place = ['repository', 'pullRequest', 'head', 'nodes', 0, 'commit']
  const moved = gaps.map((gap) => ({ ...gap, path: [...place, ...gap.path.slice(objectPath.length)] }))
  return { head, gaps: [...look.gaps, ...moved] }
}

/** Where the head is in an answer of its own. */
const objectPath = ['repository', 'object'] as const

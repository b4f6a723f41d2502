import { type HeadAnswer, type HeadNode, headQuery, type PullRequestNode } from './change-query.ts'
import { askMore, headMoved, type Look } from './look.ts'

/**
 * The head commit of a pull request: the last of its commits, which the answer brought along.
 *
 * It has to be asked for apart when it is not there: a change whose commits are all in its base has none. Throws when
 * the answer speaks of two heads, because somebody pushed while it was put together.
 */
export async function collectHead(pull: PullRequestNode, look: Look): Promise<HeadNode> {
  const last = pull.head.nodes[0]?.commit
  if (last?.oid === pull.headRefOid) return last
  const isAmongCommits = (pull.commits.nodes ?? []).some((node) => node?.commit.oid === pull.headRefOid)
  if (pull.commits.totalCount > 0 && !isAmongCommits) throw headMoved(look)
  const { data } = await askMore<HeadAnswer>(look, {
    operationName: 'ChangeHead',
    document: headQuery,
    variables: { oid: pull.headRefOid, appId: look.github.appId },
  })
  const head = data.repository?.object
  if (head === null || head === undefined) throw headMoved(look)
  return head
}

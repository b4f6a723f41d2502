import type { ChangeFacts } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { HeadNode, PageAnswer, PullRequestNode } from './change-answer.ts'
import type { CommitNode, Connection, FileNode } from './change-nodes.ts'
import { pageQueries } from './change-query.ts'
import { type Bound, followPages } from './follow-pages.ts'
import { askMore, headMoved, type Look } from './look.ts'
import { findGap, type GraphGap } from './query-graph.ts'
import { rollupPath, toCheckResults, withWorkflowGaps } from './to-checks.ts'
import { toReviews } from './to-reviews.ts'

export interface Lists extends Pick<ChangeFacts, 'reviews' | 'checks'> {
  /** As GitHub shows them: their messages tell a rebase from a squash. */
  readonly commits: Fact<readonly CommitNode[]>
  /** As GitHub shows them: which were renamed tells of the policies that the change removes. */
  readonly files: Fact<readonly FileNode[]>
}

/** How much of each list is read. GitHub itself lists 250 commits and 3,000 files in its REST API. */
const bounds = {
  commits: { most: 250, of: 'commits' },
  reviews: { most: 10_000, of: 'reviews' },
  files: { most: 3_000, of: 'changed files' },
  checks: { most: 500, of: 'checks and statuses' },
} as const satisfies Record<keyof Lists, Bound>

const pullPath = ['repository', 'pullRequest'] as const

/** Where each list is in the answer, and what a person has to grant when GitHub hides it. */
const places = {
  commits: { path: [...pullPath, 'commits'], permission: 'contents: read' },
  reviews: { path: [...pullPath, 'reviews'], permission: 'pull_requests: read' },
  files: { path: [...pullPath, 'files'], permission: 'contents: read' },
  checks: { path: rollupPath, permission: 'checks: read and statuses: read' },
} as const

/** Reads the lists of a change: the pages that the one answer brought, and those after them. */
export async function collectLists(pull: PullRequestNode, head: HeadNode, look: Look): Promise<Lists> {
  const read = { pull, look }
  const rollup = head.statusCheckRollup?.contexts ?? nothing
  const [commits, reviews, files, checks] = await Promise.all([
    collectList('commits', { ...read, first: pull.commits, pick: (page) => page.commits }),
    collectList('reviews', { ...read, first: pull.reviews, pick: (page) => page.reviews }),
    collectList('files', { ...read, first: pull.files, pick: (page) => page.files }),
    collectList('checks', {
      ...read,
      first: withWorkflowGaps(rollup, look.gaps),
      pick: (page, gaps) => withWorkflowGaps(page.head?.nodes[0]?.commit.statusCheckRollup?.contexts, gaps),
    }),
  ])
  return {
    commits,
    reviews: reviews.known ? toReviews(reviews.value, pull, look.gaps) : reviews,
    files,
    checks: checks.known ? known(toCheckResults(checks.value, look.github.appId)) : checks,
  }
}

/** Nothing has been reported on the head: then there is no list at all. */
const nothing = { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] }

type PullPage = NonNullable<NonNullable<PageAnswer['repository']>['pullRequest']>

interface Reading<Node> {
  readonly pull: PullRequestNode
  readonly look: Look
  readonly first: Connection<Node> | null
  readonly pick: (page: PullPage, gaps: readonly GraphGap[]) => Connection<Node> | null | undefined
}

async function collectList<Node>(
  list: keyof Lists,
  { pull, look, first, pick }: Reading<Node>,
): Promise<Fact<readonly Node[]>> {
  const hidden = hiddenList(list, look.gaps)
  if (hidden !== null) return hidden
  return followPages(first, bounds[list], async (after) => {
    const variables = { number: pull.number, after }
    const { data, gaps } = await askMore<PageAnswer>(look, { ...pageQueries[list], variables })
    const page = data.repository?.pullRequest ?? null
    if (page?.headRefOid !== pull.headRefOid) throw headMoved(look)
    return hiddenList(list, gaps) === null ? (pick(page, gaps) ?? null) : null
  })
}

/** Null when GitHub hid nothing of it. A hidden workflow leaves its check run as it is: `withWorkflowGaps` tells. */
function hiddenList(list: keyof Lists, gaps: readonly GraphGap[]): Fact<never> | null {
  const { path: place, permission } = places[list]
  const gap = findGap(
    gaps.filter(({ path }) => !path.includes('workflowRun')),
    place,
  )
  if (gap === null) return null
  const remedy = gap.type === 'FORBIDDEN' ? `: grant the app ${permission}` : ''
  return unknown(`GitHub did not show the ${bounds[list].of}${remedy} (${gap.message})`)
}

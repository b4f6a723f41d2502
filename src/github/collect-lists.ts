import type { ChangeFacts } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { Connection, FileNode } from './change-nodes.ts'
import { type HeadNode, type PageAnswer, pageQueries, type PullRequestNode } from './change-query.ts'
import { type Bound, followPages } from './follow-pages.ts'
import { askMore, headMoved, type Look } from './look.ts'
import { findGap } from './query-graph.ts'
import { toCommits, toReview } from './to-change-facts.ts'
import { toCheckResults } from './to-checks.ts'

export interface Lists extends Pick<ChangeFacts, 'commits' | 'reviews' | 'checks'> {
  /** As GitHub shows them: which were renamed tells of the policies that the change removes. */
  readonly files: Fact<readonly FileNode[]>
}

/** How much of each list is read. GitHub itself lists 250 commits and 3,000 files in its REST API. */
const bounds = {
  commits: { most: 250, of: 'commits' },
  reviews: { most: 1_000, of: 'reviews' },
  files: { most: 3_000, of: 'changed files' },
  checks: { most: 500, of: 'checks and statuses' },
} as const satisfies Record<keyof Lists, Bound>

/** Where each list is in the answer, and what a person has to grant when GitHub hides it. */
const places = {
  commits: { path: ['commits'], permission: 'contents: read' },
  reviews: { path: ['reviews'], permission: 'pull_requests: read' },
  files: { path: ['files'], permission: 'contents: read' },
  checks: { path: ['head', 'nodes', 0, 'commit', 'statusCheckRollup'], permission: 'checks: read and statuses: read' },
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
      first: rollup,
      pick: (page) => page.head?.nodes[0]?.commit.statusCheckRollup?.contexts,
    }),
  ])
  return {
    commits: commits.known ? toCommits(commits.value) : commits,
    reviews: reviews.known ? known(reviews.value.map(toReview)) : reviews,
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
  readonly pick: (page: PullPage) => Connection<Node> | null | undefined
}

async function collectList<Node>(
  list: keyof Lists,
  { pull, look, first, pick }: Reading<Node>,
): Promise<Fact<readonly Node[]>> {
  const { path, permission } = places[list]
  const gap = findGap(look.gaps, ['repository', 'pullRequest', ...path])
  if (gap !== null) {
    const remedy = gap.type === 'FORBIDDEN' ? `: grant the app ${permission}` : ''
    return unknown(`GitHub did not show the ${bounds[list].of}${remedy} (${gap.message})`)
  }
  return followPages(first, bounds[list], async (after) => {
    const variables = { number: pull.number, after }
    const { data } = await askMore<PageAnswer>(look, { ...pageQueries[list], variables })
    const page = data.repository?.pullRequest ?? null
    if (page?.headRefOid !== pull.headRefOid) throw headMoved(look)
    return pick(page) ?? null
  })
}

import { type Fact, known, unknown } from '#facts/fact.ts'
import type { Connection } from './change-nodes.ts'

/** How many of a list are read at most, and what they are called. */
export interface Bound {
  readonly most: number
  readonly of: string
}

/**
 * Reads a list to its end. Beyond the bound it is unknown, never cut short; and then no page more is asked for.
 *
 * Unknown as well when GitHub left something out: a null page or a null in one, a next page without a way to it, fewer
 * than it counts. A list that shrank between two pages looks the same, and is looked at again for it.
 */
export async function followPages<Node>(
  first: Connection<Node> | null,
  bound: Bound,
  nextPage: (after: string) => Promise<Connection<Node> | null>,
): Promise<Fact<readonly Node[]>> {
  const nodes: Node[] = []
  for (let page = first; ;) {
    if (page === null) return unknown(`GitHub did not show the ${bound.of}`)
    if (page.totalCount > bound.most) return unknown(tooMany(page.totalCount, bound))
    const shown = (page.nodes ?? []).filter((node) => node !== null)
    nodes.push(...shown)
    if (nodes.length > bound.most) return unknown(tooMany(nodes.length, bound))
    const { hasNextPage, endCursor } = page.pageInfo
    if (page.nodes === null || shown.length < page.nodes.length) return unknown(leftOut(bound))
    if (!hasNextPage) return nodes.length < page.totalCount ? unknown(leftOut(bound)) : known(nodes)
    // A page without anything in it would be followed by itself, as far as anybody knows.
    if (endCursor === null || shown.length === 0) return unknown(leftOut(bound))
    page = await nextPage(endCursor)
  }
}

const leftOut = ({ of }: Bound): string => `GitHub left out part of its answer: it did not show all ${of}`

const tooMany = (count: number, { most, of }: Bound): string =>
  `there are ${String(count)} ${of}, more than the ${String(most)} that are read: split the change`

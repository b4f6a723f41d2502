import { describe, expect, test } from '@jest/globals'
import type { BaseChangeNode, BaseChangesNode, ReviewNode } from '#github/change-nodes.ts'
import type { GraphGap } from '#github/query-graph.ts'
import { toReviews } from '#github/to-reviews.ts'

const approval = (id: string | number | null): ReviewNode => ({
  fullDatabaseId: id,
  state: 'APPROVED',
  submittedAt: null,
  authorCanPushToRepository: false,
  author: null,
  commit: null,
})
const review = (id: string | number | null): BaseChangeNode => ({ __typename: 'PullRequestReview', fullDatabaseId: id })
const changed: BaseChangeNode = { __typename: 'BaseRefChangedEvent' }
const followed: BaseChangeNode = { __typename: 'AutomaticBaseChangeSucceededEvent' }
const order = (nodes: BaseChangesNode['nodes']): BaseChangesNode => ({ nodes })

/** The last change of base among them, or one further back than they reach. */
function read(
  reviews: readonly ReviewNode[],
  reviewsAndBases: BaseChangesNode,
  { gaps = [], before = [] }: { gaps?: readonly GraphGap[]; before?: readonly BaseChangeNode[] } = {},
) {
  const moves = [...before, ...(reviewsAndBases.nodes ?? [])].filter((item) => item?.__typename !== 'PullRequestReview')
  return toReviews(reviews, { baseChanges: { nodes: moves.slice(-1) }, reviewsAndBases }, gaps)
}

test('a review of a deleted account on a commit GitHub has forgotten', () => {
  expect(read([approval('2503463542')], order([review('2503463542')]))).toEqual({
    known: true,
    value: [
      {
        id: 2_503_463_542,
        author: null,
        state: 'approved',
        commitSha: null,
        submittedAt: null,
        authorCanWrite: false,
        forBase: 'current',
      },
    ],
  })
})

describe('a review was given', () => {
  const rows: readonly {
    says: string
    items: readonly BaseChangeNode[]
    forBase: string
    before?: readonly BaseChangeNode[]
  }[] = [
    { says: 'for this base when the base never changed', items: [review('7')], forBase: 'current' },
    { says: 'for this base when the base changed before it', items: [changed, review('7')], forBase: 'current' },
    { says: 'for an earlier one when the base changed after it', items: [review('7'), changed], forBase: 'earlier' },
    { says: 'for an earlier one when the base followed a branch', items: [review('7'), followed], forBase: 'earlier' },
    {
      says: 'for an earlier one when the base changed back as well',
      items: [changed, review('7'), changed],
      forBase: 'earlier',
    },
    {
      says: 'for this base though another one was not',
      items: [review('6'), changed, review('7')],
      forBase: 'current',
    },
    {
      says: 'for an earlier one when it and a change of base are further back than is read',
      items: [review('8')],
      forBase: 'earlier',
      before: [changed],
    },
    {
      says: 'for this base when it is further back than is read and the base never changed',
      items: [review('8')],
      forBase: 'current',
    },
    {
      says: 'for this base when a change of base is further back',
      items: [review('7')],
      forBase: 'current',
      before: [changed],
    },
    { says: 'for an earlier one when it is not shown beside a change of base', items: [changed], forBase: 'earlier' },
    { says: 'for this base when nothing is shown, and nothing is further back', items: [], forBase: 'current' },
    { says: 'for this base when its number is written as a number', items: [changed, review(7)], forBase: 'current' },
  ]
  for (const { says, items, forBase, before = [] } of rows) {
    test(says, () => {
      expect(read([approval('7')], order(items), { before })).toMatchObject({ known: true, value: [{ forBase }] })
    })
  }

  test('for an earlier base when GitHub does not tell which review it is', () => {
    expect(read([approval(null)], order([changed, review(null)]))).toMatchObject({ value: [{ forBase: 'earlier' }] })
  })
})

describe('reviews are unknown', () => {
  test.each<[string, BaseChangesNode['nodes']]>([
    ['when something in the order of events is null', [changed, null]],
    ['when there is no order of events', null],
  ])('%s', (_sentence, nodes) => {
    const why = 'GitHub left out part of its answer: it did not show all changes of the base branch'
    expect(read([approval('7')], order(nodes))).toEqual({ known: false, why })
  })

  test('when GitHub hides the order of events, and the reason names the permission', () => {
    const path = ['repository', 'pullRequest', 'reviewsAndBases', 'nodes', 0]
    const gap: GraphGap = { type: 'FORBIDDEN', path, message: 'Resource not accessible' }
    expect(read([approval('7')], order([null]), { gaps: [gap] })).toEqual({
      known: false,
      why: expect.stringContaining('grant the app pull_requests: read (Resource not accessible)'),
    })
  })
})

import type { Labeling } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { PullRequestNode } from './change-answer.ts'
import { findGap, type GraphGap } from './query-graph.ts'
import { toAccount } from './to-account.ts'

/**
 * Who set each label that the change carries now.
 *
 * By the last event about it. Nobody is named when that event is none of setting it (a label may come without one), or
 * is further back than the hundred that are read: who could have set it is then anybody.
 */
export function toLabelings(
  { labels, timelineItems }: Pick<PullRequestNode, 'labels' | 'timelineItems'>,
  gaps: readonly GraphGap[],
): Fact<readonly Labeling[]> {
  const gap = findGap(gaps, ['repository', 'pullRequest', 'timelineItems'])
  if (gap !== null) {
    return unknown(`GitHub did not show who set the labels: grant the app pull_requests: read (${gap.message})`)
  }
  const events = timelineItems.nodes
  if (events?.every((event) => event !== null) !== true) {
    return unknown('GitHub left out part of its answer: it did not show who set the labels')
  }
  const latestFirst = [...events].reverse()
  const labelings = (labels?.nodes ?? []).map(({ name }): Labeling => {
    const last = latestFirst.find(({ label }) => label.name === name)
    return { label: name, by: last?.__typename === 'LabeledEvent' ? toAccount(last.actor) : null }
  })
  return known(labelings)
}

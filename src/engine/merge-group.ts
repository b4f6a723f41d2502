import { digestOf } from '#facts/digest.ts'
import type { Fact } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { Finding } from './assess.ts'
import { checkName, recheckButton } from './check-text.ts'
import type { Stage } from './conclude.ts'
import { escapeMarkdown, shortened } from './markdown.ts'
import type { CheckContent, PostedCheck } from './plan.ts'

/** What one look at a group of the merge queue brought back. */
export interface ObservedMergeGroup {
  /** The pull requests that it merges, in their order. Unknown when the queue does not tell all of them. */
  readonly changes: Fact<readonly ChangeSubject[]>
  /** Our own check runs on the group's head commit, newest first. */
  readonly posted: readonly PostedCheck[]
}

/** How a group was last recorded. */
export interface BegunMergeGroup {
  /** `ended`: merged or taken apart; nobody waits for an answer any more. */
  readonly state: 'open' | 'ended'
  /** Null when it was never recorded. */
  readonly findingsDigest: string | null
}

/**
 * The findings of a change as its group's check has to take them: what waits is not met.
 *
 * Nobody is awaited in the queue. It holds everybody behind the group until every check has answered, so a change that
 * lost its approval after it was queued leaves the queue at once, and comes back when it has it again.
 */
export const inMergeGroup = (findings: readonly Finding[]): readonly Finding[] =>
  findings.map((finding): Finding => {
    if (finding.outcome !== 'waiting') return finding
    const { control, mode, awaited, because } = finding
    const why = `It waits for ${awaited}, and the merge queue waits for nobody. Queue it again when that is there.`
    return { control, mode, outcome: 'unmet', because: [why, ...because], fix: [] }
  })

/** What the check on a group says that could not be read: that it is looked at again, and at last that it failed. */
export function unreadableGroup(why: string, stage: Stage): CheckContent {
  const told = shortened(why, 500)
  const isFinal = stage === 'final'
  const content = {
    name: checkName,
    status: isFinal ? 'completed' : 'in_progress',
    conclusion: isFinal ? 'failure' : null,
    title: isFinal ? 'The merge group could not be read' : 'Looking again: the merge group could not be read yet',
    summary: `**Which pull requests this group merges, or how they stand, could not be seen.** ${escapeMarkdown(told)}\n\n${
      isFinal
        ? 'So none of them was judged for it, and nothing may be merged unjudged. Queue the pull requests again; should this come again, ask an administrator to run `countersign doctor`.'
        : 'It is looked at again in a moment.'
    }`,
    detailsUrl: null,
    actions: [recheckButton],
  } as const
  return { ...content, digest: digestOf(content) }
}

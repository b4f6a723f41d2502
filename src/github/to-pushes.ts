import type { Account, Change } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { ghost, leadsToHead, type Push } from '#facts/pushes.ts'
import { shortSha } from '#facts/wording.ts'

/** One line of a branch's activity. */
export interface Activity {
  readonly before: string
  readonly after: string
  readonly at: string
  readonly type: string
  /** Null when the account has been deleted since. */
  readonly actor: Account | null
}

/** GitHub keeps a year of activity; a month less is sure. */
const keptMs = 335 * 24 * 3_600_000

/**
 * The pushes to a branch while its change was open, from the branch's activity, newest first.
 *
 * Whatever happened in the second in which the change was opened counts as after it: an account too many is a
 * contributor that could not have reviewed; one too few would be a hole. Deleting a branch changes no content. Unknown
 * when the activity does not reach back to the opening, or does not lead to the head (yet).
 */
export function toPushes(activities: readonly Activity[], change: Change, now: Date): Fact<readonly Push[]> {
  const openedAt = Date.parse(change.openedAt)
  const content = activities.filter(({ type }) => type !== 'branch_deletion')
  const whileOpen = content.filter(({ at }) => Date.parse(at) >= openedAt).reverse()
  const lastBefore = content.find(({ at }) => Date.parse(at) < openedAt)
  if (lastBefore === undefined && now.getTime() - openedAt > keptMs) {
    return unknown('the change was opened longer ago than GitHub keeps the activity of a branch (a year)')
  }
  const pushes = chain(whileOpen, lastBefore?.after ?? null, change.author ?? ghost)
  if (leadsToHead(pushes, change.headSha)) return known(pushes)
  return unknown(`the activity of the branch does not lead to its head ${shortSha(change.headSha)} yet`)
}

/** From the state at the opening on, in order of time. A branch restored as it was is no push. */
function chain(whileOpen: readonly Activity[], before: string | null, author: Account): readonly Push[] {
  const [first] = whileOpen
  const opened = before ?? (first?.type === 'branch_creation' ? first.after : first?.before)
  if (opened === undefined) return []
  const pushes: Push[] = [{ before: null, after: opened, by: author }]
  let current = opened
  for (const { type, after, actor, before: told } of whileOpen) {
    // A restored branch tells of no state before it: that was the one it had when it was deleted.
    const from = type === 'branch_creation' ? current : told
    if (from !== after) pushes.push({ before: from, after, by: actor ?? ghost })
    current = after
  }
  return pushes
}

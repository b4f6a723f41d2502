import type { Account } from './change-facts.ts'

/** One push to a change's head branch while it was open. */
export interface Push {
  /** Null: the pull request was opened with `after` as its head; `by` opened it. */
  readonly before: string | null
  readonly after: string
  readonly by: Account
}

/**
 * Whether the pushes we know of lead from the opening of the change to its head without a gap.
 *
 * A gap means that a webhook was lost: somebody pushed and we do not know who.
 */
export function leadsToHead(pushes: readonly Push[], headSha: string): boolean {
  const seen = new Set<string>()
  const toSee = [headSha]
  for (let sha = toSee.pop(); sha !== undefined; sha = toSee.pop()) {
    if (seen.has(sha)) continue
    seen.add(sha)
    for (const push of pushes) {
      if (push.after !== sha) continue
      if (push.before === null) return true
      toSee.push(push.before)
    }
  }
  return false
}

/** Each account that pushed, once. */
export function pushersOf(pushes: readonly Push[]): readonly Account[] {
  const pushers = pushes.filter((push) => push.before !== null).map((push) => push.by)
  return [...new Map(pushers.map((account) => [account.id, account])).values()]
}

/** What stands in GitHub's place of somebody deleted; the id is that of its `ghost` account. */
export const ghost: Account = { id: 10_137, login: 'ghost', kind: 'user' }

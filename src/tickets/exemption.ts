import type { Account, Change, Commit } from '#facts/change-facts.ts'
import { type Push, pushersOf } from '#facts/pushes.ts'
import { signaturesOf } from '#facts/signatures.ts'
import type { TicketSettings } from './settings.ts'

/** Whether an exempt author's change needs no ticket, and why. */
export interface Exemption {
  readonly holds: boolean
  readonly because: string
}

/** A change, and whose hands were on it. */
export interface Hands {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly pushes: readonly Push[]
}

/** Null when the author is not exempt. */
export function exemptionOf({ change, commits, pushes }: Hands, exempt: TicketSettings['exempt']): Exemption | null {
  const { author } = change
  if (author === null || !isExempt(author, exempt)) return null
  const isOther = (account: Account | null) =>
    account === null || (account.id !== author.id && !isExempt(account, exempt))
  const who = `${author.login} (account ${author.id}) is exempt by policy`
  const signatures = commits.flatMap((commit) => signaturesOf(commit))
  const writer = signatures.find(({ account }) => isOther(account))
  if (writer !== undefined) {
    return { holds: false, because: `${who}, but ${writer.account?.login ?? writer.name} wrote part of this change.` }
  }
  const pusher = pushersOf(pushes).find(isOther)
  if (pusher !== undefined) return { holds: false, because: `${who}, but ${pusher.login} pushed to its branch.` }
  return { holds: true, because: `${who}, and no other account wrote this change or pushed to its branch.` }
}

const isExempt = ({ id, kind }: Account, exempt: TicketSettings['exempt']): boolean =>
  kind === 'bot' ? exempt.apps.includes(id) : exempt.accounts.includes(id)

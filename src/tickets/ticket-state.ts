import type { Change, Commit } from '#facts/change-facts.ts'
import { type NamedTicket, type Ticket, trackerNames } from '#facts/ticket.ts'
import { fewOf, quotedName } from '#facts/wording.ts'
import { type SightAtMerge, sightAtMerge } from './at-merge.ts'
import { beginningOfWork } from './beginning-of-work.ts'
import type { TicketSettings } from './settings.ts'
import { allowedCategories, comparable } from './strictness.ts'
import { categoryNames, describeStatus, minuteOf, secondOf, shortened, timeOf } from './ticket-words.ts'

/**
 * What is to be said of a ticket's state: it breaks the policy, and can be mended in the tracker or by another ticket
 * only; it cannot be told; or it is worth knowing and does no harm.
 */
export interface Remark {
  readonly kind: 'wrong-in-tracker' | 'wrong-ticket' | 'unseen' | 'beside'
  readonly text: string
}

export interface Found {
  readonly named: NamedTicket
  readonly ticket: Ticket
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly settings: TicketSettings
}

/** Everything that the policy asks of a ticket's state, judged as it was at the merge once there was one. */
export function remarksOnState(found: Found): readonly Remark[] {
  const { named, ticket, change } = found
  const sight = sightAtMerge(ticket, named, change.merge)
  return [...onCategory(found, sight), ...onStatus(found, sight), ...onType(found), ...onCreation(found)]
}

/** What contradicts that the ticket was there: of a merged change, that it was made since. */
export function remarksOnExistence(found: Found): readonly Remark[] {
  if (found.change.merge === null) return []
  const created = timeOf(found.ticket.createdAt)
  return created === null ? [untoldCreation(found)] : onLateCreation(found, created)
}

function onCategory(found: Found, sight: SightAtMerge): readonly Remark[] {
  const { ticket, settings, named } = found
  const allowed = allowedCategories(settings['status-categories'])
  if (allowed.length === 0) return []
  if (sight.category === 'changed') return onLaterCategory(found)
  if (ticket.category !== null && allowed.includes(ticket.category)) return []
  if (sight.category === 'uncertain') {
    return [{ kind: 'unseen', text: `${named.named} is ${describeStatus(ticket)} now: ${untold}` }]
  }
  const words = fewOf(
    allowed.map((category) => categoryNames[category]),
    'or',
  )
  const text = `${standing(found, describeStatus(ticket))}, and the policy asks for a ticket that is ${words}.`
  return [{ kind: 'wrong-in-tracker', text }]
}

/** It is in this category since after the merge only, so at the merge it was in another. */
function onLaterCategory({ named, ticket, settings }: Found): readonly Remark[] {
  const allowed = settings['status-categories']
  if (ticket.category === 'closed' && allowed.includes('open') && allowed.includes('in-progress')) {
    return [{ kind: 'beside', text: 'It was closed after the merge.' }]
  }
  const since = timeOf(ticket.categorySince)
  const from = since === null ? '' : ` since ${minuteOf(since)}`
  return [{ kind: 'unseen', text: `${named.named} has been ${describeStatus(ticket)}${from}: ${untold}` }]
}

function onStatus(found: Found, sight: SightAtMerge): readonly Remark[] {
  const { named, ticket, settings } = found
  if (settings.states.length === 0) return []
  const status = `in the status ${quotedName(shortened(ticket.status))}`
  const isAllowed = isAmong(settings.states, ticket.status)
  if (sight.status === 'changed' || (sight.status === 'uncertain' && !isAllowed)) {
    return [{ kind: 'unseen', text: `${named.named} is ${status} now: ${untold}` }]
  }
  if (isAllowed) return []
  const text = `${standing(found, status)}, and the policy asks for ${quoted(settings.states)}.`
  return [{ kind: 'wrong-in-tracker', text }]
}

function onType({ named, ticket, settings }: Found): readonly Remark[] {
  const { types } = settings
  if (types.length === 0 || (ticket.type !== null && isAmong(types, ticket.type))) return []
  const type = ticket.type === null ? 'has no type' : `is of the type ${quotedName(shortened(ticket.type))}`
  return [{ kind: 'wrong-in-tracker', text: `${named.named} ${type}, and the policy asks for ${quoted(types)}.` }]
}

function onCreation(found: Found): readonly Remark[] {
  const { named, ticket, change, commits } = found
  const created = timeOf(ticket.createdAt)
  if (created === null) return [untoldCreation(found)]
  const late = onLateCreation(found, created)
  if (late.length > 0) return late
  const { earliest, undated } = beginningOfWork(change, commits)
  if (earliest !== null && isLater(created, earliest.at)) {
    const text =
      `${named.named} was created on ${secondOf(created)}, but ${earliest.what} on ${secondOf(earliest.at)}: ` +
      'the policy asks for a ticket that was there before the work.'
    return [{ kind: 'wrong-ticket', text }]
  }
  if (undated === null) return []
  const text = `Whether ${named.named} was there before the work cannot be told: ${undated} does not tell when it was written.`
  return [{ kind: 'unseen', text }]
}

/** Made after the merge, it was there neither for the work nor for whoever let it in. */
function onLateCreation({ named, change }: Found, created: number): readonly Remark[] {
  const mergedAt = change.merge === null ? null : timeOf(change.merge.at)
  if (mergedAt === null || !isLater(created, mergedAt)) return []
  const text = `${named.named} was created on ${secondOf(created)}, after the change was merged on ${secondOf(mergedAt)}.`
  return [{ kind: 'wrong-ticket', text }]
}

const untoldCreation = ({ named }: Found): Remark => ({
  kind: 'unseen',
  text: `${trackerNames[named.tracker]} does not tell when ${named.named} was created.`,
})

/** By whole seconds: a commit's clock counts no less. */
const isLater = (one: number, other: number): boolean => Math.floor(one / 1000) > Math.floor(other / 1000)

const untold = 'what it was at the merge cannot be told.'

const standing = ({ named, change }: Found, words: string): string =>
  change.merge === null ? `${named.named} is ${words}` : `${named.named} was ${words} at the merge`

const isAmong = (names: readonly string[], name: string): boolean =>
  names.some((one) => comparable(one) === comparable(name))

const quoted = (names: readonly string[]): string =>
  fewOf(
    names.map((name) => quotedName(name)),
    'or',
  )

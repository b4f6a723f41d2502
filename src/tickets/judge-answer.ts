import { type NamedTicket, trackerNames } from '#facts/ticket.ts'
import type { Change, Commit } from '#facts/change-facts.ts'
import type { TicketJudgement } from './judgement.ts'
import type { TicketSettings } from './settings.ts'
import { type Found, type Remark, remarksOnExistence, remarksOnState } from './ticket-state.ts'
import { describeTicket, minuteOf, shortened, timeOf } from './ticket-words.ts'

export interface Answered {
  readonly named: NamedTicket
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly settings: TicketSettings
}

/**
 * Judges by what its tracker says of the ticket that a change names.
 *
 * Only what the tracker says makes a ticket missing. That it had none earlier, when it was last heard of, says nothing:
 * the ticket may have been made since.
 */
export function judgeAnswer(answered: Answered): TicketJudgement {
  const { named, change } = answered
  const { answer, staleBecause } = named
  switch (answer.outcome) {
    case 'found':
      return judgeFound({ ...answered, ticket: answer.ticket })
    case 'not-found-or-hidden':
      return staleBecause === null ? absent(named, change) : withoutAnswer(answered, staleBecause)
    case 'unavailable':
      return withoutAnswer(answered, answer.why)
    case 'unanswered':
      return unreadable(named, answer.why)
    case 'not-connected':
      return { outcome: 'blind', because: [`${named.named} was not looked up. ${answer.why}`] }
  }
}

function absent({ tracker, named }: NamedTicket, change: Change): TicketJudgement {
  const name = trackerNames[tracker]
  const what = tracker === 'github-issues' ? `issue ${named}` : named
  const because = [`${name} has no ${what}, or hides it from Countersign.`]
  if (tracker === 'github-issues') because.push('A pull request is not an issue.')
  if (change.state !== 'open') return { outcome: 'unmet', because, fix: [] }
  const advice = `Check the number. If ${name} does have it, an administrator has to let Countersign see it.`
  return { outcome: 'unmet', because: [...because, advice], fix: [] }
}

function withoutAnswer({ named, change, settings }: Answered, why: string): TicketJudgement {
  const name = trackerNames[named.tracker]
  const unseen = `${named.named} could not be looked up: ${name} ${why}.`
  if (settings['on-outage'] === 'allow-and-recheck') {
    const meanwhile = `The policy lets the change pass meanwhile, and it is judged again when ${name} answers.`
    return { outcome: 'provisional', because: [`${unseen} ${meanwhile}`] }
  }
  const again = `It is judged again when ${name} answers`
  const meanwhile = change.state === 'open' ? `${again}; until then the policy does not let it pass.` : `${again}.`
  return { outcome: 'waiting', because: [`${unseen} ${meanwhile}`], awaited: `${name} to answer about ${named.named}` }
}

/** No outage, which the policy might let a change pass by: whoever names a ticket can choose one that cannot be read. */
function unreadable({ tracker, named }: NamedTicket, why: string): TicketJudgement {
  const name = trackerNames[tracker]
  const unseen = `${named} could not be looked up: ${name} ${why}.`
  const again =
    `${name} is not away, so the change does not pass by this. It is asked again; if this goes on, an administrator ` +
    `has to find out why ${name} cannot tell about ${named}.`
  return { outcome: 'waiting', because: [unseen, again], awaited: `${name} to answer about ${named}` }
}

function judgeFound(found: Found): TicketJudgement {
  const { named, change, settings } = found
  const remarks = settings.verify === 'state' ? remarksOnState(found) : remarksOnExistence(found)
  const sentences = (...kinds: readonly Remark['kind'][]): readonly string[] =>
    remarks.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)
  const wrong = sentences('wrong-in-tracker', 'wrong-ticket')
  const asOf = staleness(named)
  if (wrong.length > 0) {
    const advice = change.state === 'open' ? [adviceOn(remarks, named)] : []
    return { outcome: 'unmet', because: [...wrong, ...asOf, ...advice], fix: [] }
  }
  const unseen = sentences('unseen')
  if (unseen.length > 0) return { outcome: 'blind', because: [...unseen, ...asOf] }
  const because = [...describe(found), ...sentences('beside'), ...asOf]
  return { outcome: named.staleBecause === null ? 'met' : 'provisional', because }
}

function describe({ named, ticket }: Found): readonly string[] {
  const has = `${trackerNames[named.tracker]} has it${describeTicket(ticket)}.`
  const key = ticket.key.toLowerCase()
  if (key === named.key.toLowerCase() || key === named.named.toLowerCase()) return [has]
  // The name of the other repository is not ours to tell: it may be private.
  if (named.tracker === 'github-issues') return [has, 'It has been moved to another repository.']
  return [has, `It is called ${shortened(ticket.key)} now.`]
}

function adviceOn(remarks: readonly Remark[], { tracker }: NamedTicket): string {
  return remarks.some(({ kind }) => kind === 'wrong-ticket')
    ? 'Name the ticket that the work was begun for.'
    : `Change that in ${trackerNames[tracker]}, or name a ticket that fits.`
}

/** Nothing for a fresh answer: its time is another at every look. */
function staleness({ tracker, staleBecause, readAt }: NamedTicket): readonly string[] {
  if (staleBecause === null) return []
  const name = trackerNames[tracker]
  const at = timeOf(readAt)
  const asOf = at === null ? 'That is what was known last' : `That is as of ${minuteOf(at)}`
  return [`${asOf}: since then, ${name} ${staleBecause}. It is judged again when ${name} answers.`]
}

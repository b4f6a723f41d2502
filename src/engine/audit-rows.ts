import type { Account } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { type NamedTicket, type Ticket, type TicketName, trackerNames } from '#facts/ticket.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import type { Finding } from './assess.ts'
import { isProvisional } from './conclude.ts'
import { codeSpan, escapeMarkdown, shortened } from './markdown.ts'

/** A table of two columns: what is told, and in bold before it what it is about. */
export const keyedTable = (rows: readonly (readonly [string, string])[]): string =>
  ['| | |', '|---|---|', ...rows.map(([name, text]) => `| **${name}** | ${text} |`)].join('\n')

/** The findings, a row each; `most` is how many reasons each is told with. */
export const findingsTable = (findings: readonly Finding[], most: number): string =>
  ['| Control | Finding | Mode | Why |', '|---|---|---|---|', ...findings.map((finding) => row(finding, most))].join(
    '\n',
  )

function row(finding: Finding, most: number): string {
  const { control, outcome, mode, because } = finding
  const found = isProvisional(finding) ? 'met, for now' : outcome
  return `| ${codeSpan(control)} | ${found} | ${mode} | ${list(becauseOf(because), most)} |`
}

/** Why the change was found to trace to a ticket or not, and what trackers said of each ticket that was looked up. */
export function ticketRow(findings: readonly Finding[], tickets: Fact<readonly NamedTicket[]>, most: number): string {
  const finding = findings.find(({ control }) => control === 'ticket-link')
  const because = finding === undefined ? 'not judged' : list(becauseOf(finding.because), most)
  const told = ticketsTold(tickets, most)
  return told === null ? because : `${because}<br>${told}`
}

/** Null when no ticket was looked up. Never with a title: a public repository would publish it. */
export const ticketsTold = (tickets: Fact<readonly NamedTicket[]>, most: number): string | null =>
  tickets.known && tickets.value.length === 0
    ? null
    : tell(tickets, (named) =>
        list(
          named.map((ticket) => ticketTold(ticket)),
          most,
        ),
      )

function ticketTold(looked: NamedTicket): string {
  const { tracker, key, named: asNamed, answer, readAt, staleBecause } = looked
  const name = trackerNames[tracker]
  // The repository of an issue may be private, and this comment may not be.
  const ticket = `${quoted(tracker === 'github-issues' ? asNamed : key)} in ${name}`
  const read = `read at ${codeSpan(readAt)}`
  const stale = staleBecause === null ? '' : `, not newer because ${told(`${name} ${staleBecause}`)}`
  switch (answer.outcome) {
    case 'found':
      return `${ticket}${stateOf(looked, answer.ticket)}; ${read}${stale}`
    case 'not-found-or-hidden':
      return `${ticket}: not found, or hidden from this app; ${read}${stale}`
    case 'unavailable':
    case 'unanswered':
      return `${ticket}: no answer, because ${told(`${name} ${answer.why}`)}; asked at ${codeSpan(readAt)}`
    case 'not-connected':
      return `${ticket}: could not be asked. ${told(answer.why)}`
  }
}

/** Nobody is named: who works on what elsewhere is not for a public repository to tell. */
function stateOf({ tracker, key }: TicketName, ticket: Ticket): string {
  const isMoved = ticket.key.toLowerCase() !== key.toLowerCase()
  const where = tracker === 'github-issues' ? ', moved to another repository' : `, now ${quoted(ticket.key)}`
  const moved = isMoved ? where : ''
  const type = ticket.type === null ? '' : `type ${quoted(ticket.type)}, `
  return `${moved}: ${type}status ${quoted(ticket.status)}, created at ${codeSpan(ticket.createdAt)}`
}

export const policyTold = ({ digest, preset, origins }: EffectivePolicy, most: number): string =>
  `${codeSpan(digest)}, preset ${codeSpan(preset)}${originsOf(origins, most)}`

const originsOf = (origins: EffectivePolicy['origins'], most: number): string =>
  origins.length === 0
    ? ', no policy file'
    : `<br>${list(
        origins.map(
          ({ repository, path, commitSha }) => `${codeSpan(`${repository}/${path}`)} at ${codeSpan(commitSha)}`,
        ),
        most,
      )}`

/** Where the ledger holds what is told. */
export const ledgerTold = (position: number | null): string =>
  position === null ? 'not recorded' : `entry ${position}`

/** Null: an account deleted since. Text: a name in a commit that belongs to no account. Nobody is notified. */
export function named(person: Account | string | null): string {
  if (person === null) return 'a deleted account'
  if (typeof person === 'string') return `${quoted(person)} (no GitHub account)`
  return `${codeSpan(person.login)} (id ${person.id})`
}

const longestText = 300

export const told = (text: string): string => escapeMarkdown(shortened(text, longestText))

export const quoted = (text: string): string => codeSpan(shortened(text, longestText))

const becauseOf = (because: readonly string[]): readonly string[] => because.map((reason) => told(reason))

export const tell = <Value>(fact: Fact<Value>, say: (value: Value) => string): string =>
  fact.known ? say(fact.value) : `could not be seen: ${told(fact.why)}`

export function list(items: readonly string[], most: number): string {
  if (items.length === 0) return 'none'
  const left = items.length - most
  return [...items.slice(0, most), ...(left > 0 ? [`… and ${left} more`] : [])].join('<br>')
}

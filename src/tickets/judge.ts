import type { Asked, AskedTicket } from '#facts/asked.ts'
import type { Fact } from '#facts/fact.ts'
import { type NamedTicket, trackerNames } from '#facts/ticket.ts'
import { coverageFault, coverageNote, coverageOf } from './coverage.ts'
import { judgeAnswer } from './judge-answer.ts'
import type { TicketJudgement } from './judgement.ts'
import { type Looked, type Naming, nameTicket } from './naming.ts'

/** A change, and what trackers say of the tickets that it names. */
export interface Evidence extends Looked {
  readonly tickets: Fact<readonly NamedTicket[]>
}

export interface Judged {
  readonly judgement: TicketJudgement
  /** Null when no ticket is named. */
  readonly figures: { readonly commits: number; readonly 'commits-with-key': number } | null
}

/** Whether the change names one ticket, and whether that is as the policy asks. */
export function judgeTicket(evidence: Evidence): Judged {
  const naming = nameTicket(evidence)
  if (naming.outcome === 'unnamed') return { judgement: { ...naming, outcome: 'unmet' }, figures: null }
  const { change, commits, settings } = evidence
  const coverage = coverageOf(naming.key, commits, settings)
  const figures = { commits: coverage.commits, 'commits-with-key': coverage.carrying }
  const ofTicket = judgeNamed(naming, evidence)
  const fault = settings['every-commit'] ? coverageFault(naming.key, coverage, change) : null
  if (fault !== null) {
    const because = [...(ofTicket.outcome === 'unmet' ? ofTicket.because : []), ...fault.because]
    return { judgement: { outcome: 'unmet', because, fix: fault.fix }, figures }
  }
  if (ofTicket.outcome !== 'met' && ofTicket.outcome !== 'provisional') return { judgement: ofTicket, figures }
  const because = [...naming.because, ...ofTicket.because, ...coverageNote(coverage, naming.places)]
  return { judgement: { ...ofTicket, because }, figures }
}

/** The one ticket to look up: none where its key alone counts, none is named, or it has been looked up. */
export function askTicket({ tickets, ...looked }: Evidence): Asked {
  const { settings } = looked
  if (settings.verify === 'pattern' || !tickets.known) return {}
  const naming = nameTicket(looked)
  if (naming.outcome === 'unnamed' || tickets.value.some((ticket) => isTicket(ticket, naming))) return {}
  const { key, tracker } = naming
  const repository = tracker === 'github-issues' ? settings['issues-repository'] : null
  return { tickets: [{ tracker, key, repository } satisfies AskedTicket] }
}

type Named = Extract<Naming, { outcome: 'named' }>

function judgeNamed(naming: Named, { tickets, ...looked }: Evidence): TicketJudgement {
  if (looked.settings.verify === 'pattern') return { outcome: 'met', because: [] }
  const { key, tracker } = naming
  if (!tickets.known) return { outcome: 'blind', because: [`${key} could not be looked up: ${tickets.why}.`] }
  const named = tickets.value.find((ticket) => isTicket(ticket, naming))
  if (named !== undefined) return judgeAnswer({ ...looked, named })
  return { outcome: 'blind', because: [`${key} was not looked up in ${trackerNames[tracker]}.`] }
}

const isTicket = (ticket: NamedTicket, { tracker, key }: Named): boolean =>
  ticket.tracker === tracker && ticket.named === key

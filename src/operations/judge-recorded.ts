import { catalogue } from '#controls/catalogue.ts'
import { assess } from '#engine/assess.ts'
import type { Assessment } from '#engine/assessment.ts'
import { withWhatCameSince } from '#facts/asked.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { known } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { restsOnOutage } from '#facts/ticket.ts'
import { readTicket, type TicketPorts } from './look-up-ticket.ts'
import type { JudgedChange, JudgePorts } from './judge-change.ts'

/** What was recorded of a change, by which it is judged again. */
export type Recorded = Pick<Assessment, 'facts' | 'policy' | 'repository'>

export interface RecordedPorts extends Pick<JudgePorts, 'observeChange'>, TicketPorts {}

/**
 * Judges a merged change by what was recorded of it, and by what trackers say now that did not answer then.
 *
 * Nothing else may move its verdict: not who has access by now, nor today's policy, nor a title edited since
 * (docs/decisions/0026). Null when GitHub has no such change (any more).
 */
export async function judgeRecorded(
  asked: ChangeSubject,
  recorded: Recorded,
  ports: RecordedPorts,
): Promise<JudgedChange | null> {
  const observed = await ports.observeChange(asked)
  if (observed === null) return null
  const { owner, name } = observed.repository
  const subject = { ...asked, owner, repository: name }
  const { policy, repository } = recorded
  const facts = await withTickets(withWhatCameSince(recorded.facts), subject, ports)
  const findings = assess({ catalogue, facts, policy, kind: 'change' })
  return { subject, facts, repository, policy, findings, notes: [], posted: observed.posted }
}

/** What rests on an outage is read again; what was answered stays as it was. */
async function withTickets(facts: ChangeFacts, subject: ChangeSubject, ports: TicketPorts): Promise<ChangeFacts> {
  if (!facts.tickets.known) return facts
  const tickets = await Promise.all(
    facts.tickets.value.map(async (ticket) => {
      if (!restsOnOutage(ticket)) return ticket
      const { tracker, key } = ticket
      return { ...ticket, ...(await readTicket({ tracker, key }, subject, ports)) }
    }),
  )
  return { ...facts, tickets: known(tickets) }
}

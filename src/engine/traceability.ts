import type { ChangeFacts } from '#facts/change-facts.ts'
import { restsOnOutage, type NamedTicket } from '#facts/ticket.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import type { Finding } from './assess.ts'

/**
 * How a change traces to tracked work.
 *
 * `verified`: its tracker shows the ticket, and it is as the policy asks. `named`: it carries a key, and the policy asks
 * for no more. `provisional`: the tracker did not answer. `missing`: the control is not met. `exempt`: it need not.
 * `undetermined`: it could not be judged. `not-judged`: the control was off.
 */
export type Trace = (typeof traces)[number]

export const traces = ['verified', 'named', 'provisional', 'missing', 'exempt', 'undetermined', 'not-judged'] as const

const control = 'ticket-link'

export function traceOf(findings: readonly Finding[], { tickets }: Pick<ChangeFacts, 'tickets'>): Trace {
  const finding = findings.find((one) => one.control === control)
  switch (finding?.outcome) {
    case undefined:
      return 'not-judged'
    case 'undetermined':
      return 'undetermined'
    case 'not-applicable':
      return 'exempt'
    case 'unmet':
      return 'missing'
    case 'waiting':
      return 'provisional'
    case 'met':
      if (finding.provisional === true) return 'provisional'
      return tickets.known && tickets.value.some(isVerified) ? 'verified' : 'named'
  }
}

const isVerified = (ticket: NamedTicket): boolean => ticket.answer.outcome === 'found' && !restsOnOutage(ticket)

/** Whether the policy asks for the address of the change on its ticket. */
export const wantsLinkBack = ({ controls }: EffectivePolicy): boolean => {
  const settings = controls[control]
  return settings !== undefined && settings.mode !== 'off' && settings.settings['link-back'] === true
}

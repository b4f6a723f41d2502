import type { Change } from '#facts/change-facts.ts'
import type { NamedTicket, Ticket, TicketAnswer, TicketReading } from '#facts/ticket.ts'
import type { Verdict } from '#controls/control.ts'
import { ben, change } from '../controls/sample-change.ts'

/** A bug that was there the day before the change, and is being worked on. */
export const ticket: Ticket = {
  key: 'BUG-453',
  title: 'Dropdown of the payroll of Ms. Novak is broken',
  type: 'Bug',
  status: 'In Review',
  category: 'in-progress',
  categorySince: '2026-05-03T12:00:00.000Z',
  creator: 'cleo',
  createdAt: '2026-05-03T09:00:00.000Z',
  url: 'https://acme.atlassian.net/browse/BUG-453',
}

/** What Jira says of BUG-453, read an hour after the change was opened. */
export const answered = (answer: TicketAnswer, more: Partial<TicketReading> = {}): NamedTicket => ({
  tracker: 'jira',
  key: 'BUG-453',
  named: 'BUG-453',
  answer,
  readAt: '2026-05-04T10:00:00.000Z',
  staleBecause: null,
  ...more,
})

export const found = (more: Partial<Ticket> = {}, reading: Partial<TicketReading> = {}): NamedTicket =>
  answered({ outcome: 'found', ticket: { ...ticket, ...more } }, reading)

export const absent = answered({ outcome: 'not-found-or-hidden' })
export const away = answered({ outcome: 'unavailable', why: 'took longer than 10 s' })
export const unconnected = answered({ outcome: 'not-connected', why: 'Set JIRA_URL and JIRA_TOKEN_FILE.' })

export const mergedAt = '2026-05-04T12:00:00.000Z'
export const mergedChange: Change = {
  ...change,
  state: 'merged',
  merge: { at: mergedAt, by: ben, commitSha: null },
}

/** With the figures of the one commit of the sample change, which does not name its ticket. */
export const counted = (verdict: Verdict): Verdict => ({ ...verdict, figures: { commits: 1, 'commits-with-key': 0 } })

export const carries = 'The branch name carries BUG-453.'

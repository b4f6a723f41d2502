import type { KeptTicket } from '#engine/assessment.ts'
import type { Ticket, TicketAnswer, TicketName, TicketReading } from '#facts/ticket.ts'

export const now = new Date('2026-05-04T12:00:00.000Z')

export const minutesBefore = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString()

export const bug: TicketName = { tracker: 'jira', key: 'BUG-453' }

const ticket: Ticket = {
  key: 'BUG-453',
  title: 'Broken dropdown',
  type: 'Bug',
  status: 'In Review',
  category: 'in-progress',
  categorySince: null,
  creator: 'Ana',
  createdAt: '2026-05-01T08:00:00.000Z',
  url: 'https://acme.atlassian.net/browse/BUG-453',
}

export const found = (over: Partial<Ticket> = {}): TicketAnswer => ({
  outcome: 'found',
  ticket: { ...ticket, ...over },
})

export const hidden: TicketAnswer = { outcome: 'not-found-or-hidden' }

export const away = { outcome: 'unavailable', why: 'took longer than 10 s' } as const satisfies TicketAnswer

export const notConnected: TicketAnswer = { outcome: 'not-connected', why: 'Set JIRA_URL to the address of Jira.' }

export const readingAt = (minutesAgo: number, answer: TicketAnswer = found()): TicketReading => ({
  answer,
  readAt: minutesBefore(minutesAgo),
  staleBecause: null,
})

/** Of a ticket that we never heard of. */
export const nothingKept: KeptTicket = {
  reading: null,
  since: 'nothing',
  touchedAt: null,
  answersTouchAt: null,
  generation: { touches: 0, requests: 0 },
}

import type { NamedTicket, Ticket } from '#facts/ticket.ts'

export const ticket: Ticket = {
  key: 'BUG-453',
  title: 'The secret plan behind the dropdown',
  type: 'Bug',
  status: 'In Progress',
  category: 'in-progress',
  categorySince: '2026-05-02T08:00:00.000Z',
  creator: 'Ana Doe',
  createdAt: '2026-05-01T08:00:00.000Z',
  url: 'https://acme.atlassian.net/browse/BUG-453',
}

export const foundTicket: NamedTicket = {
  tracker: 'jira',
  key: 'BUG-453',
  named: 'BUG-453',
  answer: { outcome: 'found', ticket },
  readAt: '2026-05-05T08:00:01.000Z',
  staleBecause: null,
}

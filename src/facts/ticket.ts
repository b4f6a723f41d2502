/** Where work is tracked. */
export type Tracker = 'jira' | 'linear' | 'shortcut' | 'github-issues'

/** One ticket, as its tracker knows it. Its text is untrusted. */
export interface TicketName {
  readonly tracker: Tracker
  /** Unique within its tracker: `BUG-453`, `sc-12`, `acme/shop#7` (in lower case). */
  readonly key: string
}

export interface Ticket {
  /** What it is called now: another key than was asked for when it has been moved. */
  readonly key: string
  readonly title: string
  /** `Bug`, `Story`; null where the tracker has no types, or this one has none. */
  readonly type: string | null
  /** As the tracker calls it: `In Review`. */
  readonly status: string
  /** Null when the tracker puts its status in no category. */
  readonly category: StatusCategory | null
  /** Since when it has been in that category. ISO 8601, UTC. Null when the tracker does not tell. */
  readonly categorySince: string | null
  /** Null when the tracker does not tell, or the account is gone. */
  readonly creator: string | null
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** For people. */
  readonly url: string
}

/** `closed`: done, cancelled or declined. */
export type StatusCategory = 'open' | 'in-progress' | 'closed'

/** What a tracker says of a ticket. Only the first two are facts about it. */
export type TicketAnswer =
  | { readonly outcome: 'found'; readonly ticket: Ticket }
  /** The tracker shows none. Most hide what we may not see in the same words as what does not exist. */
  | { readonly outcome: 'not-found-or-hidden' }
  /** It was asked and did not answer. `why` completes "Jira …": `took longer than 10 s`. */
  | { readonly outcome: 'unavailable'; readonly why: string }
  /** The tracker is well, and has no answer to this one question. `why` completes "Jira …" as well. */
  | { readonly outcome: 'unanswered'; readonly why: string }
  /** There is nobody to ask. `why` is a sentence for whoever runs the server. */
  | { readonly outcome: 'not-connected'; readonly why: string }

export interface TicketReading {
  readonly answer: TicketAnswer
  /** When the tracker was asked for this answer. ISO 8601, UTC. */
  readonly readAt: string
  /** Why there is no answer newer than this one, though it is due: completes "Jira …". Null: it is new enough. */
  readonly staleBecause: string | null
}

/** A ticket that a change names, and what its tracker says of it. */
export interface NamedTicket extends TicketName, TicketReading {
  /** As the change names it: `#7`. */
  readonly named: string
}

export const trackerNames: Readonly<Record<Tracker, string>> = {
  jira: 'Jira',
  linear: 'Linear',
  shortcut: 'Shortcut',
  'github-issues': 'GitHub',
}

/** Whether the reading is to be replaced as soon as the tracker answers. */
export const restsOnOutage = ({ answer, staleBecause }: TicketReading): boolean =>
  answer.outcome === 'unavailable' || answer.outcome === 'unanswered' || staleBecause !== null

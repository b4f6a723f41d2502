import type { Ticket, Tracker } from '#facts/ticket.ts'

/** A place where work is tracked, as the four of them look alike from here. */
export interface TrackerClient {
  readonly tracker: Tracker
  /**
   * The ticket of that key; null when the tracker shows none, whether it is not there or hidden from us.
   *
   * Throws `TrackerUnavailable` for everything that leaves the question open, and tries nothing twice. `signal` ends it.
   */
  readonly findTicket: (key: string, asking: Asking) => Promise<Ticket | null>
  /**
   * Puts a link to a change on a ticket; done again it leaves the same one link. Throws `TrackerUnavailable`, and
   * `LinkRefused` for what will be refused however often it is asked. Null: this tracker finds such links by itself.
   */
  readonly linkBack: ((link: Link, signal: AbortSignal) => Promise<void>) | null
  /** Whose credentials these are, as a name for people. Throws `TrackerUnavailable`. */
  readonly findSelf: (signal: AbortSignal) => Promise<string>
}

export interface Asking {
  readonly signal: AbortSignal
  /** Through which installation an issue on GitHub is looked at. */
  readonly installationId: number
}

/** A change as a ticket shows it. */
export interface Link {
  readonly key: string
  readonly url: string
  /** `acme/shop#12`: the title of a change may tell more than everybody there should read. */
  readonly title: string
}

/**
 * The tracker did not answer the question. The message completes "Jira …" (`took longer than 10 s`), names what to do
 * where somebody can do something, and holds nothing secret and nothing that the tracker wrote.
 */
export class TrackerUnavailable extends Error {
  /** How long it asked to be left alone; null when it did not. */
  readonly retryAfterMs: number | null
  /** `ticket`: it is this one question that has no answer, and says nothing of others. */
  readonly about: 'tracker' | 'ticket'

  constructor(why: string, { retryAfterMs = null, about = 'tracker', cause }: UnavailableOptions = {}) {
    super(why, cause === undefined ? {} : { cause })
    this.name = 'TrackerUnavailable'
    this.retryAfterMs = retryAfterMs
    this.about = about
  }
}

interface UnavailableOptions {
  readonly retryAfterMs?: number | null
  readonly about?: 'tracker' | 'ticket'
  readonly cause?: unknown
}

/** The tracker will not take the link. The message is a sentence for whoever runs the server. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused'
}

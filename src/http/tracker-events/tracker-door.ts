/** A tracker that tells us of changes, how it signs what it sends, and what of that we read. */
export interface TrackerDoor {
  readonly tracker: TellingTracker
  /** For people. */
  readonly name: string
  /** Holds, after `signaturePrefix`, the HMAC-SHA256 of the body in hexadecimal. */
  readonly signatureHeader: string
  readonly signaturePrefix: string
  /**
   * Of the tickets that the payload says are others now. Null: it is about something else.
   *
   * Never throws: what a payload lacks, it does not tell.
   */
  readonly findTold: (payload: object) => Told | null
  /** When it was sent, in milliseconds since 1970; null when the payload does not say. Absent: this tracker never says. */
  readonly findSentAt?: (payload: object) => number | null
}

export type TellingTracker = 'jira' | 'linear' | 'shortcut'

export interface Told {
  /** In the tracker's words: `jira:issue_updated`. */
  readonly event: string
  /** As they stand in the payload: anybody's text until `toKeys` has looked at it. */
  readonly keys: readonly unknown[]
  /** A date as text, or milliseconds since 1970. */
  readonly occurredAt: string | number | undefined
}

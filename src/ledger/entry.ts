import { canonicalJson } from '#facts/canonical-json.ts'

/** One line of the ledger, before it has its place. */
export interface NewEntry {
  readonly kind:
    | 'change.assessed'
    | 'check.written'
    | 'command.answered'
    | 'comment.extended'
    | 'comment.posted'
    | 'configuration.warned'
    | 'merge-group.assessed'
    | 'policy.adopted'
    | 'policy.refused'
    | 'ticket.link-refused'
    | 'ticket.linked'
    | 'token.created'
    | 'token.revoked'
    | 'work.requeued'
  /** When it happened, and when we learned it. ISO 8601, UTC. */
  readonly occurredAt: string
  readonly receivedAt: string
  readonly actor: string
  readonly reason: string
  /** The login of the organization (or user) whose data this is. Empty: it is about the server itself. */
  readonly organization: string
  /** `change/<repository id>/<number>`, or what else the entry is about. */
  readonly subject: string
  readonly policyDigest: string | null
  /** SHA-256 of the canonical JSON of the payload, hex; the payload is a blob of that name. Null: none. */
  readonly payloadDigest: string | null
}

/** In its place: numbered from 1 without gaps. Its canonical JSON is the leaf of the tree. */
export interface Entry extends NewEntry {
  readonly sequence: number
}

/** The bytes of an entry's leaf, as text: equal entries have equal leaves. */
export const encodeEntry = (entry: Entry): string => canonicalJson(entry)

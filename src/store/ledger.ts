import { canonicalJson } from '#facts/canonical-json.ts'
import { digestOf } from '#facts/digest.ts'
import { encodeEntry, type Entry, type NewEntry } from '#ledger/entry.ts'
import { leafHash } from '#ledger/merkle.ts'
import { sql, type Transaction } from 'kysely'
import { storable, storableTime } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

/**
 * Gives an entry the next place in the ledger and returns the entry in it.
 *
 * Call it last in a transaction: from here to its end nobody else can append. `payload` is kept as a blob of the name
 * that the entry gives it; undefined when the entry names none.
 */
export async function appendEntry(within: Transaction<Tables>, entry: NewEntry, payload?: unknown): Promise<Entry> {
  await storeBlob(within, entry.payloadDigest, payload)
  // Locks the head's row: the numbers have no gaps because one that is rolled back takes its number with it.
  const head = await within
    .updateTable('ledger_head')
    .set({ sequence: sql<number>`sequence + 1` })
    .returning('sequence')
    .executeTakeFirstOrThrow()
  const placed = inPlace(entry, head.sequence)
  const leaf = encodeEntry(placed)
  await within
    .insertInto('ledger')
    .values({
      sequence: placed.sequence,
      kind: placed.kind,
      occurred_at: placed.occurredAt,
      received_at: placed.receivedAt,
      actor: placed.actor,
      reason: placed.reason,
      organization: placed.organization,
      subject: placed.subject,
      policy_digest: placed.policyDigest,
      payload_digest: placed.payloadDigest,
      entry: leaf,
      leaf_hash: leafHash(Buffer.from(leaf)).toString('hex'),
    })
    .execute()
  return placed
}

/** What the columns say and what the leaf says must be the same text. */
const inPlace = (entry: NewEntry, sequence: number): Entry => ({
  sequence,
  kind: entry.kind,
  occurredAt: storableTime(entry.occurredAt),
  receivedAt: storableTime(entry.receivedAt),
  actor: storable(entry.actor),
  reason: storable(entry.reason),
  organization: storable(entry.organization),
  subject: storable(entry.subject),
  policyDigest: entry.policyDigest,
  payloadDigest: entry.payloadDigest,
})

async function storeBlob(within: Transaction<Tables>, digest: string | null, payload: unknown): Promise<void> {
  if (digest === null) return
  if (payload === undefined || digestOf(payload) !== digest) {
    throw new TypeError('A ledger entry names its payload by digest, and this payload has another one.')
  }
  await within
    .insertInto('blobs')
    .values({ digest, content: canonicalJson(payload) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute()
}

/** The position of the latest assessment of a subject; null when there is none. */
export async function findLedgerPosition(on: Connection, subject: string): Promise<number | null> {
  const row = await on
    .selectFrom('ledger')
    .select('sequence')
    .where('subject', '=', subject)
    .where('kind', '=', 'change.assessed')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.sequence ?? null
}

/** The payload of the latest assessment of a subject; null when there is none. */
export async function findLatestAssessment(on: Connection, subject: string): Promise<unknown> {
  const row = await on
    .selectFrom('ledger')
    .innerJoin('blobs', 'blobs.digest', 'ledger.payload_digest')
    .select('blobs.content')
    .where('ledger.subject', '=', subject)
    .where('ledger.kind', '=', 'change.assessed')
    .orderBy('ledger.sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : (JSON.parse(row.content) as unknown)
}

export interface LedgerLine {
  readonly sequence: number
  /** Canonical JSON. */
  readonly entry: string
  readonly leafHash: string
}

/** The entries after a position, in order, at most `limit`. */
export async function readLedger(on: Connection, after: number, limit: number): Promise<readonly LedgerLine[]> {
  const rows = await on
    .selectFrom('ledger')
    .select(['sequence', 'entry', 'leaf_hash'])
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map(({ sequence, entry, leaf_hash }) => ({ sequence, entry, leafHash: leaf_hash }))
}

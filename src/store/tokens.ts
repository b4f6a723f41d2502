import type { NewEntry } from '#ledger/entry.ts'
import type { Transaction } from 'kysely'
import { appendEntry } from './ledger.ts'
import { storable } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

/** A bearer token for the API. Its text is kept nowhere, its hash never leaves the store. */
export interface StoredToken {
  readonly id: string
  readonly organization: string
  readonly role: 'viewer'
  readonly reason: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

export async function storeToken(
  within: Transaction<Tables>,
  token: StoredToken,
  { hash, entry }: { readonly hash: string; readonly entry: NewEntry },
): Promise<void> {
  await within
    .insertInto('tokens')
    .values({
      id: token.id,
      hash,
      organization: storable(token.organization),
      role: token.role,
      reason: storable(token.reason),
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      revoked_at: token.revokedAt,
      last_used_at: token.lastUsedAt,
    })
    .execute()
  await appendEntry(within, entry)
}

/** False, and nothing entered, when there is no such token or it is revoked already. */
export async function revokeToken(
  within: Transaction<Tables>,
  id: string,
  { at, entry }: { readonly at: Date; readonly entry: NewEntry },
): Promise<boolean> {
  const { numUpdatedRows } = await within
    .updateTable('tokens')
    .set({ revoked_at: at.toISOString() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await appendEntry(within, entry)
  return true
}

export async function findToken(on: Connection, hash: string): Promise<StoredToken | null> {
  const row = await on.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst()
  return row === undefined ? null : toToken(row)
}

/** Newest first. */
export async function listTokens(on: Connection): Promise<readonly StoredToken[]> {
  const rows = await on.selectFrom('tokens').selectAll().orderBy('created_at', 'desc').orderBy('id').execute()
  return rows.map(toToken)
}

/** Kept to the minute: a busy token is not a write for each of its calls. */
const useKeptToMs = 60_000

export async function recordTokenUse(on: Connection, id: string, at: Date): Promise<void> {
  const longAgo = new Date(at.getTime() - useKeptToMs).toISOString()
  await on
    .updateTable('tokens')
    .set({ last_used_at: at.toISOString() })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', longAgo)]))
    .execute()
}

const toToken = (row: Tables['tokens']): StoredToken => ({
  id: row.id,
  organization: row.organization,
  role: row.role,
  reason: row.reason,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
})

import { storable } from './storable.ts'
import type { Connection } from './tables.ts'

/** One call of the API, whether it was let in or not. */
export interface ApiCall {
  /** Null: no token, or none that we know. */
  readonly tokenId: string | null
  /** The organization whose token it was, or the account that is logged in. */
  readonly account: string | null
  readonly method: string
  /** Without the query: what is in it is nobody's business. */
  readonly path: string
  readonly status: number
  readonly at: Date
}

export async function recordApiCall(on: Connection, call: ApiCall): Promise<void> {
  await on
    .insertInto('api_calls')
    .values({
      token_id: call.tokenId,
      account: call.account === null ? null : storable(call.account),
      method: storable(call.method),
      path: storable(call.path),
      status: call.status,
      at: call.at.toISOString(),
    })
    .execute()
}

/** Newest first. */
export async function listApiCalls(on: Connection, limit: number): Promise<readonly ApiCall[]> {
  const rows = await on.selectFrom('api_calls').selectAll().orderBy('id', 'desc').limit(limit).execute()
  return rows.map(({ token_id, account, method, path, status, at }) => ({
    tokenId: token_id,
    account,
    method,
    path,
    status,
    at: new Date(at),
  }))
}

/** Forgets calls made before then. */
export async function pruneApiCalls(on: Connection, before: Date): Promise<number> {
  const { numDeletedRows } = await on.deleteFrom('api_calls').where('at', '<', before.toISOString()).executeTakeFirst()
  return Number(numDeletedRows)
}

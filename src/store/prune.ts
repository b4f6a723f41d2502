import { pruneApiCalls } from './api-calls.ts'
import { pruneDeliveries } from './deliveries.ts'
import type { Connection } from './tables.ts'

const dayMs = 24 * 3_600_000
/** GitHub redelivers for 3 days; the rest is for whoever looks into what happened. */
const deliveriesKeptMs = 14 * dayMs
/** An audit period, and some. */
const apiCallsKeptMs = 400 * dayMs

/** Removes what has served: old deliveries and old lines of the API's log. The ledger keeps everything. */
export async function pruneStore(
  on: Connection,
  now: Date,
): Promise<{ readonly deliveries: number; readonly apiCalls: number }> {
  return {
    deliveries: await pruneDeliveries(on, new Date(now.getTime() - deliveriesKeptMs)),
    apiCalls: await pruneApiCalls(on, new Date(now.getTime() - apiCallsKeptMs)),
  }
}

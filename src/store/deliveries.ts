import type { Delivery } from '#facts/delivery.ts'
import { storable, storableTime } from './storable.ts'
import type { Connection } from './tables.ts'

/** Stores a delivery unless one of that GUID is stored: GitHub redelivers under the same one. */
export async function storeDelivery(on: Connection, delivery: Delivery): Promise<'stored' | 'duplicate'> {
  const { action, organization, sender } = delivery
  const stored = await on
    .insertInto('deliveries')
    .values({
      guid: storable(delivery.guid),
      event: storable(delivery.event),
      action: action === null ? null : storable(action),
      installation_id: delivery.installationId,
      organization: organization === null ? null : storable(organization),
      sender: sender === null ? null : storable(sender),
      occurred_at: storableTime(delivery.occurredAt),
      received_at: storableTime(delivery.receivedAt),
      body: storable(delivery.body),
    })
    .onConflict((conflict) => conflict.column('guid').doNothing())
    .returning('guid')
    .executeTakeFirst()
  return stored === undefined ? 'duplicate' : 'stored'
}

/** SQLite takes 32,766 values in a statement, PostgreSQL 65,535. */
const asked = 1_000

/** Those of the GUIDs that are stored here. */
export async function findStoredDeliveries(on: Connection, guids: readonly string[]): Promise<ReadonlySet<string>> {
  const stored = new Set<string>()
  for (let from = 0; from < guids.length; from += asked) {
    const some = guids.slice(from, from + asked)
    const rows = await on.selectFrom('deliveries').select('guid').where('guid', 'in', some).execute()
    for (const row of rows) stored.add(row.guid)
  }
  return stored
}

/** Forgets deliveries received before then: GitHub can no longer be asked for them, and what they led to is recorded. */
export async function pruneDeliveries(on: Connection, before: Date): Promise<number> {
  const { numDeletedRows } = await on
    .deleteFrom('deliveries')
    .where('received_at', '<', before.toISOString())
    .executeTakeFirst()
  return Number(numDeletedRows)
}

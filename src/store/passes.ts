import type { Connection } from './tables.ts'

/** Our own rounds, each of which goes on where its last one ended. */
export type Pass = 'delivery-recovery'

/** When the last pass began; null before the first. */
export async function findLastPass(on: Connection, name: Pass): Promise<Date | null> {
  const row = await on.selectFrom('passes').select('at').where('name', '=', name).executeTakeFirst()
  return row === undefined ? null : new Date(row.at)
}

export async function recordPass(on: Connection, name: Pass, at: Date): Promise<void> {
  const latest = { at: at.toISOString() }
  await on
    .insertInto('passes')
    .values({ name, ...latest })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(latest))
    .execute()
}

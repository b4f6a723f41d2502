import type { InstallationStanding } from '#facts/installation.ts'
import { loginKey, storable } from './storable.ts'
import type { Connection } from './tables.ts'

export interface Installation extends InstallationStanding {
  /** ISO 8601, UTC. Null: a reconcile pass is due. */
  readonly reconciledAt: string | null
}

/** Stores what became of an installation; a reconcile pass over it is due at once. */
export async function storeInstallation(on: Connection, change: InstallationStanding, at: Date): Promise<void> {
  const latest = {
    account: storable(change.account),
    account_key: loginKey(change.account),
    standing: change.standing,
    changed_at: at.toISOString(),
    reconciled_at: null,
  }
  await on
    .insertInto('installations')
    .values({ id: change.id, ...latest })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(latest))
    .execute()
}

export async function listInstallations(on: Connection): Promise<readonly Installation[]> {
  const rows = await on.selectFrom('installations').selectAll().orderBy('id').execute()
  return rows.map(({ id, account, standing, reconciled_at }) => ({
    id,
    account,
    standing,
    reconciledAt: reconciled_at,
  }))
}

/**
 * The active installations that no reconcile pass has looked at since they changed, or for `everyMs`; each is handed
 * out once, to whichever worker asks first.
 *
 * A pass that fails hands its installation back with `giveReconcileBack`.
 */
export async function claimDueReconciles(on: Connection, now: Date, everyMs: number): Promise<readonly number[]> {
  const before = new Date(now.getTime() - everyMs).toISOString()
  const claimed = await on
    .updateTable('installations')
    .set({ reconciled_at: now.toISOString() })
    .where('standing', '=', 'active')
    .where((eb) => eb.or([eb('reconciled_at', 'is', null), eb('reconciled_at', '<=', before)]))
    .returning('id')
    .execute()
  return claimed.map((row) => row.id).sort((a, b) => a - b)
}

/** Makes a reconcile pass over an installation due again as if the last one had been at that time. */
export async function giveReconcileBack(on: Connection, installationId: number, lastAt: Date): Promise<void> {
  const reconciled_at = lastAt.toISOString()
  await on.updateTable('installations').set({ reconciled_at }).where('id', '=', installationId).execute()
}

/** Whether an installation of ours is on the account; a suspended one still is. */
export async function isInstalledOn(on: Connection, account: string): Promise<boolean> {
  const found = await on
    .selectFrom('installations')
    .select('id')
    .where('account_key', '=', loginKey(account))
    .where('standing', '<>', 'removed')
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

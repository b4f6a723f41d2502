import { canonicalJson } from '#facts/canonical-json.ts'
import { digestOf } from '#facts/digest.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { PolicyPlace } from '#policy/effective-policy.ts'
import type { ExpressionBuilder, Transaction } from 'kysely'
import { appendEntry } from './ledger.ts'
import { loginKey, storable } from './storable.ts'
import type { Connection, Tables } from './tables.ts'
import type { PolicySource } from '#policy/policy-document.ts'

/** The policy last adopted there; null when none was, or the file was removed. */
export async function findLastGoodPolicy(on: Connection, place: PolicyPlace): Promise<PolicySource | null> {
  const row = await on.selectFrom('policies').select('policy').where(keyOf(place)).executeTakeFirst()
  return parsePolicy(row?.policy ?? null)
}

/** Makes a policy (null: its removal) the one in force, and enters that; does nothing when it already is. */
export async function adoptPolicy(
  within: Transaction<Tables>,
  adopted: { readonly place: PolicyPlace; readonly policy: PolicySource | null; readonly entry: NewEntry },
): Promise<void> {
  const { place, policy, entry } = adopted
  const row = await lockPlace(within, place)
  if (parsePolicy(row.policy)?.text === policy?.text) return
  await within
    .updateTable('policies')
    .set({ policy: policy === null ? null : canonicalJson(policy), refused_digest: null })
    .where(keyOf(place))
    .execute()
  await appendEntry(within, entry, policy ?? undefined)
}

/** Enters that a policy file could not be used, once for each text. */
export async function refusePolicy(
  within: Transaction<Tables>,
  refused: { readonly place: PolicyPlace; readonly policy: PolicySource; readonly entry: NewEntry },
): Promise<void> {
  const { place, policy, entry } = refused
  const row = await lockPlace(within, place)
  const digest = digestOf(policy.text)
  if (row.refused_digest === digest) return
  await within.updateTable('policies').set({ refused_digest: digest }).where(keyOf(place)).execute()
  await appendEntry(within, entry, policy)
}

/** Two workers that read the same new file at once enter it once: the second waits here, and finds it done. */
async function lockPlace(within: Transaction<Tables>, place: PolicyPlace): Promise<Tables['policies']> {
  const key = columnsOf(place)
  return within
    .insertInto('policies')
    .values(key)
    .onConflict((conflict) =>
      conflict.columns(['layer', 'organization_key', 'repository_id', 'branch']).doUpdateSet(key),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

const columnsOf = ({ layer, organization, repositoryId, branch }: PolicyPlace) => ({
  layer,
  organization_key: loginKey(organization),
  repository_id: repositoryId ?? 0,
  branch: storable(branch ?? ''),
})

const keyOf = (place: PolicyPlace) => {
  const key = columnsOf(place)
  return (eb: ExpressionBuilder<Tables, 'policies'>) => eb.and(key)
}

/** Only for what `adoptPolicy` wrote. */
const parsePolicy = (json: string | null): PolicySource | null =>
  json === null ? null : (JSON.parse(json) as PolicySource)

import type { KeptAnswer, KeptKind } from '#engine/assessment.ts'
import { sql, type Transaction } from 'kysely'
import { storable } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

/** One of GitHub's answers and when it was asked for (ISO 8601, UTC); null when it is not kept. */
export async function findKeptAnswer(
  on: Connection,
  answer: KeptAnswer,
): Promise<{ readonly value: unknown; readonly readAt: string } | null> {
  const row = await on
    .selectFrom('kept_answers')
    .select(['value', 'read_at'])
    .where((eb) => eb.and(columnsOf(answer)))
    .executeTakeFirst()
  return row === undefined ? null : { value: JSON.parse(row.value) as unknown, readAt: row.read_at }
}

/**
 * Keeps an answer that GitHub was asked for at that time.
 *
 * One asked for before answers of its kind were dropped may be of the time before, and is not kept.
 */
export async function keepAnswer(
  within: Transaction<Tables>,
  answer: KeptAnswer,
  { value, askedAt }: { readonly value: unknown; readonly askedAt: Date },
): Promise<void> {
  const read_at = askedAt.toISOString()
  if ((await lockDrop(within, answer)) >= read_at) return
  const latest = { value: JSON.stringify(value), read_at }
  await within
    .insertInto('kept_answers')
    .values({ ...columnsOf(answer), ...latest })
    .onConflict((conflict) => conflict.columns(['kind', 'installation_id', 'repository_id', 'key']).doUpdateSet(latest))
    .execute()
}

/** Forgets answers of these kinds: of one repository, or (null) of the whole installation. */
export async function dropKeptAnswers(
  within: Transaction<Tables>,
  of: { readonly kinds: readonly KeptKind[]; readonly installationId: number; readonly repositoryId: number | null },
  at: Date,
): Promise<void> {
  const { kinds, installationId, repositoryId } = of
  const dropped = { dropped_at: at.toISOString() }
  // In one order, so that two transactions cannot wait for each other.
  for (const kind of [...kinds].sort()) {
    await within
      .insertInto('dropped_answers')
      .values({ kind, installation_id: installationId, ...dropped })
      .onConflict((conflict) => conflict.columns(['kind', 'installation_id']).doUpdateSet(dropped))
      .execute()
  }
  const ofInstallation = within
    .deleteFrom('kept_answers')
    .where('kind', 'in', kinds)
    .where('installation_id', '=', installationId)
  await (repositoryId === null ? ofInstallation : ofInstallation.where('repository_id', '=', repositoryId)).execute()
}

/** Forgets answers that GitHub was asked for before then. */
export async function pruneKeptAnswers(on: Connection, before: Date): Promise<number> {
  const { numDeletedRows } = await on
    .deleteFrom('kept_answers')
    .where('read_at', '<', before.toISOString())
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** When answers of the kind were last dropped; until the transaction ends, none are. */
async function lockDrop(within: Transaction<Tables>, { kind, installationId }: KeptAnswer): Promise<string> {
  const { dropped_at } = await within
    .insertInto('dropped_answers')
    .values({ kind, installation_id: installationId, dropped_at: '' })
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'installation_id'])
        .doUpdateSet({ dropped_at: sql<string>`dropped_answers.dropped_at` }),
    )
    .returning('dropped_at')
    .executeTakeFirstOrThrow()
  return dropped_at
}

const columnsOf = ({ kind, installationId, repositoryId, key }: KeptAnswer) => ({
  kind,
  installation_id: installationId,
  repository_id: repositoryId,
  key: storable(key),
})

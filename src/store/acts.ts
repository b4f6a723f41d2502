import type { ChangeSubject } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { sql, type Transaction } from 'kysely'
import { changeIs } from './changes.ts'
import { forgetCommand } from './commands.ts'
import { appendEntry } from './ledger.ts'
import { storable, storableTime } from './storable.ts'
import type { Act, AskedCommand } from '#engine/assessment.ts'
import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import type { Connection, Tables } from './tables.ts'

export async function findActs(on: Connection, subject: ChangeSubject): Promise<readonly Act[]> {
  const rows = await on.selectFrom('acts').selectAll().where(changeIs(subject)).orderBy('key').execute()
  return rows.map(({ assessment, key, digest, state, at, external_id }) => ({
    subject,
    assessment,
    key,
    digest,
    state,
    at,
    externalId: external_id,
  }))
}

/** Whether any change of the repository recorded that it wrote exactly this. */
export async function isActRecorded(
  on: Connection,
  { repositoryId }: ChangeSubject,
  { key, digest }: Pick<Act, 'key' | 'digest'>,
): Promise<boolean> {
  const found = await on
    .selectFrom('acts')
    .select('number')
    .where('repository_id', '=', repositoryId)
    .where('key', '=', storable(key))
    .where('digest', '=', digest)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Remembers an act before it is done. Throws SupersededAssessment when a later assessment has begun. */
export async function intendAct(within: Transaction<Tables>, act: Act): Promise<void> {
  await storeAct(within, act)
}

/** Records an act that was done, with its entry. Throws SupersededAssessment when a later assessment has begun. */
export async function recordAct(
  within: Transaction<Tables>,
  act: Act,
  told: { readonly payload: unknown; readonly entry: NewEntry },
): Promise<void> {
  await storeAct(within, act)
  await appendEntry(within, told.entry, told.payload)
}

/** Records the answer to a command, which then waits no longer. Throws SupersededAssessment as `recordAct` does. */
export async function recordAnswer(
  within: Transaction<Tables>,
  act: Act,
  { command, entry }: { readonly command: AskedCommand; readonly entry: NewEntry },
): Promise<void> {
  await storeAct(within, act)
  await forgetCommand(within, act.subject, command.commentId)
  await appendEntry(within, entry, command)
}

async function storeAct(within: Transaction<Tables>, act: Act): Promise<void> {
  await lockAssessment(within, act)
  const latest = {
    assessment: act.assessment,
    digest: act.digest,
    state: act.state,
    at: storableTime(act.at),
    external_id: act.externalId,
  }
  await within
    .insertInto('acts')
    .values({
      repository_id: act.subject.repositoryId,
      number: act.subject.number,
      key: storable(act.key),
      ...latest,
    })
    .onConflict((conflict) => conflict.columns(['repository_id', 'number', 'key']).doUpdateSet(latest))
    .execute()
}

/** Until the transaction ends, no later assessment of the change can begin. */
async function lockAssessment(within: Transaction<Tables>, { subject, assessment }: Act): Promise<void> {
  const { numUpdatedRows } = await within
    .updateTable('changes')
    .set({ assessment: sql<number>`assessment` })
    .where(changeIs(subject))
    .where('assessment', '=', assessment)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new SupersededAssessment(subject, assessment)
}

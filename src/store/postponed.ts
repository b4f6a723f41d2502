import type { Cause, ChangeSubject } from '#facts/subject.ts'
import { sql, type Transaction } from 'kysely'
import { changeIs, subjectColumns, toSubject } from './changes.ts'
import type { Connection, Tables } from './tables.ts'

/** Puts every open change of an installation by. One that is put by already keeps its place and takes the newest cause. */
export async function postponeOpenChanges(
  within: Transaction<Tables>,
  installationId: number,
  { cause, at }: { readonly cause: Cause; readonly at: Date },
): Promise<void> {
  // Before any of its changes, so that a release and this cannot wait for each other.
  await lockBucket(within, installationId)
  const because = JSON.stringify(cause)
  await within
    .insertInto('postponed')
    .columns([...subjectColumns, 'cause', 'postponed_at'])
    .expression((eb) =>
      eb
        .selectFrom('changes')
        .select([...subjectColumns, eb.val(because).as('cause'), eb.val(at.toISOString()).as('postponed_at')])
        .where('installation_id', '=', installationId)
        .where('state', '=', 'open')
        .orderBy('repository_id')
        .orderBy('number'),
    )
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'number']).doUpdateSet({ installation_id: installationId, cause: because }),
    )
    .execute()
}

/** The installations that have changes put by and can be looked at. */
export async function findPostponedInstallations(on: Connection): Promise<readonly number[]> {
  const rows = await on
    .selectFrom('postponed')
    .select('installation_id')
    .distinct()
    .where('installation_id', 'not in', (eb) =>
      eb.selectFrom('installations').select('id').where('standing', '<>', 'active'),
    )
    .orderBy('installation_id')
    .execute()
  return rows.map((row) => row.installation_id)
}

/** How many changes could be released at that time, in parts of one too. */
export type ReleaseBucket = Pick<Tables['release_buckets'], 'tokens' | 'at'>

interface Released {
  readonly subject: ChangeSubject
  readonly cause: Cause
}

/**
 * Takes the changes put by first out of the line, as many as `refill` says there are whole tokens, and takes those
 * tokens out of the bucket. Until the transaction ends, nobody else releases any of the installation.
 */
export async function releasePostponed(
  within: Transaction<Tables>,
  installationId: number,
  refill: (bucket: ReleaseBucket) => ReleaseBucket,
): Promise<readonly Released[]> {
  const { tokens, at } = refill(await lockBucket(within, installationId))
  const rows = await within
    .deleteFrom('postponed')
    .where(
      sql<boolean>`(repository_id, number) in (
      select repository_id, number from postponed where installation_id = ${installationId}
      order by postponed_at, repository_id, number limit ${Math.floor(tokens)}
    )`,
    )
    .returningAll()
    .execute()
  await within
    .updateTable('release_buckets')
    .set({ tokens: tokens - rows.length, at })
    .where('installation_id', '=', installationId)
    .execute()
  return rows.sort(inLine).map((row) => ({ subject: toSubject(row), cause: JSON.parse(row.cause) as Cause }))
}

/** The change is looked at now. */
export async function forgetPostponed(on: Connection, subject: ChangeSubject): Promise<void> {
  await on.deleteFrom('postponed').where(changeIs(subject)).execute()
}

const inLine = (a: Tables['postponed'], b: Tables['postponed']): number =>
  a.postponed_at.localeCompare(b.postponed_at) || a.repository_id - b.repository_id || a.number - b.number

/** A bucket nobody has taken from is one of long ago: by now it is full. */
const untouched = { tokens: 0, at: new Date(0).toISOString() }

async function lockBucket(within: Transaction<Tables>, installationId: number): Promise<ReleaseBucket> {
  return within
    .insertInto('release_buckets')
    .values({ installation_id: installationId, ...untouched })
    .onConflict((conflict) =>
      conflict.column('installation_id').doUpdateSet({ tokens: sql<number>`release_buckets.tokens` }),
    )
    .returning(['tokens', 'at'])
    .executeTakeFirstOrThrow()
}

import type { Push } from '#facts/pushes.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { storable } from './storable.ts'
import type { Connection } from './tables.ts'

/** Remembers who pushed what to a change's head; a push known already is not stored twice. */
export async function storePushes(on: Connection, subject: ChangeSubject, pushes: readonly Push[]): Promise<void> {
  for (const { before, after, by } of pushes) {
    await on
      .insertInto('pushes')
      .values({
        repository_id: subject.repositoryId,
        number: subject.number,
        before_sha: storable(before ?? ''),
        after_sha: storable(after),
        by_id: by.id,
        by_login: storable(by.login),
        by_kind: by.kind,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** In an order that does not depend on when we learned of them, so that equal facts stay equal. */
export async function findPushes(on: Connection, subject: ChangeSubject): Promise<readonly Push[]> {
  const rows = await on
    .selectFrom('pushes')
    .selectAll()
    .where('repository_id', '=', subject.repositoryId)
    .where('number', '=', subject.number)
    .orderBy('by_id')
    .orderBy('after_sha')
    .orderBy('before_sha')
    .execute()
  return rows.map((row) => ({
    before: row.before_sha === '' ? null : row.before_sha,
    after: row.after_sha,
    by: { id: row.by_id, login: row.by_login, kind: row.by_kind },
  }))
}

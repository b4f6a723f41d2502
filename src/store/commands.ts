import type { AskedCommand } from '#engine/assessment.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { changeIs } from './changes.ts'
import { storable, storableTime } from './storable.ts'
import type { Connection } from './tables.ts'

/** Remembers what somebody asked for in a comment, until it is answered. */
export async function storeCommand(on: Connection, subject: ChangeSubject, asked: AskedCommand): Promise<void> {
  await on
    .insertInto('commands')
    .values({
      repository_id: subject.repositoryId,
      comment_id: asked.commentId,
      number: subject.number,
      command: asked.command,
      asked_by: storable(asked.by),
      asked_at: storableTime(asked.at),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Those that wait for their answer, oldest first. */
export async function findCommands(on: Connection, subject: ChangeSubject): Promise<readonly AskedCommand[]> {
  const rows = await on
    .selectFrom('commands')
    .selectAll()
    .where(changeIs(subject))
    .orderBy('asked_at')
    .orderBy('comment_id')
    .execute()
  return rows.map(({ comment_id, command, asked_by, asked_at }) => ({
    commentId: comment_id,
    command,
    by: asked_by,
    at: asked_at,
  }))
}

/** It is answered. */
export async function forgetCommand(on: Connection, subject: ChangeSubject, commentId: number): Promise<void> {
  await on.deleteFrom('commands').where(changeIs(subject)).where('comment_id', '=', commentId).execute()
}

import type { Subject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { findRepository } from './list-repositories.ts'
import type { GraphAnswer } from './query-graph.ts'

/**
 * Asks about something in a repository, and again under its new name when its old one belongs to another by now.
 *
 * Returns the answer with the subject under the name that was right; null when the installation sees it no more.
 */
export async function askUnderItsName<
  Of extends Subject,
  Data extends { readonly repository: { readonly databaseId: number } | null },
>(
  github: GitHub,
  subject: Of,
  ask: (subject: Of) => Promise<GraphAnswer<Data>>,
): Promise<{ readonly subject: Of; readonly answer: GraphAnswer<Data> } | null> {
  const answer = await ask(subject)
  const { repository } = answer.data
  if (repository === null || repository.databaseId === subject.repositoryId) return { subject, answer }
  const renamed = await findRepository(github, subject)
  if (renamed === null) return null
  const named = { ...subject, ...renamed }
  return { subject: named, answer: await ask(named) }
}

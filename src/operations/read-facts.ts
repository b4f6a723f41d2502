import type { ChangeSubject } from '#facts/subject.ts'
import type { FactsDocument } from './facts-document.ts'
import { judgeChange, type JudgePorts } from './judge-change.ts'

export interface Ports extends JudgePorts {
  /** Where a repository lives, as the app sees it; null: the app is not installed there. */
  readonly findInstallation: (
    owner: string,
    repository: string,
  ) => Promise<Pick<ChangeSubject, 'installationId' | 'repositoryId' | 'owner' | 'repository'> | null>
}

/** Everything that is seen of a change now, as a document to keep and to simulate with. Null: there is no such change. */
export async function readFacts(
  { owner, repository, number }: Pick<ChangeSubject, 'owner' | 'repository' | 'number'>,
  ports: Ports,
): Promise<FactsDocument | null> {
  const found = await ports.findInstallation(owner, repository)
  if (found === null) return null
  const judged = await judgeChange({ kind: 'change', ...found, number }, ports)
  return judged === null
    ? null
    : { version: 1, subject: judged.subject, repository: judged.repository, facts: judged.facts }
}

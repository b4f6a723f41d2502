import type { RecordedChange, RecordedFacts } from '#engine/assessment.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { type ExpressionBuilder, sql, type SqlBool } from 'kysely'
import { loginKey } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

/** Names one change, in a query on any one table about changes. */
export const changeIs = ({ repositoryId, number }: ChangeSubject) =>
  sql<SqlBool>`(repository_id = ${repositoryId} and number = ${number})`

/** Open changes of a repository with this head commit. */
export async function findChangesByHead(
  on: Connection,
  repositoryId: number,
  sha: string,
): Promise<readonly ChangeSubject[]> {
  const rows = await on
    .selectFrom('changes')
    .select(subjectColumns)
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', sha)
    .where('state', '=', 'open')
    .orderBy('number')
    .execute()
  return rows.map(toSubject)
}

export async function findOpenChanges(
  on: Connection,
  of: { readonly repositoryId: number } | { readonly installationId: number },
): Promise<readonly ChangeSubject[]> {
  const [column, id] =
    'repositoryId' in of
      ? (['repository_id', of.repositoryId] as const)
      : (['installation_id', of.installationId] as const)
  const rows = await on
    .selectFrom('changes')
    .select(subjectColumns)
    .where(column, '=', id)
    .where('state', '=', 'open')
    .orderBy('repository_id')
    .orderBy('number')
    .execute()
  return rows.map(toSubject)
}

/** The open changes of an installation, those begun and never recorded included: as unfinished, at no head, never looked at. */
export async function findRecordedOpenChanges(
  on: Connection,
  installationId: number,
): Promise<readonly RecordedChange[]> {
  const rows = await on
    .selectFrom('changes')
    .select([...subjectColumns, 'head_sha', 'looked_at', 'conclusion'])
    .where('installation_id', '=', installationId)
    .where('state', '=', 'open')
    .execute()
  return rows.map((row) => ({
    subject: toSubject(row),
    headSha: row.head_sha ?? '',
    lookedAt: row.looked_at ?? new Date(0).toISOString(),
    standing: row.conclusion,
  }))
}

/** The facts last recorded of open changes, of one repository or (null) of the whole organization; the latest looked at first. */
export async function findOpenFacts(
  on: Connection,
  { organization, repositoryId }: { readonly organization: string; readonly repositoryId: number | null },
  limit: number,
): Promise<readonly RecordedFacts[]> {
  const rows = await on
    .selectFrom('changes')
    .select([...subjectColumns, 'facts', 'judged_repository'])
    .where('state', '=', 'open')
    .where('facts', 'is not', null)
    .where(repositoryId === null ? ofOrganization(organization) : (eb) => eb('repository_id', '=', repositoryId))
    .orderBy('looked_at', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => {
    const { facts, judged_repository: repository } = row
    if (facts === null || repository === null) return []
    return [
      {
        subject: toSubject(row),
        facts: JSON.parse(facts) as ChangeFacts,
        repository: JSON.parse(repository) as RecordedFacts['repository'],
      },
    ]
  })
}

/** By installation, not by name: an account that takes over a freed name sees nothing of the one that had it before. */
export const ofOrganization = (organization: string) => (eb: ExpressionBuilder<Tables, 'changes'>) =>
  eb(
    'changes.installation_id',
    'in',
    eb.selectFrom('installations').select('installations.id').where('account_key', '=', loginKey(organization)),
  )

const subjectColumns = ['installation_id', 'repository_id', 'owner', 'repository', 'number'] as const

const toSubject = (row: Pick<Tables['changes'], (typeof subjectColumns)[number]>): ChangeSubject => ({
  kind: 'change',
  installationId: row.installation_id,
  repositoryId: row.repository_id,
  owner: row.owner,
  repository: row.repository,
  number: row.number,
})

import type { RecordedChange, RecordedFacts } from '#engine/assessment.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { type ExpressionBuilder, sql, type SqlBool } from 'kysely'
import { loginKey } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

/** Names one change, in a query on any one table about changes. */
export const changeIs = ({ repositoryId, number }: ChangeSubject) =>
  sql<SqlBool>`(repository_id = ${repositoryId} and number = ${number})`

/** Open changes of a repository that were recorded with this head commit. */
export async function findChangesAtHead(
  on: Connection,
  repositoryId: number,
  sha: string,
): Promise<readonly ChangeSubject[]> {
  const rows = await openOf(on, repositoryId).where('head_sha', '=', sha).execute()
  return rows.map(toSubject)
}

/**
 * Open changes of a repository that may have this head commit: recorded with it, pushed to it while a look is still
 * to come or under way, or begun and never recorded.
 */
export async function findChangesByHead(
  on: Connection,
  repositoryId: number,
  sha: string,
): Promise<readonly ChangeSubject[]> {
  const pushed = await on
    .selectFrom('pushes')
    .select('number')
    .distinct()
    .where('repository_id', '=', repositoryId)
    .where('after_sha', '=', sha)
    .execute()
  const numbers = pushed.map((push) => push.number)
  const rows = await openOf(on, repositoryId)
    .where((eb) =>
      eb.or([
        eb('head_sha', '=', sha),
        eb('head_sha', 'is', null),
        ...(numbers.length > 0 ? [eb('number', 'in', numbers)] : []),
      ]),
    )
    .execute()
  return rows.map(toSubject)
}

/** The open changes of a repository, or of one base branch of it; those of which the base is not known now are among them. */
export async function findOpenChanges(
  on: Connection,
  of:
    | { readonly repositoryId: number }
    | { readonly repositoryId: number; readonly branch: string; readonly which: 'all' | 'resting-on-base' },
): Promise<readonly ChangeSubject[]> {
  const open = openOf(on, of.repositoryId)
  if (!('branch' in of)) return (await open.execute()).map(toSubject)
  const ofBranch = open.where((eb) => eb.or([eb('base_branch', '=', of.branch), eb('base_branch', 'is', null)]))
  const touched =
    of.which === 'all'
      ? ofBranch
      : ofBranch.where((eb) => eb.or([eb('rests_on_base', '=', 1), eb('base_branch', 'is', null)]))
  return (await touched.execute()).map(toSubject)
}

const openOf = (on: Connection, repositoryId: number) =>
  on
    .selectFrom('changes')
    .select(subjectColumns)
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'open')
    .orderBy('number')

/** The open changes of an installation, those begun and never recorded included: as unfinished, at no head, never looked at. */
export async function findRecordedOpenChanges(
  on: Connection,
  installationId: number,
): Promise<readonly RecordedChange[]> {
  const rows = await on
    .selectFrom('changes')
    .select([...subjectColumns, 'head_sha', 'looked_at', 'conclusion', 'stale_since'])
    .where('installation_id', '=', installationId)
    .where('state', '=', 'open')
    .execute()
  return rows.map((row) => ({
    subject: toSubject(row),
    headSha: row.head_sha ?? '',
    lookedAt: row.looked_at ?? new Date(0).toISOString(),
    standing: row.conclusion,
    isStale: row.stale_since !== null,
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

export const subjectColumns = ['installation_id', 'repository_id', 'owner', 'repository', 'number'] as const

export const toSubject = (row: Pick<Tables['changes'], (typeof subjectColumns)[number]>): ChangeSubject => ({
  kind: 'change',
  installationId: row.installation_id,
  repositoryId: row.repository_id,
  owner: row.owner,
  repository: row.repository,
  number: row.number,
})

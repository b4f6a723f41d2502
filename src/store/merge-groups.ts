import type { BegunMergeGroup } from '#engine/merge-group.ts'
import type { MergeGroupSubject } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { InsertObject, Transaction } from 'kysely'
import { appendEntry } from './ledger.ts'
import { storable } from './storable.ts'
import type { Connection, Tables } from './tables.ts'

/** How a group was last recorded; open and never recorded when we see it for the first time. */
export async function beginMergeGroup(on: Connection, subject: MergeGroupSubject, at: Date): Promise<BegunMergeGroup> {
  const { state, findings_digest } = await on
    .insertInto('merge_groups')
    .values({ ...columnsOf(subject), state: 'open', at: at.toISOString() })
    .onConflict((conflict) => conflict.columns(['repository_id', 'head_sha']).doUpdateSet({ at: at.toISOString() }))
    .returning(['state', 'findings_digest'])
    .executeTakeFirstOrThrow()
  return { state, findingsDigest: findings_digest }
}

/** Remembers which pull requests a group merges, so that what becomes of one of them is looked at for the group too. */
export async function storeGroupChanges(
  on: Connection,
  { repositoryId, headSha }: MergeGroupSubject,
  numbers: readonly number[],
): Promise<void> {
  await on
    .updateTable('merge_groups')
    .set({ numbers: `,${numbers.join(',')},` })
    .where('repository_id', '=', repositoryId)
    .where('head_sha', '=', headSha)
    .execute()
}

/** The open groups that merge a change, or that have this head commit. */
export async function findMergeGroups(
  on: Connection,
  repositoryId: number,
  of: { readonly number: number } | { readonly headSha: string },
): Promise<readonly MergeGroupSubject[]> {
  const groups = on
    .selectFrom('merge_groups')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'open')
    .orderBy('head_sha')
  const found =
    'number' in of
      ? groups.where('numbers', 'like', `%,${String(of.number)},%`)
      : groups.where('head_sha', '=', storable(of.headSha))
  return (await found.execute()).map((row) => ({
    kind: 'merge-group',
    installationId: row.installation_id,
    repositoryId: row.repository_id,
    owner: row.owner,
    repository: row.repository,
    headSha: row.head_sha,
    baseSha: row.base_sha,
    headBranch: row.head_branch,
    baseBranch: row.base_branch,
  }))
}

export interface RecordedMergeGroup {
  readonly subject: MergeGroupSubject
  readonly findingsDigest: string
  /** Null when the findings are those recorded last. */
  readonly entry: NewEntry | null
  /** What the entry names by its digest. */
  readonly payload: unknown
}

/** Records what was found of an open group, and its ledger entry when it has one. `ended`: meanwhile it is no more. */
export async function recordMergeGroup(
  within: Transaction<Tables>,
  { subject, findingsDigest, entry, payload }: RecordedMergeGroup,
  at: Date,
): Promise<'recorded' | 'ended'> {
  const { numUpdatedRows } = await within
    .updateTable('merge_groups')
    .set({ findings_digest: findingsDigest, at: at.toISOString() })
    .where('repository_id', '=', subject.repositoryId)
    .where('head_sha', '=', subject.headSha)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (Number(numUpdatedRows) === 0) return 'ended'
  if (entry !== null) await appendEntry(within, entry, payload)
  return 'recorded'
}

/** The group is no more, also when we hear of its end before its beginning. */
export async function endMergeGroup(on: Connection, subject: MergeGroupSubject, at: Date): Promise<void> {
  const ended = { state: 'ended', at: at.toISOString() } as const
  await on
    .insertInto('merge_groups')
    .values({ ...columnsOf(subject), ...ended })
    .onConflict((conflict) => conflict.columns(['repository_id', 'head_sha']).doUpdateSet(ended))
    .execute()
}

/** Forgets groups of which nothing was recorded since then: a queue is done with them in hours. */
export async function pruneMergeGroups(on: Connection, before: Date): Promise<number> {
  const { numDeletedRows } = await on
    .deleteFrom('merge_groups')
    .where('at', '<', before.toISOString())
    .executeTakeFirst()
  return Number(numDeletedRows)
}

const columnsOf = (subject: MergeGroupSubject): Omit<InsertObject<Tables, 'merge_groups'>, 'state' | 'at'> => ({
  repository_id: subject.repositoryId,
  head_sha: storable(subject.headSha),
  installation_id: subject.installationId,
  owner: storable(subject.owner),
  repository: storable(subject.repository),
  head_branch: storable(subject.headBranch),
  base_branch: storable(subject.baseBranch),
  base_sha: storable(subject.baseSha),
  numbers: '',
})

import type { Finding } from '#engine/assess.ts'
import type { Standing } from '#engine/standing.ts'
import { ofOrganization } from './changes.ts'
import { parseFinding } from './findings.ts'
import { findLastGoodPolicy } from './policies.ts'
import type { Connection } from './tables.ts'

export type ConclusionCounts = Readonly<Record<Standing, number>>

/** Open changes by conclusion. One that was not looked at yet is undetermined. */
export async function countOpenChanges(on: Connection, organization: string): Promise<ConclusionCounts> {
  const rows = await on
    .selectFrom('changes')
    .select(['conclusion', (eb) => eb.fn.countAll<number>().as('changes')])
    .where(ofOrganization(organization))
    .where('state', '=', 'open')
    .groupBy('conclusion')
    .execute()
  return toCounts(rows)
}

/** Open changes whose last look failed, and since when the oldest of their answers is too old; null when there are none. */
export async function countStale(
  on: Connection,
  organization: string,
): Promise<{ readonly changes: number; readonly since: string | null }> {
  return on
    .selectFrom('changes')
    .select((eb) => [eb.fn.countAll<number>().as('changes'), eb.fn.min<string | null>('stale_since').as('since')])
    .where(ofOrganization(organization))
    .where('state', '=', 'open')
    .where('stale_since', 'is not', null)
    .executeTakeFirstOrThrow()
}

/** Changes merged since then, by the conclusion of their last assessment. */
export async function countMerged(on: Connection, organization: string, since: Date): Promise<ConclusionCounts> {
  const rows = await on
    .selectFrom('changes')
    .select(['conclusion', (eb) => eb.fn.countAll<number>().as('changes')])
    .where(ofOrganization(organization))
    .where('state', '=', 'merged')
    .where('merged_at', '>=', since.toISOString())
    .groupBy('conclusion')
    .execute()
  return toCounts(rows)
}

function toCounts(
  rows: readonly { readonly conclusion: Standing | null; readonly changes: number }[],
): ConclusionCounts {
  const counts = { met: 0, unmet: 0, waiting: 0, undetermined: 0 }
  for (const { conclusion, changes } of rows) counts[conclusion ?? 'undetermined'] += changes
  return counts
}

export interface FindingCount {
  readonly control: string
  readonly mode: Finding['mode']
  readonly outcome: Finding['outcome']
  readonly changes: number
}

/** The findings of open changes, counted by control, mode and outcome. */
export async function countOpenFindings(on: Connection, organization: string): Promise<readonly FindingCount[]> {
  return openFindings(on, organization)
    .select(['findings.control', 'findings.mode', 'findings.outcome', (eb) => eb.fn.countAll<number>().as('changes')])
    .groupBy(['findings.control', 'findings.mode', 'findings.outcome'])
    .orderBy('findings.control')
    .orderBy('findings.mode')
    .orderBy('findings.outcome')
    .execute()
}

export interface ReferencedFinding {
  readonly repository: string
  readonly number: number
  readonly title: string
  readonly url: string
  readonly control: string
  readonly because: readonly string[]
}

export interface WaitingFinding extends ReferencedFinding {
  /** ISO 8601, UTC. */
  readonly since: string
}

/** What open changes wait for, the longest wait first. */
export async function findWaitingLongest(
  on: Connection,
  organization: string,
  limit: number,
): Promise<readonly WaitingFinding[]> {
  const rows = await longestFirst(openFindings(on, organization).where('findings.outcome', '=', 'waiting'), limit)
  return rows.map((row) => ({ ...toReference(row), since: row.since }))
}

/** What could not be determined of open changes, and why; the longest first. */
export async function findUndetermined(
  on: Connection,
  organization: string,
  limit: number,
): Promise<{ readonly total: number; readonly findings: readonly ReferencedFinding[] }> {
  const undetermined = openFindings(on, organization).where('findings.outcome', '=', 'undetermined')
  const { total } = await undetermined.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await longestFirst(undetermined, limit)
  return { total, findings: rows.map(toReference) }
}

const longestFirst = (findings: ReturnType<typeof openFindings>, limit: number) =>
  findings
    .select(referenceColumns)
    .orderBy('findings.since')
    .orderBy('changes.repository_id')
    .orderBy('changes.number')
    .orderBy('findings.control')
    .limit(limit)
    .execute()

export interface PolicyStanding {
  /** Null when the organization has no policy file in force. */
  readonly organization: { readonly repository: string; readonly path: string; readonly commitSha: string } | null
  readonly modes: readonly { readonly control: string; readonly mode: Finding['mode']; readonly changes: number }[]
  /** The most used first. */
  readonly versions: readonly { readonly digest: string; readonly changes: number }[]
}

/** Which policy is in force, and in which modes and versions it judged the open changes last. */
export async function findPolicyStanding(on: Connection, organization: string): Promise<PolicyStanding> {
  const inForce = await findLastGoodPolicy(on, {
    layer: 'organization',
    organization,
    repositoryId: null,
    branch: null,
  })
  const modes = await openFindings(on, organization)
    .select(['findings.control', 'findings.mode', (eb) => eb.fn.countAll<number>().as('changes')])
    .groupBy(['findings.control', 'findings.mode'])
    .orderBy('findings.control')
    .orderBy('findings.mode')
    .execute()
  const versions = await on
    .selectFrom('changes')
    .select(['policy_digest as digest', (eb) => eb.fn.countAll<number>().as('changes')])
    .where(ofOrganization(organization))
    .where('state', '=', 'open')
    .where('policy_digest', 'is not', null)
    .groupBy('policy_digest')
    .orderBy('changes', 'desc')
    .orderBy('policy_digest')
    .$narrowType<{ digest: string }>()
    .execute()
  return { organization: originOf(inForce), modes, versions }
}

function originOf(inForce: Awaited<ReturnType<typeof findLastGoodPolicy>>): PolicyStanding['organization'] {
  if (inForce === null) return null
  const { repository, path, commitSha } = inForce.origin
  return { repository, path, commitSha }
}

const openFindings = (on: Connection, organization: string) =>
  on
    .selectFrom('findings')
    .innerJoin('changes', (join) =>
      join
        .onRef('changes.repository_id', '=', 'findings.repository_id')
        .onRef('changes.number', '=', 'findings.number'),
    )
    .where(ofOrganization(organization))
    .where('changes.state', '=', 'open')

const referenceColumns = [
  'changes.owner',
  'changes.repository',
  'changes.number',
  'changes.title',
  'changes.url',
  'findings.control',
  'findings.since',
  'findings.finding',
] as const

interface ReferenceRow {
  readonly owner: string
  readonly repository: string
  readonly number: number
  readonly title: string | null
  readonly url: string | null
  readonly control: string
  readonly finding: string
}

const toReference = (row: ReferenceRow): ReferencedFinding => ({
  repository: `${row.owner}/${row.repository}`,
  number: row.number,
  // A change whose own facts could not be seen has neither yet.
  title: row.title ?? '',
  url: row.url ?? '',
  control: row.control,
  because: parseFinding(row.finding).because,
})

import type { Trace } from '#engine/traceability.ts'
import { ofOrganization } from './changes.ts'
import { parseFinding } from './findings.ts'
import { storableTime } from './storable.ts'
import type { ReferencedFinding } from './summaries.ts'
import type { Connection } from './tables.ts'

/** From its beginning until before its end. ISO 8601, UTC. */
export interface Period {
  readonly from: string
  readonly to: string
}

interface TraceCount {
  /** `owner/name`. */
  readonly repository: string
  /** Null: recorded before there were traces. */
  readonly trace: Trace | null
  readonly changes: number
}

/** Changes merged in a period, counted by repository and by how they trace to tracked work. */
export async function countTraces(
  on: Connection,
  organization: string,
  period: Period,
): Promise<readonly TraceCount[]> {
  const rows = await mergedIn(on, organization, period)
    .select(['owner', 'repository', 'trace', (eb) => eb.fn.countAll<number>().as('changes')])
    .groupBy(['owner', 'repository', 'trace'])
    .orderBy('owner')
    .orderBy('repository')
    .orderBy('trace')
    .execute()
  return rows.map(({ owner, repository, trace, changes }) => ({
    repository: `${owner}/${repository}`,
    trace,
    changes,
  }))
}

/** `because` is empty when nothing was found of its tickets. */
interface UntracedChange extends Omit<ReferencedFinding, 'control'> {
  /** ISO 8601, UTC. */
  readonly mergedAt: string
  readonly trace: Trace | null
}

interface Untraced {
  /** However many are listed. */
  readonly total: number
  readonly changes: readonly UntracedChange[]
}

/** Changes merged in a period that trace to no verified ticket and are not exempt, and why; the latest merge first. */
export async function findUntraced(
  on: Connection,
  organization: string,
  asked: { readonly period: Period; readonly limit: number },
): Promise<Untraced> {
  const untraced = mergedIn(on, organization, asked.period).where((eb) =>
    eb.or([eb('changes.trace', 'is', null), eb('changes.trace', 'not in', ['verified', 'exempt'])]),
  )
  const { total } = await untraced.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await untraced
    .leftJoin('findings', (join) =>
      join
        .onRef('findings.repository_id', '=', 'changes.repository_id')
        .onRef('findings.number', '=', 'changes.number')
        .on('findings.control', '=', 'ticket-link'),
    )
    .select(['owner', 'repository', 'changes.number', 'title', 'url', 'merged_at', 'trace', 'finding'])
    .$narrowType<{ merged_at: string }>()
    .orderBy('merged_at', 'desc')
    .orderBy('changes.repository_id')
    .orderBy('changes.number')
    .limit(asked.limit)
    .execute()
  const changes = rows.map((row) => ({
    repository: `${row.owner}/${row.repository}`,
    number: row.number,
    title: row.title ?? '',
    url: row.url ?? '',
    mergedAt: row.merged_at,
    trace: row.trace,
    because: row.finding === null ? [] : parseFinding(row.finding).because,
  }))
  return { total, changes }
}

const mergedIn = (on: Connection, organization: string, { from, to }: Period) =>
  on
    .selectFrom('changes')
    .where(ofOrganization(organization))
    .where('changes.state', '=', 'merged')
    .where('changes.merged_at', '>=', storableTime(from))
    .where('changes.merged_at', '<', storableTime(to))

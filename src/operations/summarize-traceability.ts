import type { Trace } from '#engine/traceability.ts'

/** A stretch of time: from then on, and up to but not including then. ISO 8601, UTC. */
export interface Period {
  readonly from: string
  readonly to: string
}

/** How many of the merged changes trace to tracked work, and how. Each is counted once. */
export interface TraceCounts {
  readonly merged: number
  readonly verified: number
  readonly named: number
  readonly provisional: number
  readonly missing: number
  readonly exempt: number
  readonly undetermined: number
  readonly notJudged: number
  /** `verified / (verified + named + provisional + missing)`, 0 to 1; null when that would divide by nothing. */
  readonly share: number | null
}

export interface RepositoryTraces extends TraceCounts {
  readonly repository: string
}

/**
 * The traceability of the changes that were merged in a period.
 *
 * It covers the changes we recorded. What was merged before the first of those, or pushed past every pull request, is in
 * no figure, and no gap shows here: whether the record is whole is answered from git, not from this summary.
 */
export interface TraceabilitySummary extends TraceCounts {
  readonly period: Period
  /** By name; those in which something was merged. */
  readonly repositories: readonly RepositoryTraces[]
  /** Those that are neither verified nor exempt: at most 100, the latest first; `total` counts them all. */
  readonly untraced: { readonly total: number; readonly changes: readonly UntracedChange[] }
}

export interface UntracedChange {
  /** `owner/name` */
  readonly repository: string
  readonly number: number
  readonly title: string
  readonly url: string
  /** ISO 8601, UTC. */
  readonly mergedAt: string
  readonly trace: Trace
  /** What `ticket-link` found, a sentence each; or why it found nothing. */
  readonly because: readonly string[]
}

export interface TraceabilityPorts {
  /** Changes merged in the period, counted by repository and trace. Null: recorded by a release that kept no trace. */
  readonly countTraces: (organization: string, period: Period) => Promise<readonly CountedTraces[]>
  /** Those that are neither verified nor exempt, a null trace among them; the latest first. */
  readonly findUntraced: (
    organization: string,
    period: Period,
    limit: number,
  ) => Promise<{ readonly total: number; readonly changes: readonly RecordedUntraced[] }>
}

interface CountedTraces {
  readonly repository: string
  readonly trace: Trace | null
  readonly changes: number
}

type RecordedUntraced = Omit<UntracedChange, 'trace'> & Pick<CountedTraces, 'trace'>

const mostUntraced = 100

export async function summarizeTraceability(
  organization: string,
  period: Period,
  ports: TraceabilityPorts,
): Promise<TraceabilitySummary> {
  const counted = await ports.countTraces(organization, period)
  const { total, changes } = await ports.findUntraced(organization, period, mostUntraced)
  const repositories = Map.groupBy(counted, ({ repository }) => repository)
  return {
    period: { from: period.from, to: period.to },
    ...countsOf(counted),
    repositories: [...repositories]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([repository, its]) => ({ repository, ...countsOf(its) })),
    untraced: { total, changes: changes.map((change) => toUntraced(change)) },
  }
}

function toUntraced(change: RecordedUntraced): UntracedChange {
  const because = change.because.length > 0 ? change.because : ['The control ticket-link did not judge this change.']
  return { ...change, trace: change.trace ?? 'not-judged', because }
}

/** The last so many days, up to now. */
export const lastDays = (days: number, now: Date): Period => ({
  from: new Date(now.getTime() - days * 24 * 3_600_000).toISOString(),
  to: now.toISOString(),
})

function countsOf(counted: readonly CountedTraces[]): TraceCounts {
  const of = (wanted: Trace): number =>
    counted.reduce((sum, { trace, changes }) => ((trace ?? 'not-judged') === wanted ? sum + changes : sum), 0)
  const owed = { verified: of('verified'), named: of('named'), provisional: of('provisional'), missing: of('missing') }
  const others = { exempt: of('exempt'), undetermined: of('undetermined'), notJudged: of('not-judged') }
  const judged = sumOf(owed)
  return {
    merged: judged + sumOf(others),
    ...owed,
    ...others,
    share: judged === 0 ? null : owed.verified / judged,
  }
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

import type { Finding } from '#engine/assess.ts'
import type { Standing } from '#engine/standing.ts'
import {
  lastDays,
  type Period,
  summarizeTraceability,
  type TraceabilityPorts,
  type TraceabilitySummary,
} from './summarize-traceability.ts'

/** How an organization's changes stand, for its administrators. Times are ISO 8601, UTC. */
export interface OrganizationSummary {
  readonly organization: string
  readonly at: string
  readonly policy: PolicySummary
  readonly openChanges: {
    readonly total: number
    /** Unmet before undetermined before waiting before met, over enforced and observed findings alike. */
    readonly byStanding: Readonly<Record<Standing, number>>
    readonly byControl: readonly ControlCount[]
  }
  /** Open changes whose last look failed, and since when the oldest of their answers may be out of date; null: none is. */
  readonly stale: { readonly changes: number; readonly since: string | null }
  readonly merged: readonly MergedWindow[]
  /** Of the period that was asked about; else of the last 90 days. */
  readonly traceability: TraceabilitySummary
  /** Longest first, at most 20. */
  readonly waitingLongest: readonly WaitingChange[]
  /** At most 100; `total` counts them all. */
  readonly undetermined: { readonly total: number; readonly findings: readonly UndeterminedFinding[] }
}

export interface PolicySummary {
  /** Null when the organization has no policy file: the preset `soc2` in `observe` applies. */
  readonly organization: { readonly repository: string; readonly path: string; readonly commitSha: string } | null
  /** How many changes' latest assessment ran in each mode, by control. */
  readonly modes: readonly { readonly control: string; readonly mode: Finding['mode']; readonly changes: number }[]
  /** Digests of the effective policies behind the open changes' assessments, the most used first. */
  readonly versions: readonly { readonly digest: string; readonly changes: number }[]
}

export interface ControlCount {
  readonly control: string
  readonly mode: Finding['mode']
  readonly outcome: Finding['outcome']
  readonly changes: number
}

export interface MergedWindow {
  readonly days: 7 | 30 | 90
  readonly merged: number
  readonly met: number
  readonly unmet: number
  /** Could not be judged: in no share. */
  readonly undetermined: number
  /** `met / (met + unmet)`, 0 to 1; null when nothing was judged. */
  readonly shareMet: number | null
}

export interface ChangeReference {
  readonly repository: string
  readonly number: number
  readonly title: string
  readonly url: string
}

export interface WaitingChange extends ChangeReference {
  readonly since: string
  readonly control: string
  readonly because: readonly string[]
}

export interface UndeterminedFinding extends ChangeReference {
  readonly control: string
  readonly because: readonly string[]
}

export interface Ports extends TraceabilityPorts {
  readonly now: () => Date
  /** False when no installation of ours is on this organization: nothing can be said of it. */
  readonly isInstalled: (organization: string) => Promise<boolean>
  readonly findPolicySummary: (organization: string) => Promise<PolicySummary>
  readonly countOpenChanges: (organization: string) => Promise<Readonly<Record<Standing, number>>>
  readonly countOpenFindings: (organization: string) => Promise<readonly ControlCount[]>
  readonly countStale: (organization: string) => Promise<OrganizationSummary['stale']>
  /** Merged changes since then, by conclusion of their last assessment; a merged change still waiting counts as unmet. */
  readonly countMerged: (organization: string, since: Date) => Promise<Readonly<Record<Standing, number>>>
  readonly findWaitingLongest: (organization: string, limit: number) => Promise<readonly WaitingChange[]>
  readonly findUndetermined: (
    organization: string,
    limit: number,
  ) => Promise<{ readonly total: number; readonly findings: readonly UndeterminedFinding[] }>
}

/**
 * Null when the app is not installed on the organization.
 *
 * `period` is what the traceability figures are about; null: the last 90 days, up to now.
 */
export async function summarizeOrganization(
  organization: string,
  period: Period | null,
  ports: Ports,
): Promise<OrganizationSummary | null> {
  if (!(await ports.isInstalled(organization))) return null
  const now = ports.now()
  const byStanding = await ports.countOpenChanges(organization)
  const merged: MergedWindow[] = []
  for (const days of [7, 30, 90] as const) {
    const since = new Date(now.getTime() - days * 24 * 3_600_000)
    merged.push(mergedWindow(days, await ports.countMerged(organization, since)))
  }
  return {
    organization,
    at: now.toISOString(),
    policy: await ports.findPolicySummary(organization),
    openChanges: {
      total: Object.values(byStanding).reduce((sum, count) => sum + count, 0),
      byStanding,
      byControl: await ports.countOpenFindings(organization),
    },
    stale: await ports.countStale(organization),
    merged,
    traceability: await summarizeTraceability(organization, period ?? lastDays(90, now), ports),
    waitingLongest: await ports.findWaitingLongest(organization, 20),
    undetermined: await ports.findUndetermined(organization, 100),
  }
}

function mergedWindow(days: MergedWindow['days'], count: Readonly<Record<Standing, number>>): MergedWindow {
  const unmet = count.unmet + count.waiting
  const judged = count.met + unmet
  return {
    days,
    merged: judged + count.undetermined,
    met: count.met,
    unmet,
    undetermined: count.undetermined,
    shareMet: judged === 0 ? null : count.met / judged,
  }
}

import type { OrganizationSummary } from '#operations/summarize-organization.ts'
import type { TraceabilitySummary } from '#operations/summarize-traceability.ts'

const counts = {
  merged: 9,
  verified: 2,
  named: 1,
  provisional: 1,
  missing: 1,
  exempt: 2,
  undetermined: 1,
  notJudged: 1,
  share: 0.4,
}

export const sampleTraceability: TraceabilitySummary = {
  period: { from: '2025-12-01T12:00:00.000Z', to: '2026-03-01T12:00:00.000Z' },
  ...counts,
  repositories: [{ repository: 'acme/shop', ...counts }],
  untraced: {
    total: 5,
    changes: [
      {
        repository: 'acme/shop',
        number: 5,
        title: 'Fix it',
        url: 'https://github.com/acme/shop/pull/5',
        mergedAt: '2026-02-20T10:00:00.000Z',
        trace: 'missing',
        because: ['No ticket key in the branch name fix.'],
      },
    ],
  },
}

const nothing = { met: 0, unmet: 0, waiting: 0, undetermined: 0 }

/** A summary in which nothing stands but how changes trace to tickets. */
export const sampleSummary: OrganizationSummary = {
  organization: 'acme',
  at: '2026-03-01T12:00:00.000Z',
  policy: { organization: null, modes: [], versions: [] },
  openChanges: { total: 0, byStanding: nothing, byControl: [] },
  stale: { changes: 0, since: null },
  merged: [],
  traceability: sampleTraceability,
  waitingLongest: [],
  undetermined: { total: 0, findings: [] },
}

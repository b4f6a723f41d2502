import type { Finding } from './assess.ts'

/** A change as a whole, over everything that was judged, enforced or observed. */
export type Standing = 'met' | 'unmet' | 'waiting' | 'undetermined'

/** The first of these that a finding has. Not applicable counts as met. */
const gravest: readonly Standing[] = ['unmet', 'undetermined', 'waiting']

/** The gravest of the findings. Where nothing was judged nothing was met: undetermined, which is in no share. */
export function standingOf(findings: readonly Finding[]): Standing {
  if (findings.length === 0) return 'undetermined'
  return gravest.find((outcome) => findings.some((finding) => finding.outcome === outcome)) ?? 'met'
}

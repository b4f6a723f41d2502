import type { Assessment } from '#engine/assessment.ts'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import { assessChange, type Ports } from '#operations/assess-change.ts'
import { type Attempt, type ObserveAssessment, type Outcome, takeLook } from './looks.ts'

export interface JobPorts extends Ports {
  readonly observeAssessment: ObserveAssessment
}

/** Assesses one queued change. Its check says so while an enforced control cannot be determined; the last look fails it. */
export const runAssessChange = (
  entry: { readonly subject: ChangeSubject; readonly cause: Cause },
  attempt: Attempt,
  ports: JobPorts,
): Promise<void> =>
  takeLook(attempt, async (stage) => outcomeOf(await assessChange({ ...entry, stage }, ports)), ports.observeAssessment)

function outcomeOf(assessment: Assessment | 'gone' | 'settled' | 'superseded'): Outcome {
  if (typeof assessment === 'string') return assessment
  const isBlind = assessment.findings.some(({ mode, outcome }) => mode === 'enforce' && outcome === 'undetermined')
  return isBlind ? 'undetermined' : 'assessed'
}

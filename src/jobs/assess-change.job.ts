import { type Ports, assessChange } from '#operations/assess-change.ts'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import type { Assessment } from '#engine/assessment.ts'
import { looks, type ObserveAssessment, type Outcome, StillUndetermined } from './looks.ts'

export interface JobPorts extends Ports {
  readonly observeAssessment: ObserveAssessment
}

/**
 * Assesses one queued change; throws what makes the queue try again.
 *
 * A change whose enforced controls cannot be determined is looked at again, and its check says so meanwhile; the last
 * look turns the check to failure. Nothing is ever called met because we got tired of looking.
 */
export async function runAssessChange(
  entry: { readonly subject: ChangeSubject; readonly cause: Cause },
  attempt: { readonly number: number; readonly stage: 'retrying' | 'final' },
  ports: JobPorts,
): Promise<void> {
  const startedAt = performance.now()
  const stage = attempt.number >= looks ? 'final' : attempt.stage
  let outcome: Outcome = 'failed'
  try {
    const assessment = await assessChange({ subject: entry.subject, cause: entry.cause, stage }, ports)
    outcome = outcomeOf(assessment)
  } finally {
    ports.observeAssessment(outcome, performance.now() - startedAt)
  }
  if (outcome === 'undetermined' && stage === 'retrying') throw new StillUndetermined()
}

function outcomeOf(assessment: Assessment | 'gone' | 'settled' | 'superseded'): Outcome {
  if (typeof assessment === 'string') return assessment
  const isBlind = assessment.findings.some(({ mode, outcome }) => mode === 'enforce' && outcome === 'undetermined')
  return isBlind ? 'undetermined' : 'assessed'
}

import { type Ports, assessChange } from '#operations/assess-change.ts'
import type { Cause, Subject } from '#facts/subject.ts'
import type { Assessment } from '#engine/assessment.ts'

/** How many times a change is looked at again while an enforced control cannot be determined. */
const looks = 5

type Outcome = 'assessed' | 'gone' | 'settled' | 'undetermined' | 'superseded' | 'failed'

export interface JobPorts extends Ports {
  readonly observeAssessment: (outcome: Outcome, durationMs: number) => void
}

/**
 * Assesses one queued subject; throws what makes the queue try again.
 *
 * A change whose enforced controls cannot be determined is looked at again, and its check says so meanwhile; the last
 * look turns the check to failure. Nothing is ever called met because we got tired of looking.
 */
export async function runAssessChange(
  entry: { readonly subject: Subject; readonly cause: Cause },
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

/** Not a fault of ours: something could not be seen, and is looked for again. */
class StillUndetermined extends Error {
  override readonly name = 'StillUndetermined'
  constructor() {
    super('An enforced control could not be determined; the change will be looked at again.')
  }
}

function outcomeOf(assessment: Assessment | 'gone' | 'settled' | 'superseded'): Outcome {
  if (typeof assessment === 'string') return assessment
  const isBlind = assessment.findings.some(({ mode, outcome }) => mode === 'enforce' && outcome === 'undetermined')
  return isBlind ? 'undetermined' : 'assessed'
}

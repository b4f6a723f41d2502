import type { Cause, MergeGroupSubject } from '#facts/subject.ts'
import { assessMergeGroup, type Ports } from '#operations/assess-merge-group.ts'
import { looks, type ObserveAssessment, StillUndetermined } from './looks.ts'

export interface MergeGroupPorts extends Ports {
  readonly observeAssessment: ObserveAssessment
}

/** Answers one group of the merge queue; throws what makes the queue try again. */
export async function runAssessMergeGroup(
  entry: { readonly subject: MergeGroupSubject; readonly cause: Cause },
  attempt: { readonly number: number; readonly stage: 'retrying' | 'final' },
  ports: MergeGroupPorts,
): Promise<void> {
  const startedAt = performance.now()
  const stage = attempt.number >= looks ? 'final' : attempt.stage
  let outcome: 'assessed' | 'gone' | 'undetermined' | 'failed' = 'failed'
  try {
    const done = await assessMergeGroup({ ...entry, stage }, ports)
    outcome = done === 'ended' ? 'gone' : done === 'answered' ? 'assessed' : done
  } finally {
    ports.observeAssessment(outcome, performance.now() - startedAt)
  }
  if (outcome === 'undetermined') throw new StillUndetermined()
}

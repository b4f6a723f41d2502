import type { Cause, MergeGroupSubject } from '#facts/subject.ts'
import { assessMergeGroup, type Ports } from '#operations/assess-merge-group.ts'
import { type Attempt, type ObserveAssessment, takeLook } from './looks.ts'

export interface MergeGroupPorts extends Ports {
  readonly observeAssessment: ObserveAssessment
}

/** Answers one group of the merge queue. */
export const runAssessMergeGroup = (
  entry: { readonly subject: MergeGroupSubject; readonly cause: Cause },
  attempt: Attempt,
  ports: MergeGroupPorts,
): Promise<void> =>
  takeLook(
    attempt,
    async (stage) => outcomes[await assessMergeGroup({ ...entry, stage }, ports)],
    ports.observeAssessment,
  )

const outcomes = { answered: 'assessed', undetermined: 'undetermined', ended: 'gone' } as const

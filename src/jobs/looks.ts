/** How many times a subject is looked at again while an enforced control cannot be determined. */
export const looks = 5

export type Outcome = 'assessed' | 'gone' | 'settled' | 'undetermined' | 'superseded' | 'failed'

export type ObserveAssessment = (outcome: Outcome, durationMs: number) => void

/** Not a fault of ours: something could not be seen, and is looked for again. */
export class StillUndetermined extends Error {
  override readonly name = 'StillUndetermined'
  constructor() {
    super('An enforced control could not be determined; it will be looked at again.')
  }
}

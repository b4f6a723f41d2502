/** How many times a subject is looked at again while an enforced control cannot be determined. */
const looks = 5

export interface Attempt {
  /** 1 for the first try. */
  readonly number: number
  readonly stage: Stage
}

type Stage = 'retrying' | 'final'

export type Outcome = 'assessed' | 'gone' | 'settled' | 'undetermined' | 'superseded' | 'failed'

export type ObserveAssessment = (outcome: Outcome, durationMs: number) => void

/**
 * Takes one look at a subject, and tells what came of it and how long it took; throws what makes the queue try again.
 *
 * What cannot be determined is looked at again; the last look is told that it is the last. Nothing is ever called met
 * because we got tired of looking.
 */
export async function takeLook(
  attempt: Attempt,
  look: (stage: Stage) => Promise<Outcome>,
  observe: ObserveAssessment,
): Promise<void> {
  const startedAt = performance.now()
  const stage = attempt.number >= looks ? 'final' : attempt.stage
  let outcome: Outcome = 'failed'
  try {
    outcome = await look(stage)
  } finally {
    observe(outcome, performance.now() - startedAt)
  }
  if (outcome === 'undetermined' && stage === 'retrying') throw new StillUndetermined()
}

/** Not a fault of ours: something could not be seen, and is looked for again. */
class StillUndetermined extends Error {
  override readonly name = 'StillUndetermined'
  constructor() {
    super('An enforced control could not be determined; it will be looked at again.')
  }
}

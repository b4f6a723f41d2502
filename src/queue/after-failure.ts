import { growingWaitsMs } from './work-queue.ts'

/** What becomes of an entry whose run threw. */
export type AfterFailure =
  /** `not-now`: the run was refused, not tried. `again`: it was tried and failed. */
  { readonly then: 'not-now' | 'again'; readonly waitMs: number } | { readonly then: 'dead'; readonly error: string }

/** `attempt` is 1 for the first try. */
export function afterFailure(
  error: unknown,
  attempt: number,
  waitsMs: readonly number[] = growingWaitsMs,
): AfterFailure {
  const retryAfterMs = findRetryAfterMs(error)
  if (retryAfterMs !== null) return { then: 'not-now', waitMs: retryAfterMs }
  const waitMs = isPermanent(error) ? undefined : waitsMs[attempt - 1]
  return waitMs === undefined ? { then: 'dead', error: errorText(error) } : { then: 'again', waitMs }
}

/** Whether a try that fails is the last. */
export const stageOf = (attempt: number, waitsMs: readonly number[] = growingWaitsMs): 'retrying' | 'final' =>
  attempt > waitsMs.length ? 'final' : 'retrying'

/**
 * A lost worker counts as a try, but never as the last: processes are killed for reasons of their own, and nothing is given
 * up that did not fail by itself.
 */
export const triesAfterLosses = (tries: number, losses: number, waitsMs: readonly number[]): number =>
  Math.max(tries, Math.min(tries + losses, waitsMs.length - 1))

/** A dead letter is read by a person. */
const longestError = 2_000

export const errorText = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, longestError)

/** Trying again would be refused again, until a person changes something. */
const isPermanent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'permanent' in error && error.permanent === true

function findRetryAfterMs(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return null
  const { retryAfterMs } = error
  return typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) ? Math.max(0, retryAfterMs) : null
}

/**
 * Waits until all that runs side by side has ended, and adds up what came of it.
 *
 * One that fails stops no other; the first failure is thrown when all have ended, so that nothing goes on unseen.
 */
export async function sumOfLanes(lanes: readonly Promise<number>[]): Promise<number> {
  const ended = await Promise.allSettled(lanes)
  let sum = 0
  for (const lane of ended) {
    if (lane.status === 'rejected') throw lane.reason
    sum += lane.value
  }
  return sum
}

/** For so long a round begins something new; what it does not reach is for the next one. */
const roundLastsMs = 30_000

/** Whether a round has lasted its time. A clock that was set back ends it, too. */
export const isRoundOver = (begunAt: Date, now: Date): boolean =>
  Math.abs(now.getTime() - begunAt.getTime()) >= roundLastsMs

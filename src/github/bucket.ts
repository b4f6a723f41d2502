/** Something of which GitHub allows so much in any window of time. */
export interface Ceiling {
  readonly ceiling: number
  readonly windowMs: number
}

interface Points {
  readonly points: number
  readonly at: number
}

/**
 * A token bucket whose tokens come back one whole window after the request that took them has ended.
 *
 * So its ceiling holds in every window, wherever that begins and however long requests are under way. A bucket that
 * refills steadily would let twice its ceiling through in its first window. Times are milliseconds of any one clock.
 */
export class Bucket {
  readonly #ceiling: number
  readonly #windowMs: number
  /** By requests under way, and by those that ended less than a window ago. */
  #taken = 0
  /** Of those that have ended: when their tokens come back, in order. */
  #returning: Points[] = []
  /** Turned away, and told to come back then. */
  #promises: Points[] = []

  constructor({ ceiling, windowMs }: Ceiling) {
    this.#ceiling = ceiling
    this.#windowMs = windowMs
  }

  take(points: number): void {
    this.#taken += points
  }

  /** The request that took them has ended. */
  giveBack(points: number, now: number): void {
    if (points > 0) this.#returning.push({ points, at: now + this.#windowMs })
  }

  /** When so many could be taken if nobody else took any; beyond the ceiling that takes whole windows. */
  freeAt(points: number, now: number): number {
    this.#takeBack(now)
    const windows = Math.ceil(points / this.#ceiling) - 1
    let missing = this.#taken + points - (windows + 1) * this.#ceiling
    let at = now
    for (const returning of this.#returning) {
      if (missing <= 0) break
      missing -= returning.points
      at = returning.at
    }
    // Tokens of requests under way come back a window after these end: no sooner than this.
    if (missing > 0) at = now + this.#windowMs
    return at + windows * this.#windowMs
  }

  promise(points: number, at: number): void {
    if (points > 0) this.#promises.push({ points, at })
  }

  /** What those who were turned away will want when they come back. */
  promised(now: number): number {
    this.#promises = this.#promises.filter(({ at }) => at > now)
    return this.#promises.reduce((sum, { points }) => sum + points, 0)
  }

  #takeBack(now: number): void {
    const kept = this.#returning.findIndex(({ at }) => at > now)
    const returned = this.#returning.splice(0, kept === -1 ? this.#returning.length : kept)
    for (const { points } of returned) this.#taken -= points
  }
}

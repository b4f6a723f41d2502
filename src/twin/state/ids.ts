/** Gives out numeric ids that are never used twice, whatever they are for. */
export class Ids {
  #last = 1_000_000

  next(): number {
    this.#last += 1
    return this.#last
  }
}

/** A global id in the manner of GitHub's: a prefix that tells the type, then something opaque. */
export const nodeIdOf = (prefix: string, key: number | string): string =>
  `${prefix}_${Buffer.from(`${prefix}:${String(key)}`).toString('base64url')}`

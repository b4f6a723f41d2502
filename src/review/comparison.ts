/** A number compared with a limit, as a policy writes it: `>400`. */
export interface Comparison {
  readonly sign: '>' | '>=' | '<' | '<=' | '='
  readonly limit: number
}

/** Null when it is none. */
export function readComparison(written: string): Comparison | null {
  const [, sign, digits] = /^\s*(>=|<=|>|<|=)\s*(\d{1,9})\s*$/.exec(written) ?? []
  return sign === undefined ? null : { sign: sign as Comparison['sign'], limit: Number(digits) }
}

/** Whether a count can be so at all: none is below zero. */
export const isPossible = ({ sign, limit }: Comparison): boolean => sign !== '<' || limit > 0

export function compares(count: number, { sign, limit }: Comparison): boolean {
  switch (sign) {
    case '>':
      return count > limit
    case '>=':
      return count >= limit
    case '<':
      return count < limit
    case '<=':
      return count <= limit
    case '=':
      return count === limit
  }
}

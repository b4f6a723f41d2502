import type { Condition } from '#review/condition-schema.ts'

/** When something is so, as a condition of ours. An empty condition is always so; null never. */
export type Extent = Condition | null

/**
 * What policy-bot asks of a change, between two conditions of ours: `wide` is so whenever policy-bot's is, and
 * `narrow` only when policy-bot's is. Where ours can say the same, both are that.
 *
 * A rule that asks for something has to reach as far as policy-bot's, so it takes the wide one. A rule that spares
 * something must not reach further, so it takes the narrow one. Thus no import is laxer than what it came from.
 */
export interface Bounds {
  readonly wide: Extent
  readonly narrow: Extent
  /** Why the two are not one; a sentence each. */
  readonly differs: readonly string[]
}

export const always: Extent = {}
export const never: Extent = null

export const exactly = (extent: Extent): Bounds => ({ wide: extent, narrow: extent, differs: [] })

/** Nothing of it can be said here. */
export const unsayable = (why: string): Bounds => ({ wide: always, narrow: never, differs: [why] })

export const opposite = ({ wide, narrow, differs }: Bounds): Bounds => ({
  wide: not(narrow),
  narrow: not(wide),
  differs,
})

export const every = (bounds: readonly Bounds[]): Bounds => ({
  wide: allOf(bounds.map(({ wide }) => wide)),
  narrow: allOf(bounds.map(({ narrow }) => narrow)),
  differs: bounds.flatMap(({ differs }) => differs),
})

export const some = (bounds: readonly Bounds[]): Bounds => ({
  wide: anyOf(bounds.map(({ wide }) => wide)),
  narrow: anyOf(bounds.map(({ narrow }) => narrow)),
  differs: bounds.flatMap(({ differs }) => differs),
})

export function not(extent: Extent): Extent {
  if (extent === null) return always
  return isAlways(extent) ? never : { not: extent }
}

export function allOf(extents: readonly Extent[]): Extent {
  const stated: Condition[] = []
  for (const extent of extents) {
    if (extent === null) return never
    if (!isAlways(extent)) stated.push(extent)
  }
  return isJoinable(stated) ? stated.reduce<Condition>((joined, one) => ({ ...joined, ...one }), {}) : { all: stated }
}

export function anyOf(extents: readonly Extent[]): Extent {
  const possible = extents.filter((extent) => extent !== null)
  if (possible.some(isAlways)) return always
  const [first] = possible
  return first === undefined ? never : possible.length === 1 ? first : { any: possible }
}

export const isAlways = (condition: Condition): boolean => Object.keys(condition).length === 0

/** In one condition all keys hold, but `not-paths` speaks of `paths` and `only-paths` alike. */
function isJoinable(conditions: readonly Condition[]): boolean {
  const keys = conditions.flatMap((condition) => Object.keys(condition))
  const ofPaths = conditions.filter((condition) => Object.keys(condition).some((key) => key.endsWith('paths')))
  return new Set(keys).size === keys.length && (ofPaths.length < 2 || !keys.includes('not-paths'))
}

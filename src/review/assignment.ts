export interface Demand {
  /** How many people are asked for. */
  readonly count: number
  /** Who would do, by account id. */
  readonly candidates: readonly number[]
}

/**
 * Gives each person to at most one demand, so that as many places as possible are filled.
 *
 * Not greedy: somebody who is given to one demand is moved to another when that frees a place for somebody who fits
 * nowhere else (augmenting paths). The same people and demands give the same answer, in whatever order people are
 * listed. Answers with the place of the demand that each person was given to.
 */
export function assign(demands: readonly Demand[]): ReadonlyMap<number, number> {
  const given = new Map<number, number>()
  const inOrder = demands.map(({ candidates }) => [...new Set(candidates)].toSorted((a, b) => a - b))
  for (const [place, { count }] of demands.entries()) {
    let filled = 0
    while (filled < count && fill(place, { given, candidates: inOrder, tried: new Set() })) filled += 1
  }
  return given
}

interface Filling {
  readonly given: Map<number, number>
  readonly candidates: readonly (readonly number[])[]
  readonly tried: Set<number>
}

function fill(place: number, filling: Filling): boolean {
  const { given, candidates, tried } = filling
  const fitting = candidates[place] ?? []
  const free = fitting.find((person) => !given.has(person))
  if (free !== undefined) {
    given.set(free, place)
    return true
  }
  for (const person of fitting) {
    const holder = given.get(person)
    // Taking from oneself fills nothing.
    if (holder === undefined || holder === place || tried.has(person)) continue
    tried.add(person)
    if (!fill(holder, filling)) continue
    given.set(person, place)
    return true
  }
  return false
}

import { quotedName } from '#facts/wording.ts'

export interface RuleFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface Named {
  readonly name: string
  readonly replaces?: readonly string[] | undefined
}

/** What is wrong between rules that are each right: names given twice, and replacements that lead nowhere. */
export const faultsAmong = (rules: readonly Named[]): readonly RuleFault[] => [
  ...repeatedNames(rules),
  ...strayReplacements(rules),
  ...circles(rules),
]

function repeatedNames(rules: readonly Named[]): readonly RuleFault[] {
  const names = rules.map(({ name }) => name)
  return names.flatMap((name, at) =>
    names.indexOf(name) === at
      ? []
      : [{ path: [at, 'name'], message: 'An earlier rule has this name already. Give each rule its own name.' }],
  )
}

function strayReplacements(rules: readonly Named[]): readonly RuleFault[] {
  const names = new Set(rules.map(({ name }) => name))
  const known = [...names].map((name) => quotedName(name)).join(', ')
  return rules.flatMap(({ name, replaces = [] }, at) =>
    replaces.flatMap((replaced, place): RuleFault[] => {
      const path = [at, 'replaces', place]
      if (replaced === name)
        return [{ path, message: 'A rule cannot replace itself. Remove this, or name another rule.' }]
      return names.has(replaced) ? [] : [{ path, message: `No rule is called "${replaced}". There are: ${known}.` }]
    }),
  )
}

/** Told once for each rule of a circle, with the way round. */
function circles(rules: readonly Named[]): readonly RuleFault[] {
  const replacedBy = new Map(rules.map(({ name, replaces = [] }) => [name, replaces.filter((other) => other !== name)]))
  return rules.flatMap(({ name }, at) => {
    const way = wayBack(name, replacedBy)
    if (way === null) return []
    const round = [name, ...way].map((one) => quotedName(one)).join(' replaces ')
    return [{ path: [at, 'replaces'], message: `Rules replace each other in a circle: ${round}. Remove one of these.` }]
  })
}

/** The shortest way from a rule along its replacements to itself; null when there is none. */
function wayBack(name: string, replacedBy: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const seen = new Set<string>()
  const ways: (readonly string[])[] = [[]]
  for (const way of ways) {
    for (const next of replacedBy.get(way.at(-1) ?? name) ?? []) {
      if (next === name) return [...way, next]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return null
}

import { type Conditions, holds } from './condition.ts'
import type { Rule } from './rule.ts'
import { holdsForEvery, holdsForSome, opposite, type Truth, yes } from './truth.ts'

export interface RuleInForce {
  readonly rule: Rule
  /** Never no. Unseen: whether it applies depends on what could not be seen. */
  readonly truth: Truth
}

export interface RulesInForce {
  readonly rules: readonly RuleInForce[]
  /** The rules that one in force has switched off, by name. */
  readonly replaced: readonly { readonly name: string; readonly by: string }[]
  /** Whether any rule applies at all. */
  readonly covers: Truth
}

/**
 * The rules that apply to a change and that no rule in force replaces.
 *
 * A rule that is switched off itself switches off no other: else two exceptions that meet could leave nothing.
 */
export function rulesInForce(rules: readonly Rule[], about: Conditions): RulesInForce {
  const applies = new Map(
    rules.map((rule) => [rule.name, rule.when === undefined ? yes : holds(rule.when, about)] as const),
  )
  const standing = new Map<string, Truth>()
  const replacers = Map.groupBy(
    rules.flatMap(({ name, replaces = [] }) => replaces.map((replaced) => ({ replaced, by: name }))),
    ({ replaced }) => replaced,
  )
  const isInForce = (name: string): Truth => {
    const known = standing.get(name)
    if (known !== undefined) return known
    // Stands while we look at those that replace it: policies have no circles, and one would end here.
    standing.set(name, yes)
    const isKept = () => opposite(holdsForSome(replacers.get(name) ?? [], ({ by }) => isInForce(by)))
    const truth = holdsForEvery([() => applies.get(name) ?? yes, isKept], (ask) => ask())
    standing.set(name, truth)
    return truth
  }
  return {
    rules: rules.map((rule) => ({ rule, truth: isInForce(rule.name) })).filter(({ truth }) => truth.is !== 'no'),
    replaced: [...replacers.values()]
      .flat()
      .flatMap(({ replaced, by }) =>
        applies.get(replaced)?.is === 'yes' && isInForce(by).is === 'yes' ? [{ name: replaced, by }] : [],
      ),
    covers: holdsForSome(applies.values(), (truth) => truth),
  }
}

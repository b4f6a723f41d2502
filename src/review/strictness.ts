import { canonicalJson } from '#facts/canonical-json.ts'
import { type From, isPermitted, namedIn, type Rule } from './rule.ts'

/**
 * Whether proposed rules surely let no change pass that the agreed ones would stop.
 *
 * Only what is plain to see is proven: each agreed rule is there under its name, for the same changes, and asks for at
 * least as much. When in doubt the answer is no.
 */
export function areRulesAsStrict(agreed: readonly Rule[], proposed: readonly Rule[]): boolean {
  const byName = new Map(proposed.map((rule) => [rule.name, rule]))
  const known = new Set(agreed.map(({ name }) => name))
  return (
    agreed.every((rule) => isAsStrict(rule, byName.get(rule.name))) &&
    proposed.filter(({ name }) => !known.has(name)).every((added) => isHarmless(added, agreed))
  )
}

function isAsStrict(agreed: Rule, proposed: Rule | undefined): boolean {
  return (
    proposed !== undefined &&
    isSame(agreed.when, proposed.when) &&
    // Also fewer replacements can weaken: the rule that is back may replace others.
    isSame(agreed.replaces?.toSorted(), proposed.replaces?.toSorted()) &&
    proposed.approvals >= agreed.approvals &&
    (agreed.distinct !== true || proposed.distinct === true) &&
    isFromAsStrict(agreed.from, proposed.from)
  )
}

/** A further rule asks for more, unless it takes another away or covers changes that no rule let pass before. */
const isHarmless = ({ replaces }: Rule, agreed: readonly Rule[]): boolean =>
  replaces === undefined && agreed.some(({ when }) => when === undefined)

function isFromAsStrict(agreed: From = {}, proposed: From = {}): boolean {
  return (
    arePeopleWithin(agreed, proposed) &&
    (agreed['code-owners'] !== true || proposed['code-owners'] === true) &&
    isPermitted(proposed.permission ?? 'write', agreed.permission ?? 'write')
  )
}

function arePeopleWithin(agreed: From, proposed: From): boolean {
  const [all, fewer] = [namedIn(agreed), namedIn(proposed)]
  if (all === null) return true
  const names = (named: readonly (string | number)[] = []) => named.map((name) => String(name).toLowerCase())
  const isWithin = (list: 'users' | 'teams') => {
    const known = new Set(names(all[list]))
    return names(fewer?.[list]).every((name) => known.has(name))
  }
  return fewer !== null && isWithin('users') && isWithin('teams')
}

const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one ?? null) === canonicalJson(other ?? null)

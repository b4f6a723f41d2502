import type { OwnedPaths } from '#facts/change-facts.ts'
import { fewOf } from '#facts/wording.ts'
import type { Rule } from './rule.ts'
import { asksOwners, type RuleStanding } from './rule-standing.ts'

/** Approvals that a rule still asks for. */
export interface Missing {
  readonly count: number
  /** Follows "1 approval": ` from acme/payments for payments`. */
  readonly whose: string
}

/** What a rule still asks for, in words: owners of paths first, since one of them may count as any other. */
export function missingFor({ rule, missing, unowned }: RuleStanding, rules: readonly Rule[]): readonly Missing[] {
  const purpose = rules.length > 1 ? ` for ${rule.name}` : ''
  const byOwners = Map.groupBy(unowned, ({ owners }) => owners.toSorted().join(' '))
  const owners = [...byOwners.values()].map((groups) => ({ count: 1, whose: `${ownersOf(groups)}${purpose}` }))
  const rest = missing - owners.length
  return rest > 0 ? [...owners, { count: rest, whose: `${fromWords(rule)}${purpose}` }] : owners
}

export const amount = (count: number): string => `${count} ${count === 1 ? 'approval' : 'approvals'}`

function ownersOf(groups: readonly OwnedPaths[]): string {
  const owners = groups[0]?.owners ?? []
  const paths = groups.flatMap((group) => group.paths)
  return ` from ${fewOf(owners, 'or')} as owner of ${fewOf(paths, 'and')}`
}

function fromWords(rule: Rule): string {
  const { users = [], teams = [], permission } = rule.from ?? {}
  const named = [...teams, ...users.map((who) => (typeof who === 'number' ? `account ${who}` : who))]
  const from = named.length > 0 ? ` from ${fewOf(named, 'or')}` : ''
  const owning = asksOwners(rule) ? ' by an owner of a touched path' : ''
  const permitted = permission === undefined || permission === 'write' ? '' : ` with ${permission} permission`
  return `${from}${owning}${permitted}`
}

import type { OwnedPaths } from '#facts/change-facts.ts'
import { assign } from './assignment.ts'
import type { Ownership } from './code-owners.ts'
import type { Candidate } from './eligibility.ts'
import type { Rule } from './rule.ts'
import { type Truth, type Unseen, unseenIn } from './truth.ts'

/** One rule in force, and the approvals that are or may be for it. */
export interface RuleCase {
  readonly rule: Rule
  readonly candidates: readonly Candidate[]
}

export interface RuleStanding {
  readonly rule: Rule
  /** The account ids of those who count for it. */
  readonly counted: ReadonlySet<number>
  /** How many more approvals it asks for. */
  readonly missing: number
  /** Owned paths that no owner has approved. */
  readonly unowned: readonly OwnedPaths[]
  readonly isMet: boolean
}

/** `sure`: only what is seen counts. `possible`: what could not be seen counts as if it were there. */
export type World = 'sure' | 'possible'

/** How each rule stands. Where rules are distinct, nobody counts for two of them, and as many as possible are met. */
export function standingsOf(cases: readonly RuleCase[], ownership: Ownership, world: World): readonly RuleStanding[] {
  const isSo = (truth: Truth) => truth.is === 'yes' || (world === 'possible' && truth.is === 'unseen')
  const idsOf = ({ candidates }: RuleCase) =>
    candidates.filter(({ truth }) => isSo(truth)).map(({ approval }) => approval.account.id)
  const apart = cases.filter(({ rule }) => rule.distinct === true)
  const given = assign(apart.map((one) => ({ count: one.rule.approvals, candidates: idsOf(one) })))
  return cases.map((one) => {
    const place = apart.indexOf(one)
    const counted = new Set(place === -1 ? idsOf(one) : idsOf(one).filter((id) => given.get(id) === place))
    const missing = Math.max(0, one.rule.approvals - counted.size)
    const unowned = asksOwners(one.rule) ? unownedIn(one, ownership, isSo) : []
    const areOwnersKnown = !asksOwners(one.rule) || isSo(ownership.isWhole)
    return { rule: one.rule, counted, missing, unowned, isMet: missing === 0 && unowned.length === 0 && areOwnersKnown }
  })
}

export const asksOwners = ({ from }: Rule): boolean => from?.['code-owners'] === true

/** Whoever counts for the rule and owns these paths, for sure. */
export const ownersAmong = ({ candidates }: RuleCase, group: OwnedPaths, { owns }: Ownership): readonly string[] =>
  candidates
    .filter(({ approval, truth }) => truth.is === 'yes' && owns(approval.account, group).is === 'yes')
    .map(({ approval }) => approval.account.login)

function unownedIn(
  { candidates }: RuleCase,
  { groups, owns }: Ownership,
  isSo: (truth: Truth) => boolean,
): readonly OwnedPaths[] {
  const counting = candidates.filter(({ truth }) => isSo(truth))
  return groups.filter((group) => !counting.some(({ approval }) => isSo(owns(approval.account, group))))
}

/** What is still out about a rule: whose approval counts for it, and who owns what. */
export function unseenAbout({ rule, candidates }: RuleCase, { groups, owns, isWhole }: Ownership): readonly Unseen[] {
  const counting = candidates.filter(({ truth }) => truth.is !== 'no')
  const owning = counting.flatMap(({ approval }) => groups.map((group) => owns(approval.account, group)))
  const truths = [...counting.map(({ truth }) => truth), ...(asksOwners(rule) ? [isWhole, ...owning] : [])]
  return truths.flatMap((truth) => unseenIn(truth))
}

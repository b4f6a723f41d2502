import { type Condition, isAnchored, restsOnTypedTextAlone } from '#review/condition-schema.ts'
import type { From } from '#review/rule.ts'
import { allOf, every, type Extent, isAlways, not } from './extent.ts'
import type { Studied } from './study-rule.ts'

/** A rule of ours before it has its final name, or the note that one of policy-bot's was left out. */
export interface Draft {
  /** The rules of policy-bot it comes from, by their place in the file. */
  readonly places: readonly number[]
  readonly line: number
  readonly name: string
  /** For people: nothing to decide about. */
  readonly notes: readonly string[]
  readonly differs: readonly string[]
  /** Null: left out. */
  readonly rule: DraftedRule | null
  readonly replaces: readonly Draft[]
}

export interface DraftedRule {
  readonly when?: Condition
  readonly approvals: number
  readonly from?: From
}

/** More than a rule may ask for and an organization gives: what asks for these waits for something else to change. */
export const unreachable = 100

/** A rule that has to be approved: it reaches at least as far as policy-bot's, and asks for at least as much. */
export function drafted(studied: Studied): readonly Draft[] {
  const { when, approvers, count } = studied
  if (count === 0) return [spared(studied, []), ...blockers(studied)]
  if (when.wide === null) return [leftOut(studied, ['It never applies with policy-bot either: left out.'], [])]
  const demand = demanded(approvers.from, count)
  const differs = [
    ...reaching(when.differs, 'So here the rule is for more changes, and where it is the only one it decides alone.'),
    ...approvers.differs,
    ...demand.differs.map((why) => `line ${studied.line}: ${why}`),
    ...studied.differs,
  ]
  const rule: DraftedRule = { ...stating(when.wide), ...demand.rule }
  return [{ ...beginning(studied), differs, rule, replaces: [] }, ...blockers(studied)]
}

/** A rule without approvals: it lets pass what it is for, instead of others. It never reaches further than policy-bot's. */
export function spared(studied: Studied, replaces: readonly Draft[]): Draft {
  const all = every([studied.when, ...studied.conditions])
  const fewer = reaching(all.differs, 'So here the rule is for fewer changes.')
  const without = [
    ...all.differs,
    ...(all.differs.length > 0 ? [leftOutFor(studied, 'what it is for cannot be told')] : []),
  ]
  if (all.narrow === null && all.differs.length === 0)
    return leftOut(studied, ['It never applies with policy-bot either: left out.'], [])
  if (all.narrow === null) return leftOut(studied, [], without)
  const refused = whyNotSparing(all.narrow) ?? (isAnchored(all.narrow) ? null : inHand)
  if (refused !== null) return leftOut(studied, [], [...all.differs, leftOutFor(studied, refused)])
  const notes = [
    ...beginning(studied).notes,
    ...studied.differs.map((why) => `Without effect, as no approval is asked for: ${why}`),
  ]
  return { ...beginning(studied), notes, differs: fewer, rule: { ...stating(all.narrow), approvals: 0 }, replaces }
}

const inHand = 'it rests on what whoever writes a change has in hand, and that spares no change a review'

/** Why a condition cannot take a rule away; null when it can. */
export function whyNotSparing(condition: Condition): string | null {
  if (isAlways(condition)) return 'it lets every change pass without an approval, which no rule can'
  if (!restsOnTypedTextAlone(condition)) return null
  return 'a branch name, a title or a label can be typed by anybody, so they alone spare no change a review'
}

export function leftOut(studied: Studied, notes: readonly string[], differs: readonly string[]): Draft {
  const begun = beginning(studied)
  return { ...begun, notes: [...begun.notes, ...notes], differs, rule: null, replaces: [] }
}

export const leftOutFor = ({ line }: Studied, why: string): string =>
  `line ${line}: the rule is left out: ${why}. Without it more changes wait for an approval.`

export const beginning = ({ place, line, name, description }: Studied) => ({
  places: [place],
  line,
  name,
  notes: description === null ? [] : [description],
})

export const stating = (condition: Condition): { readonly when?: Condition } =>
  isAlways(condition) ? {} : { when: condition }

export function reaching(differs: readonly string[], consequence: string): readonly string[] {
  const last = differs.at(-1)
  return last === undefined ? [] : [...differs.slice(0, -1), `${last} ${consequence}`]
}

function demanded(
  from: From | undefined | null,
  count: number,
): { readonly rule: DraftedRule; readonly differs: readonly string[] } {
  const few = from?.teams === undefined && from?.users !== undefined && from.users.length < count
  if (from === null || few) {
    const why = `with policy-bot nobody can approve this: too few are named. Here it asks for ${unreachable} approvals, which nobody gets.`
    return { rule: { approvals: unreachable }, differs: [why] }
  }
  const differs = count > unreachable ? [`${unreachable} is the most a rule asks for here.`] : []
  return { rule: { approvals: Math.min(count, unreachable), ...(from === undefined ? {} : { from }) }, differs }
}

/** Where conditions are, or may be, not so that have to be so besides the approvals. */
export const unmetConditions = ({ when, conditions }: Studied): Extent =>
  allOf([when.wide, not(every(conditions).narrow)])

const blockers = (studied: Studied): readonly Draft[] => heldUp(studied, unmetConditions(studied))

/**
 * Conditions that have to be so besides the approvals: a change for which they are not surely so asks for approvals that
 * nobody gets. Thus what cannot be said here at all holds everything up until somebody decides about it.
 */
export function heldUp(studied: Studied, when: Extent): readonly Draft[] {
  if (when === null || studied.conditions.length === 0) return []
  const why =
    `line ${studied.conditionsLine}, \`requires.conditions\`: with policy-bot these hold up the rule until they are so. Here, ` +
    `until then, ${unreachable} approvals are asked for, which nobody gets. Checks are better listed under \`change-tested\`; ` +
    'then remove this rule.'
  const name = `${studied.name.slice(0, 60)}: required conditions`
  const differs = [why, ...every(studied.conditions).differs]
  const rule = { ...stating(when), approvals: unreachable }
  return [{ ...beginning(studied), name, notes: [], differs, rule, replaces: [] }]
}

import type { From } from '#review/rule.ts'
import { allOf, anyOf, every, not } from './extent.ts'
import {
  heldUp,
  unmetConditions,
  beginning,
  type Draft,
  drafted,
  leftOut,
  leftOutFor,
  reaching,
  spared,
  stating,
  whyNotSparing,
} from './draft.ts'
import type { Studied } from './study-rule.ts'
import { isListed, joined } from './to-from.ts'
import type { Tree } from './to-tree.ts'

/**
 * The rules of ours that together mean what a tree of policy-bot's means, or ask for more.
 *
 * Of ours all that apply must be met, so an `and` is its parts. Of an `or`, a part that asks for no approval replaces
 * the others where it applies. Parts that ask for one approval each are met by either's people. Any other `or` is read
 * as an `and`, which is stricter.
 */
export function combined(tree: Tree, study: (place: number) => Studied): readonly Draft[] {
  if (tree.kind === 'rule') return drafted(study(tree.at))
  if (tree.kind === 'and') return tree.parts.flatMap((part) => combined(part, study))
  const sparing = tree.parts.flatMap((part) =>
    part.kind === 'rule' && study(part.at).count === 0 ? [study(part.at)] : [],
  )
  const asking = tree.parts.filter((part) => part.kind !== 'rule' || study(part.at).count > 0)
  const others = alternatives({ ...tree, parts: asking }, study)
  const replaced = others.filter(({ rule }) => rule !== null)
  const leaves = asking.flatMap((part) => (part.kind === 'rule' ? [study(part.at)] : []))
  return [...others, ...sparing.map((studied) => spared(studied, replaced)), ...pending(sparing, leaves)]
}

/** With policy-bot an `or` also waits for conditions that would let it pass, where nothing else in it applies. */
function pending(sparing: readonly Studied[], asking: readonly Studied[]): readonly Draft[] {
  const conditional = sparing.filter(({ conditions }) => conditions.length > 0)
  const settled = [
    ...sparing.map(({ when, conditions }) => every([when, ...conditions]).narrow),
    ...asking.map(({ when }) => when.narrow),
  ]
  const when = allOf([anyOf(conditional.map(unmetConditions)), not(anyOf(settled))])
  return conditional.slice(0, 1).flatMap((studied) => heldUp(studied, when))
}

type Branch = Exclude<Tree, { kind: 'rule' }>

function alternatives(tree: Branch, study: (place: number) => Studied): readonly Draft[] {
  const leaves = tree.parts.flatMap((part) => (part.kind === 'rule' ? [study(part.at)] : []))
  const isMixed = leaves.length < tree.parts.length
  const united =
    isMixed || leaves.length < 2
      ? null
      : unite(
          leaves.flatMap((leaf) => joinable(leaf) ?? []),
          leaves.length,
        )
  if (united !== null) return united
  const drafts = tree.parts.flatMap((part) => combined(part, study))
  if (tree.parts.length < 2) return drafts
  const why = `line ${tree.line}, \`or\`: with policy-bot any one of its ${tree.parts.length} parts is enough. Here each that applies must be met.`
  return drafts.map((draft) => (draft.rule === null ? draft : { ...draft, differs: [why, ...draft.differs] }))
}

interface Joinable extends Studied {
  readonly from: From
}

/** A rule of which one approval by somebody listed is all there is to it. */
function joinable(studied: Studied): Joinable | null {
  const { count, conditions, approvers } = studied
  return count === 1 && conditions.length === 0 && isListed(approvers.from)
    ? { ...studied, from: approvers.from }
    : null
}

/**
 * Rules of which one approval of any will do: those for every change become one rule, and where another applies, an
 * approval by either's people is enough. Null when they are not of that kind.
 */
function unite(leaves: readonly Joinable[], wanted: number): readonly Draft[] | null {
  const isForAll = ({ when }: Joinable): boolean =>
    when.differs.length === 0 && when.wide !== null && !('when' in stating(when.wide))
  const [forAll, forSome] = [leaves.filter(isForAll), leaves.filter((leaf) => !isForAll(leaf))]
  const [first] = forAll
  if (leaves.length < wanted || first === undefined) return null
  const from = joined(forAll.map((leaf) => leaf.from))
  const base: Draft = {
    places: forAll.map(({ place }) => place),
    line: first.line,
    name: forAll.map(({ name }) => name).join(' or '),
    notes: forAll.flatMap((leaf) => beginning(leaf).notes),
    differs: forAll.flatMap(ownDifferences),
    rule: { approvals: 1, from },
    replaces: [],
  }
  return [base, ...forSome.map((leaf) => either(leaf, base, { from, isAlone: forSome.length === 1 }))]
}

function either(
  leaf: Joinable,
  base: Draft,
  { from, isAlone }: { readonly from: From; readonly isAlone: boolean },
): Draft {
  const { narrow, differs } = leaf.when
  if (narrow === null && differs.length === 0)
    return leftOut(leaf, ['It never applies with policy-bot either: left out.'], [])
  const refused = narrow === null ? 'what it is for cannot be told' : whyNotSparing(narrow)
  if (narrow === null || refused !== null) return leftOut(leaf, [], [...differs, leftOutFor(leaf, refused ?? '')])
  const together = `line ${leaf.line}: with policy-bot one of the rules that apply is enough. Here each of these must be met.`
  return {
    ...beginning(leaf),
    differs: [
      ...reaching(differs, 'So here the rule is for fewer changes.'),
      ...(isAlone ? [] : [together]),
      ...ownDifferences(leaf),
    ],
    rule: { ...stating(narrow), approvals: 1, from: joined([leaf.from, from]) },
    replaces: [base],
  }
}

const ownDifferences = ({ approvers, differs }: Studied): readonly string[] => [...approvers.differs, ...differs]

import type { PolicyFault } from '#policy/effective-policy.ts'
import { faultAt, type Path, type Source } from './read-policy-bot.ts'

/** Which rules have to be approved, as nested `and` and `or`. A leaf is the place of a rule in `approval_rules`. */
export type Tree =
  | { readonly kind: 'rule'; readonly at: number }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Tree[]; readonly line: number }

/**
 * The tree of `policy.approval`, flattened: an `and` within an `and`, and anything with one part, says no more than what
 * it holds. Faults are those for which policy-bot refuses the file.
 */
export function toTree({ file, lineOf }: Source): { readonly tree: Tree; readonly faults: readonly PolicyFault[] } {
  const root: Path = ['policy', 'approval']
  const rules = file.approval_rules ?? []
  // Of two rules with one name policy-bot takes the later.
  const reading: TreeReading = { places: new Map(rules.map(({ name }, at) => [name, at])), lineOf, faults: [] }
  const parts = (file.policy?.approval ?? []).map((part, at) => branch(part, [...root, at], reading))
  return { tree: flat({ kind: 'and', parts, line: lineOf(root) }), faults: reading.faults }
}

/** The places of the rules that a tree names, each as often as it is named. */
export const rulesIn = (tree: Tree): readonly number[] =>
  tree.kind === 'rule' ? [tree.at] : tree.parts.flatMap((part) => rulesIn(part))

interface TreeReading {
  readonly places: ReadonlyMap<string, number>
  readonly lineOf: Source['lineOf']
  readonly faults: PolicyFault[]
}

function branch(value: unknown, path: Path, reading: TreeReading): Tree {
  if (typeof value === 'string') return leaf(value, path, reading)
  const [operator, ...more] = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if ((operator !== 'and' && operator !== 'or') || more.length > 0 || Array.isArray(value)) {
    return refuse(
      'Here stands the name of a rule (in quotes), or one of "and" and "or" with a list below.',
      path,
      reading,
    )
  }
  const parts: unknown = (value as Readonly<Record<string, unknown>>)[operator]
  const inside: Path = [...path, operator]
  if (!Array.isArray(parts) || parts.length === 0) {
    return refuse(`Below "${operator}" stands a list of at least one rule.`, inside, reading)
  }
  const read = parts.map((part, at) => branch(part, [...inside, at], reading))
  return { kind: operator, parts: read, line: reading.lineOf(inside) }
}

function leaf(name: string, path: Path, reading: TreeReading): Tree {
  const at = reading.places.get(name)
  if (at !== undefined) return { kind: 'rule', at }
  return refuse(`There is no rule ${JSON.stringify(name)} under approval_rules.`, path, reading)
}

function refuse(message: string, path: Path, { lineOf, faults }: TreeReading): Tree {
  faults.push(faultAt(path, message, lineOf))
  return { kind: 'and', parts: [], line: lineOf(path) }
}

function flat(tree: Tree): Tree {
  if (tree.kind === 'rule') return tree
  const parts = tree.parts.map(flat).flatMap((part) => (part.kind === tree.kind ? part.parts : [part]))
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { ...tree, parts }
}

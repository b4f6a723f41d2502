import { catalogue } from '#controls/catalogue.ts'
import type { PolicyFault } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { combined } from './combine.ts'
import { disapprovalDrafts } from './disapproval.ts'
import type { Draft } from './draft.ts'
import { type Imported, nameDrafts } from './name-drafts.ts'
import { readPolicyBot, type Source } from './read-policy-bot.ts'
import { renderPolicy } from './render-policy.ts'
import { differencesOfFile } from './differences-of-file.ts'
import { type Studied, studyRule } from './study-rule.ts'
import { rulesIn, toTree, type Tree } from './to-tree.ts'

export type PolicyBotImport =
  | {
      readonly ok: true
      /** A `countersign.yml`, with each difference in a comment above what it concerns. */
      readonly policy: string
      /** Sentences for whoever runs the import. */
      readonly summary: readonly string[]
      /** How many comments ask for a decision. */
      readonly differences: number
    }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] }

/**
 * Reads a `.policy.yml` of policy-bot as a policy of ours that lets no change pass which policy-bot would stop.
 *
 * What ours can say exactly is said so; what it cannot is read the stricter way, and where there is none, left out; each
 * time a comment says so, with the line it is about. Nothing is dropped in silence.
 */
export function importPolicyBot(text: string): PolicyBotImport {
  const reading = readPolicyBot(text)
  if (!reading.ok) return reading
  const { source } = reading
  const { tree, faults } = toTree(source)
  if (faults.length > 0) return { ok: false, faults }
  const study = studying(source)
  const rules = nameDrafts([...draftsOf(tree, source, study), ...unused(tree, source)].toSorted(byPlace))
  const file = differencesOfFile(source, used(tree, study), rules)
  const policy = renderPolicy(rules, file)
  const parsed = parsePolicy({ text: policy, layer: 'repository', catalogue })
  if (!parsed.ok) return { ok: false, faults: parsed.faults.map(({ message }) => ({ ...tooMuch, message })) }
  const differences = file.differs.length + rules.flatMap(({ differs }) => differs).length
  return { ok: true, policy, summary: summarize(rules, differences, source), differences }
}

/** What reads well one by one can be too much in one policy: more rules than a control takes, a longer file. */
const tooMuch = { path: 'policy.approval', line: null }

function studying(source: Source): (place: number) => Studied {
  const rules = source.file.approval_rules ?? []
  const studied = rules.map((rule, place) => studyRule(place, rule, source))
  return (place) => {
    const found = studied[place]
    if (found === undefined) throw new Error('a tree names only rules that are there')
    return found
  }
}

function draftsOf(tree: Tree, source: Source, study: (place: number) => Studied): readonly Draft[] {
  const { disapproval = {} } = source.file.policy ?? {}
  return [...disapprovalDrafts(disapproval, source), ...combined(tree, study)]
}

function used(tree: Tree, study: (place: number) => Studied): readonly Studied[] {
  return [...new Set(rulesIn(tree))].map(study)
}

/** Rules that `policy.approval` does not name have no effect with policy-bot either. */
function unused(tree: Tree, { file, lineOf }: Source): readonly Draft[] {
  const named = new Set(rulesIn(tree))
  const rules = file.approval_rules ?? []
  return rules.flatMap(({ name }, place) => {
    if (named.has(place)) return []
    const isOverridden = rules.findLastIndex((other) => other.name === name) > place
    const why = isOverridden
      ? 'a later rule has the same name, and policy-bot takes that one'
      : 'policy.approval does not name it'
    const line = lineOf(['approval_rules', place])
    const note = `Not used: ${why}. Left out.`
    return [{ places: [place], line, name, notes: [note], differs: [], rule: null, replaces: [] }]
  })
}

const byPlace = (one: { readonly places: readonly number[] }, other: { readonly places: readonly number[] }): number =>
  (one.places[0] ?? -1) - (other.places[0] ?? -1)

function summarize(
  rules: readonly Imported[],
  differences: number,
  { file, unknownKeys, lineOf }: Source,
): readonly string[] {
  const standings = (file.approval_rules ?? []).map((_rule, place) =>
    standingOf(rules.filter(({ places }) => places.includes(place))),
  )
  const of = (standing: string): number => standings.filter((one) => one === standing).length
  const keys = unknownKeys.map((path) => `line ${lineOf(path)}, ${path.join('.')}`)
  return [
    `${counted(standings.length, 'rule')} read: ${of('as-is')} imported as they are, ${of('differs')} with differences, ` +
      `${of('left-out')} left out, ${of('unused')} not in use.`,
    ...(keys.length > 0 ? [`${counted(keys.length, 'key')} not known and not imported: ${keys.join('; ')}.`] : []),
    differences === 0
      ? 'Nothing is left to decide. Look through the policy, then change mode to enforce.'
      : `${counted(differences, 'difference')} to look at: see the comments marked "differs:".`,
  ]
}

function standingOf(from: readonly Imported[]): 'as-is' | 'differs' | 'left-out' | 'unused' {
  if (from.every(({ rule }) => rule === null)) {
    return from.some(({ differs }) => differs.length > 0) ? 'left-out' : 'unused'
  }
  return from.some(({ differs }) => differs.length > 0) ? 'differs' : 'as-is'
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

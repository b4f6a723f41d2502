import { type Bounds, every, unsayable } from './extent.ts'
import { optionDifferences } from './option-differences.ts'
import type { Options, PolicyBotRule, Predicates } from './policy-bot-file.ts'
import type { Path, Source } from './read-policy-bot.ts'
import { toBounds } from './to-condition.ts'
import { type Approvers, toFrom } from './to-from.ts'

/** One rule of policy-bot, each part of it held against ours. Sentences name their line. */
export interface Studied {
  /** Its place in `approval_rules`. */
  readonly place: number
  readonly line: number
  readonly name: string
  readonly description: string | null
  readonly count: number
  readonly when: Bounds
  /** What has to be so besides the approvals, each by itself. */
  readonly conditions: readonly Bounds[]
  readonly conditionsLine: number
  readonly approvers: Approvers
  readonly isInvalidatedByPush: boolean
  /** How its options, and keys nobody knows, make it another rule. */
  readonly differs: readonly string[]
}

export function studyRule(place: number, rule: PolicyBotRule, source: Source): Studied {
  const path: Path = ['approval_rules', place]
  const { count = 0, conditions = {}, ...actors } = rule.requires ?? {}
  const unknown = source.unknownKeys.filter(([first, second]) => first === path[0] && second === place)
  const isCondition = (key: Path): boolean => key[2] === 'if' || (key[2] === 'requires' && key[3] === 'conditions')
  const approvers = toFrom(actors)
  const said = (why: string, where: Path): string => saidOf(where, why, source)
  return {
    place,
    line: source.lineOf(path),
    name: rule.name,
    description: rule.description ?? null,
    count: Math.max(0, count),
    when: every(located(rule.if ?? {}, [...path, 'if'], source)),
    conditions: located(conditions, [...path, 'requires', 'conditions'], source),
    conditionsLine: source.lineOf([...path, 'requires', 'conditions']),
    approvers: { ...approvers, differs: approvers.differs.map((why) => said(why, [...path, 'requires'])) },
    isInvalidatedByPush: effective(rule, source).invalidate_on_push === true,
    differs: [
      ...optionDifferences(effective(rule, source)).map(({ path: key, why }) => said(why, whereIs(key, place, source))),
      ...unknown.filter((key) => !isCondition(key)).map((key) => said(notKnown, key)),
    ],
  }
}

/** The predicates of a block, with their line and key before each sentence. */
export function located(predicates: Predicates, path: Path, source: Source): readonly Bounds[] {
  const known = toBounds(predicates).map(([key, bounds]) => ({
    ...bounds,
    differs: bounds.differs.map((why) => saidOf([...path, key], why, source)),
  }))
  const isWithin = (key: Path): boolean => path.every((step, at) => key[at] === step)
  const unknown = source.unknownKeys.filter(isWithin).map((key) => unsayable(saidOf(key, notKnown, source)))
  return [...known, ...unknown]
}

/** A sentence about what stands at a path: the rule around it is known. */
export function saidOf(path: Path, why: string, { lineOf }: Source): string {
  const key = path.slice(path[0] === 'approval_rules' ? 2 : 0).join('.')
  return `line ${lineOf(path)}, \`${key}\`: ${why}`
}

export const notKnown = 'no such key of policy-bot is known here, so it was not imported.'

/** Its own options before the defaults of the file, and so for each method. */
function effective({ options = {} }: PolicyBotRule, { file }: Source): Options {
  const defaults = file.approval_defaults?.options ?? {}
  return { ...defaults, ...options, methods: { ...defaults.methods, ...options.methods } }
}

function whereIs(key: readonly string[], place: number, { file }: Source): Path {
  const own: Path = ['approval_rules', place, 'options', ...key]
  const options: Readonly<Record<string, unknown>> = file.approval_rules?.[place]?.options ?? {}
  const [first = '', second] = key
  const stated = second === undefined ? options : (options[first] ?? {})
  return Object.hasOwn(stated, second ?? first) ? own : ['approval_defaults', 'options', ...key]
}

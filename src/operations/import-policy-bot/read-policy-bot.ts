import type { z } from 'zod'
import type { PolicyFault } from '#policy/effective-policy.ts'
import { explanationsOf } from '#policy/explain-issue.ts'
import { readYaml } from '#policy/read-yaml.ts'
import { type PolicyBotFile, policyBotFile } from './policy-bot-file.ts'

export type Path = readonly (string | number)[]

/** A `.policy.yml` understood, and where in it everything stands. */
export interface Source {
  readonly file: PolicyBotFile
  /** Keys that are none of policy-bot's, as far as is known here; they are in `file` no more. */
  readonly unknownKeys: readonly Path[]
  /** The 1-based line of what stands at a path, or of the nearest thing around it. */
  readonly lineOf: (path: Path) => number
}

export type Reading =
  { readonly ok: true; readonly source: Source } | { readonly ok: false; readonly faults: readonly PolicyFault[] }

/** Reads the text of a `.policy.yml`, or says everything that keeps it from being read. Never throws. */
export function readPolicyBot(text: string): Reading {
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, faults: yaml.faults.map(kindly) }
  const lineOf = (path: Path): number => nearestLine(path, yaml.lines)
  const value = withoutNulls(yaml.value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, faults: [notAMapping] }
  const parsed = policyBotFile.safeParse(value)
  if (parsed.success) return { ok: true, source: { file: parsed.data, unknownKeys: [], lineOf } }
  const { unknownKeys, faults } = sorted(parsed.error.issues)
  const lenient = policyBotFile.safeParse(without(value, unknownKeys.map(wholePredicate)))
  if (lenient.success) return { ok: true, source: { file: lenient.data, unknownKeys, lineOf } }
  return { ok: false, faults: faults.map(({ path, message }) => faultAt(path, message, lineOf)) }
}

/** The fault of what stands at a path. */
export const faultAt = (path: Path, message: string, lineOf: Source['lineOf']): PolicyFault => ({
  path: path.join('.'),
  line: lineOf(path),
  message,
})

const notAMapping: PolicyFault = {
  path: '',
  line: 1,
  message: 'A .policy.yml is a mapping, that is lines such as "approval_rules:". This is something else.',
}

/** policy-bot takes YAML that a policy of ours must not be: what to do about it is another thing here. */
function kindly(fault: PolicyFault): PolicyFault {
  if (!fault.message.startsWith('Aliases')) return fault
  const message =
    'Anchors and aliases (&name, *name) are not read here. Write out what the alias stands for, or, if it is meant as ' +
    'text, put it in quotes; then import the file again.'
  return { ...fault, message }
}

/** A key without a value is a key that is not there, as policy-bot has it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member)]))
}

interface Sorted {
  readonly unknownKeys: readonly Path[]
  readonly faults: readonly { readonly path: Path; readonly message: string }[]
}

function sorted(issues: readonly z.core.$ZodIssue[]): Sorted {
  const unknownKeys = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key): Path => [...issue.path.map(step), key]) : [],
  )
  const faults = issues.filter(({ code }) => code !== 'unrecognized_keys').flatMap(explanationsOf)
  return { unknownKeys, faults }
}

/** What a predicate means with a key nobody knows is not known either: all of it goes. */
function wholePredicate(path: Path): Path {
  const at = path.findIndex((step) => step === 'if' || step === 'conditions')
  return at < 0 ? path : path.slice(0, at + 2)
}

const step = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key))

function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value
  const under = Map.groupBy(paths, ([first]) => String(first))
  const kept = Object.entries(value as Readonly<Record<string, unknown>>)
    .map(([key, member]) => [key, (under.get(key) ?? []).map((path) => path.slice(1)), member] as const)
    .filter(([, deeper]) => !deeper.some((path) => path.length === 0))
    .map(([key, deeper, member]) => [key, without(member, deeper)] as const)
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept)
}

function nearestLine(path: Path, lines: Readonly<Record<string, number>>): number {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines[path.slice(0, length).join('.')]
    if (line !== undefined) return line
  }
  return 1
}

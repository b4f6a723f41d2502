import type { z } from 'zod'
import type { Control } from '#controls/control.ts'
import type { PolicyFault, PolicyOrigin } from './effective-policy.ts'
import { type Explanation, explanationsOf, issueExplainer } from './explain-issue.ts'
import { firstFaults } from './first-faults.ts'
import type { ControlStatements, GroupSelector, ParsedPolicy, PolicyDocument, PolicyGroup } from './policy-document.ts'
import { type PolicySchema, policySchema } from './policy-schema.ts'
import { readYaml } from './read-yaml.ts'

export interface PolicyText {
  readonly text: string
  readonly layer: PolicyOrigin['layer']
  readonly catalogue: readonly Control[]
}

/**
 * Turns the text of a `countersign.yml` into a policy, or into a list of everything that is wrong with it.
 *
 * Never throws, whatever the text. An empty file is a policy that says nothing. No default is filled in here: the
 * document tells what the file states, and `resolvePolicy` decides what follows from it.
 */
export function parsePolicy(policy: PolicyText): ParsedPolicy {
  const known = rememberedFor(policy.catalogue)
  const key = `${policy.layer} ${policy.text}`
  const remembered = known.parsed.get(key)
  if (remembered !== undefined) return remembered
  const parsed = parse(policy)
  if (known.characters + key.length > mostRemembered) Object.assign(known, nothingRemembered())
  known.characters += key.length
  known.parsed.set(key, parsed)
  return parsed
}

/** The same policies are read with every change, and parsing one costs more than judging by it. */
const memories = new WeakMap<readonly Control[], Memory>()

interface Memory {
  parsed: Map<string, ParsedPolicy>
  characters: number
}

/** Characters in all. */
const mostRemembered = 4_000_000

const nothingRemembered = (): Memory => ({ parsed: new Map(), characters: 0 })

function rememberedFor(catalogue: readonly Control[]): Memory {
  const known = memories.get(catalogue) ?? nothingRemembered()
  memories.set(catalogue, known)
  return known
}

function parse({ text, layer, catalogue }: PolicyText): ParsedPolicy {
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, faults: listed(yaml.faults) }
  const { lines } = yaml
  const value = yaml.value ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) return { ok: false, faults: [notAMapping] }
  if (countExpressions(value) > mostExpressions) return { ok: false, faults: [tooManyExpressions] }
  const parsed = policySchema(catalogue).safeParse(value, { error: issueExplainer() })
  const explanations = [
    ...(layer === 'repository' ? notARepositorysToSay(value) : []),
    ...(parsed.success ? repeatedGroups(parsed.data) : parsed.error.issues.flatMap(explanationsOf)),
  ]
  if (explanations.length > 0) return { ok: false, faults: listed(explanations.map((one) => toFault(one, lines))) }
  return parsed.success ? { ok: true, policy: toDocument(parsed.data, lines) } : { ok: false, faults: [notAMapping] }
}

type PolicyFile = z.output<PolicySchema>
type GroupInFile = NonNullable<PolicyFile['groups']>[number]
type Lines = PolicyDocument['lines']

const notAMapping: PolicyFault = {
  path: '',
  line: 1,
  message: 'A policy is a mapping, that is lines such as "mode: observe". This is something else.',
}

/** Regular expressions are dear to read and to run; globs are not. */
const mostExpressions = 200

const tooManyExpressions: PolicyFault = {
  path: '',
  line: null,
  message: `A policy may have ${mostExpressions} regular expressions (texts between slashes). Write globs instead, such as "src/**".`,
}

function countExpressions(value: unknown): number {
  if (typeof value === 'string') return /^\/.+\/$/.test(value) ? 1 : 0
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, inner) => sum + countExpressions(inner), 0)
}

const listed = (faults: readonly PolicyFault[]): readonly PolicyFault[] =>
  firstFaults(faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)))

function notARepositorysToSay(file: object): readonly Explanation[] {
  const why: Readonly<Record<string, string>> = {
    locked: 'Only the organization can lock a control: a lock here would bind nobody but this repository. Remove it.',
    groups: 'Only the organization can group repositories: this file speaks for one. Move its controls to "controls".',
  }
  return Object.entries(why)
    .filter(([key]) => Object.hasOwn(file, key))
    .map(([key, message]) => ({ path: [key], message }))
}

function repeatedGroups({ groups = [] }: PolicyFile): readonly Explanation[] {
  const names = groups.map(({ name }) => name)
  return names.flatMap((name, at) =>
    names.indexOf(name) === at
      ? []
      : [{ path: ['groups', String(at), 'name'], message: 'An earlier group has this name already: choose another.' }],
  )
}

function toFault({ path, message }: Explanation, lines: Lines): PolicyFault {
  return { path: path.join('.'), line: lineOf(path, lines), message }
}

/** The line of what is complained of, or of the nearest thing around it that is in the file. */
function lineOf(path: readonly string[], lines: Lines): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines[path.slice(0, length).join('.')]
    if (line !== undefined) return line
  }
  return null
}

function toDocument(file: PolicyFile, lines: Lines): PolicyDocument {
  return {
    preset: file.preset ?? null,
    mode: file.mode ?? null,
    checks: file.checks ?? null,
    controls: toStatements(file.controls, 'controls', lines),
    locked: file.locked ?? [],
    groups: (file.groups ?? []).map((group, at) => toGroup(group, `groups.${at}`, lines)),
    lines,
  }
}

function toGroup(group: GroupInFile, path: string, lines: Lines): PolicyGroup {
  return {
    name: group.name,
    repositories: toSelector(group.repositories),
    mode: group.mode ?? null,
    controls: toStatements(group.controls, `${path}.controls`, lines),
    locked: group.locked ?? [],
  }
}

const toSelector = ({ names = [], topics = [], properties = {} }: GroupInFile['repositories']): GroupSelector => ({
  names,
  topics,
  properties,
})

/** The schema fills in defaults; what counts as said is what has a line in the file. */
function toStatements(controls: PolicyFile['controls'], path: string, lines: Lines): ControlStatements {
  const statements = Object.entries(controls ?? {}).map(([id, { mode, ...settings } = {}]) => {
    const stated = Object.entries(settings).filter(([key]) => Object.hasOwn(lines, `${path}.${id}.${key}`))
    return [id, { mode: mode ?? null, settings: Object.fromEntries(stated) }] as const
  })
  return Object.fromEntries(statements)
}

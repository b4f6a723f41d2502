import { catalogue } from '#controls/catalogue.ts'
import { assess, type Finding } from '#engine/assess.ts'
import { conclude, type Conclusion } from '#engine/conclude.ts'
import { type Standing, standingOf } from '#engine/standing.ts'
import type { PolicyFault, PolicyOrigin } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { PolicyLayer } from '#policy/policy-document.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import type { PolicyTarget } from '#policy/select-repository.ts'
import { faultSentence } from '#policy/validate-policy.ts'
import { type GivenFacts, parseFacts } from './facts-document.ts'

/** Facts somebody recorded, and the policies to judge them by. */
export interface Simulation {
  readonly facts: SimulatedFile
  /** At most one of each layer; without any the default preset judges. */
  readonly policies: readonly SimulatedPolicy[]
}

interface SimulatedFile {
  /** What its faults are told under. */
  readonly path: string
  readonly text: string
}

export interface SimulatedPolicy extends SimulatedFile {
  readonly layer: PolicyOrigin['layer']
}

export type Simulated =
  /** In the order given; `isList`: several were asked for, be it one. */
  | { readonly ok: true; readonly isList: boolean; readonly changes: readonly SimulatedChange[] }
  | { readonly ok: false; readonly faults: readonly SimulationFault[] }

export interface SimulationFault extends PolicyFault {
  /** The path of the file that it is in. */
  readonly file: string
}

/** How a change comes out, and why. */
export interface SimulatedChange {
  /** `acme/shop#12`; what is not told of it is left out. */
  readonly subject: string
  /** Of the check that GitHub would show once we have looked for the last time; null while something waits. */
  readonly conclusion: Conclusion['conclusion']
  readonly title: string
  /** Over everything judged, enforced or observed. */
  readonly standing: Standing
  readonly policyDigest: string
  readonly findings: readonly Finding[]
  /** What to know before relying on it, a sentence each: what a policy says without effect, what it could not ask. */
  readonly notes: readonly string[]
}

/**
 * Judges recorded facts by policies, from their texts alone.
 *
 * Nothing is looked up: what a policy would ask for and the facts do not tell is `undetermined`. Never throws; what is
 * wrong with any of the files is told all at once, and then nothing is judged.
 */
export function simulateChanges({ facts, policies }: Simulation): Simulated {
  const parsed = parseFacts(facts.text)
  const layers = policies.map(toLayer)
  const faults = [
    ...(parsed.ok ? [] : parsed.faults.map((fault) => ({ file: facts.path, ...fault }))),
    ...layers.flatMap((layer) => layer.faults),
  ]
  if (!parsed.ok || faults.length > 0) return { ok: false, faults }
  const understood: Layers = {
    organization: layerOf('organization', layers),
    repository: layerOf('repository', layers),
  }
  return {
    ok: true,
    isList: parsed.isList,
    changes: parsed.documents.map((document) => simulate(document, understood)),
  }
}

interface Layers {
  readonly organization: PolicyLayer | null
  readonly repository: PolicyLayer | null
}

interface ReadLayer {
  /** Null when it has faults. */
  readonly layer: PolicyLayer | null
  readonly faults: readonly SimulationFault[]
}

function toLayer({ layer, path, text }: SimulatedPolicy): ReadLayer {
  const parsed = parsePolicy({ text, layer, catalogue })
  if (!parsed.ok) return { layer: null, faults: parsed.faults.map((fault) => ({ file: path, ...fault })) }
  // It stands in no repository: whatever a sentence says of its place is the file.
  return { layer: { document: parsed.policy, origin: { layer, repository: path, path, commitSha: '' } }, faults: [] }
}

const layerOf = (wanted: PolicyOrigin['layer'], layers: readonly ReadLayer[]): PolicyLayer | null =>
  layers.find(({ layer }) => layer?.origin.layer === wanted)?.layer ?? null

function simulate(document: GivenFacts, layers: Layers): SimulatedChange {
  const { policy, faults } = resolvePolicy({ catalogue, ...layers, target: targetOf(document) })
  const findings = assess({ catalogue, facts: document.facts, policy, kind: 'change' })
  const { conclusion, title } = conclude(findings, 'final')
  return {
    subject: nameOf(document),
    conclusion,
    title,
    standing: standingOf(findings),
    policyDigest: policy.digest,
    findings,
    notes: [...faults.map(faultSentence), ...unselectable(document, layers)],
  }
}

/** A policy that asked for no custom properties left none in the repository; the facts may have them. */
function targetOf({ subject, repository, facts }: GivenFacts): PolicyTarget {
  const properties = facts.properties.known ? facts.properties.value : {}
  return {
    name: repository?.name ?? subject?.repository ?? '',
    topics: repository?.topics ?? [],
    properties: { ...properties, ...repository?.properties },
  }
}

/** Whether a group was passed over because the document does not tell what it selects by. */
function unselectable(document: GivenFacts, { organization }: Layers): readonly string[] {
  const groups = organization?.document.groups ?? []
  if (groups.length === 0) return []
  if (document.repository === undefined)
    return ['The policy has groups, and the document no "repository" that they could select.']
  const { properties } = targetOf(document)
  const asksForProperties = groups.some(({ repositories }) => Object.keys(repositories.properties).length > 0)
  if (!asksForProperties || Object.keys(properties).length > 0) return []
  return ['A group selects by custom properties, and "repository.properties" is empty: add them if there are any.']
}

function nameOf({ subject, repository, facts: { change } }: GivenFacts): string {
  const owner = subject?.owner ?? repository?.owner
  const name = subject?.repository ?? repository?.name
  const number = subject?.number ?? (change.known ? change.value.number : undefined)
  const place = owner === undefined || name === undefined ? 'change' : `${owner}/${name}`
  return number === undefined ? place : `${place}#${number}`
}

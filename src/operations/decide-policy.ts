import { catalogue } from '#controls/catalogue.ts'
import type { JudgedRepository } from '#engine/assessment.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { ObservedChange, ObservedPolicies } from '#engine/observed-change.ts'
import type { Fact } from '#facts/fact.ts'
import { digestOf } from '#facts/digest.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { EffectivePolicy, PolicyOrigin, PolicyPlace } from '#policy/effective-policy.ts'
import { type PolicyInForce, policyInForce } from '#policy/policy-in-force.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { PolicyDocument, PolicyLayer, PolicySource } from '#policy/policy-document.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import { faultSentence } from '#policy/validate-policy.ts'
import { shortSha } from '#facts/wording.ts'
import { type LookUpPorts, properties } from './look-up.ts'
import { readPolicy } from './read-policy.ts'

export interface PolicyPorts extends LookUpPorts {
  readonly findLastGoodPolicy: (place: PolicyPlace) => Promise<PolicySource | null>
  /** One transaction: the policy (null: removed) is the last good one, and its entry; nothing when it already is. */
  readonly adoptPolicy: (place: PolicyPlace, policy: PolicySource | null, entry: NewEntry) => Promise<void>
  /** Enters once per text that a policy file could not be used. */
  readonly refusePolicy: (place: PolicyPlace, policy: PolicySource, entry: NewEntry) => Promise<void>
}

export interface DecidedPolicy {
  readonly policy: EffectivePolicy
  readonly repository: JudgedRepository
  /** What a reader of the check should know about the policy: plain sentences. */
  readonly notes: readonly string[]
}

/**
 * The policy that judges a change: the organization's and the base branch's, the last good one where a file is
 * malformed or cannot be seen. Nothing in the head has a say.
 */
export async function decidePolicy(
  subject: ChangeSubject,
  observed: ObservedChange,
  ports: PolicyPorts,
): Promise<DecidedPolicy> {
  const { policies, policiesSince } = observed
  const { organization, repository } = await layersInForce({ subject, observed, policies }, ports)
  const now =
    policiesSince === null
      ? [organization, repository]
      : Object.values(await layersInForce({ subject, observed, policies: policiesSince }, ports))
  for (const layer of now) await keep(layer, ports)
  const selected = selectsByProperty(organization.document) ? await propertiesOf(subject, ports) : {}
  const judged: JudgedRepository = { ...observed.repository, properties: selected }
  const { policy, faults } = resolvePolicy({
    catalogue,
    organization: layerOf(organization),
    repository: layerOf(repository),
    target: judged,
  })
  const notes = [...notesOf(organization), ...notesOf(repository), ...faults.map(faultSentence)]
  return { policy, notes, repository: judged }
}

/** Without them nobody can say which groups the repository is in, and so by what it is judged: better no answer yet. */
async function propertiesOf(subject: ChangeSubject, ports: PolicyPorts): Promise<JudgedRepository['properties']> {
  const found = await properties(subject, ports)
  if (found.known) return found.value
  throw new Error(`The policy selects repositories by their custom properties, and those cannot be seen: ${found.why}.`)
}

const selectsByProperty = (document: PolicyDocument | null): boolean =>
  document?.groups.some((group) => Object.keys(group.repositories.properties).length > 0) === true

interface LayerInForce extends PolicyInForce {
  readonly place: PolicyPlace
  readonly found: Fact<PolicySource | null>
  readonly lastGood: PolicySource | null
}

interface Searching {
  readonly subject: ChangeSubject
  readonly observed: ObservedChange
  readonly policies: ObservedPolicies
}

type Layers = Readonly<Record<PolicyPlace['layer'], LayerInForce>>

async function layersInForce({ subject, observed, policies }: Searching, ports: PolicyPorts): Promise<Layers> {
  const { owner: organization, id: repositoryId } = observed.repository
  const { change } = observed.facts
  const branch = change.known ? change.value.baseBranch : null
  const inForce = (place: PolicyPlace) => layerInForce({ place, found: policies[place.layer], subject }, ports)
  return {
    organization: await inForce({ layer: 'organization', organization, repositoryId: null, branch: null }),
    repository: await inForce({ layer: 'repository', organization, repositoryId, branch }),
  }
}

interface SearchedPlace {
  readonly place: PolicyPlace
  readonly found: Fact<PolicySource | null>
  readonly subject: ChangeSubject
}

async function layerInForce({ place, found, subject }: SearchedPlace, ports: PolicyPorts): Promise<LayerInForce> {
  const lastGood = await ports.findLastGoodPolicy(place)
  const { layer } = place
  const text = found.known ? (found.value?.text ?? null) : null
  // What is in force already was checked when it came; a team deleted since is told by whatever needs it.
  const isNew = text !== null && text !== lastGood?.text
  const read = isNew ? await readPolicy({ text, layer, subject }, ports) : null
  const inForce = policyInForce({
    found,
    lastGood,
    parse: (other) => (other === text && read !== null ? read : parsePolicy({ text: other, layer, catalogue })),
  })
  return { ...inForce, place, found, lastGood }
}

/** Makes what was found the last good policy, or enters that it could not be used. What was not seen changes nothing. */
async function keep({ place, found: seen, lastGood, faults }: LayerInForce, ports: PolicyPorts): Promise<void> {
  if (!seen.known) return
  const found = seen.value
  if (found !== null && faults.length > 0) {
    const reason = `${where(found.origin)} cannot be used: ${faults.map(faultSentence).join(' ')}`
    await ports.refusePolicy(place, found, entryFor({ place, kind: 'policy.refused', reason, found }, ports))
  } else if (found?.text !== lastGood?.text) {
    const reason = found === null ? 'the policy file was removed' : `${where(found.origin)} was read`
    await ports.adoptPolicy(place, found, entryFor({ place, kind: 'policy.adopted', reason, found }, ports))
  }
}

interface Told {
  readonly place: PolicyPlace
  readonly kind: 'policy.adopted' | 'policy.refused'
  readonly reason: string
  readonly found: PolicySource | null
}

function entryFor({ place, kind, reason, found }: Told, ports: PolicyPorts): NewEntry {
  const at = ports.now().toISOString()
  const whose = place.repositoryId === null ? place.organization : String(place.repositoryId)
  return {
    kind,
    occurredAt: at,
    receivedAt: at,
    actor: 'countersign',
    reason,
    organization: place.organization,
    subject: `policy/${place.layer}/${whose}`,
    policyDigest: null,
    payloadDigest: found === null ? null : digestOf(found),
  }
}

function layerOf({ document, origin }: PolicyInForce): PolicyLayer | null {
  return document === null || origin === null ? null : { document, origin }
}

function notesOf({ found, lastGood, standing, faults, origin, why }: LayerInForce): readonly string[] {
  if (standing === 'current') return []
  const stays =
    origin === null ? 'It has no effect.' : `The last good policy (${shortSha(origin.commitSha)}) stays in force.`
  if (faults.length > 0 && found.known && found.value !== null) {
    return [`${where(found.value.origin)} cannot be used: ${faults.map(faultSentence).join(' ')} ${stays}`]
  }
  // Where there never was a policy to lose, an unseen file is no news.
  return lastGood !== null && why !== undefined
    ? [`${why} ${origin === null ? 'No policy of it is in force.' : stays}`]
    : []
}

const where = (origin: PolicyOrigin): string =>
  `The policy ${origin.path} in ${origin.repository} (${shortSha(origin.commitSha)})`

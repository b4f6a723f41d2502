import type { RecordedFacts } from '#engine/assessment.ts'
import { catalogue } from '#controls/catalogue.ts'
import { assess } from '#engine/assess.ts'
import { conclude } from '#engine/conclude.ts'
import { withWhatCameSince } from '#facts/asked.ts'
import type { ObservedChange, ProposedPolicy } from '#engine/observed-change.ts'
import type { ChangeFacts, PolicyEdit } from '#facts/change-facts.ts'
import { type ChangeSubject, subjectKey } from '#facts/subject.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { PolicyLayer, PolicySource } from '#policy/policy-document.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import { faultSentence, validateEdit } from '#policy/validate-policy.ts'
import type { EffectivePolicy, PolicyPlace } from '#policy/effective-policy.ts'
import { lookUpAsked, type LookUpPorts } from './look-up.ts'
import { readPolicy } from './read-policy.ts'

export interface ForesightPorts extends LookUpPorts {
  readonly findLastGoodPolicy: (place: PolicyPlace) => Promise<PolicySource | null>
  /** The latest recorded facts of open changes, of one repository or (null) of the whole organization. */
  readonly findOpenFacts: (
    of: { readonly organization: string; readonly repositoryId: number | null },
    limit: number,
  ) => Promise<readonly RecordedFacts[]>
  /** Lets waiting work of this process go first. */
  readonly letOthersRun: () => Promise<void>
}

/** A change that edits a policy file, and what it would leave of it. */
export interface Edit {
  readonly subject: ChangeSubject
  readonly observed: ObservedChange
  readonly proposed: ProposedPolicy
}

/** How many open changes are judged again under a proposed policy, and how many files they may touch in all. */
const foreseen = { changes: 200, files: 10_000 } as const

/**
 * What a policy file would do once merged: its faults, and the open changes that would come out differently.
 *
 * Judged from the facts already recorded, so it costs no call beyond the teams that the file names. Nothing of it is in
 * force before the merge.
 */
export async function foreseePolicy(
  { subject, observed, proposed }: Edit,
  ports: ForesightPorts,
): Promise<Omit<PolicyEdit, 'path'>> {
  if (proposed.text === null)
    return { faults: [], consequences: ['The file is removed: what it said no longer applies.'] }
  const organization = await ports.findLastGoodPolicy(placeOf('organization', subject, null))
  const { layer, text } = proposed
  const target = { ...observed.repository, properties: {} }
  const read = await readPolicy({ text, layer, subject }, ports)
  const faults = read.ok
    ? validateEdit({ layer, text, catalogue, organization: layerOf(organization, 'organization'), target })
    : read.faults.map(faultSentence)
  if (faults.length > 0) return { faults, consequences: [] }
  const proposedText: PolicySource = {
    text: proposed.text,
    origin: {
      layer: proposed.layer,
      repository: `${subject.owner}/${subject.repository}`,
      path: proposed.path,
      commitSha: '',
    },
  }
  return { faults, consequences: await consequencesOf({ subject, observed, policy: proposedText }, ports) }
}

interface Proposal {
  readonly subject: ChangeSubject
  readonly observed: ObservedChange
  readonly policy: PolicySource
}

async function consequencesOf(
  { subject, observed, policy: proposed }: Proposal,
  ports: ForesightPorts,
): Promise<readonly string[]> {
  const isOrganizations = proposed.origin.layer === 'organization'
  const repositoryId = isOrganizations ? null : subject.repositoryId
  const open = await ports.findOpenFacts({ organization: subject.owner, repositoryId }, foreseen.changes)
  const others = open.filter(
    (other) =>
      subjectKey(other.subject) !== subjectKey(subject) &&
      // A repository's file is merged into one branch, and judges what is to be merged there.
      (isOrganizations || baseOf(other.facts) === baseOf(observed.facts)),
  )
  const consequences: string[] = []
  let files = 0
  for (const [at, other] of others.entries()) {
    await ports.letOthersRun()
    files += other.facts.files.known ? other.facts.files.value.length : 0
    if (files > foreseen.files) return [...consequences, notCompared(others.length - at)]
    const organization = await ports.findLastGoodPolicy(placeOf('organization', other.subject, null))
    const repository = await ports.findLastGoodPolicy(placeOf('repository', other.subject, baseOf(other.facts)))
    const now = titleUnder(other.facts, policyOf(other, { organization, repository }))
    const layers = isOrganizations ? { organization: proposed, repository } : { organization, repository: proposed }
    const policy = policyOf(other, layers)
    const then = titleUnder(await withTeams(other, policy, ports), policy)
    if (now !== then) consequences.push(consequenceFor(observed, other, { now, then }))
  }
  return consequences
}

const notCompared = (count: number): string =>
  `${String(count)} more open changes have not been compared: together they touch too many files.`

/** Of a private repository neither the name nor a title, which may quote a branch, goes where the public can read. */
function consequenceFor(
  reader: ObservedChange,
  { subject, repository }: RecordedFacts,
  { now, then }: { readonly now: string; readonly then: string },
): string {
  const isHidden = repository.visibility === 'private' && reader.repository.visibility === 'public'
  if (isHidden) return 'A change in a private repository would come out differently.'
  return `${subject.repository}#${String(subject.number)} would come out differently: now “${now}”, then “${then}”.`
}

function policyOf(
  { repository: target }: RecordedFacts,
  { organization, repository }: Readonly<Record<PolicyPlace['layer'], PolicySource | null>>,
): EffectivePolicy {
  return resolvePolicy({
    catalogue,
    organization: layerOf(organization, 'organization'),
    repository: layerOf(repository, 'repository'),
    target,
  }).policy
}

/** What holds for all changes alike is looked up, once; what takes questions about each of them is not. */
const withTeams = (
  { subject, facts }: RecordedFacts,
  policy: EffectivePolicy,
  ports: ForesightPorts,
): Promise<ChangeFacts> =>
  lookUpAsked({ subject, facts: withWhatCameSince(facts), policy, only: ['team', 'organization-members'] }, ports)

/** What the check of a change would be titled. */
const titleUnder = (facts: ChangeFacts, policy: EffectivePolicy): string =>
  conclude(assess({ catalogue, facts, policy, kind: 'change' }), 'retrying').title

function layerOf(text: PolicySource | null, layer: PolicyPlace['layer']): PolicyLayer | null {
  if (text === null) return null
  const parsed = parsePolicy({ text: text.text, layer, catalogue })
  return parsed.ok ? { document: parsed.policy, origin: text.origin } : null
}

function placeOf(layer: PolicyPlace['layer'], subject: ChangeSubject, branch: string | null): PolicyPlace {
  const repositoryId = layer === 'organization' ? null : subject.repositoryId
  return { layer, organization: subject.owner, repositoryId, branch }
}

const baseOf = ({ change }: Pick<ChangeFacts, 'change'>): string | null =>
  change.known ? change.value.baseBranch : null

import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import { type Standing, standingOf } from '#engine/standing.ts'
import type { Assessment, BegunAssessment } from '#engine/assessment.ts'
import { catalogue } from '#controls/catalogue.ts'
import { assess } from '#engine/assess.ts'
import type { ObservedChange } from '#engine/observed-change.ts'
import { digestOf } from '#facts/digest.ts'
import { type Cause, type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { type ActPorts, actOnChange } from './act-on-change.ts'
import { completeFacts, type FactPorts } from './complete-facts.ts'
import { decidePolicy, type PolicyPorts } from './decide-policy.ts'

/** The little of the outside world that this operation needs. github/ and store/ provide it; tests fake it. */
export interface Ports extends PolicyPorts, FactPorts, ActPorts {
  readonly now: () => Date
  /** Null: GitHub says that there is no such pull request (any more). */
  readonly observeChange: (subject: ChangeSubject) => Promise<ObservedChange | null>
  /** Numbers the assessment within its subject; everything it writes is refused once a later one has begun. */
  readonly beginAssessment: (subject: ChangeSubject) => Promise<BegunAssessment>
  /** One transaction: the change's row, and when the findings are new the payload's blob and the entry. */
  readonly recordAssessment: (recorded: RecordedAssessment) => Promise<void>
  /** The change is gone from GitHub: closes it in our books. */
  readonly recordGone: (subject: ChangeSubject) => Promise<void>
}

export interface RecordedAssessment {
  readonly assessment: Assessment
  readonly findingsDigest: string
  readonly standing: Standing
  /** Null when the findings are those recorded last. Its payload is the assessment itself. */
  readonly entry: NewEntry | null
}

/** What is to be assessed, why, and whether undetermined facts will be looked for again. */
export interface Request {
  readonly subject: ChangeSubject
  readonly cause: Cause
  readonly stage: 'retrying' | 'final'
}

/**
 * Look, judge, record, act: in that order, so that we never act on something we cannot later show.
 *
 * `gone`: GitHub has no such change (any more). `settled`: it was merged, judged and recorded, and that verdict stands,
 * whatever happens to people and policies later. `superseded`: a later assessment has begun and says what there is to say.
 * Safe to run again after a crash at any point: what was recorded is not recorded twice, and what was posted is known by
 * its digest or its marker.
 */
export async function assessChange(
  request: Request,
  ports: Ports,
): Promise<Assessment | 'gone' | 'settled' | 'superseded'> {
  const begun = await ports.beginAssessment(request.subject)
  if (isSettled(begun)) return 'settled'
  const observed = await ports.observeChange(request.subject)
  if (observed === null) {
    await ports.recordGone(request.subject)
    return 'gone'
  }
  try {
    return await assessObserved(observed, { request, begun }, ports)
  } catch (error) {
    if (error instanceof SupersededAssessment) return 'superseded'
    throw error
  }
}

function isSettled({ state, standing, acts }: BegunAssessment): boolean {
  const isTold = acts.some((act) => act.key.startsWith('comment/') && act.state === 'done')
  return state === 'merged' && isTold && standing !== 'undetermined'
}

interface Asked {
  readonly request: Request
  readonly begun: BegunAssessment
}

async function assessObserved(observed: ObservedChange, { request, begun }: Asked, ports: Ports): Promise<Assessment> {
  const { owner, name } = observed.repository
  const subject = { ...request.subject, owner, repository: name }
  const { policy, notes, repository } = await decidePolicy(subject, observed, ports)
  const facts = await completeFacts(subject, observed, ports)
  const findings = assess({ catalogue, facts, policy, kind: 'change' })
  const at = ports.now().toISOString()
  const { number } = begun
  const { cause, stage } = request
  const assessment: Assessment = { subject, number, cause, at, facts, repository, findings, policy }
  await ports.recordAssessment(recordOf(assessment, begun))
  await actOnChange({ assessment, posted: observed.posted, acts: begun.acts, notes, stage }, ports)
  return assessment
}

function recordOf(assessment: Assessment, begun: BegunAssessment): RecordedAssessment {
  const { facts, findings, policy, subject, cause, at } = assessment
  const change = facts.change.known ? facts.change.value : null
  const findingsDigest = digestOf({
    findings,
    policy: policy.digest,
    headSha: change?.headSha ?? null,
    state: change?.state ?? null,
  })
  const standing = standingOf(findings)
  if (findingsDigest === begun.findingsDigest) return { assessment, findingsDigest, standing, entry: null }
  const entry: NewEntry = {
    kind: 'change.assessed',
    occurredAt: cause.occurredAt,
    receivedAt: at,
    actor: 'countersign',
    reason: `${cause.reason}, by ${cause.actor}`,
    organization: subject.owner,
    subject: subjectKey(subject),
    policyDigest: policy.digest,
    payloadDigest: digestOf(assessment),
  }
  return { assessment, findingsDigest, standing, entry }
}

import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import { type Standing, standingOf } from '#engine/standing.ts'
import type { Act, Assessment, BegunAssessment } from '#engine/assessment.ts'
import { type Trace, traceOf, wantsLinkBack } from '#engine/traceability.ts'
import type { Change } from '#facts/change-facts.ts'
import { digestOf } from '#facts/digest.ts'
import { type Cause, type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { NamedTicket } from '#facts/ticket.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { type ActPorts, actOnChange, additionKey } from './act-on-change.ts'
import { answerCommands } from './answer-commands.ts'
import { type JudgedChange, judgeChange, type JudgePorts } from './judge-change.ts'
import { judgeRecorded, type Recorded } from './judge-recorded.ts'

/** The little of the outside world that this operation needs. github/ and store/ provide it; tests fake it. */
export interface Ports extends JudgePorts, ActPorts {
  /** From the ledger; null when nothing was recorded of it. */
  readonly findRecordedAssessment: (subject: ChangeSubject) => Promise<Recorded | null>
  /** Numbers the assessment within its subject; everything it writes is refused once a later one has begun. */
  readonly beginAssessment: (subject: ChangeSubject) => Promise<BegunAssessment>
  /** One transaction: the change's row, and when the findings are new the payload's blob and the entry. */
  readonly recordAssessment: (recorded: RecordedAssessment) => Promise<void>
  /** The change is gone from GitHub: closes it in our books. */
  readonly recordGone: (subject: ChangeSubject) => Promise<void>
  /** The look failed: the last answer stays, and is older than it should be. */
  readonly recordStale: (subject: ChangeSubject, why: string, at: Date) => Promise<void>
}

export interface RecordedAssessment {
  readonly assessment: Assessment
  readonly findingsDigest: string
  readonly standing: Standing
  /** Null when the findings are those recorded last. Its payload is the assessment itself. */
  readonly entry: NewEntry | null
  readonly trace: Trace
  /** The tickets that it rests on; `wanted`: each that was found is to carry a link to the change. */
  readonly tickets: readonly NamedTicket[]
  readonly linkBack: 'wanted' | 'no'
  /** Intended in the same transaction: what comes after the record of a merged change is to be added to it. */
  readonly addition: Act | null
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
 * whatever happens to people and policies later; only a tracker that was away may still have its say. `superseded`: a later assessment has begun and says what there is to say.
 * Safe to run again after a crash at any point: what was recorded is not recorded twice, and what was posted is known by
 * its digest or its marker.
 */
export async function assessChange(
  request: Request,
  ports: Ports,
): Promise<Assessment | 'gone' | 'settled' | 'superseded'> {
  const begun = await ports.beginAssessment(request.subject)
  if (isSettled(begun)) {
    await answerCommands({ subject: request.subject, begun }, ports)
    return 'settled'
  }
  const judged = await look(request.subject, begun, ports)
  if (judged === null) {
    await ports.recordGone(request.subject)
    return 'gone'
  }
  try {
    return await recordAndAct(judged, { request, begun }, ports)
  } catch (error) {
    if (error instanceof SupersededAssessment) return 'superseded'
    throw error
  }
}

function isSettled(begun: BegunAssessment): boolean {
  return (
    isTold(begun) &&
    begun.acts.every(({ key, state }) => state === 'done' || key !== additionKey) &&
    !begun.restsOnOutage
  )
}

/** Its record stands on GitHub: from then on nothing moves the verdict but the answer of a tracker that was away. */
const isTold = ({ state, standing, acts }: BegunAssessment): boolean =>
  state === 'merged' &&
  standing !== 'undetermined' &&
  acts.some((act) => act.key.startsWith('comment/') && act.state === 'done')

/** A look that fails leaves the last answer as it is, marked; whoever works the queue looks again. */
async function look(subject: ChangeSubject, begun: BegunAssessment, ports: Ports): Promise<JudgedChange | null> {
  try {
    const recorded = isTold(begun) ? await ports.findRecordedAssessment(subject) : null
    return recorded === null ? await judgeChange(subject, ports) : await judgeRecorded(subject, recorded, ports)
  } catch (error) {
    await ports.recordStale(subject, error instanceof Error ? error.message : String(error), ports.now())
    throw error
  }
}

interface Asked {
  readonly request: Request
  readonly begun: BegunAssessment
}

async function recordAndAct(judged: JudgedChange, { request, begun }: Asked, ports: Ports): Promise<Assessment> {
  const { notes, posted, ...seen } = judged
  const { cause, stage } = request
  const assessment: Assessment = { ...seen, number: begun.number, cause, at: ports.now().toISOString() }
  const recorded = recordOf(assessment, begun)
  await ports.recordAssessment(recorded)
  await actOnChange({ assessment, posted, acts: actsOf(begun, recorded), notes, stage }, ports)
  await answerCommands({ subject: assessment.subject, begun }, ports)
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
  const resting = {
    trace: traceOf(findings, facts),
    tickets: facts.tickets.known ? facts.tickets.value : [],
    // Anybody can open a change from a fork: what strangers write stays off the ticket until it is merged.
    linkBack: wantsLinkBack(policy) && isOurs(change) ? 'wanted' : 'no',
  } as const
  const recorded = { assessment, findingsDigest, standing, ...resting }
  if (findingsDigest === begun.findingsDigest) return { ...recorded, entry: null, addition: null }
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
  return { ...recorded, entry, addition: additionTo(begun, assessment, findingsDigest) }
}

const isOurs = (change: Change | null): boolean =>
  change !== null && (!change.crossRepository || change.state === 'merged')

/** What was recorded with the assessment stands in place of what was intended before. */
const actsOf = ({ acts }: BegunAssessment, { addition }: RecordedAssessment): readonly Act[] =>
  addition === null ? acts : [...acts.filter(({ key }) => key !== additionKey), addition]

/** A record is never rewritten: another verdict on a merged change is added to it. */
function additionTo({ acts, number }: BegunAssessment, assessment: Assessment, findingsDigest: string): Act | null {
  const { subject, facts, at } = assessment
  const isMerged = facts.change.known && facts.change.value.state === 'merged'
  const record = acts.find(({ key, state }) => key.startsWith('comment/') && state === 'done')
  if (!isMerged || record === undefined) return null
  const { externalId } = record
  return { subject, assessment: number, key: additionKey, digest: findingsDigest, state: 'intended', at, externalId }
}

import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import { type Standing, standingOf } from '#engine/standing.ts'
import type { Assessment, BegunAssessment } from '#engine/assessment.ts'
import { digestOf } from '#facts/digest.ts'
import { type Cause, type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { type ActPorts, actOnChange } from './act-on-change.ts'
import { answerCommands } from './answer-commands.ts'
import { type JudgedChange, judgeChange, type JudgePorts } from './judge-change.ts'

/** The little of the outside world that this operation needs. github/ and store/ provide it; tests fake it. */
export interface Ports extends JudgePorts, ActPorts {
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
  if (isSettled(begun)) {
    await answerCommands({ subject: request.subject, begun }, ports)
    return 'settled'
  }
  const judged = await look(request.subject, ports)
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

function isSettled({ state, standing, acts }: BegunAssessment): boolean {
  const isTold = acts.some((act) => act.key.startsWith('comment/') && act.state === 'done')
  return state === 'merged' && isTold && standing !== 'undetermined'
}

/** A look that fails leaves the last answer as it is, marked; whoever works the queue looks again. */
async function look(subject: ChangeSubject, ports: Ports): Promise<JudgedChange | null> {
  try {
    return await judgeChange(subject, ports)
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
  await ports.recordAssessment(recordOf(assessment, begun))
  await actOnChange({ assessment, posted, acts: begun.acts, notes, stage }, ports)
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

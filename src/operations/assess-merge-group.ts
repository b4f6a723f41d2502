import { catalogue } from '#controls/catalogue.ts'
import { checkContents } from '#engine/check-text.ts'
import { type BegunMergeGroup, inMergeGroup, type ObservedMergeGroup, unreadableGroup } from '#engine/merge-group.ts'
import { type Action, type CheckContent, planChecks, type PostedCheck } from '#engine/plan.ts'
import { digestOf } from '#facts/digest.ts'
import { type Cause, type MergeGroupSubject, type Subject, subjectKey } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { type JudgedChange, judgeChange, type JudgePorts } from './judge-change.ts'

export interface Ports extends JudgePorts {
  readonly beginMergeGroup: (subject: MergeGroupSubject) => Promise<BegunMergeGroup>
  /** Null: GitHub no longer has the group's commit. */
  readonly observeMergeGroup: (subject: MergeGroupSubject) => Promise<ObservedMergeGroup | null>
  /** Remembers what it merges: whatever becomes of one of those later is looked at for the group too. */
  readonly storeGroupChanges: (subject: MergeGroupSubject, numbers: readonly number[]) => Promise<void>
  readonly endMergeGroup: (subject: MergeGroupSubject) => Promise<void>
  /** One transaction: the group's row, and when the findings are new the payload's blob and the entry. */
  readonly recordMergeGroup: (recorded: RecordedMergeGroup) => Promise<'recorded' | 'ended'>
  /** The payload's blob, and the entry. */
  readonly recordEntry: (entry: NewEntry, payload: unknown) => Promise<void>
  readonly apply: (subject: Subject, action: Action, knowledge: 'fresh' | 'uncertain') => Promise<number>
}

export interface RecordedMergeGroup {
  readonly subject: MergeGroupSubject
  readonly findingsDigest: string
  readonly payload: unknown
  /** Null when the findings are those recorded last. */
  readonly entry: NewEntry | null
}

export interface Request {
  readonly subject: MergeGroupSubject
  readonly cause: Cause
  readonly stage: 'retrying' | 'final'
}

/**
 * Judges every pull request of a merge-queue group afresh, and answers on the group's head commit.
 *
 * `undetermined`: something could not be seen; the check says so and it is worth looking again. A group that cannot be
 * read ends as a failure with the reason, never in silence: the queue would wait for us until it gives up.
 */
export async function assessMergeGroup(request: Request, ports: Ports): Promise<'answered' | 'undetermined' | 'ended'> {
  const { subject, stage } = request
  const begun = await ports.beginMergeGroup(subject)
  if (begun.state === 'ended') return 'ended'
  const group = await readGroup(request, ports)
  if (group === null) {
    await ports.endMergeGroup(subject)
    return 'ended'
  }
  const contents = contentsFor(group, request)
  const recorded = await record(group, { request, begun, contents }, ports)
  if (recorded === 'ended') return 'ended'
  await write(group, { request, contents }, ports)
  const isBlind = contents.some(({ status }) => status === 'in_progress')
  return isBlind && stage === 'retrying' ? 'undetermined' : 'answered'
}

interface ReadGroup {
  /** Why it could not be read; null when it was. */
  readonly unread: string | null
  readonly judged: readonly JudgedChange[]
  readonly posted: readonly PostedCheck[]
}

/** At the last look even GitHub's failure becomes an answer. */
async function readGroup({ subject, stage }: Request, ports: Ports): Promise<ReadGroup | null> {
  try {
    const observed = await ports.observeMergeGroup(subject)
    return observed === null ? null : await judgeGroup(subject, observed, ports)
  } catch (error) {
    if (stage === 'retrying') throw error
    return { unread: error instanceof Error ? error.message : String(error), judged: [], posted: [] }
  }
}

async function judgeGroup(
  subject: MergeGroupSubject,
  { changes, posted }: ObservedMergeGroup,
  ports: Ports,
): Promise<ReadGroup> {
  if (!changes.known) return { unread: changes.why, judged: [], posted }
  // Before they are judged, so that nothing that happens to them meanwhile is missed.
  await ports.storeGroupChanges(
    subject,
    changes.value.map(({ number }) => number),
  )
  const judged: JudgedChange[] = []
  for (const change of changes.value) {
    const one = await judgeChange(change, ports)
    if (one === null)
      return { unread: `GitHub has no pull request #${String(change.number)} any more`, judged: [], posted }
    judged.push(one)
  }
  return { unread: null, judged, posted }
}

/** One policy judges all of a group: they are for one branch of one repository. */
function contentsFor({ unread, judged, posted }: ReadGroup, { stage }: Request): readonly CheckContent[] {
  const [first] = judged
  if (unread !== null || first === undefined) return [unreadableGroup(unread ?? 'it merges no pull request', stage)]
  const changes = judged.map(({ subject: { number }, findings }) => ({ number, findings: inMergeGroup(findings) }))
  return checkContents({
    catalogue,
    on: 'merge-group',
    changes,
    policy: first.policy,
    stage,
    notes: first.notes,
    postedNames: posted.map(({ name }) => name),
    detailsUrl: null,
  })
}

interface Answering {
  readonly request: Request
  readonly contents: readonly CheckContent[]
}

async function record(
  { judged, unread }: ReadGroup,
  { request, begun, contents }: Answering & { readonly begun: BegunMergeGroup },
  ports: Ports,
): Promise<'recorded' | 'ended'> {
  const { subject, cause } = request
  const changes = judged.map(({ subject: { number }, facts, repository, policy, findings }) => {
    return { number, facts, repository, policy, findings }
  })
  const payload = { subject, cause, at: ports.now().toISOString(), unread, changes, contents }
  const findingsDigest = digestOf({ unread, contents })
  const isNew = findingsDigest !== begun.findingsDigest
  const entry = isNew
    ? entryFor('merge-group.assessed', { request, payload, policy: judged[0]?.policy.digest }, ports)
    : null
  return ports.recordMergeGroup({ subject, findingsDigest, payload, entry })
}

async function write({ posted, judged }: ReadGroup, { request, contents }: Answering, ports: Ports): Promise<void> {
  const { subject } = request
  for (const action of planChecks({ headSha: subject.headSha, contents, posted, at: ports.now() })) {
    await ports.apply(subject, action, 'fresh')
    const told = { request, payload: action, policy: judged[0]?.policy.digest, reason: action.reason }
    await ports.recordEntry(entryFor('check.written', told, ports), action)
  }
}

interface Told {
  readonly request: Request
  readonly payload: unknown
  readonly policy: string | undefined
  readonly reason?: string
}

function entryFor(kind: NewEntry['kind'], { request, payload, policy, reason }: Told, ports: Ports): NewEntry {
  const { subject, cause } = request
  const at = ports.now().toISOString()
  return {
    kind,
    occurredAt: reason === undefined ? cause.occurredAt : at,
    receivedAt: at,
    actor: 'countersign',
    reason: reason ?? `${cause.reason}, by ${cause.actor}`,
    organization: subject.owner,
    subject: subjectKey(subject),
    policyDigest: policy ?? null,
    payloadDigest: digestOf(payload),
  }
}

import type { Act, AskedCommand, Assessment, SharedHead } from '#engine/assessment.ts'
import { catalogue } from '#controls/catalogue.ts'
import { auditAddition, auditComment } from '#engine/audit-comment.ts'
import { checkContents } from '#engine/check-text.ts'
import {
  type Action,
  type AppendToComment,
  planChange,
  type PostComment,
  type PostedCheck,
  type WriteCheck,
} from '#engine/plan.ts'
import { digestOf } from '#facts/digest.ts'
import { type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { Request } from './assess-change.ts'

export interface ActPorts {
  readonly now: () => Date
  /** Open changes of the same repository with the same head commit, this one left out. */
  readonly findSharingHead: (subject: ChangeSubject, headSha: string) => Promise<readonly SharedHead[]>
  /** The position in the ledger of the latest assessment of this change; null when there is none. */
  readonly ledgerPosition: (subject: ChangeSubject) => Promise<number | null>
  /** Remembers that an act is about to be done, so that after a crash we look before we do it again. */
  readonly intendAct: (act: Act) => Promise<void>
  /** One transaction: the act is done, its payload's blob, and its entry. */
  readonly recordAct: (act: Act, payload: unknown, entry: NewEntry) => Promise<void>
  /** As `recordAct`, and the command waits for an answer no longer. */
  readonly recordAnswer: (act: Act, command: AskedCommand, entry: NewEntry) => Promise<void>
  /** Whether any change of the repository recorded that it wrote exactly this. */
  readonly isRecorded: (subject: ChangeSubject, written: Pick<Act, 'key' | 'digest'>) => Promise<boolean>
  /**
   * Does one action on GitHub and returns GitHub's id of what was written.
   * `uncertain`: it may have been done before, so it looks first.
   */
  readonly apply: (subject: ChangeSubject, action: Action, knowledge: 'fresh' | 'uncertain') => Promise<number>
  /** How long after a post without an answer it may still take effect. */
  readonly uncertainForMs: number
  /** The page about a change, linked from its check; null when there is none. */
  readonly detailsUrl: (subject: ChangeSubject) => string | null
}

/** The act of adding to the record of a merged change; its digest is that of the findings to be told. */
export const additionKey = 'addition'

export interface Acting {
  readonly assessment: Assessment
  readonly posted: readonly PostedCheck[]
  readonly acts: readonly Act[]
  /** What a reader of the check should know beside the findings: a policy that could not be used, for one. */
  readonly notes: readonly string[]
  readonly stage: Request['stage']
}

/** Makes GitHub say what was found, writing only what would read differently, and records each act. */
export async function actOnChange(acting: Acting, ports: ActPorts): Promise<void> {
  await recordFoundChecks(acting, ports)
  await extendRecord(acting, ports)
  for (const action of await planned(acting, ports)) {
    const intended = actOf(action, acting.assessment, ports.now())
    const unanswered = acting.acts.find((act) => act.key === intended.key && act.state === 'intended')
    if (unanswered !== undefined) waitUntilSettled(unanswered, ports)
    // A check needs no note of its intent: the next look tells by its digest whether it was written.
    if (action.do === 'post-comment') await ports.intendAct(intended)
    const knowledge = unanswered === undefined ? 'fresh' : 'uncertain'
    const externalId = await ports.apply(acting.assessment.subject, action, knowledge)
    const done: Act = { ...intended, state: 'done', at: ports.now().toISOString(), externalId }
    await ports.recordAct(
      done,
      action,
      entryOf(done, { assessment: acting.assessment, reason: action.reason, payload: action }, ports),
    )
  }
}

async function planned(
  { assessment, posted, acts, notes, stage }: Acting,
  ports: ActPorts,
): Promise<readonly (WriteCheck | PostComment)[]> {
  const { facts, findings, policy, subject } = assessment
  if (!facts.change.known) return []
  const change = facts.change.value
  const contents = checkContents({
    catalogue,
    on: 'head',
    changes: [...(await ports.findSharingHead(subject, change.headSha)), { number: change.number, findings }],
    policy,
    stage,
    notes,
    postedNames: posted.map(({ name }) => name),
    detailsUrl: ports.detailsUrl(subject),
  })
  const isMerged = change.state === 'merged'
  const ledgerPosition = isMerged ? await ports.ledgerPosition(subject) : null
  const comment = isMerged ? auditComment({ subject, facts, findings, policy, ledgerPosition }) : null
  const isPosted = acts.some((act) => act.state === 'done' && act.key === `comment/${comment?.marker ?? ''}`)
  return planChange({ change, contents, posted, audit: isPosted ? null : comment, at: ports.now() })
}

/**
 * Adds what is found now to the record of a merged change, where that was intended when it was recorded.
 *
 * The addition is known by a marker in the comment, so that after a crash it is not added twice.
 */
async function extendRecord({ assessment, acts }: Acting, ports: ActPorts): Promise<void> {
  const intended = acts.find(({ key, state }) => key === additionKey && state === 'intended')
  if (intended === undefined || intended.externalId === null) return
  const { subject, facts, findings, policy, at, number } = assessment
  const ledgerPosition = await ports.ledgerPosition(subject)
  const { digest: findingsDigest, externalId: commentId } = intended
  const action: AppendToComment = {
    do: 'append-to-comment',
    commentId,
    ...auditAddition({ subject, facts, findings, policy, ledgerPosition, at, findingsDigest }),
    reason: 'the merged change was judged again',
  }
  const isThere = (await ports.apply(subject, action, 'uncertain')) !== 0
  const reason = isThere ? action.reason : `${action.reason}; its record on GitHub is gone or full`
  const done: Act = { ...intended, assessment: number, state: 'done', at: ports.now().toISOString() }
  await ports.recordAct(done, action, entryOf(done, { assessment, reason, payload: action }, ports))
}

/** A post that got no answer may still be under way on GitHub: looking for it too early would miss it, and post twice. */
function waitUntilSettled({ at }: Act, { now, uncertainForMs }: ActPorts): void {
  const leftMs = Date.parse(at) + uncertainForMs - now().getTime()
  if (leftMs > 0) throw new NotYet(leftMs)
}

/** Not a failure: the work queue waits that long and counts no try. */
class NotYet extends Error {
  override readonly name = 'NotYet'
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('A comment may still be on its way: it is looked for when it must have arrived.')
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * A crash between writing a check and recording it leaves one that the ledger does not know: it is recorded now.
 *
 * Where several changes share a head commit, each writes the same check: what any of them recorded is known.
 */
async function recordFoundChecks({ assessment, posted, acts }: Acting, ports: ActPorts): Promise<void> {
  const { subject, number } = assessment
  for (const { name, headSha, runId, digest } of latestOfEachName(posted)) {
    const key = `check/${headSha}/${name}`
    if (digest === null || acts.some((act) => act.key === key && act.digest === digest)) continue
    if (await ports.isRecorded(subject, { key, digest })) continue
    const at = ports.now().toISOString()
    const found: Act = { subject, assessment: number, key, digest, state: 'done', at, externalId: runId }
    const reason = 'found on GitHub: written before an interruption'
    const payload = { runId, name, headSha, digest }
    await ports.recordAct(found, payload, entryOf(found, { assessment, reason, payload }, ports))
  }
}

/** The newest first, as they come. */
const latestOfEachName = (posted: readonly PostedCheck[]): readonly PostedCheck[] =>
  posted.filter((check, index) => posted.findIndex(({ name }) => name === check.name) === index)

function actOf(action: WriteCheck | PostComment, { subject, number }: Assessment, at: Date): Act {
  const isCheck = action.do === 'write-check'
  return {
    subject,
    assessment: number,
    key: isCheck ? `check/${action.headSha}/${action.check.name}` : `comment/${action.marker}`,
    digest: isCheck ? action.check.digest : digestOf(action.body),
    state: 'intended',
    at: at.toISOString(),
    externalId: null,
  }
}

interface Told {
  readonly assessment: Assessment
  readonly reason: string
  readonly payload: unknown
}

const kindOf = ({ key }: Act): NewEntry['kind'] =>
  key.startsWith('check/') ? 'check.written' : key === additionKey ? 'comment.extended' : 'comment.posted'

function entryOf(act: Act, { assessment, reason, payload }: Told, ports: ActPorts): NewEntry {
  const at = ports.now().toISOString()
  return {
    kind: kindOf(act),
    occurredAt: at,
    receivedAt: at,
    actor: 'countersign',
    reason,
    organization: assessment.subject.owner,
    subject: subjectKey(assessment.subject),
    policyDigest: assessment.policy.digest,
    payloadDigest: digestOf(payload),
  }
}

import type { PostedCheck } from '#engine/plan.ts'
import type { CheckResult } from '#facts/change-facts.ts'
import type { CheckContextNode, PostedCheckNode } from './change-nodes.ts'
import { toAccount } from './to-account.ts'

/** GitHub's name for whoever has been deleted since. */
const deleted = 'ghost'

/** Checks and statuses of others, the latest of each name and source. */
export function toCheckResults(contexts: readonly CheckContextNode[], ownAppId: number): readonly CheckResult[] {
  const latest = new Map<string, Reported>()
  for (const context of contexts) {
    if (context.__typename === 'CheckRun' && context.checkSuite.app?.databaseId === ownAppId) continue
    const reported = context.__typename === 'CheckRun' ? ofCheckRun(context) : ofStatus(context)
    const key = JSON.stringify([reported.result.name, reported.result.source])
    const known = latest.get(key)
    if (known === undefined || known.order <= reported.order) latest.set(key, reported)
  }
  return [...latest.values()].map(({ result }) => result)
}

/** Our own check runs on the head commit, newest first. */
export function toPostedChecks(nodes: readonly PostedCheckNode[], headSha: string): readonly PostedCheck[] {
  const posted = nodes.map((node): PostedCheck => {
    const { databaseId: runId, name, conclusion, externalId, startedAt } = node
    const digest = externalId !== null && /^[0-9a-f]{64}$/.test(externalId) ? externalId : null
    const status = postedStatuses[node.status] ?? 'queued'
    return { runId, name, headSha, status, conclusion: conclusion?.toLowerCase() ?? null, digest, startedAt }
  })
  return posted.sort((one, other) => other.runId - one.runId)
}

interface Reported {
  readonly result: CheckResult
  /** Of two from one source under one name, the greater is the later. */
  readonly order: number
}

type CheckRunNode = Extract<CheckContextNode, { __typename: 'CheckRun' }>
type StatusNode = Extract<CheckContextNode, { __typename: 'StatusContext' }>

const postedStatuses: Readonly<Record<string, PostedCheck['status']>> = {
  COMPLETED: 'completed',
  IN_PROGRESS: 'in_progress',
}

const conclusions: Readonly<Record<string, CheckResult['outcome']>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  STARTUP_FAILURE: 'failure',
  TIMED_OUT: 'failure',
}

const states: Readonly<Record<string, CheckResult['outcome']>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  ERROR: 'failure',
  PENDING: 'pending',
  EXPECTED: 'pending',
}

function ofCheckRun({ databaseId, name, checkStatus, checkConclusion, checkSuite }: CheckRunNode): Reported {
  const outcome = checkStatus === 'COMPLETED' ? (conclusions[checkConclusion ?? ''] ?? 'other') : 'pending'
  return { result: { name, source: checkSuite.app?.slug ?? deleted, outcome }, order: databaseId }
}

function ofStatus({ context, state, createdAt, creator }: StatusNode): Reported {
  const source = toAccount(creator)?.login ?? deleted
  return { result: { name: context, source, outcome: states[state] ?? 'other' }, order: Date.parse(createdAt) }
}

import type { CheckResult, Workflow } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { CheckContextNode, CheckRunNode, Connection, StatusNode, WorkflowRunNode } from './change-nodes.ts'
import { findGap, type GraphGap } from './query-graph.ts'
import { toAccount } from './to-account.ts'

/** Where the checks on the head are in an answer about a change. */
export const rollupPath = ['repository', 'pullRequest', 'head', 'nodes', 0, 'commit', 'statusCheckRollup'] as const

/** GitHub's name for whoever has been deleted since. */
const deleted = 'ghost'

/** Checks and statuses of others, the latest of each name, source and workflow. */
export function toCheckResults(contexts: readonly CheckContextNode[], ownAppId: number): readonly CheckResult[] {
  const latest = new Map<string, Reported>()
  for (const context of contexts) {
    if (context.__typename === 'CheckRun' && context.checkSuite.app?.databaseId === ownAppId) continue
    const reported = context.__typename === 'CheckRun' ? ofCheckRun(context) : ofStatus(context)
    const key = keyOf(reported.result)
    const known = latest.get(key)
    if (known === undefined || known.order <= reported.order) latest.set(key, reported)
  }
  return [...latest.values()].map(({ result }) => result)
}

/** The same page with the gap in place of each workflow run that GitHub hid: otherwise it would pass for none. */
export function withWorkflowGaps(
  page: Connection<CheckContextNode> | null | undefined,
  gaps: readonly GraphGap[],
): Connection<CheckContextNode> | null {
  const nodes = page?.nodes?.map((node, at) => {
    if (node?.__typename !== 'CheckRun') return node
    const gap = findGap(gaps, [...rollupPath, 'contexts', 'nodes', at, 'checkSuite', 'workflowRun'])
    return gap === null ? node : { ...node, checkSuite: { ...node.checkSuite, workflowRun: gap } }
  })
  return page === null || page === undefined ? null : { ...page, nodes: nodes ?? null }
}

interface Reported {
  readonly result: CheckResult
  /** Of two from one source under one name, the greater is the later. */
  readonly order: number
}

const conclusions: Readonly<Record<string, CheckResult['outcome']>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  STARTUP_FAILURE: 'failure',
  TIMED_OUT: 'failure',
  NEUTRAL: 'neutral',
  SKIPPED: 'skipped',
}

const states: Readonly<Record<string, CheckResult['outcome']>> = {
  SUCCESS: 'success',
  FAILURE: 'failure',
  ERROR: 'failure',
  PENDING: 'pending',
  EXPECTED: 'pending',
}

function keyOf({ kind, name, source, workflow }: CheckResult): string {
  const ran = workflow.known ? workflow.value && [workflow.value.repository, workflow.value.path] : 'unknown'
  return JSON.stringify([kind, name, source, ran])
}

function ofCheckRun({ databaseId, name, checkStatus, checkConclusion, checkSuite }: CheckRunNode): Reported {
  const { app, workflowRun } = checkSuite
  const result: CheckResult = {
    name,
    kind: 'check-run',
    source: app?.slug ?? deleted,
    appId: app?.databaseId ?? null,
    outcome: checkStatus === 'COMPLETED' ? (conclusions[checkConclusion ?? ''] ?? 'other') : 'pending',
    workflow: toWorkflow(workflowRun),
  }
  return { result, order: databaseId }
}

function ofStatus({ context, state, createdAt, creator }: StatusNode): Reported {
  const result: CheckResult = {
    name: context,
    kind: 'status',
    source: toAccount(creator)?.login ?? deleted,
    appId: null,
    outcome: states[state] ?? 'other',
    workflow: known(null),
  }
  return { result, order: Date.parse(createdAt) }
}

function toWorkflow(run: WorkflowRunNode | GraphGap | null): Fact<Workflow | null> {
  if (run === null) return known(null)
  if ('message' in run) {
    const remedy = run.type === 'FORBIDDEN' ? ': grant the app actions: read' : ''
    return unknown(`GitHub did not show the workflow${remedy} (${run.message})`)
  }
  if (run.file === null) return unknown('GitHub did not show the file of the workflow')
  const repository = repositoryOf(run.file)
  if (repository === null) return unknown('GitHub did not tell which repository the file of the workflow is in')
  return known({ path: run.file.path, repository, event: run.event })
}

/** A URI by GitHub's schema, a name by its description: both are understood, and the file's own address if neither. */
function repositoryOf({ repositoryName, repositoryFileUrl }: NonNullable<WorkflowRunNode['file']>): string | null {
  const [, named] = /^(?:https?:\/\/[^/]+\/)?([\w.-]+\/[\w.-]+)\/?$/.exec(repositoryName) ?? []
  const [, inAddress] = /^https?:\/\/[^/]+\/([\w.-]+\/[\w.-]+)\//.exec(repositoryFileUrl) ?? []
  return named ?? inAddress ?? null
}

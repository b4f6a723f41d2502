import type { Account, AppIdentity } from './account.ts'
import { nodeIdOf } from './ids.ts'
import type { PullRequest } from './pull-request.ts'
import type { Repository } from './repository.ts'
import { makeWorkflowRun, type WorkflowOptions, type WorkflowRun } from './workflow-run.ts'

export type RunStatus = 'queued' | 'in_progress' | 'completed'

export interface RunOutput {
  title: string | null
  summary: string | null
  text: string | null
  readonly annotations: unknown[]
}

/** What a creation or update says; absent keys leave things as they are. */
export interface RunFields {
  readonly name?: string
  readonly status?: RunStatus
  readonly conclusion?: string | null
  readonly externalId?: string | null
  readonly detailsUrl?: string | null
  readonly startedAt?: string
  readonly completedAt?: string | null
  readonly output?: Partial<RunOutput>
  readonly actions?: readonly RunAction[]
}

export interface NewRun extends RunFields {
  readonly name: string
  readonly workflow?: WorkflowOptions
}

export interface RunAction {
  readonly label: string
  readonly description: string
  readonly identifier: string
}

/** One check of one app on one commit. */
export interface CheckRun {
  readonly id: number
  readonly nodeId: string
  readonly suite: CheckSuite
  name: string
  status: RunStatus
  conclusion: string | null
  externalId: string | null
  detailsUrl: string | null
  startedAt: string | null
  completedAt: string | null
  readonly output: RunOutput
  actions: readonly RunAction[]
}

/** The check runs of one app on one commit; of GitHub Actions, those of one workflow's run. */
export interface CheckSuite {
  readonly id: number
  readonly nodeId: string
  readonly repository: Repository
  readonly headSha: string
  readonly headBranch: string | null
  readonly app: AppIdentity
  readonly runs: CheckRun[]
  /** What ran, when GitHub Actions did. */
  readonly workflowRun: WorkflowRun | null
  readonly createdAt: Date
  updatedAt: Date
  /** Somebody pressed "Re-run": the suite is queued again, its runs are as they were, until the app writes one. */
  requeued: boolean
}

/** The check suites and runs of a repository. */
export class Checks {
  readonly #repository: Repository
  readonly #suites = new Map<string, CheckSuite[]>()
  readonly #runs = new Map<number, CheckRun>()

  constructor(repository: Repository) {
    this.#repository = repository
  }

  suitesOf(sha: string): readonly CheckSuite[] {
    return this.#suites.get(sha) ?? []
  }

  runsOf(sha: string): readonly CheckRun[] {
    return this.suitesOf(sha).flatMap((suite) => suite.runs)
  }

  find(id: number): CheckRun | undefined {
    return this.#runs.get(id)
  }

  findSuite(id: number): CheckSuite | undefined {
    return [...this.#suites.values()].flat().find((suite) => suite.id === id)
  }

  /** The app's suite on a commit, made on first use; GitHub Actions has one for each workflow and event. */
  suite(sha: string, app: AppIdentity, workflow?: WorkflowOptions): CheckSuite {
    const run = workflow && makeWorkflowRun(this.#repository, workflow)
    const known = this.suitesOf(sha).find((suite) => suite.app === app && suite.workflowRun?.key === run?.key)
    if (known) return known
    const { world } = this.#repository
    const id = world.ids.next()
    const suite: CheckSuite = {
      id,
      nodeId: nodeIdOf('CS', id),
      repository: this.#repository,
      headSha: sha,
      headBranch: this.#repository.branchAt(sha),
      app,
      runs: [],
      workflowRun: run ?? null,
      createdAt: world.now(),
      updatedAt: world.now(),
      requeued: false,
    }
    this.#suites.set(sha, [...this.suitesOf(sha), suite])
    world.nodes.set(suite.nodeId, suite)
    return suite
  }

  /** A new run; sends `check_run.created`, and `completed` too when it starts that way. */
  create(sha: string, app: AppIdentity, { workflow, ...fields }: NewRun): CheckRun {
    const { world } = this.#repository
    const suite = this.suite(sha, app, workflow)
    const id = world.ids.next()
    const run: CheckRun = {
      id,
      nodeId: nodeIdOf('CR', id),
      suite,
      name: fields.name,
      status: 'queued',
      conclusion: null,
      externalId: null,
      detailsUrl: null,
      startedAt: fields.startedAt ?? world.timestamp(),
      completedAt: null,
      output: { title: null, summary: null, text: null, annotations: [] },
      actions: [],
    }
    suite.runs.push(run)
    this.#runs.set(id, run)
    world.nodes.set(run.nodeId, run)
    this.#assign(run, fields)
    world.announce({ event: 'check_run', action: 'created', run, sender: app.bot })
    if (run.status === 'completed') this.#announceCompletion(run)
    return run
  }

  /** Rewrites a run; sends `check_run.completed` when this completes it. */
  update(run: CheckRun, fields: RunFields): CheckRun {
    const before = run.status
    this.#assign(run, fields)
    if (run.status === 'completed' && before !== 'completed') this.#announceCompletion(run)
    return run
  }

  /** Somebody presses "Re-run". */
  rerequest(run: CheckRun, by: Account): void {
    run.suite.requeued = true
    this.#repository.world.announce({ event: 'check_run', action: 'rerequested', run, sender: by })
  }

  /** A suite made before any run, as for each push when the app may write checks; sends `check_suite.requested`. */
  requestSuite(sha: string, app: AppIdentity, by: Account): CheckSuite {
    const suite = this.suite(sha, app)
    this.#repository.world.announce({ event: 'check_suite', action: 'requested', suite, sender: by })
    return suite
  }

  rerequestSuite(suite: CheckSuite, by: Account): void {
    suite.requeued = true
    this.#repository.world.announce({ event: 'check_suite', action: 'rerequested', suite, sender: by })
  }

  /** Somebody presses one of the run's own buttons. */
  requestAction(run: CheckRun, identifier: string, by: Account): void {
    if (!run.actions.some((action) => action.identifier === identifier)) {
      throw new Error(`The check "${run.name}" has no button "${identifier}". Press one that the app put there.`)
    }
    const { world } = this.#repository
    world.announce({ event: 'check_run', action: 'requested_action', run, requestedAction: identifier, sender: by })
  }

  #assign(run: CheckRun, fields: RunFields): void {
    const timestamp = this.#repository.world.timestamp()
    const { output, status, conclusion, ...rest } = fields
    run.suite.requeued = false
    Object.assign(run, rest)
    const completes = conclusion !== undefined && conclusion !== null
    run.status = completes ? 'completed' : (status ?? run.status)
    if (run.status === 'completed') {
      run.conclusion = conclusion ?? run.conclusion
      run.completedAt = fields.completedAt ?? run.completedAt ?? timestamp
    } else {
      run.conclusion = null
      run.completedAt = null
    }
    if (output) {
      const { annotations, ...texts } = output
      Object.assign(run.output, { text: null, ...texts })
      run.output.annotations.push(...(annotations ?? []))
    }
    run.suite.updatedAt = this.#repository.world.now()
  }

  #announceCompletion(run: CheckRun): void {
    const { world } = this.#repository
    world.announce({ event: 'check_run', action: 'completed', run, sender: run.suite.app.bot })
    if (suiteStatus(run.suite) !== 'completed') return
    world.announce({ event: 'check_suite', action: 'completed', suite: run.suite, sender: run.suite.app.bot })
  }
}

/** The newest run of each name in each suite: what counts for merging. */
export function latestRuns(runs: readonly CheckRun[]): readonly CheckRun[] {
  return [...new Map(runs.map((run) => [`${run.suite.id}/${run.name}`, run])).values()]
}

export function suiteStatus(suite: CheckSuite): RunStatus {
  const statuses = latestRuns(suite.runs).map(({ status }) => status)
  if (suite.requeued || statuses.length === 0 || statuses.every((status) => status === 'queued')) return 'queued'
  return statuses.every((status) => status === 'completed') ? 'completed' : 'in_progress'
}

const worstFirst = ['action_required', 'timed_out', 'cancelled', 'failure', 'neutral', 'success', 'skipped']

export function suiteConclusion(suite: CheckSuite): string | null {
  if (suiteStatus(suite) !== 'completed') return null
  const conclusions = latestRuns(suite.runs).map(({ conclusion }) => conclusion)
  return worstFirst.find((conclusion) => conclusions.includes(conclusion)) ?? 'neutral'
}

/**
 * The open pull requests that a check of this commit names in webhooks and the API.
 *
 * As on GitHub, those whose head is in a fork are left out: an app has to find them by itself.
 */
export function pullRequestsOf(suite: CheckSuite): readonly PullRequest[] {
  return [...suite.repository.pulls.values()].filter(
    (pull) => pull.state === 'open' && pull.headSha === suite.headSha && pull.headRepository === suite.repository,
  )
}

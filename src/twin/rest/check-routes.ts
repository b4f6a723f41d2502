import { forbidden, notFound } from '../refusal.ts'
import { checkRunJson, listedSuiteJson } from '../shapes/check.ts'
import type { Json } from '../shapes/json.ts'
import {
  type CheckRun,
  latestRuns,
  type RunAction,
  type RunFields,
  type RunOutput,
  type RunStatus,
} from '../state/checks.ts'
import type { Repository } from '../state/repository.ts'
import { commitOf } from './commit-routes.ts'
import { counted, listed } from './pages.ts'
import { type Answer, created, type InstallationCall, numberOf, ok, repositoryRoute, type Route } from './route.ts'

/** Check runs and suites. */
export const checkRoutes: readonly Route[] = [
  repositoryRoute('POST /repos/{owner}/{repo}/check-runs', ['checks:write'], (call, repository) => {
    const { name, head_sha: sha } = call.body
    const commit = commitOf(repository, String(sha))
    const run = repository.checks.create(commit.sha, call.world.app, { ...fieldsOf(call.body), name: String(name) })
    return created(checkRunJson(run))
  }),
  repositoryRoute('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', ['checks:write'], (call, repository) => {
    const run = runOf(call, repository)
    if (run.suite.app !== call.world.app) throw forbidden('Invalid app_id')
    return ok(checkRunJson(repository.checks.update(run, fieldsOf(call.body))))
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', ['checks:read'], (call, repository) =>
    ok(checkRunJson(runOf(call, repository))),
  ),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
    ['checks:read'],
    (call, repository) =>
      listed(call, runOf(call, repository).output.annotations, (annotation) => annotationJson(annotation as Json)),
  ),
  repositoryRoute(
    'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest',
    ['checks:write'],
    (call, repository) => {
      repository.checks.rerequest(runOf(call, repository), call.world.app.bot)
      return created({})
    },
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', ['checks:read'], listRuns),
  repositoryRoute('GET /repos/{owner}/{repo}/commits/{ref}/check-suites', ['checks:read'], (call, repository) => {
    const { app_id: appId } = call.query
    const suites = repository.checks
      .suitesOf(commitOf(repository, call.params['ref']).sha)
      .filter(({ app }) => appId === undefined || app.id === Number(appId))
    return counted(call, suites, { key: 'check_suites', toJson: listedSuiteJson })
  }),
]

function listRuns(call: InstallationCall, repository: Repository): Answer {
  const { check_name: name, status, filter, app_id: appId } = call.query
  const runs = repository.checks.runsOf(commitOf(repository, call.params['ref']).sha)
  const chosen = (filter === 'all' ? runs : latestRuns(runs))
    .filter((run) => name === undefined || run.name === name)
    .filter((run) => status === undefined || run.status === status)
    .filter((run) => appId === undefined || run.suite.app.id === Number(appId))
  return counted(call, chosen, { key: 'check_runs', toJson: checkRunJson })
}

function runOf({ params }: InstallationCall, repository: Repository): CheckRun {
  const run = repository.checks.find(numberOf(params['check_run_id']))
  if (!run) throw notFound()
  return run
}

/** A body that the contract has accepted, in the state's words. */
function fieldsOf(body: Json): RunFields {
  const output = body['output'] as Partial<RunOutput> | undefined
  return {
    ...('name' in body && { name: String(body['name']) }),
    ...('status' in body && { status: body['status'] as RunStatus }),
    ...('conclusion' in body && { conclusion: body['conclusion'] as string }),
    ...('external_id' in body && { externalId: String(body['external_id']) }),
    ...('details_url' in body && { detailsUrl: String(body['details_url']) }),
    ...('started_at' in body && { startedAt: String(body['started_at']) }),
    ...('completed_at' in body && { completedAt: String(body['completed_at']) }),
    ...(output && { output }),
    ...('actions' in body && { actions: body['actions'] as readonly RunAction[] }),
  }
}

const annotationJson = (annotation: Json): Json => ({
  start_column: null,
  end_column: null,
  title: null,
  raw_details: null,
  blob_href: '',
  ...annotation,
})

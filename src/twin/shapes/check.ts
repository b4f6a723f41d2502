import type { CheckRun, CheckSuite } from '../state/checks.ts'
import { pullRequestsOf, suiteConclusion, suiteStatus } from '../state/checks.ts'
import { toTimestamp } from '../state/world.ts'
import { appJson } from './account.ts'
import { headCommitJson } from './commit.ts'
import type { Json } from './json.ts'
import { pullRequestMinimalJson } from './pull-request.ts'
import { repositoryJson, repositoryPage, repositoryUrl } from './repository.ts'

/** A check run as REST shows it. */
export function checkRunJson(run: CheckRun): Json {
  const { suite, id } = run
  const { repository } = suite
  const url = repositoryUrl(repository, `/check-runs/${id}`)
  const { title, summary, text, annotations } = run.output
  return {
    id,
    node_id: run.nodeId,
    head_sha: suite.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: repositoryPage(repository, `/runs/${id}`),
    details_url: run.detailsUrl ?? `https://${suite.app.slug}.example`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title,
      summary,
      text,
      annotations_count: annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: suite.id },
    app: appJson(repository.world, suite.app),
    pull_requests: pullRequestsOf(suite).map(pullRequestMinimalJson),
  }
}

/** A check run as webhooks carry it: with its suite written out. */
export const checkRunWithSuiteJson = (run: CheckRun): Json => ({
  ...checkRunJson(run),
  check_suite: suiteCore(run.suite),
})

export function checkSuiteJson(suite: CheckSuite): Json {
  return {
    ...suiteCore(suite),
    latest_check_runs_count: suite.runs.length,
    check_runs_url: `${repositoryUrl(suite.repository, `/check-suites/${suite.id}`)}/check-runs`,
    head_commit: headCommitJson(suite.repository.graph.get(suite.headSha)),
  }
}

/** What the list of a commit's suites adds. */
export const listedSuiteJson = (suite: CheckSuite): Json => ({
  ...checkSuiteJson(suite),
  repository: repositoryJson(suite.repository),
})

function suiteCore(suite: CheckSuite): Json {
  const { repository, headSha } = suite
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: headSha,
    status: suiteStatus(suite),
    conclusion: suiteConclusion(suite),
    url: repositoryUrl(repository, `/check-suites/${suite.id}`),
    before: repository.graph.get(headSha).parents[0] ?? null,
    after: headSha,
    pull_requests: pullRequestsOf(suite).map(pullRequestMinimalJson),
    app: appJson(repository.world, suite.app),
    created_at: toTimestamp(suite.createdAt),
    updated_at: toTimestamp(suite.updatedAt),
  }
}

import { describe, expect, test } from '@jest/globals'
import type { CheckContextNode, CheckRunNode } from '#github/change-nodes.ts'
import type { GraphGap } from '#github/query-graph.ts'
import { rollupPath, toCheckResults, withWorkflowGaps } from '#github/to-checks.ts'

const ownApp = 1
type Suite = CheckRunNode['checkSuite']
const ci: Suite['app'] = { databaseId: 15, slug: 'ci' }

const run = (
  name: string,
  conclusion: string | null,
  { id = 1, app = ci, workflowRun = null }: { id?: number } & Partial<Suite> = {},
): CheckRunNode => ({
  __typename: 'CheckRun',
  databaseId: id,
  name,
  checkStatus: conclusion === null ? 'IN_PROGRESS' : 'COMPLETED',
  checkConclusion: conclusion,
  checkSuite: { app, workflowRun },
})

const status = (context: string, state: string, createdAt = '2026-01-01T00:00:00Z'): CheckContextNode => ({
  __typename: 'StatusContext',
  context,
  state,
  createdAt,
  creator: { __typename: 'User', login: 'ada', databaseId: 7 },
})

const ranBy = (path: string, more: Partial<{ repositoryName: string; repositoryFileUrl: string }> = {}) => ({
  event: 'pull_request',
  file: {
    path,
    repositoryName: 'acme/shop',
    repositoryFileUrl: `https://github.test/acme/shop/blob/main/${path}`,
    ...more,
  },
})

const noWorkflow = { known: true, value: null }
const ofCi = { kind: 'check-run', source: 'ci', appId: 15, workflow: noWorkflow }
const ofAda = { kind: 'status', source: 'ada', appId: null, workflow: noWorkflow }

describe('checks of others', () => {
  test.each([
    ['SUCCESS', 'success'],
    ['FAILURE', 'failure'],
    ['TIMED_OUT', 'failure'],
    ['STARTUP_FAILURE', 'failure'],
    ['NEUTRAL', 'neutral'],
    ['SKIPPED', 'skipped'],
    ['CANCELLED', 'other'],
    ['STALE', 'other'],
    ['ACTION_REQUIRED', 'other'],
    ['SOMETHING_NEW', 'other'],
    [null, 'pending'],
  ])('a check run concluded %p is %s', (conclusion, outcome) => {
    expect(toCheckResults([run('build', conclusion)], ownApp)).toEqual([{ name: 'build', ...ofCi, outcome }])
  })

  test.each([
    ['SUCCESS', 'success'],
    ['FAILURE', 'failure'],
    ['ERROR', 'failure'],
    ['PENDING', 'pending'],
    ['EXPECTED', 'pending'],
  ])('a status %s is %s', (state, outcome) => {
    expect(toCheckResults([status('lint', state)], ownApp)).toEqual([{ name: 'lint', ...ofAda, outcome }])
  })

  test('the latest of a name and source counts, in whatever order they come', () => {
    const contexts = [
      run('build', 'FAILURE', { id: 9 }),
      run('build', 'SUCCESS', { id: 8 }),
      status('build', 'SUCCESS', '2026-01-02T00:00:00Z'),
      status('build', 'ERROR'),
    ]
    expect(toCheckResults(contexts, ownApp)).toEqual([
      { name: 'build', ...ofCi, outcome: 'failure' },
      { name: 'build', ...ofAda, outcome: 'success' },
    ])
  })

  test('the latest of each workflow counts: a green one hides no red one of the same name', () => {
    const contexts = [
      run('test', 'FAILURE', { id: 1, workflowRun: ranBy('.github/workflows/ci.yml') }),
      run('test', 'SUCCESS', { id: 2, workflowRun: ranBy('.github/workflows/mine.yml') }),
      run('test', 'SUCCESS', { id: 3, workflowRun: ranBy('.github/workflows/mine.yml') }),
    ]
    const results = toCheckResults(contexts, ownApp)
    expect(results.map(({ outcome }) => outcome)).toEqual(['failure', 'success'])
  })

  test("our own are left out, a deleted app's are not", () => {
    const contexts = [
      run('countersign', 'SUCCESS', { app: { databaseId: ownApp, slug: 'countersign' } }),
      run('old', 'SUCCESS', { app: null }),
    ]
    expect(toCheckResults(contexts, ownApp)).toEqual([
      { name: 'old', kind: 'check-run', source: 'ghost', appId: null, outcome: 'success', workflow: noWorkflow },
    ])
  })
})

describe('the workflow that ran a check', () => {
  const path = '.github/workflows/ci.yml'
  const workflowOf = (workflowRun: Suite['workflowRun']) =>
    toCheckResults([run('build', 'SUCCESS', { workflowRun })], ownApp)[0]?.workflow
  const of = (repository: string) => ({ known: true, value: { path, repository, event: 'pull_request' } })

  test.each([
    ['by its name', 'acme/central', of('acme/central')],
    ['by its address', 'https://github.test/acme/central', of('acme/central')],
    ['by the address of the file when the name tells nothing', '', of('acme/shop')],
  ])('its repository is known %s', (_sentence, repositoryName, expected) => {
    expect(workflowOf(ranBy(path, { repositoryName }))).toEqual(expected)
  })

  test.each([
    ['GitHub does not show its file', { event: 'dynamic', file: null }, /did not show the file of the workflow/],
    [
      'its repository is nowhere told',
      ranBy(path, { repositoryName: '', repositoryFileUrl: '' }),
      /did not tell which repository/,
    ],
  ])('is unknown when %s', (_sentence, workflowRun, why) => {
    expect(workflowOf(workflowRun)).toEqual({ known: false, why: expect.stringMatching(why) })
  })

  test('that GitHub hides is unknown, and the other checks of the page keep theirs', () => {
    const contexts = [run('a', 'SUCCESS'), status('b', 'SUCCESS'), run('c', 'SUCCESS', { workflowRun: ranBy(path) })]
    const gap: GraphGap = {
      type: 'FORBIDDEN',
      path: [...rollupPath, 'contexts', 'nodes', 0, 'checkSuite', 'workflowRun'],
      message: 'Resource not accessible by integration',
    }
    const page = { totalCount: 3, pageInfo: { hasNextPage: false, endCursor: null }, nodes: contexts }
    const nodes = (withWorkflowGaps(page, [gap])?.nodes ?? []).filter((node) => node !== null)
    const why = 'GitHub did not show the workflow: grant the app actions: read (Resource not accessible by integration)'
    expect(toCheckResults(nodes, ownApp).map(({ workflow }) => workflow)).toEqual([
      { known: false, why },
      noWorkflow,
      of('acme/shop'),
    ])
  })
})

import type { CheckSuite } from '../state/checks.ts'
import { toTimestamp } from '../state/world.ts'
import type { WorkflowRun } from '../state/workflow-run.ts'
import { type Args, type Context, requireAny, resolve, type TypeResolvers } from './resolver.ts'

/** A run together with the suite it reports into. */
export interface WorkflowRunSource {
  readonly __typename: 'WorkflowRun'
  readonly suite: CheckSuite
  readonly run: WorkflowRun
}

/** What GitHub Actions ran, and from which file. */
export const workflowTypes: readonly TypeResolvers[] = [
  resolve<WorkflowRunSource>('WorkflowRun', {
    id: ({ run }) => run.nodeId,
    databaseId: ({ run }) => run.id,
    event: ({ run }) => run.event,
    checkSuite: ({ suite }) => suite,
    createdAt: ({ run }) => toTimestamp(run.createdAt),
    updatedAt: ({ suite }) => toTimestamp(suite.updatedAt),
    runNumber: () => 1,
    url: (source) => urlTo(source),
    resourcePath: (source) => pathTo(source),
    file: (source) => ({ ...source, __typename: 'WorkflowRunFile' }),
    workflow: ({ run, suite }) => ({
      id: `W_${run.workflowId}`,
      databaseId: run.workflowId,
      name: run.name,
      state: 'ACTIVE',
      createdAt: toTimestamp(run.createdAt),
      updatedAt: toTimestamp(run.createdAt),
      url: `${suite.repository.world.origin}/${suite.repository.fullName}/actions/workflows/${fileName(run)}`,
      resourcePath: `/${suite.repository.fullName}/actions/workflows/${fileName(run)}`,
    }),
  }),
  resolve<WorkflowRunSource>('WorkflowRunFile', {
    id: ({ run }) => `WFF_${run.id}`,
    path: ({ run }) => run.path,
    repositoryName: ({ run }) => run.fileRepository.fullName,
    repositoryFileUrl: ({ run, suite }) =>
      `${suite.repository.world.origin}/${run.fileRepository.fullName}/blob/${suite.headSha}/${run.path}`,
    run: (source) => ({ ...source, __typename: 'WorkflowRun' }),
    url: (source) => `${urlTo(source)}/workflow`,
    resourcePath: (source) => `${pathTo(source)}/workflow`,
    viewerCanPushRepository: () => false,
    viewerCanReadRepository: () => true,
  }),
]

/** Null for suites of other apps; Actions is a permission of its own. */
export function workflowRunOf(suite: CheckSuite, _args: Args, context: Context): WorkflowRunSource | null {
  if (!suite.workflowRun) return null
  requireAny(context, suite.repository, ['actions:read'])
  return { __typename: 'WorkflowRun', suite, run: suite.workflowRun }
}

const fileName = ({ path }: WorkflowRun): string => path.split('/').at(-1) ?? path

const pathTo = ({ suite, run }: WorkflowRunSource): string => `/${suite.repository.fullName}/actions/runs/${run.id}`

const urlTo = (source: WorkflowRunSource): string => source.suite.repository.world.origin + pathTo(source)

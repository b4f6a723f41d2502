import { nodeIdOf } from './ids.ts'
import type { Repository } from './repository.ts'

export interface WorkflowOptions {
  /** Where its file is, such as `.github/workflows/ci.yml`. */
  readonly path: string
  /** What started it, such as `pull_request`, `pull_request_target`, `push` or `merge_group`. */
  readonly event: string
  /** The repository the file is in. Default: the one it runs in. */
  readonly repository?: Repository
  /** Default: the path, as for a workflow without a name. */
  readonly name?: string
}

/** One run of a workflow by GitHub Actions. */
export interface WorkflowRun {
  readonly id: number
  readonly nodeId: string
  /** The same for every run of this file by this event. */
  readonly key: string
  readonly event: string
  readonly path: string
  readonly fileRepository: Repository
  readonly name: string
  readonly workflowId: number
  readonly createdAt: Date
}

export function makeWorkflowRun(repository: Repository, options: WorkflowOptions): WorkflowRun {
  const { world } = repository
  const { path, event, repository: fileRepository = repository, name = path } = options
  const id = world.ids.next()
  return {
    id,
    nodeId: nodeIdOf('WFR', id),
    key: `${fileRepository.id}/${path}/${event}`,
    event,
    path,
    fileRepository,
    name,
    workflowId: world.ids.next(),
    createdAt: world.now(),
  }
}

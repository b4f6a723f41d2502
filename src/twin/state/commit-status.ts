import type { Account } from './account.ts'
import { nodeIdOf } from './ids.ts'
import type { Repository } from './repository.ts'

export type StatusState = 'error' | 'failure' | 'pending' | 'success'

/** A status on a commit, the older kind of check: whoever can write can set any. */
export interface CommitStatus {
  readonly id: number
  readonly nodeId: string
  readonly repository: Repository
  readonly sha: string
  readonly context: string
  readonly state: StatusState
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creator: Account
  readonly createdAt: Date
}

export interface StatusOptions {
  readonly sha: string
  readonly context: string
  readonly state: StatusState
  readonly description?: string | null
  readonly targetUrl?: string | null
  readonly by?: Account
}

export function makeStatus(repository: Repository, status: StatusOptions): CommitStatus {
  const { world } = repository
  const id = world.ids.next()
  const made: CommitStatus = {
    id,
    nodeId: nodeIdOf('SC', id),
    repository,
    sha: status.sha,
    context: status.context,
    state: status.state,
    description: status.description ?? null,
    targetUrl: status.targetUrl ?? null,
    creator: status.by ?? repository.keeper,
    createdAt: world.now(),
  }
  world.nodes.set(made.nodeId, made)
  return made
}

import type { Account } from './account.ts'
import { noCommit } from './commit-graph.ts'
import type { Repository } from './repository.ts'

/** A branch that moved, by whose hand. A sha of zeros stands for "did not exist". */
export interface Push {
  readonly repository: Repository
  readonly branch: string
  readonly before: string
  readonly after: string
  readonly forced: boolean
  readonly by: Account
}

export interface Activity extends Push {
  readonly id: number
  readonly type: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge' | 'merge_queue_merge'
  readonly at: Date
}

/** Tells what a moved branch causes: the activity, `push`, and pull requests that follow their head. */
export function announcePush(push: Push, type: Activity['type'] = typeOf(push)): void {
  const { repository, branch, before, after, by } = push
  const { world } = repository
  const at = world.now()
  repository.pushedAt = at
  repository.activities.unshift({ ...push, id: world.ids.next(), type, at })
  world.announce({ event: 'push', action: null, push, sender: by })
  if (after === noCommit) return
  if (type !== 'merge_queue_merge') repository.mergeQueue.followBase(branch)
  for (const family of repository.family) {
    for (const pull of family.pulls.values()) {
      if (pull.state === 'open' && pull.isFrom(repository, branch)) {
        pull.synchronize({ before, after, by, forced: push.forced })
      }
    }
  }
}

function typeOf({ before, after, forced }: Push): Activity['type'] {
  if (before === noCommit) return 'branch_creation'
  if (after === noCommit) return 'branch_deletion'
  return forced ? 'force_push' : 'push'
}

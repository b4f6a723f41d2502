import type { Account } from './account.ts'
import { noCommit } from './commit-graph.ts'
import { nodeIdOf } from './ids.ts'
import { checkObstacles, mergedOnto, MergeRefused, obstaclesTo } from './merge.ts'
import type { PullRequest } from './pull-request.ts'
import { announcePush } from './push.ts'
import type { Repository } from './repository.ts'

/** A pull request that waits in the queue. */
export interface QueueEntry {
  readonly nodeId: string
  readonly pull: PullRequest
  readonly enqueuer: Account
  readonly enqueuedAt: Date
  group: MergeGroup
  /** The pull request merged onto what stands before it in the queue. */
  commitSha: string
}

/** Pull requests merged onto each other on a branch of the queue's own, to be checked before the base branch gets them. */
export interface MergeGroup {
  readonly repository: Repository
  readonly baseBranch: string
  /** The head of the group before, or of the base branch. */
  readonly baseSha: string
  readonly headBranch: string
  readonly headSha: string
  readonly pulls: readonly PullRequest[]
}

/** Why a group is gone, and why a pull request left, in GitHub's words. */
export type Destruction = 'merged' | 'invalidated' | 'dequeued'
export type Removal = 'MANUAL' | 'MERGE' | 'MERGE_CONFLICT' | 'CI_FAILURE' | 'CI_TIMEOUT' | 'UNKNOWN_REMOVAL_REASON'

/** A repository's merge queue: one line for each base branch. */
export class MergeQueue {
  readonly #repository: Repository
  #entries: QueueEntry[] = []

  constructor(repository: Repository) {
    this.#repository = repository
  }

  /** Who builds and merges groups. */
  get bot(): Account {
    return this.#repository.world.account('github-merge-queue[bot]', { type: 'Bot' })
  }

  /** The line before a base branch, first to be merged first. */
  entriesFor(baseBranch: string): readonly QueueEntry[] {
    return this.#entries.filter(({ pull }) => pull.baseBranch === baseBranch)
  }

  groupsFor(baseBranch: string): readonly MergeGroup[] {
    return [...new Set(this.entriesFor(baseBranch).map(({ group }) => group))]
  }

  entryOf(pull: PullRequest): QueueEntry | undefined {
    return this.#entries.find((entry) => entry.pull === pull)
  }

  /** "Merge when ready": a group of one at the end of the line; sends `pull_request.enqueued` and `merge_group.checks_requested`. */
  enqueue(pull: PullRequest, by: Account): MergeGroup {
    return this.enqueueTogether([pull], by)
  }

  /** Several pull requests into one base branch, in one group. */
  enqueueTogether(pulls: readonly PullRequest[], by: Account): MergeGroup {
    for (const pull of pulls) {
      const queued = this.entryOf(pull) ? [`#${pull.number} is in the merge queue already.`] : []
      const obstacles = [...queued, ...obstaclesTo(pull, by)]
      if (obstacles.length > 0) throw new MergeRefused(obstacles)
    }
    const enqueuedAt = this.#repository.world.now()
    return this.#build(
      pulls.map((pull) => ({ pull, enqueuer: by, enqueuedAt })),
      by,
    )
  }

  /** Takes a pull request out; its group goes, and those behind it are built anew without it. */
  dequeue(pull: PullRequest, by: Account = this.bot, reason: Removal = 'MANUAL'): void {
    const entry = this.entryOf(pull)
    if (!entry) return
    const behind = this.#from(entry.group)
    this.#remove([pull])
    pull.announce('dequeued', by, { reason })
    this.#rebuild(behind, (group) => (group === entry.group ? 'dequeued' : 'invalidated'))
  }

  /** Merges the first group, or throws MergeRefused while required checks on its head have not passed. */
  merge(group: MergeGroup): void {
    const { baseBranch, headSha, pulls } = group
    const repository = this.#repository
    const first = this.groupsFor(baseBranch)[0]
    const obstacles = checkObstacles(repository, baseBranch, headSha)
    if (first !== group) obstacles.push(`${group.headBranch} is not at the head of the queue.`)
    if (obstacles.length > 0) throw new MergeRefused(obstacles)
    const commits = new Map(pulls.map((pull) => [pull, this.entryOf(pull)?.commitSha ?? headSha]))
    this.#remove(pulls)
    repository.branches.set(baseBranch, headSha)
    const push = { repository, branch: baseBranch, before: group.baseSha, after: headSha, forced: false, by: this.bot }
    announcePush(push, 'merge_queue_merge')
    for (const [pull, commitSha] of commits) {
      pull.announce('dequeued', this.bot, { reason: 'MERGE' })
      pull.noteMerge(this.bot, commitSha)
    }
    this.#destroy(group, 'merged')
  }

  /** The base branch moved by other hands: every group of its line is built anew. Called by the push. */
  followBase(baseBranch: string): void {
    this.#rebuild(this.groupsFor(baseBranch), () => 'invalidated')
  }

  #from(group: MergeGroup): readonly MergeGroup[] {
    const groups = this.groupsFor(group.baseBranch)
    return groups.slice(groups.indexOf(group))
  }

  #remove(pulls: readonly PullRequest[]): void {
    this.#entries = this.#entries.filter(({ pull }) => !pulls.includes(pull))
  }

  /** Destroys groups and builds each again from those of its pull requests that are still in line. */
  #rebuild(groups: readonly MergeGroup[], reasonOf: (group: MergeGroup) => Destruction): void {
    const waiting = groups.map((group) => this.#entries.filter((entry) => entry.group === group))
    this.#remove(waiting.flat().map(({ pull }) => pull))
    for (const group of groups) this.#destroy(group, reasonOf(group))
    for (const entries of waiting) if (entries.length > 0) this.#build(entries)
  }

  #destroy(group: MergeGroup, reason: Destruction): void {
    const { bot } = this
    this.#repository.world.announce({ event: 'merge_group', action: 'destroyed', group, reason, sender: bot })
    this.#repository.deleteBranch(group.headBranch, bot)
  }

  /** What stands in line before gets merged first; what conflicts with it is refused, or thrown out when it was in line. */
  #build(entering: readonly Entering[], by?: Account): MergeGroup {
    const repository = this.#repository
    const baseBranch = entering[0]?.pull.baseBranch ?? repository.defaultBranch
    const baseSha = this.groupsFor(baseBranch).at(-1)?.headSha ?? repository.head(baseBranch)
    const stacked: (Entering & { readonly commitSha: string })[] = []
    for (const { pull, enqueuer, enqueuedAt } of entering) {
      const commit = mergedOnto(pull, enqueuer, stacked.at(-1)?.commitSha ?? baseSha)
      if (commit) stacked.push({ pull, enqueuer, enqueuedAt, commitSha: commit.sha })
      else if (by) throw new MergeRefused([`#${pull.number} conflicts with what is in the queue before it.`])
      else pull.announce('dequeued', this.bot, { reason: 'MERGE_CONFLICT' })
    }
    const last = stacked.at(-1)
    const headSha = last?.commitSha ?? baseSha
    const headBranch = `gh-readonly-queue/${baseBranch}/pr-${last?.pull.number ?? 0}-${baseSha}`
    const pulls = stacked.map(({ pull }) => pull)
    const group = { repository, baseBranch, baseSha, headBranch, headSha, pulls }
    for (const { pull, enqueuer, enqueuedAt, commitSha } of stacked) {
      const nodeId = nodeIdOf('MQE', `${pull.id}:${baseSha}`)
      this.#entries.push({ nodeId, pull, enqueuer, enqueuedAt, group, commitSha })
      if (by) pull.announce('enqueued', by)
    }
    if (last) this.#ask(group)
    return group
  }

  #ask(group: MergeGroup): void {
    const { headBranch: branch, headSha: after } = group
    const { bot } = this
    const repository = this.#repository
    repository.branches.set(branch, after)
    announcePush({ repository, branch, before: noCommit, after, forced: false, by: bot })
    repository.world.announce({ event: 'merge_group', action: 'checks_requested', group, sender: bot })
  }
}

type Entering = Pick<QueueEntry, 'pull' | 'enqueuer' | 'enqueuedAt'>

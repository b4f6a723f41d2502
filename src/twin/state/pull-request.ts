import { type Account, webFlow } from './account.ts'
import { activeRules, protectionOf } from './branch-rules.ts'
import type { CheckRun } from './checks.ts'
import type { Commit } from './commit-graph.ts'
import { type FileChange, fileChanges } from './diff.ts'
import type { Changes } from './happening.ts'
import { nodeIdOf } from './ids.ts'
import { type CommentOptions, type IssueComment, makeComment } from './issue-comment.ts'
import type { Label } from './label.ts'
import { merge, type MergeOptions } from './merge.ts'
import type { Removal } from './merge-queue.ts'
import type { Repository } from './repository.ts'
import { makeReview, type Review, type ReviewOptions } from './review.ts'

/** An entry of the timeline, typed as in GraphQL. */
export interface TimelineEvent {
  readonly kind: string
  readonly id: string
  readonly actor: Account
  readonly createdAt: Date
  readonly details: Readonly<Record<string, unknown>>
}

export interface OpenOptions {
  readonly head: string
  /** Default: the default branch. */
  readonly base?: string
  readonly title: string
  readonly body?: string | null
  readonly by: Account
  readonly draft?: boolean
  /** The fork that holds `head`; default: the repository itself. */
  readonly fork?: Repository
}

/** Opens a pull request; sends `pull_request.opened`. */
export function openPullRequest(repository: Repository, options: OpenOptions): PullRequest {
  const pull = new PullRequest(repository, options)
  if (repository.graph.between(pull.baseSha, pull.headSha).length === 0) {
    throw new Error(`${options.head} has no commits that ${pull.baseBranch} lacks. Commit something to it first.`)
  }
  repository.pulls.set(pull.number, pull)
  repository.world.nodes.set(pull.nodeId, pull)
  pull.announce('opened', options.by)
  return pull
}

/** A pull request and everything people do to it; each act sends the webhooks that GitHub would. */
export class PullRequest {
  readonly repository: Repository
  readonly headRepository: Repository
  readonly id: number
  readonly nodeId: string
  readonly number: number
  readonly author: Account
  title: string
  body: string | null
  baseBranch: string
  baseSha: string
  headBranch: string
  headSha: string
  draft: boolean
  state: 'open' | 'closed' = 'open'
  merged: { readonly at: Date; readonly by: Account; readonly commitSha: string } | null = null
  closedAt: Date | null = null
  readonly createdAt: Date
  updatedAt: Date
  readonly reviews: Review[] = []
  readonly labels: Label[] = []
  readonly timeline: TimelineEvent[] = []
  readonly #comments: IssueComment[] = []

  constructor(repository: Repository, options: OpenOptions) {
    const { world } = repository
    this.repository = repository
    this.headRepository = options.fork ?? repository
    this.id = world.ids.next()
    this.nodeId = nodeIdOf('PR', this.id)
    this.number = repository.nextNumber()
    this.author = options.by
    this.title = options.title
    this.body = options.body ?? null
    this.baseBranch = options.base ?? repository.defaultBranch
    this.baseSha = repository.head(this.baseBranch)
    this.headBranch = options.head
    this.headSha = this.headRepository.head(options.head)
    this.draft = options.draft ?? false
    this.createdAt = world.now()
    this.updatedAt = this.createdAt
  }

  get crossRepository(): boolean {
    return this.headRepository !== this.repository
  }

  get mergeBase(): string {
    return this.repository.graph.mergeBase(this.baseSha, this.headSha) ?? this.baseSha
  }

  /** Whether its head is this branch. */
  isFrom(repository: Repository, branch: string): boolean {
    return this.headRepository === repository && this.headBranch === branch
  }

  isInto(repository: Repository, branch: string): boolean {
    return this.repository === repository && this.baseBranch === branch
  }

  /** `base..head`, parents before children. */
  commits(): readonly Commit[] {
    return this.repository.graph.between(this.baseSha, this.headSha)
  }

  files(): readonly FileChange[] {
    const { graph } = this.repository
    return fileChanges(graph, graph.get(this.mergeBase).tree, graph.get(this.headSha).tree)
  }

  /** Check runs on the head commit. */
  checks(): readonly CheckRun[] {
    return this.repository.checks.runsOf(this.headSha)
  }

  comments(): readonly IssueComment[] {
    return this.#comments
  }

  review(options: ReviewOptions): Review {
    const review = makeReview(this, options)
    this.reviews.push(review)
    this.#note('PullRequestReview', options.by, { review })
    this.#announceReview('submitted', review, options.by)
    return review
  }

  /** Rewords a review; sends `pull_request_review.edited`. */
  editReview(review: Review, body: string): void {
    const changes = { body: { from: review.body } }
    review.body = body
    review.updatedAt = this.repository.world.now()
    this.repository.world.announce({
      event: 'pull_request_review',
      action: 'edited',
      review,
      changes,
      sender: review.author,
    })
  }

  dismiss(review: Review, by: Account = this.repository.keeper): void {
    review.state = 'DISMISSED'
    review.updatedAt = this.repository.world.now()
    this.#announceReview('dismissed', review, by)
  }

  /** Changes title, body or base branch; sends `pull_request.edited` with what was there before. */
  edit(edit: { readonly title?: string; readonly body?: string | null; readonly base?: string }, by: Account): void {
    const changes: Record<string, unknown> = {}
    if (edit.title !== undefined) {
      changes['title'] = { from: this.title }
      this.#note('RenamedTitleEvent', by, { previousTitle: this.title, currentTitle: edit.title })
      this.title = edit.title
    }
    if (edit.body !== undefined) {
      changes['body'] = { from: this.body ?? '' }
      this.body = edit.body
    }
    if (edit.base !== undefined) {
      this.#note('BaseRefChangedEvent', by, { previousRefName: this.baseBranch, currentRefName: edit.base })
      changes['base'] = this.#rebase(edit.base)
    }
    this.#touch()
    this.announce('edited', by, { changes })
  }

  /** Its base branch was merged into another and deleted: GitHub turns it to that one; sends `pull_request.edited`. */
  followBase(base: string, by: Account): void {
    this.#note('AutomaticBaseChangeSucceededEvent', by, { oldBase: this.baseBranch, newBase: base })
    const changes = { base: this.#rebase(base) }
    this.#touch()
    this.announce('edited', by, { changes })
  }

  label(name: string, by: Account): void {
    const label = this.repository.label(name)
    if (this.labels.includes(label)) return
    this.labels.push(label)
    this.#note('LabeledEvent', by, { label })
    this.#touch()
    this.announce('labeled', by, { label })
  }

  unlabel(name: string, by: Account): void {
    const label = this.repository.label(name)
    if (!this.labels.includes(label)) return
    this.labels.splice(this.labels.indexOf(label), 1)
    this.#note('UnlabeledEvent', by, { label })
    this.#touch()
    this.announce('unlabeled', by, { label })
  }

  close(by: Account): void {
    this.state = 'closed'
    this.closedAt = this.repository.world.now()
    this.#note('ClosedEvent', by, {})
    this.#touch()
    this.announce('closed', by)
    this.repository.mergeQueue.dequeue(this, by, 'UNKNOWN_REMOVAL_REASON')
  }

  reopen(by: Account): void {
    if (this.merged) throw new Error(`#${this.number} is merged and cannot be reopened. Open a new one.`)
    this.state = 'open'
    this.closedAt = null
    this.#note('ReopenedEvent', by, {})
    this.#touch()
    this.announce('reopened', by)
  }

  ready(by: Account = this.author): void {
    this.draft = false
    this.#touch()
    this.announce('ready_for_review', by)
  }

  toDraft(by: Account = this.author): void {
    this.draft = true
    this.#touch()
    this.announce('converted_to_draft', by)
  }

  /** Merges, or throws MergeRefused with what is in the way: required checks, reviews, conflicts. */
  merge(options: MergeOptions): Commit {
    const commit = merge(this, options)
    this.noteMerge(options.by, commit.sha)
    return commit
  }

  /** It was merged as this commit: called by the button and by the merge queue. */
  noteMerge(by: Account, commitSha: string): void {
    const at = this.repository.world.now()
    this.merged = { at, by, commitSha }
    this.state = 'closed'
    this.closedAt = at
    this.#note('MergedEvent', by, { commitSha })
    this.#touch()
    this.announce('closed', by)
  }

  /** Presses "Update branch": merges the base into the head, as GitHub commits it. */
  updateBranch(by: Account): Commit {
    const { headRepository, headBranch, baseBranch, repository } = this
    const merging = repository.head(baseBranch)
    const message = `Merge branch '${baseBranch}' into ${headBranch}`
    return headRepository.push({ branch: headBranch, by, committer: webFlow, merging, message })
  }

  comment(options: CommentOptions): IssueComment {
    const { world } = this.repository
    const comment = makeComment(this, options)
    this.#comments.push(comment)
    this.#touch()
    world.announce({ event: 'issue_comment', action: 'created', comment, sender: options.by })
    return comment
  }

  editComment(comment: IssueComment, body: string, by: Account): void {
    const changes = { body: { from: comment.body } }
    comment.body = body
    comment.updatedAt = this.repository.world.now()
    this.repository.world.announce({ event: 'issue_comment', action: 'edited', comment, changes, sender: by })
  }

  deleteComment(comment: IssueComment, by: Account): void {
    this.#comments.splice(this.#comments.indexOf(comment), 1)
    this.repository.world.announce({ event: 'issue_comment', action: 'deleted', comment, sender: by })
  }

  /** The head branch moved: called by the push. Stale approvals go when a rule says so. */
  synchronize(push: {
    readonly before: string
    readonly after: string
    readonly by: Account
    readonly forced: boolean
  }): void {
    const { before, after, by, forced } = push
    this.headSha = after
    this.baseSha = this.repository.head(this.baseBranch)
    if (forced) this.#note('HeadRefForcePushedEvent', by, { before, after })
    this.#touch()
    this.announce('synchronize', by, { before, after })
    this.repository.mergeQueue.dequeue(this, by, 'UNKNOWN_REMOVAL_REASON')
    if (!this.#dismissesStaleReviews()) return
    for (const review of this.reviews) if (review.state === 'APPROVED') this.dismiss(review, by)
  }

  announce(action: string, sender: Account, extras: Extras = {}): void {
    this.repository.world.announce({ event: 'pull_request', action, pullRequest: this, sender, ...extras })
  }

  /** Gives back what there was before, in the form webhooks carry it. */
  #rebase(base: string): Changes {
    const before = { ref: { from: this.baseBranch }, sha: { from: this.baseSha } }
    this.baseSha = this.repository.head(base)
    this.baseBranch = base
    return before
  }

  #dismissesStaleReviews(): boolean {
    const classic = protectionOf(this.repository, this.baseBranch)
    const rules = activeRules(this.repository, this.baseBranch)
    return (
      classic?.dismissStaleReviews === true ||
      rules.some(({ rule }) => rule.parameters?.['dismiss_stale_reviews_on_push'] === true)
    )
  }

  #announceReview(action: string, review: Review, sender: Account): void {
    this.#touch()
    this.repository.world.announce({ event: 'pull_request_review', action, review, sender })
  }

  #note(kind: string, actor: Account, details: TimelineEvent['details']): void {
    const { world } = this.repository
    const id = nodeIdOf('EV', world.ids.next())
    this.timeline.push({ kind, id, actor, createdAt: world.now(), details })
  }

  #touch(): void {
    this.updatedAt = this.repository.world.now()
  }
}

interface Extras {
  readonly changes?: Changes
  readonly label?: Label
  readonly before?: string
  readonly after?: string
  readonly reason?: Removal
}

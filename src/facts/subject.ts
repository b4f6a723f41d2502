/** A change: where it lives on GitHub, and whose installation sees it. Owner and name are the latest known; the ids are its identity. */
export interface ChangeSubject {
  readonly kind: 'change'
  readonly installationId: number
  readonly repositoryId: number
  readonly owner: string
  readonly repository: string
  readonly number: number
}

/** A group of the merge queue: the pull requests it merges together are judged afresh, and answered on its head commit. */
export interface MergeGroupSubject {
  readonly kind: 'merge-group'
  readonly installationId: number
  readonly repositoryId: number
  readonly owner: string
  readonly repository: string
  readonly headSha: string
  /** The head of the group before it, or of the base branch. */
  readonly baseSha: string
  /** Without `refs/heads/`: `gh-readonly-queue/main/pr-12-<sha>`. */
  readonly headBranch: string
  readonly baseBranch: string
}

/** What is judged. Repositories and organizations join here. */
export type Subject = ChangeSubject | MergeGroupSubject

/** Survives renames, so that one subject never becomes two. */
export const subjectKey = (subject: Subject): string =>
  subject.kind === 'change'
    ? `change/${subject.repositoryId}/${subject.number}`
    : `merge-group/${subject.repositoryId}/${subject.headSha}`

/** What made us look. */
export interface Cause {
  /** Who or what set it off: a login, or `countersign` for its own rounds. */
  readonly actor: string
  /** `pull_request.synchronize, delivery 72d3162e-…`. */
  readonly reason: string
  /** ISO 8601, UTC: when it happened, and when we learned it. */
  readonly occurredAt: string
  readonly receivedAt: string
}

/** A subject whose last try failed; nothing more is done about it until it is queued again. */
export interface DeadLetter {
  readonly id: string
  readonly subject: Subject
  readonly cause: Cause
  readonly attempts: number
  readonly error: string
  /** ISO 8601, UTC. */
  readonly diedAt: string
}

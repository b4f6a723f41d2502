import type { Fact } from './fact.ts'

/** What we saw of one change (a pull request) at one time. Plain data: it can be hashed, stored and replayed. */
export interface ChangeFacts {
  readonly change: Fact<Change>
  /** Every commit in `base..head`, whichever parent it is reached through. */
  readonly commits: Fact<readonly Commit[]>
  readonly reviews: Fact<readonly Review[]>
  /** Who pushed to the head branch while the pull request was open. */
  readonly pushers: Fact<readonly Account[]>
  readonly files: Fact<readonly ChangedFile[]>
  /** Checks and statuses of others on the head commit, the latest of each name and source. */
  readonly checks: Fact<readonly CheckResult[]>
  /** The policy files this change edits, each already validated. Empty when it edits none. */
  readonly policyEdits: Fact<readonly PolicyEdit[]>
}

/** An account is its id: logins are renamed and differ in case. `login` is for showing only. */
export interface Account {
  readonly id: number
  readonly login: string
  /** `bot` is an app's account. `other` is an organization, a mannequin or an enterprise account. */
  readonly kind: 'user' | 'bot' | 'other'
}

export interface Change {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed' | 'merged'
  readonly draft: boolean
  /** Null when the account has been deleted since. */
  readonly author: Account | null
  readonly baseBranch: string
  readonly headBranch: string
  readonly headSha: string
  /** True when the head branch is in a fork (or in a fork deleted since). */
  readonly crossRepository: boolean
  readonly labels: readonly string[]
  /** ISO 8601, UTC. */
  readonly openedAt: string
  readonly merge: Merge | null
}

export interface Merge {
  readonly at: string
  readonly by: Account | null
  readonly commitSha: string | null
}

export interface Commit {
  readonly sha: string
  /** First line of the message. */
  readonly headline: string
  /** The author and every co-author. */
  readonly authors: readonly Signature[]
  /** Null when GitHub itself committed (merge button, web editor): that makes nobody a contributor. */
  readonly committer: Signature | null
}

/** A name in a commit. `account` is null when its e-mail belongs to no account: unattributed. */
export interface Signature {
  readonly name: string
  readonly account: Account | null
}

export interface Review {
  readonly id: number
  /** Null when the account has been deleted since. */
  readonly author: Account | null
  readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed' | 'pending'
  /** The commit that was looked at. Null when GitHub no longer knows it. */
  readonly commitSha: string | null
  /** ISO 8601, UTC. Null while pending. */
  readonly submittedAt: string | null
  /** Whether the author has at least write permission to the repository now. */
  readonly authorCanWrite: boolean
}

export interface ChangedFile {
  readonly path: string
  readonly additions: number
  readonly deletions: number
}

export interface CheckResult {
  readonly name: string
  /** The app that reported it, or for a status the account. */
  readonly source: string
  /** `pending` until it has completed. `other`: neutral, skipped, cancelled, stale and the like. */
  readonly outcome: 'success' | 'failure' | 'pending' | 'other'
}

export interface PolicyEdit {
  readonly path: string
  readonly faults: readonly string[]
  /** Open changes that would come out differently, one sentence each. */
  readonly consequences: readonly string[]
}

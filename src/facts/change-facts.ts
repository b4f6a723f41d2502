import type { Fact } from './fact.ts'
import type { Push } from './pushes.ts'
import type { NamedTicket } from './ticket.ts'

/** What we saw of one change (a pull request) at one time. Plain data: it can be hashed, stored and replayed. */
export interface ChangeFacts {
  readonly change: Fact<Change>
  /** Every commit in `base..head`, whichever parent it is reached through. */
  readonly commits: Fact<readonly Commit[]>
  readonly reviews: Fact<readonly Review[]>
  /** The pushes to the head branch while the pull request was open, and its opening. */
  readonly pushes: Fact<readonly Push[]>
  readonly files: Fact<readonly ChangedFile[]>
  /** Checks and statuses of others on the head commit, the latest of each name, source and workflow. */
  readonly checks: Fact<readonly CheckResult[]>
  /** What the rules in force for the base branch require, from classic protection and rulesets of every level. */
  readonly requiredChecks: Fact<readonly RequiredCheck[]>
  /** Who set each label that the change carries now. */
  readonly labelings: Fact<readonly Labeling[]>
  /** The policy files this change edits, each already validated. Empty when it edits none. */
  readonly policyEdits: Fact<readonly PolicyEdit[]>

  // What follows is looked up only as far as a policy asks for it (see asked.ts).

  readonly teams: Fact<readonly Team[]>
  readonly permissions: Fact<readonly HeldPermission[]>
  /** The ids of the accounts that are members of the organization. */
  readonly organizationMembers: Fact<readonly number[]>
  /** What the change was at other commits than its head, and at its head. */
  readonly revisions: Fact<readonly Revision[]>
  readonly properties: Fact<CustomProperties>
  /** Who owns the touched paths, by the CODEOWNERS file of the base branch. */
  readonly codeOwners: Fact<CodeOwners>
  /** What trackers say of the tickets that the change names. */
  readonly tickets: Fact<readonly NamedTicket[]>
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
  /** The tip of the base branch: now, or once merged what it was before. Null when that is not known any more. */
  readonly baseSha: string | null
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
  readonly parents: readonly string[]
  /** First line of the message. */
  readonly headline: string
  /**
   * What the rest of the message holds in the shape of a ticket key: `BUG-12`, `UTF-8`, `#7`. Null when that is more
   * than 50 different ones, of which none is kept.
   */
  readonly mentions: readonly string[] | null
  /** When it was first written, by the clock of whoever wrote it. ISO 8601, UTC. Null when that clock told no time. */
  readonly authoredAt: string | null
  /** The author and every co-author. */
  readonly authors: readonly Signature[]
  /** Null when GitHub itself committed (merge button, web editor): that makes nobody a contributor. */
  readonly committer: Signature | null
  readonly verification: Verification
}

/** What GitHub makes of a commit's cryptographic signature. */
export interface Verification {
  readonly verified: boolean
  /** GitHub's reason, in lower case with hyphens: `valid`, `unsigned`, `unknown-key`, `bad-email`. */
  readonly reason: string
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
  /** `earlier`: the change has been given another base since, so what was looked at was another difference. */
  readonly forBase: 'current' | 'earlier'
}

export interface ChangedFile {
  readonly path: string
  readonly status: 'added' | 'modified' | 'removed' | 'renamed' | 'copied' | 'changed'
  /** What a renamed file was called before. Null when it was not renamed, or when that was not looked for. */
  readonly previousPath: string | null
  readonly additions: number
  readonly deletions: number
}

export interface CheckResult {
  readonly name: string
  readonly kind: 'check-run' | 'status'
  /** The slug of the app that reported it, or for a status the login of the account (of an app: `ci[bot]`). */
  readonly source: string
  /** Null for a status: GitHub tells the account, not the app behind it. */
  readonly appId: number | null
  /** `pending` until it has completed. `other`: cancelled, stale, waiting for an action, and the like. */
  readonly outcome: 'success' | 'failure' | 'pending' | 'neutral' | 'skipped' | 'other'
  /** The workflow that ran it; null for what no workflow of GitHub Actions ran. */
  readonly workflow: Fact<Workflow | null>
}

export interface Workflow {
  /** Inside its repository: `.github/workflows/ci.yml`. */
  readonly path: string
  /** The repository of the workflow file, `owner/name`; it is another one for workflows that a ruleset requires. */
  readonly repository: string
  /** What started the run: `pull_request`, `pull_request_target`, `push`. */
  readonly event: string
}

export interface RequiredCheck {
  readonly name: string
  /** The app it has to come from; null when any may report it. */
  readonly appId: number | null
}

export interface Labeling {
  readonly label: string
  /** Null when GitHub no longer tells who set it. */
  readonly by: Account | null
}

export interface CodeOwners {
  /** Where it was read; null when the base branch has no such file. */
  readonly file: { readonly path: string; readonly commitSha: string } | null
  /** The touched paths that have owners, old names of renamed files included, by the line that decides about them. */
  readonly owned: readonly OwnedPaths[]
}

export interface OwnedPaths {
  /** 1-based. */
  readonly line: number
  readonly pattern: string
  /** As written: `@login`, `@organization/team` or an e-mail address. */
  readonly owners: readonly string[]
  readonly paths: readonly string[]
}

export interface Team {
  /** `organization/slug`, in lower case. */
  readonly name: string
  /** Account ids, members of child teams included. Whoever has not accepted an invitation yet is no member. */
  readonly members: Fact<readonly number[]>
}

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin'

/** What an account may do in the repository now. */
export interface HeldPermission {
  readonly accountId: number
  readonly permission: Fact<Permission>
}

/** What the change is at one commit: its difference from where it left the base branch. */
export interface Revision {
  readonly sha: string
  /** The difference in each touched path. */
  readonly files: Fact<Readonly<Record<string, FileDifference>>>
}

/** Fingerprints of one file's difference from the base. */
export interface FileDifference {
  /** With the positions of its hunks and index lines left out. */
  readonly content: string
  /** With the positions. */
  readonly exact: string
  /** The blob that the file was at the base, as the index line names it; null where there is none. */
  readonly before: string | null
}

/** Custom properties of the repository by name; one with several values has a list, one without a value null. */
export type CustomProperties = Readonly<Record<string, string | readonly string[] | null>>

export interface PolicyEdit {
  readonly path: string
  readonly faults: readonly string[]
  /** Open changes that would come out differently, one sentence each. */
  readonly consequences: readonly string[]
}

import type { Account } from './account.ts'
import type { CheckRun, CheckSuite } from './checks.ts'
import type { CommitStatus } from './commit-status.ts'
import type { Issue } from './issue.ts'
import type { IssueComment } from './issue-comment.ts'
import type { Installation } from './installation.ts'
import type { Organization } from './organization.ts'
import type { Destruction, MergeGroup, Removal } from './merge-queue.ts'
import type { PullRequest } from './pull-request.ts'
import type { Label } from './label.ts'
import type { Repository } from './repository.ts'
import type { Push } from './push.ts'
import type { Review } from './review.ts'
import type { ClassicProtection, Ruleset } from './branch-rules.ts'
import type { Team } from './team.ts'

/** What was there before an edit, in the form webhooks carry it. */
export type Changes = Readonly<Record<string, unknown>>

/** Something that took place and that GitHub tells apps about by webhook. */
export type Happening =
  | ({
      readonly event: 'pull_request'
      readonly action: string
      readonly pullRequest: PullRequest
    } & PullRequestExtras &
      By)
  | ({
      readonly event: 'pull_request_review'
      readonly action: string
      readonly review: Review
      readonly changes?: Changes
    } & By)
  | ({
      readonly event: 'check_run'
      readonly action: string
      readonly run: CheckRun
      readonly requestedAction?: string
    } & By)
  | ({ readonly event: 'check_suite'; readonly action: string; readonly suite: CheckSuite } & By)
  | ({
      readonly event: 'merge_group'
      readonly action: 'checks_requested' | 'destroyed'
      readonly group: MergeGroup
      readonly reason?: Destruction
    } & By)
  | ({ readonly event: 'status'; readonly action: null; readonly status: CommitStatus } & By)
  | ({ readonly event: 'push'; readonly action: null; readonly push: Push } & By)
  | ({ readonly event: 'issues'; readonly action: string; readonly issue: Issue } & IssueExtras & By)
  | ({
      readonly event: 'issue_comment'
      readonly action: string
      readonly comment: IssueComment
      readonly changes?: Changes
    } & By)
  | ({
      readonly event: 'repository'
      readonly action: string
      readonly repository: Repository
      readonly changes?: Changes
    } & By)
  | ({
      readonly event: 'member'
      readonly action: string
      readonly repository: Repository
      readonly member: Account
      readonly changes?: Changes
    } & By)
  | ({ readonly event: 'membership'; readonly action: string; readonly team: Team; readonly member: Account } & By)
  | ({
      readonly event: 'team'
      readonly action: string
      readonly team: Team
      readonly repository?: Repository
      readonly changes?: Changes
    } & By)
  | ({ readonly event: 'team_add'; readonly action: null; readonly team: Team; readonly repository: Repository } & By)
  | ({
      readonly event: 'organization'
      readonly action: string
      readonly organization: Organization
      readonly member: Account
    } & By)
  | ({ readonly event: 'installation'; readonly action: string; readonly installation: Installation } & By)
  | ({ readonly event: 'installation_repositories'; readonly action: 'added' | 'removed' } & Reselection & By)
  | ({ readonly event: 'branch_protection_rule'; readonly action: string } & ProtectionChange & By)
  | ({
      readonly event: 'repository_ruleset'
      readonly action: string
      readonly ruleset: Ruleset
      /** Absent for a ruleset of the organization. */
      readonly repository?: Repository
      readonly changes?: Changes
    } & By)

interface By {
  readonly sender: Account
}

interface PullRequestExtras {
  readonly changes?: Changes
  readonly label?: Label
  readonly before?: string
  readonly after?: string
  readonly reason?: Removal
}

interface IssueExtras {
  readonly changes?: Changes
  /** The type that was given to it or taken from it. */
  readonly typeName?: string
  /** Where it was before a transfer brought it here. */
  readonly former?: Issue
  /** Where it is since a transfer took it away. */
  readonly latter?: Issue
}

interface Reselection {
  readonly installation: Installation
  readonly repositories: readonly Repository[]
}

interface ProtectionChange {
  readonly repository: Repository
  readonly protection: ClassicProtection
  /** What it was before an edit. */
  readonly former?: ClassicProtection
}

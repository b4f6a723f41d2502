import { accountJson, organizationJson, teamJson } from '../shapes/account.ts'
import { checkRunWithSuiteJson, checkSuiteJson } from '../shapes/check.ts'
import { commitJson, statusJson } from '../shapes/commit.ts'
import { installationJson } from '../shapes/installation.ts'
import { issueCommentJson, issueJson } from '../shapes/issue.ts'
import type { Json } from '../shapes/json.ts'
import { labelJson, pullRequestFullJson, pullRequestJson, reviewJson } from '../shapes/pull-request.ts'
import { repositoryBriefJson, repositoryJson } from '../shapes/repository.ts'
import { rulesetJson } from '../shapes/rules.ts'
import type { ClassicProtection } from '../state/branch-rules.ts'
import type { Happening } from '../state/happening.ts'
import type { Installation } from '../state/installation.ts'
import type { Organization } from '../state/organization.ts'
import { type Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { pushJson } from './push-payload.ts'

/** Where something took place and what its webhook says beside the usual keys. */
export interface Told {
  readonly organization: Organization | undefined
  readonly repository: Repository | undefined
  readonly installation: Installation | undefined
  readonly keys: Json
}

/** The whole payload: the event's own keys, then repository, organization, installation and sender. */
export function payloadOf(happening: Happening, told: Told): Json {
  const { organization, repository, installation } = told
  const world = organization?.world ?? repository?.world
  return {
    ...(happening.action !== null && { action: happening.action }),
    ...told.keys,
    ...(repository && !('repository' in told.keys) && { repository: repositoryJson(repository) }),
    ...(organization && { organization: organizationJson(organization) }),
    ...(installation &&
      !('installation' in told.keys) && { installation: { id: installation.id, node_id: installation.nodeId } }),
    ...(world && { sender: accountJson(world, happening.sender) }),
  }
}

/** Finds where a happening belongs and builds its own keys. */
export function tell(happening: Happening): Told {
  switch (happening.event) {
    case 'installation':
    case 'installation_repositories':
      return ofInstallation(happening)
    case 'organization':
    case 'membership':
    case 'team':
      return ofOrganization(happening)
    case 'pull_request':
    case 'pull_request_review':
    case 'issue_comment':
      return ofPullRequest(happening)
    case 'check_run':
    case 'check_suite':
    case 'status':
    case 'push':
      return ofCommit(happening)
    case 'repository':
    case 'member':
    case 'branch_protection_rule':
    case 'repository_ruleset':
      return ofRepository(happening)
  }
}

type Of<Event extends Happening['event']> = Extract<Happening, { event: Event }>

const inOrganization = (organization: Organization, keys: Json): Told => ({
  organization,
  repository: undefined,
  installation: organization.installation,
  keys,
})

const inRepository = (repository: Repository, keys: Json): Told => ({
  organization: repository.organization,
  repository,
  installation: repository.organization?.installation,
  keys,
})

function ofInstallation(happening: Of<'installation' | 'installation_repositories'>): Told {
  const { installation, action } = happening
  const shown = { installation: installationJson(installation) }
  if (happening.event === 'installation') {
    const repositories = installation.repositories.map(repositoryBriefJson)
    const requester = action === 'created' ? { requester: null } : {}
    return inOrganization(installation.organization, { ...shown, repositories, ...requester })
  }
  const changed = happening.repositories.map(repositoryBriefJson)
  return inOrganization(installation.organization, {
    ...shown,
    repository_selection: installation.selection,
    repositories_added: action === 'added' ? changed : [],
    repositories_removed: action === 'removed' ? changed : [],
    requester: null,
  })
}

function ofOrganization(happening: Of<'organization' | 'membership' | 'team'>): Told {
  if (happening.event === 'organization') {
    const { organization, member } = happening
    const user = accountJson(organization.world, member)
    const role = organization.members.get(member) === 'owner' ? 'admin' : 'member'
    const membership = {
      url: `${organization.world.origin}/api/v3/orgs/${organization.login}/memberships/${member.login}`,
    }
    return inOrganization(organization, {
      membership: {
        ...membership,
        state: 'active',
        role,
        organization_url: organizationJson(organization)['url'],
        user,
      },
    })
  }
  const { team } = happening
  const { organization } = team
  if (happening.event === 'team') return inOrganization(organization, { team: teamJson(team) })
  const member = accountJson(organization.world, happening.member)
  return inOrganization(organization, { scope: 'team', member, team: teamJson(team) })
}

function ofPullRequest(happening: Of<'pull_request' | 'pull_request_review' | 'issue_comment'>): Told {
  if (happening.event === 'pull_request') {
    const { pullRequest, changes, label, before, after } = happening
    const { repository } = pullRequest
    return inRepository(repository, {
      number: pullRequest.number,
      pull_request: pullRequestFullJson(pullRequest),
      ...(changes && { changes }),
      ...(label && { label: labelJson(repository, label) }),
      ...(before !== undefined && { before, after }),
    })
  }
  const changes = happening.changes && { changes: happening.changes }
  if (happening.event === 'issue_comment') {
    const { comment } = happening
    const issue = issueJson(comment.pullRequest)
    return inRepository(comment.pullRequest.repository, { comment: issueCommentJson(comment), issue, ...changes })
  }
  const { review } = happening
  const shown = reviewJson(review)
  return inRepository(review.pullRequest.repository, {
    review: { ...shown, state: review.state.toLowerCase(), updated_at: toTimestamp(review.updatedAt) },
    pull_request: pullRequestJson(review.pullRequest),
    ...changes,
  })
}

function ofCommit(happening: Of<'check_run' | 'check_suite' | 'status' | 'push'>): Told {
  switch (happening.event) {
    case 'check_run': {
      const { run, requestedAction } = happening
      return inRepository(run.suite.repository, {
        check_run: checkRunWithSuiteJson(run),
        ...(requestedAction !== undefined && { requested_action: { identifier: requestedAction } }),
      })
    }
    case 'check_suite':
      return inRepository(happening.suite.repository, { check_suite: checkSuiteJson(happening.suite) })
    case 'push':
      return inRepository(happening.push.repository, pushJson(happening.push))
    case 'status': {
      const { status } = happening
      const { repository, sha } = status
      const { id, context, state, description, target_url, created_at, updated_at, avatar_url } = statusJson(status)
      const branches = [...repository.branches].filter(([, head]) => head === status.sha)
      const commit = commitJson(repository, repository.graph.get(status.sha))
      return inRepository(repository, {
        ...{ id, sha, context, state, description, target_url, created_at, updated_at, avatar_url, commit },
        name: repository.fullName,
        branches: branches.map(([name]) => ({ name, commit: { sha, url: commit['url'] }, protected: false })),
      })
    }
  }
}

function ofRepository(happening: Of<'repository' | 'member' | 'branch_protection_rule' | 'repository_ruleset'>): Told {
  const { repository } = happening
  switch (happening.event) {
    case 'repository':
      return inRepository(repository, happening.changes ? { changes: happening.changes } : {})
    case 'member':
      return inRepository(repository, { member: accountJson(repository.world, happening.member) })
    case 'repository_ruleset':
      return inRepository(repository, { repository_ruleset: rulesetJson(happening.ruleset, 'writer') })
    case 'branch_protection_rule': {
      const changes = happening.action === 'edited' ? { changes: {} } : {}
      return inRepository(repository, { rule: protectionRuleJson(repository, happening.protection), ...changes })
    }
  }
}

function protectionRuleJson(repository: Repository, protection: ClassicProtection): Json {
  const created = toTimestamp(protection.createdAt)
  const { requiredChecks, requiredApprovals } = protection
  const level = (on: boolean): string => (on ? 'everyone' : 'off')
  return {
    id: protection.id,
    repository_id: repository.id,
    name: protection.pattern,
    created_at: created,
    updated_at: created,
    pull_request_reviews_enforcement_level: level(requiredApprovals !== null),
    required_approving_review_count: requiredApprovals ?? 0,
    dismiss_stale_reviews_on_push: protection.dismissStaleReviews,
    require_code_owner_review: protection.requireCodeOwnerReviews,
    authorized_dismissal_actors_only: false,
    ignore_approvals_from_contributors: false,
    require_last_push_approval: protection.requireLastPushApproval,
    required_status_checks: requiredChecks?.map(({ context }) => context) ?? [],
    required_status_checks_enforcement_level: level(requiredChecks !== null),
    strict_required_status_checks_policy: protection.strict,
    signature_requirement_enforcement_level: level(protection.requireSignatures),
    linear_history_requirement_enforcement_level: level(protection.requireLinearHistory),
    lock_branch_enforcement_level: level(protection.lockBranch),
    lock_allows_fork_sync: false,
    allow_force_pushes_enforcement_level: level(protection.allowForcePushes),
    allow_deletions_enforcement_level: level(protection.allowDeletions),
    merge_queue_enforcement_level: 'off',
    required_deployments_enforcement_level: 'off',
    required_conversation_resolution_level: level(protection.requireConversationResolution),
    authorized_actors_only: false,
    authorized_actor_names: [],
    create_protected: false,
    admin_enforced: protection.enforceAdmins,
  }
}

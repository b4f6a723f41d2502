import { accountJson, organizationJson, teamJson } from '../shapes/account.ts'
import { checkRunWithSuiteJson, checkSuiteJson } from '../shapes/check.ts'
import { commitJson, headCommitJson, statusJson } from '../shapes/commit.ts'
import { installationJson } from '../shapes/installation.ts'
import { issueCommentJson, issueJson, issueTypeJson, pullAsIssueJson } from '../shapes/issue.ts'
import type { Json } from '../shapes/json.ts'
import { labelJson, pullRequestFullJson, pullRequestJson, reviewJson } from '../shapes/pull-request.ts'
import { repositoryBriefJson, repositoryJson } from '../shapes/repository.ts'
import { protectionChangesJson, protectionRuleJson, rulesetJson } from '../shapes/rules.ts'
import type { Account } from '../state/account.ts'
import type { Changes, Happening } from '../state/happening.ts'
import type { Installation } from '../state/installation.ts'
import type { MergeGroup } from '../state/merge-queue.ts'
import type { Organization } from '../state/organization.ts'
import { Repository } from '../state/repository.ts'
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
    case 'team_add':
      return ofOrganization(happening)
    case 'pull_request':
    case 'pull_request_review':
    case 'issue_comment':
      return ofPullRequest(happening)
    case 'issues':
      return ofIssue(happening)
    case 'check_run':
    case 'check_suite':
    case 'status':
    case 'push':
    case 'merge_group':
      return ofCommit(happening)
    case 'repository':
    case 'member':
    case 'branch_protection_rule':
      return ofRepository(happening)
    case 'repository_ruleset':
      return ofRuleset(happening)
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

function ofOrganization(happening: Of<'organization' | 'membership' | 'team' | 'team_add'>): Told {
  if (happening.event === 'organization') return ofMember(happening)
  const { team } = happening
  const { organization } = team
  if (happening.event === 'team') return ofTeam(happening)
  const keys = { team: teamJson(team) }
  if (happening.event === 'team_add') return { ...inOrganization(organization, keys), repository: happening.repository }
  const member = accountJson(organization.world, happening.member)
  return inOrganization(organization, { scope: 'team', member, ...keys })
}

/** Here GitHub describes a repository as it was before discussions came. */
function ofTeam({ team, repository, changes }: Of<'team'>): Told {
  const { has_discussions: _, ...shown } = repository ? repositoryJson(repository) : {}
  const keys = { team: teamJson(team), ...(repository && { repository: shown }), ...(changes && { changes }) }
  return { ...inOrganization(team.organization, keys), repository }
}

function ofMember({ action, organization, member }: Of<'organization'>): Told {
  const user = accountJson(organization.world, member)
  const organizationUrl = String(organizationJson(organization)['url'])
  if (action === 'member_invited') {
    const invitation = invitationJson(organization, member, organizationUrl)
    return inOrganization(organization, { user, invitation })
  }
  const role = organization.members.get(member) === 'owner' ? 'admin' : 'member'
  const url = `${organizationUrl}/memberships/${member.login}`
  return inOrganization(organization, {
    membership: { url, state: 'active', role, organization_url: organizationUrl, user },
  })
}

function invitationJson({ world, owner, invitations }: Organization, invited: Account, url: string): Json {
  return {
    id: invited.id,
    node_id: `OI_${invited.id}`,
    login: invited.login,
    email: null,
    role: 'direct_member',
    created_at: world.timestamp(),
    failed_at: null,
    failed_reason: null,
    inviter: accountJson(world, owner),
    team_count: invitations.get(invited)?.length ?? 0,
    invitation_teams_url: `${url}/invitations/${invited.id}/teams`,
    invitation_source: 'member',
  }
}

function ofPullRequest(happening: Of<'pull_request' | 'pull_request_review' | 'issue_comment'>): Told {
  if (happening.event === 'pull_request') {
    const { pullRequest, changes, label, before, after, reason } = happening
    const { repository } = pullRequest
    return inRepository(repository, {
      number: pullRequest.number,
      pull_request: pullRequestFullJson(pullRequest),
      ...(changes && { changes }),
      ...(label && { label: labelJson(repository, label) }),
      ...(before !== undefined && { before, after }),
      ...(reason && { reason }),
    })
  }
  const changes = happening.changes && { changes: happening.changes }
  if (happening.event === 'issue_comment') {
    const { comment } = happening
    const issue = pullAsIssueJson(comment.pullRequest)
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

function ofIssue({ issue, typeName, former, latter, changes }: Of<'issues'>): Told {
  const { repository } = issue
  return inRepository(repository, {
    issue: issueJson(issue),
    ...(typeName !== undefined && { type: issueTypeJson(issue, typeName) }),
    ...(changes && { changes }),
    ...(former && { changes: { old_issue: issueJson(former), old_repository: repositoryJson(former.repository) } }),
    ...(latter && { changes: { new_issue: issueJson(latter), new_repository: repositoryJson(latter.repository) } }),
  })
}

function ofCommit(happening: Of<'check_run' | 'check_suite' | 'status' | 'push' | 'merge_group'>): Told {
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
    case 'merge_group': {
      const { group, reason } = happening
      return inRepository(group.repository, { merge_group: mergeGroupJson(group), ...(reason && { reason }) })
    }
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

function ofRuleset({ ruleset, repository, changes }: Of<'repository_ruleset'>): Told {
  const keys = { repository_ruleset: rulesetJson(ruleset, 'writer'), ...(changes && { changes }) }
  const { source } = ruleset
  return source instanceof Repository ? inRepository(repository ?? source, keys) : inOrganization(source, keys)
}

const changesOf = ({ changes }: { readonly changes?: Changes }): Json => (changes ? { changes } : {})

function ofRepository(happening: Of<'repository' | 'member' | 'branch_protection_rule'>): Told {
  const { repository } = happening
  switch (happening.event) {
    case 'repository':
      return inRepository(repository, changesOf(happening))
    case 'member':
      return inRepository(repository, {
        member: accountJson(repository.world, happening.member),
        ...changesOf(happening),
      })
    case 'branch_protection_rule': {
      const { protection, former } = happening
      const rule = protectionRuleJson(repository, protection)
      return inRepository(repository, {
        rule,
        ...(former && { changes: protectionChangesJson(repository, former, rule) }),
      })
    }
  }
}

function mergeGroupJson({ repository, baseBranch, baseSha, headBranch, headSha }: MergeGroup): Json {
  return {
    head_sha: headSha,
    head_ref: `refs/heads/${headBranch}`,
    base_sha: baseSha,
    base_ref: `refs/heads/${baseBranch}`,
    head_commit: headCommitJson(repository.graph.get(headSha)),
  }
}

import type { ClassicProtection, Ruleset, RulesetRule } from '../state/branch-rules.ts'
import { Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { apiUrl, type Json } from './json.ts'
import { repositoryUrl } from './repository.ts'

/** Classic protection as `GET …/branches/{branch}/protection` shows it. */
export function protectionJson(repository: Repository, branch: string, protection: ClassicProtection): Json {
  const url = repositoryUrl(repository, `/branches/${encodeURIComponent(branch)}/protection`)
  const { requiredChecks, requiredApprovals } = protection
  const switched = (enabled: boolean): Json => ({ enabled })
  return {
    url,
    ...(requiredChecks && {
      required_status_checks: {
        url: `${url}/required_status_checks`,
        strict: protection.strict,
        contexts: requiredChecks.map(({ context }) => context),
        contexts_url: `${url}/required_status_checks/contexts`,
        checks: requiredChecks.map(({ context, appId }) => ({ context, app_id: appId })),
      },
    }),
    ...(requiredApprovals !== null && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: protection.dismissStaleReviews,
        require_code_owner_reviews: protection.requireCodeOwnerReviews,
        required_approving_review_count: requiredApprovals,
        require_last_push_approval: protection.requireLastPushApproval,
      },
    }),
    required_signatures: { url: `${url}/required_signatures`, enabled: protection.requireSignatures },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: switched(protection.requireLinearHistory),
    allow_force_pushes: switched(protection.allowForcePushes),
    allow_deletions: switched(protection.allowDeletions),
    block_creations: switched(false),
    required_conversation_resolution: switched(protection.requireConversationResolution),
    lock_branch: switched(protection.lockBranch),
    allow_fork_syncing: switched(false),
  }
}

/** A rule in force on a branch, with the ruleset it comes from. */
export const activeRuleJson = (rule: RulesetRule, ruleset: Ruleset): Json => ({
  ...rule,
  ...sourceOf(ruleset),
  ruleset_id: ruleset.id,
})

/** A ruleset; its bypass actors only for who may write it. */
export function rulesetJson(ruleset: Ruleset, visibility: 'writer' | 'reader'): Json {
  return {
    ...rulesetBriefJson(ruleset),
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules,
    ...(visibility === 'writer' && { bypass_actors: ruleset.bypassActors }),
    current_user_can_bypass: 'never',
  }
}

export function rulesetBriefJson(ruleset: Ruleset): Json {
  const { source, id } = ruleset
  const { ruleset_source_type: sourceType, ruleset_source: sourceName } = sourceOf(ruleset)
  const owner = source instanceof Repository ? `/repos/${source.fullName}` : `/orgs/${source.login}`
  return {
    id,
    name: ruleset.name,
    target: 'branch',
    source_type: sourceType,
    source: sourceName,
    enforcement: ruleset.enforcement,
    node_id: ruleset.nodeId,
    _links: { self: { href: apiUrl(source.world, `${owner}/rulesets/${id}`) } },
    created_at: toTimestamp(ruleset.createdAt),
    updated_at: toTimestamp(ruleset.createdAt),
  }
}

const sourceOf = ({ source }: Ruleset): { ruleset_source_type: string; ruleset_source: string } =>
  source instanceof Repository
    ? { ruleset_source_type: 'Repository', ruleset_source: source.fullName }
    : { ruleset_source_type: 'Organization', ruleset_source: source.login }

/** Classic protection as its webhooks carry it. */
export function protectionRuleJson(repository: Repository, protection: ClassicProtection): Json {
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

/** The changes GitHub tells of; of the others its webhook says nothing. */
const toldOfProtection = [
  'admin_enforced',
  'linear_history_requirement_enforcement_level',
  'lock_branch_enforcement_level',
  'pull_request_reviews_enforcement_level',
  'require_last_push_approval',
  'required_status_checks',
  'required_status_checks_enforcement_level',
]

/** What an edit changed, as far as its webhook tells. */
export function protectionChangesJson(repository: Repository, former: ClassicProtection, rule: Json): Json {
  const before = protectionRuleJson(repository, former)
  const changed = toldOfProtection.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(rule[key]))
  return Object.fromEntries(changed.map((key) => [key, { from: before[key] }]))
}

import { holds } from '../installation-tokens.ts'
import {
  activeRules,
  type ClassicProtection,
  protectionOf,
  requiredByRule,
  type Ruleset,
  type RulesetRule,
} from '../state/branch-rules.ts'
import { Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { connection } from './connection.ts'
import { type Args, type Context, requireAny, resolve, type TypeResolvers } from './resolver.ts'
import type { RefSource } from './sources.ts'

/** Classic protection and rulesets. */
export const ruleTypes: readonly TypeResolvers[] = [
  resolve<ClassicProtection>('BranchProtectionRule', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    pattern: ({ pattern }) => pattern,
    requiresApprovingReviews: ({ requiredApprovals }) => requiredApprovals !== null,
    requiredApprovingReviewCount: ({ requiredApprovals }) => requiredApprovals,
    dismissesStaleReviews: ({ dismissStaleReviews }) => dismissStaleReviews,
    requiresCodeOwnerReviews: ({ requireCodeOwnerReviews }) => requireCodeOwnerReviews,
    requireLastPushApproval: ({ requireLastPushApproval }) => requireLastPushApproval,
    requiresStatusChecks: ({ requiredChecks }) => requiredChecks !== null,
    requiredStatusCheckContexts: ({ requiredChecks }) => requiredChecks?.map(({ context }) => context) ?? [],
    requiredStatusChecks: ({ requiredChecks }, _args, { world }) =>
      requiredChecks?.map(({ context, appId }) => ({ context, app: appId === null ? null : world.findApp(appId) })) ??
      [],
    requiresStrictStatusChecks: ({ strict }) => strict,
    isAdminEnforced: ({ enforceAdmins }) => enforceAdmins,
    allowsForcePushes: ({ allowForcePushes }) => allowForcePushes,
    allowsDeletions: ({ allowDeletions }) => allowDeletions,
    requiresConversationResolution: ({ requireConversationResolution }) => requireConversationResolution,
    requiresLinearHistory: ({ requireLinearHistory }) => requireLinearHistory,
    requiresCommitSignatures: ({ requireSignatures }) => requireSignatures,
    lockBranch: ({ lockBranch }) => lockBranch,
  }),
  resolve<Ruleset>('RepositoryRuleset', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    name: ({ name }) => name,
    enforcement: ({ enforcement }) => enforcement.toUpperCase(),
    target: () => 'BRANCH',
    source: ({ source }) => source,
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    conditions: ({ include, exclude }) => ({ refName: { include, exclude } }),
    bypassActors: (ruleset, args, { grant }) => {
      const writes = holds(grant, [
        ruleset.source instanceof Repository ? 'administration:write' : 'organization_administration:write',
      ])
      return writes
        ? connection(
            ruleset.bypassActors.map((actor) => ({ bypassMode: actor.bypass_mode.toUpperCase() })),
            args,
            { name: 'bypassActors' },
          )
        : null
    },
  }),
]

/** The classic protection in force on a branch. */
export function protectionOfRef({ repository, name }: RefSource, _args: Args, context: Context): unknown {
  requireAny(context, repository, ['administration:read'])
  return protectionOf(repository, name) ?? null
}

/** The rules of active rulesets on a branch: metadata is permission enough, as for the rulesets themselves. */
export function rulesOfRef({ repository, name }: RefSource, args: Args): unknown {
  const rules = activeRules(repository, name).map(({ rule, ruleset }) => ({
    id: `RRU_${ruleset.id}_${rule.type}`,
    type: rule.type.toUpperCase(),
    parameters: parametersOf(rule),
    repositoryRuleset: ruleset,
  }))
  return connection(rules, args, { name: 'rules' })
}

/** As far as the twin knows a rule's parameters: those of required checks and of pull requests. */
function parametersOf({ type, parameters = {} }: RulesetRule): unknown {
  if (type === 'required_status_checks') {
    return {
      __typename: 'RequiredStatusChecksParameters',
      strictRequiredStatusChecksPolicy: parameters['strict_required_status_checks_policy'] === true,
      requiredStatusChecks: requiredByRule({ type, parameters }).map(({ context, appId }) => ({
        context,
        integrationId: appId,
      })),
    }
  }
  if (type !== 'pull_request') return null
  return {
    __typename: 'PullRequestParameters',
    requiredApprovingReviewCount: Number(parameters['required_approving_review_count'] ?? 0),
    dismissStaleReviewsOnPush: parameters['dismiss_stale_reviews_on_push'] === true,
    requireCodeOwnerReview: parameters['require_code_owner_review'] === true,
    requireLastPushApproval: parameters['require_last_push_approval'] === true,
    requiredReviewThreadResolution: parameters['required_review_thread_resolution'] === true,
  }
}

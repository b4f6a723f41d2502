import { notFound } from '../refusal.ts'
import { commitJson } from '../shapes/commit.ts'
import type { Json } from '../shapes/json.ts'
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts'
import { activeRuleJson, protectionJson, rulesetBriefJson, rulesetJson } from '../shapes/rules.ts'
import {
  activeRules,
  type BypassActor,
  type ProtectionOptions,
  protectionOf,
  type Ruleset,
  type RulesetOptions,
  type RulesetRule,
} from '../state/branch-rules.ts'
import { Repository } from '../state/repository.ts'
import { listed } from './pages.ts'
import { holds } from '../installation-tokens.ts'
import { created, type InstallationCall, numberOf, ok, repositoryRoute, type Route } from './route.ts'

/** Branches with their classic protection, and rulesets. */
export const ruleRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/branches/{branch}', ['contents:read'], (call, repository) => {
    const branch = branchOf(call, repository)
    const protection = protectionOf(repository, branch)
    const url = repositoryUrl(repository, `/branches/${encodeURIComponent(branch)}`)
    const checks = protection?.requiredChecks?.map(({ context }) => context) ?? []
    return ok({
      name: branch,
      commit: commitJson(repository, repository.graph.get(repository.head(branch))),
      _links: { html: repositoryPage(repository, `/tree/${branch}`), self: url },
      protected: protection !== undefined,
      protection: {
        enabled: protection !== undefined,
        required_status_checks: {
          enforcement_level: checks.length > 0 ? 'everyone' : 'off',
          contexts: checks,
          checks: [],
        },
      },
      protection_url: `${url}/protection`,
    })
  }),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/branches/{branch}/protection',
    ['administration:read'],
    (call, repository) => {
      const branch = branchOf(call, repository)
      const protection = protectionOf(repository, branch)
      if (!protection) throw notFound('Branch not protected')
      return ok(protectionJson(repository, branch, protection))
    },
  ),
  repositoryRoute(
    'PUT /repos/{owner}/{repo}/branches/{branch}/protection',
    ['administration:write'],
    (call, repository) => {
      const branch = branchOf(call, repository)
      return ok(protectionJson(repository, branch, repository.protect(branch, protectionOptions(call.body))))
    },
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/rules/branches/{branch}', ['metadata:read'], (call, repository) =>
    listed(call, activeRules(repository, call.params['branch'] ?? ''), ({ rule, ruleset }) =>
      activeRuleJson(rule, ruleset),
    ),
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/rulesets', ['metadata:read'], (call, repository) => {
    const parents = call.query['includes_parents'] !== 'false'
    const shown = repository.rulesetsInForce.filter(({ source }) => parents || source instanceof Repository)
    return listed(call, shown, rulesetBriefJson)
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', ['metadata:read'], (call, repository) => {
    const id = numberOf(call.params['ruleset_id'])
    const ruleset = repository.rulesetsInForce.find((candidate) => candidate.id === id)
    if (!ruleset) throw notFound()
    return ok(rulesetJson(ruleset, visibilityOf(call, ruleset)))
  }),
  repositoryRoute('POST /repos/{owner}/{repo}/rulesets', ['administration:write'], (call, repository) =>
    created(rulesetJson(repository.ruleset(rulesetOptions(call.body)), 'writer')),
  ),
]

function branchOf({ params }: InstallationCall, repository: Repository): string {
  const branch = params['branch'] ?? ''
  if (!repository.branches.has(branch)) throw notFound('Branch not found')
  return branch
}

/** Bypass actors are shown to who may write the ruleset. */
function visibilityOf({ grant }: InstallationCall, { source }: Ruleset): 'writer' | 'reader' {
  const need = source instanceof Repository ? 'administration:write' : 'organization_administration:write'
  return holds(grant, [need]) ? 'writer' : 'reader'
}

function protectionOptions(body: Json): ProtectionOptions {
  const reviews = body['required_pull_request_reviews'] as Json | null
  const checks = body['required_status_checks'] as {
    readonly strict: boolean
    readonly contexts?: readonly string[]
    readonly checks?: readonly { readonly context: string; readonly app_id?: number }[]
  } | null
  const required = checks?.checks ?? checks?.contexts?.map((context) => ({ context }))
  return {
    requiredApprovals: reviews ? Number(reviews['required_approving_review_count'] ?? 1) : null,
    dismissStaleReviews: reviews?.['dismiss_stale_reviews'] === true,
    requireCodeOwnerReviews: reviews?.['require_code_owner_reviews'] === true,
    requireLastPushApproval: reviews?.['require_last_push_approval'] === true,
    requiredChecks:
      required?.map((check) => ({
        context: check.context,
        appId: ('app_id' in check ? check.app_id : null) ?? null,
      })) ?? null,
    strict: checks?.strict === true,
    enforceAdmins: body['enforce_admins'] === true,
    allowForcePushes: body['allow_force_pushes'] === true,
    allowDeletions: body['allow_deletions'] === true,
    requireLinearHistory: body['required_linear_history'] === true,
    requireConversationResolution: body['required_conversation_resolution'] === true,
    lockBranch: body['lock_branch'] === true,
  }
}

function rulesetOptions(body: Json): RulesetOptions {
  const conditions = body['conditions'] as
    { readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] } } | undefined
  return {
    name: String(body['name']),
    enforcement: body['enforcement'] as Ruleset['enforcement'],
    include: conditions?.ref_name?.include ?? [],
    exclude: conditions?.ref_name?.exclude ?? [],
    rules: (body['rules'] ?? []) as readonly RulesetRule[],
    bypassActors: (body['bypass_actors'] ?? []) as readonly BypassActor[],
  }
}

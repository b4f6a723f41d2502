import type { Changes } from './happening.ts'
import { nodeIdOf } from './ids.ts'
import type { Organization } from './organization.ts'
import type { Repository } from './repository.ts'

/** A check that must pass before merging. With `appId` only that app's counts. */
export interface RequiredCheck {
  readonly context: string
  readonly appId: number | null
}

/** Classic protection of one branch (or of those a pattern names). */
export interface ClassicProtection {
  readonly id: number
  readonly nodeId: string
  readonly pattern: string
  /** Null: pull requests are not required. */
  readonly requiredApprovals: number | null
  readonly dismissStaleReviews: boolean
  readonly requireCodeOwnerReviews: boolean
  readonly requireLastPushApproval: boolean
  /** Null: no status checks are required. */
  readonly requiredChecks: readonly RequiredCheck[] | null
  /** Branches must be up to date before merging. */
  readonly strict: boolean
  readonly enforceAdmins: boolean
  readonly allowForcePushes: boolean
  readonly allowDeletions: boolean
  readonly requireConversationResolution: boolean
  readonly requireLinearHistory: boolean
  readonly requireSignatures: boolean
  readonly lockBranch: boolean
  readonly createdAt: Date
}

export type ProtectionOptions = Partial<Omit<ClassicProtection, 'id' | 'nodeId' | 'pattern' | 'createdAt'>>

export interface RulesetRule {
  readonly type: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

export interface BypassActor {
  readonly actor_id: number | null
  readonly actor_type: string
  readonly bypass_mode: 'always' | 'pull_request' | 'exempt'
}

/** A ruleset of a repository or an organization; `rules` and `bypassActors` are in the form of the REST API. */
export interface Ruleset {
  readonly id: number
  readonly nodeId: string
  readonly source: Repository | Organization
  name: string
  enforcement: 'active' | 'evaluate' | 'disabled'
  /** `~ALL`, `~DEFAULT_BRANCH` or patterns such as `refs/heads/release/*`. */
  include: readonly string[]
  exclude: readonly string[]
  rules: readonly RulesetRule[]
  bypassActors: readonly BypassActor[]
  readonly createdAt: Date
}

export type RulesetOptions = Partial<Omit<Ruleset, 'id' | 'nodeId' | 'source' | 'createdAt'>>

/** Protection of a pattern; in the place of an earlier one it is the same rule, edited. */
export function makeProtection(repository: Repository, pattern: string, options: ProtectionOptions): ClassicProtection {
  const { id, createdAt } = repository.protections.get(pattern) ?? {
    id: repository.world.ids.next(),
    createdAt: repository.world.now(),
  }
  return {
    requiredApprovals: null,
    dismissStaleReviews: false,
    requireCodeOwnerReviews: false,
    requireLastPushApproval: false,
    requiredChecks: null,
    strict: false,
    enforceAdmins: false,
    allowForcePushes: false,
    allowDeletions: false,
    requireConversationResolution: false,
    requireLinearHistory: false,
    requireSignatures: false,
    lockBranch: false,
    ...options,
    id,
    nodeId: nodeIdOf('BPR', id),
    pattern,
    createdAt,
  }
}

/** The parameters a rule of a type always has, with what GitHub's form begins with. */
const usualParameters: Readonly<Record<string, RulesetRule['parameters']>> = {
  required_status_checks: { required_status_checks: [], strict_required_status_checks_policy: false },
  pull_request: {
    required_approving_review_count: 0,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
  merge_queue: {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'MERGE',
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
  },
}

function withParameters(rule: RulesetRule): RulesetRule {
  const usual = usualParameters[rule.type]
  return usual ? { ...rule, parameters: { ...usual, ...rule.parameters } } : rule
}

export function makeRuleset(source: Repository | Organization, options: RulesetOptions): Ruleset {
  const id = source.world.ids.next()
  const ruleset: Ruleset = {
    name: 'ruleset',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypassActors: [],
    ...options,
    rules: (options.rules ?? []).map(withParameters),
    id,
    nodeId: nodeIdOf('RRS', id),
    source,
    createdAt: source.world.now(),
  }
  source.world.nodes.set(ruleset.nodeId, ruleset)
  return ruleset
}

/** Changes a ruleset; gives back what its webhook tells of that: less than changed, as on GitHub. */
export function applyToRuleset(ruleset: Ruleset, { rules, ...options }: RulesetOptions): Changes {
  const { name, enforcement, rules: before } = ruleset
  Object.assign(ruleset, options, rules && { rules: rules.map(withParameters) })
  const added = ruleset.rules.filter(({ type }) => !before.some((rule) => rule.type === type))
  const deleted = before.filter(({ type }) => !ruleset.rules.some((rule) => rule.type === type))
  return {
    ...(ruleset.name !== name && { name: { from: name } }),
    ...(ruleset.enforcement !== enforcement && { enforcement: { from: enforcement } }),
    ...(added.length + deleted.length > 0 && { rules: { added, deleted, updated: [] } }),
  }
}

/** The classic protection in force on a branch: the one that names it exactly goes before patterns. */
export function protectionOf(repository: Repository, branch: string): ClassicProtection | undefined {
  const all = [...repository.protections.values()]
  return repository.protections.get(branch) ?? all.find(({ pattern }) => matchesPattern(pattern, branch))
}

/** Every rule of every active ruleset, organization's and repository's, that applies to a branch. */
export function activeRules(
  repository: Repository,
  branch: string,
): readonly { readonly rule: RulesetRule; readonly ruleset: Ruleset }[] {
  const applies = (ruleset: Ruleset, patterns: readonly string[]): boolean =>
    patterns.some((pattern) => {
      if (pattern === '~ALL') return true
      if (pattern === '~DEFAULT_BRANCH') return branch === repository.defaultBranch
      return matchesPattern(pattern, `refs/heads/${branch}`)
    })
  return repository.rulesetsInForce
    .filter((ruleset) => ruleset.enforcement === 'active')
    .filter((ruleset) => applies(ruleset, ruleset.include) && !applies(ruleset, ruleset.exclude))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })))
}

/** The checks a rule requires: those it lists if it is of that type. */
export function requiredByRule({ type, parameters }: RulesetRule): readonly RequiredCheck[] {
  if (type !== 'required_status_checks') return []
  const list = parameters?.['required_status_checks'] as
    readonly { readonly context: string; readonly integration_id?: number | null }[] | undefined
  return (list ?? []).map(({ context, integration_id }) => ({ context, appId: integration_id ?? null }))
}

/** Ruby's fnmatch in the part GitHub's patterns use: `*` within a segment, `**` across. */
function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (wildcard) => (wildcard.startsWith('**') ? '.*' : wildcard === '*' ? '[^/]*' : '[^/]'))
  return new RegExp(`^${source}$`).test(name)
}

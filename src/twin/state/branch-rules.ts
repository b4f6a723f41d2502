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
  readonly name: string
  readonly enforcement: 'active' | 'evaluate' | 'disabled'
  /** `~ALL`, `~DEFAULT_BRANCH` or patterns such as `refs/heads/release/*`. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly rules: readonly RulesetRule[]
  readonly bypassActors: readonly BypassActor[]
  readonly createdAt: Date
}

export type RulesetOptions = Partial<Omit<Ruleset, 'id' | 'nodeId' | 'source' | 'createdAt'>>

export function makeProtection(repository: Repository, pattern: string, options: ProtectionOptions): ClassicProtection {
  const id = repository.world.ids.next()
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
    createdAt: repository.world.now(),
  }
}

export function makeRuleset(source: Repository | Organization, options: RulesetOptions): Ruleset {
  const id = source.world.ids.next()
  const ruleset: Ruleset = {
    name: 'ruleset',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    rules: [],
    bypassActors: [],
    ...options,
    id,
    nodeId: nodeIdOf('RRS', id),
    source,
    createdAt: source.world.now(),
  }
  source.world.nodes.set(ruleset.nodeId, ruleset)
  return ruleset
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

/** Ruby's fnmatch in the part GitHub's patterns use: `*` within a segment, `**` across. */
function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (wildcard) => (wildcard.startsWith('**') ? '.*' : wildcard === '*' ? '[^/]*' : '[^/]'))
  return new RegExp(`^${source}$`).test(name)
}

import type { nothingAsked } from '#facts/asked.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import type { PolicyOrigin } from '#policy/effective-policy.ts'
import type { PostedCheck } from './plan.ts'
import type { PolicySource } from '#policy/policy-document.ts'

/** Everything one look at a change on GitHub brought back: the facts, and what stands beside them. */
export interface ObservedChange {
  /** Without the facts that one look cannot tell. */
  readonly facts: Omit<ChangeFacts, NotInOneLook>
  /** The CODEOWNERS file of the base branch; null when it has none. */
  readonly codeOwnersFile: Fact<CodeOwnersFile | null>
  readonly repository: ObservedRepository
  /** What judges it: of a merged change the policies as they were before the merge. */
  readonly policies: ObservedPolicies
  /** The policies as they are now; null when those are the ones above. */
  readonly policiesSince: ObservedPolicies | null
  /** The policy files as the head has them, for those the change edits; text is null when it deletes the file. */
  readonly proposedPolicies: Fact<readonly ProposedPolicy[]>
  /** Our own check runs on the head commit, newest first. */
  readonly posted: readonly PostedCheck[]
}

export interface ObservedPolicies {
  /** Null: the file is not there, and we looked where it would be. Unknown: its repository cannot be seen. */
  readonly organization: Fact<PolicySource | null>
  /** From the base branch, never from the head. */
  readonly repository: Fact<PolicySource | null>
}

type NotInOneLook = 'pushes' | 'policyEdits' | keyof typeof nothingAsked

export interface CodeOwnersFile {
  readonly path: string
  readonly commitSha: string
  readonly text: string
}

export interface ObservedRepository {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly topics: readonly string[]
  /** `private` also for internal ones: their names must not reach a public place. */
  readonly visibility: 'public' | 'private'
}

export interface ProposedPolicy {
  readonly layer: PolicyOrigin['layer']
  readonly path: string
  readonly text: string | null
}

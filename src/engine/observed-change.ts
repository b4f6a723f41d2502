import type { ChangeFacts } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import type { PolicyOrigin } from '#policy/effective-policy.ts'
import type { PostedCheck } from './plan.ts'
import type { PolicySource } from '#policy/policy-document.ts'

/** Everything one look at a change on GitHub brought back: the facts, and what stands beside them. */
export interface ObservedChange {
  /** Without the two facts that GitHub alone cannot tell: who pushed, and whether edited policies are sound. */
  readonly facts: Omit<ChangeFacts, 'pushers' | 'policyEdits'>
  readonly repository: ObservedRepository
  readonly policies: {
    /** Null: the file is not there, and we looked where it would be. Unknown: its repository cannot be seen. */
    readonly organization: Fact<PolicySource | null>
    /** From the base branch, never from the head. */
    readonly repository: Fact<PolicySource | null>
  }
  /** The policy files as the head has them, for those the change edits; text is null when it deletes the file. */
  readonly proposedPolicies: Fact<readonly ProposedPolicy[]>
  /** Our own check runs on the head commit, newest first. */
  readonly posted: readonly PostedCheck[]
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

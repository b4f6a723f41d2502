import type { ObservedChange, ProposedPolicy } from '#engine/observed-change.ts'
import { type Fact, known } from '#facts/fact.ts'
import type { PolicyOrigin } from '#policy/effective-policy.ts'
import type { HeadNode, PolicyCommitNode } from './change-answer.ts'
import type { FileNode } from './change-nodes.ts'
import { organizationPolicyPath, repositoryPolicyPath } from './change-query.ts'
import { toText } from './to-text.ts'
import type { PolicySource } from '#policy/policy-document.ts'

/** The policy file as one commit has it; null when it has none. */
export function toPolicyText(
  commit: PolicyCommitNode | null,
  from: Pick<PolicyOrigin, 'layer' | 'repository'>,
): Fact<PolicySource | null> {
  if (commit === null) return known(null)
  const path = paths[from.layer]
  const text = toText(commit.file, `${path} in ${from.repository}`)
  if (!text.known) return text
  if (text.value === null) return known(null)
  return known({ origin: { ...from, path, commitSha: commit.oid }, text: text.value })
}

/** What tells whether a change edits a policy: its files, and the policies of its base. */
interface Editing {
  readonly files: readonly FileNode[]
  readonly policies: ObservedChange['policies']
  readonly isPolicyRepository: boolean
}

/**
 * The policy files that the change edits, as its head has them.
 *
 * GitHub lists a renamed file by its new name alone. So a policy is also removed when the base has it, the head has not,
 * and the change renames any file. A branch that is older than the policy looks the same until it is brought up to date.
 */
export function toProposedPolicies(head: HeadNode, editing: Editing): Fact<readonly ProposedPolicy[]> {
  const layers: readonly Layer[] = editing.isPolicyRepository ? ['organization', 'repository'] : ['repository']
  const proposed: ProposedPolicy[] = []
  for (const layer of layers) {
    const edit = proposedAt(layer, head, editing)
    if (!edit.known) return edit
    if (edit.value !== null) proposed.push(edit.value)
  }
  return known(proposed)
}

type Layer = PolicyOrigin['layer']

/** Null when the change does not edit it. */
function proposedAt(layer: Layer, head: HeadNode, { files, policies }: Editing): Fact<ProposedPolicy | null> {
  const path = paths[layer]
  const file = layer === 'organization' ? head.organizationPolicy : head.repositoryPolicy
  const text = toText(file, `${path} in the head`)
  if (files.some((changed) => changed.path === path)) {
    return text.known ? known({ layer, path, text: text.value }) : text
  }
  const isAbsent = text.known && text.value === null
  if (!isAbsent || !files.some(({ changeType }) => changeType === 'RENAMED')) return known(null)
  const agreed = policies[layer]
  if (!agreed.known) return agreed
  return known(agreed.value === null ? null : { layer, path, text: null })
}

const paths = { organization: organizationPolicyPath, repository: repositoryPolicyPath } as const

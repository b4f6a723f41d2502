import type { Control } from '#controls/control.ts'
import type { PolicyFault, PolicyOrigin } from './effective-policy.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyLayer } from './policy-document.ts'
import { resolvePolicy } from './resolve-policy.ts'
import type { PolicyTarget } from './select-repository.ts'

export interface PolicyProposal {
  readonly layer: PolicyOrigin['layer']
  /** Null when the change deletes the file. */
  readonly text: string | null
  readonly catalogue: readonly Control[]
  /** The organization's policy in force; null when it has none. Not looked at for the organization's own file. */
  readonly organization: PolicyLayer | null
  /** The repository a repository's file is for. */
  readonly target: PolicyTarget
}

/**
 * What is wrong with a policy file that a change would leave behind, a sentence each: nothing when it is sound.
 *
 * A repository's file is also held against its organization's: what it says and would not get is better told now than
 * found out after the merge. To delete a file is no fault.
 */
export function validateEdit({ layer, text, catalogue, organization, target }: PolicyProposal): readonly string[] {
  if (text === null) return []
  const parsed = parsePolicy({ text, layer, catalogue })
  if (!parsed.ok) return parsed.faults.map(faultSentence)
  // Not committed yet, so it stands nowhere; no fault names this place.
  const proposed = { document: parsed.policy, origin: { layer, repository: target.name, path: '', commitSha: '' } }
  const isOrganizations = layer === 'organization'
  const layers = {
    organization: isOrganizations ? proposed : organization,
    repository: isOrganizations ? null : proposed,
  }
  return resolvePolicy({ catalogue, ...layers, target })
    .faults.filter((fault) => fault.layer === layer)
    .map(faultSentence)
}

/** `Line 4, controls.ticket-link.projets: There is no key "projets" here. Did you mean "projects"?` */
export function faultSentence({ path, line, message }: PolicyFault): string {
  const place = [line === null ? null : `line ${line}`, path === '' ? null : path].filter((part) => part !== null)
  if (place.length === 0) return message
  const named = place.join(', ')
  return `${line === null ? named : named.charAt(0).toUpperCase() + named.slice(1)}: ${message}`
}

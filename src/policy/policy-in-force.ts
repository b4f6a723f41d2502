import type { Fact } from '#facts/fact.ts'
import type { PolicyFault, PolicyOrigin } from './effective-policy.ts'
import type { ParsedPolicy, PolicyDocument, PolicySource } from './policy-document.ts'

export interface PolicySearch {
  /** `known(null)`: we looked where the file would be, and it is not there. */
  readonly found: Fact<PolicySource | null>
  /** The last policy of this place that could be used. */
  readonly lastGood: PolicySource | null
  readonly parse: (text: string) => ParsedPolicy
}

export interface PolicyInForce {
  readonly document: PolicyDocument | null
  readonly origin: PolicyOrigin | null
  /** `current`: the file as found. `last-good`: an earlier one stays. `none`: no file decides, the presets alone do. */
  readonly standing: 'current' | 'last-good' | 'none'
  /** What is wrong with the file that was found. */
  readonly faults: readonly PolicyFault[]
  /** A sentence, present when the file that should decide does not. */
  readonly why?: string
}

/**
 * Decides which policy file of one place is in force: a file that cannot be read, or not be seen, changes nothing.
 *
 * Only a file that was seen to be gone is gone. Storing the last good one is left to whoever asks.
 */
export function policyInForce({ found, lastGood, parse }: PolicySearch): PolicyInForce {
  if (!found.known) {
    return earlier({ lastGood, parse, faults: [], why: `The policy file could not be seen: ${found.why}.` })
  }
  if (found.value === null) return { document: null, origin: null, standing: 'none', faults: [] }
  const { text, origin } = found.value
  const parsed = parse(text)
  if (parsed.ok) return { document: parsed.policy, origin, standing: 'current', faults: [] }
  return earlier({ lastGood, parse, faults: parsed.faults, why: `The policy file ${origin.path} cannot be used.` })
}

interface Setback extends Pick<PolicySearch, 'lastGood' | 'parse'> {
  readonly faults: readonly PolicyFault[]
  readonly why: string
}

function earlier({ lastGood, parse, faults, why }: Setback): PolicyInForce {
  if (lastGood === null) return { document: null, origin: null, standing: 'none', faults, why }
  const parsed = parse(lastGood.text)
  if (parsed.ok) return { document: parsed.policy, origin: lastGood.origin, standing: 'last-good', faults, why }
  return {
    document: null,
    origin: null,
    standing: 'none',
    faults,
    why: `${why} The last good one is not understood by this release.`,
  }
}

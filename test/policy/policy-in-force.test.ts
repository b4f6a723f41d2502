import { describe, expect, test } from '@jest/globals'
import { known, unknown } from '#facts/fact.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { PolicySource } from '#policy/policy-document.ts'
import { type PolicyInForce, type PolicySearch, policyInForce } from '#policy/policy-in-force.ts'
import { originOf, sampleCatalogue } from './sample-catalogue.ts'

const origin = originOf('organization')
const sourceOf = (text: string, commitSha: string): PolicySource => ({ text, origin: { ...origin, commitSha } })
const sound = sourceOf('mode: enforce', 'new')
const malformed = sourceOf('mode: enforced', 'new')
const earlier = sourceOf('mode: observe', 'old')
const outdated = sourceOf('controls: { retired: {} }', 'old')

const unseen = unknown('the app cannot read acme/.github')
const fault = { path: 'mode', line: 1, message: '"enforced" is not possible here. Did you mean "enforce"?' }
const notSeen = 'The policy file could not be seen: the app cannot read acme/.github.'
const notUsed = 'The policy file countersign.yml cannot be used.'
const notUnderstood = 'The last good one is not understood by this release.'

interface Expected {
  readonly standing: PolicyInForce['standing']
  readonly mode: string | null
  readonly commit: string | null
  readonly faults?: PolicyInForce['faults']
  readonly why?: string
}

const none = { standing: 'none', mode: null, commit: null } as const
const stays = { standing: 'last-good', mode: 'observe', commit: 'old' } as const

describe('the policy in force', () => {
  test.each<[sentence: string, found: PolicySearch['found'], lastGood: PolicySource | null, expected: Expected]>([
    ['is the file as found', known(sound), null, { standing: 'current', mode: 'enforce', commit: 'new' }],
    [
      'is the file as found, whatever went before',
      known(sound),
      earlier,
      { standing: 'current', mode: 'enforce', commit: 'new' },
    ],
    ['is none where there never was a file', known(null), null, none],
    ['is none once the file was seen to be gone', known(null), earlier, none],
    [
      'is the last good one while the file is malformed',
      known(malformed),
      earlier,
      { ...stays, faults: [fault], why: notUsed },
    ],
    [
      'is none while the first file ever is malformed',
      known(malformed),
      null,
      { ...none, faults: [fault], why: notUsed },
    ],
    ['is the last good one while the file cannot be seen', unseen, earlier, { ...stays, why: notSeen }],
    ['is none, with the reason, when the file could never be seen', unseen, null, { ...none, why: notSeen }],
    [
      'is none, with the reason, when neither can be understood',
      known(malformed),
      outdated,
      { ...none, faults: [fault], why: `${notUsed} ${notUnderstood}` },
    ],
    [
      'is none, with the reason, when an unseen file leaves one that is not understood',
      unseen,
      outdated,
      { ...none, why: `${notSeen} ${notUnderstood}` },
    ],
  ])('%s', (...[, found, lastGood, { standing, mode, commit, faults, why }]) => {
    const inForce = policyInForce({
      found,
      lastGood,
      parse: (text) => parsePolicy({ text, layer: 'organization', catalogue: sampleCatalogue }),
    })
    expect(inForce).toMatchObject({ standing, faults: faults ?? [] })
    expect(inForce.document?.mode ?? null).toBe(mode)
    expect(inForce.origin?.commitSha ?? null).toBe(commit)
    expect(inForce.why).toBe(why)
  })
})

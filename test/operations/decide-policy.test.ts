import { describe, expect, test } from '@jest/globals'
import type { ObservedChange } from '#engine/observed-change.ts'
import { known, unknown } from '#facts/fact.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { decidePolicy, type PolicyPorts } from '#operations/decide-policy.ts'
import type { PolicyPlace } from '#policy/effective-policy.ts'
import type { PolicySource } from '#policy/policy-document.ts'
import { emptyLookUps, enforcing, observedChange, policyText, subject } from './fake-world.ts'

type Layer = PolicyPlace['layer']

interface Kept {
  readonly as: 'adopted' | 'refused'
  readonly place: PolicyPlace
  readonly policy: PolicySource | null
  readonly entry: NewEntry
}

interface Decided extends Awaited<ReturnType<typeof decidePolicy>> {
  readonly kept: readonly Kept[]
}

interface Given {
  readonly found: Partial<ObservedChange['policies']>
  readonly lastGood?: Partial<Record<Layer, PolicySource>>
  readonly over?: Partial<PolicyPorts>
}

async function decide({ found, lastGood = {}, over = {} }: Given): Promise<Decided> {
  const kept: Kept[] = []
  const keep =
    (as: Kept['as']) =>
    (place: PolicyPlace, policy: PolicySource | null, entry: NewEntry): Promise<void> =>
      Promise.resolve(void kept.push({ as, place, policy, entry }))
  const ports: PolicyPorts = {
    ...emptyLookUps(),
    now: () => new Date('2026-05-06T12:00:00.000Z'),
    collectProperties: () => Promise.reject(new Error('No group selects by property.')),
    findLastGoodPolicy: ({ layer }) => Promise.resolve(lastGood[layer] ?? null),
    adoptPolicy: keep('adopted'),
    refusePolicy: keep('refused'),
    ...over,
  }
  const nothing = { organization: known(null), repository: known(null) }
  const observed = { ...observedChange(), policies: { ...nothing, ...found } }
  return { ...(await decidePolicy(subject, observed, ports)), kept }
}

const modeIn = ({ policy }: Decided): string | undefined => policy.controls['ticket-link']?.mode

const malformed = policyText('organization', 'version: 1\nmode: enforced\n', 'badf00d'.padEnd(40, '0'))
const relaxed = policyText('organization', 'version: 1\nmode: off\n')

interface Row {
  readonly when: string
  readonly given: Given
  readonly mode: 'off' | 'observe' | 'enforce'
  /** What a reader of the check is told. */
  readonly notes: readonly unknown[]
  readonly kept: readonly string[]
}

const rows: readonly Row[] = [
  { when: 'there is no file', given: { found: {} }, mode: 'observe', notes: [], kept: [] },
  {
    when: 'there is a file for the first time',
    given: { found: { organization: known(enforcing) } },
    mode: 'enforce',
    notes: [],
    kept: ['adopted organization'],
  },
  {
    when: 'the file is the one last read',
    given: { found: { organization: known(enforcing) }, lastGood: { organization: enforcing } },
    mode: 'enforce',
    notes: [],
    kept: [],
  },
  {
    when: 'the file says something else than before',
    given: { found: { organization: known(relaxed) }, lastGood: { organization: enforcing } },
    mode: 'off',
    notes: [],
    kept: ['adopted organization'],
  },
  {
    when: 'the file is malformed, and was sound before',
    given: { found: { organization: known(malformed) }, lastGood: { organization: enforcing } },
    mode: 'enforce',
    notes: [
      expect.stringMatching(
        /^The policy countersign\.yml in acme\/\.github \(badf00d\) cannot be used: Line 2, mode: .* The last good policy \(c0ffee1\) stays in force\.$/,
      ),
    ],
    kept: ['refused organization'],
  },
  {
    when: 'the file is malformed, and never was sound',
    given: { found: { organization: known(malformed) } },
    mode: 'observe',
    notes: [expect.stringMatching(/cannot be used: .* It has no effect\.$/)],
    kept: ['refused organization'],
  },
  {
    when: 'the file cannot be seen, and was seen before',
    given: { found: { organization: unknown('grant the app contents: read') }, lastGood: { organization: enforcing } },
    mode: 'enforce',
    notes: [
      'The policy file could not be seen: grant the app contents: read. The last good policy (c0ffee1) stays in force.',
    ],
    kept: [],
  },
  {
    when: 'no file was ever seen: installing the app without a policy repository needs no note',
    given: { found: { organization: unknown('the repository acme/.github cannot be seen') } },
    mode: 'observe',
    notes: [],
    kept: [],
  },
  {
    when: 'the file was removed',
    given: { found: {}, lastGood: { organization: enforcing } },
    mode: 'observe',
    notes: [],
    kept: ['adopted organization'],
  },
  {
    when: 'the repository tightens',
    given: { found: { repository: known(policyText('repository', 'version: 1\nmode: enforce\n')) } },
    mode: 'enforce',
    notes: [],
    kept: ['adopted repository'],
  },
  {
    when: 'the repository weakens what is locked',
    given: {
      found: {
        organization: known(policyText('organization', 'version: 1\nmode: enforce\nlocked: [ticket-link]\n')),
        repository: known(policyText('repository', 'version: 1\ncontrols: { ticket-link: { mode: observe } }\n')),
      },
    },
    mode: 'enforce',
    notes: [expect.stringMatching(/^Line 2, controls\.ticket-link\.mode: acme\/\.github locks ticket-link\.mode at /)],
    kept: ['adopted organization', 'adopted repository'],
  },
]

describe('decidePolicy', () => {
  for (const { when, given, mode, notes, kept } of rows) {
    test(`decides for ${mode} when ${when}`, async () => {
      const decided = await decide(given)
      expect(modeIn(decided)).toBe(mode)
      expect(decided.notes).toEqual(notes)
      expect(decided.kept.map(({ as, place }) => `${as} ${place.layer}`)).toEqual(kept)
    })
  }

  test('keeps each layer in its own place, and enters who read what', async () => {
    const ofRepository = policyText('repository', 'version: 1\nmode: observe\n')
    const { kept } = await decide({ found: { organization: known(enforcing), repository: known(ofRepository) } })
    expect(kept.map(({ place, policy, entry }) => ({ place, policy, subject: entry.subject }))).toEqual([
      {
        place: { layer: 'organization', organization: 'acme', repositoryId: null, branch: null },
        policy: enforcing,
        subject: 'policy/organization/acme',
      },
      {
        place: { layer: 'repository', organization: 'acme', repositoryId: 10, branch: 'main' },
        policy: ofRepository,
        subject: 'policy/repository/10',
      },
    ])
    expect(kept[0]?.entry).toMatchObject({
      kind: 'policy.adopted',
      actor: 'countersign',
      reason: 'The policy countersign.yml in acme/.github (c0ffee1) was read',
      organization: 'acme',
      payloadDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('enters a refusal with what is wrong, and keeps the words that were refused', async () => {
    const { kept } = await decide({ found: { organization: known(malformed) } })
    expect(kept).toMatchObject([
      {
        policy: malformed,
        entry: { kind: 'policy.refused', reason: expect.stringMatching(/\(badf00d\) cannot be used: Line 2, mode: /) },
      },
    ])
  })

  test('enters a removal, of nothing', async () => {
    const { kept } = await decide({ found: {}, lastGood: { organization: enforcing } })
    expect(kept).toMatchObject([
      { policy: null, entry: { reason: 'the policy file was removed', payloadDigest: null } },
    ])
  })

  test('names the files it came from', async () => {
    const { policy } = await decide({ found: { organization: known(enforcing) } })
    expect(policy.origins).toEqual([enforcing.origin])
  })

  const byProperty = policyText(
    'organization',
    'version: 1\ngroups:\n  - name: critical\n    repositories: { properties: { tier: [critical] } }\n    mode: enforce\n',
  )
  const byTopic = policyText(
    'organization',
    'version: 1\ngroups:\n  - name: critical\n    repositories: { topics: [critical] }\n    mode: enforce\n',
  )

  test('asks for custom properties when a group selects by them', async () => {
    const over = { collectProperties: () => Promise.resolve(known({ tier: 'critical' })) }
    const decided = await decide({ found: { organization: known(byProperty) }, over })
    expect(modeIn(decided)).toBe('enforce')
    expect(decided.repository).toEqual({ ...observedChange().repository, properties: { tier: 'critical' } })
  })

  test('asks for none when no group does', async () => {
    const decided = await decide({ found: { organization: known(byTopic) } })
    expect(modeIn(decided)).toBe('observe')
    expect(decided.repository.properties).toEqual({})
  })
})

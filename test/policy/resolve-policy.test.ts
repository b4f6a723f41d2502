import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { EffectivePolicy, Mode } from '#policy/effective-policy.ts'
import type { ControlStatement, PolicyDocument, PolicyGroup, PresetName } from '#policy/policy-document.ts'
import { lockNames } from '#policy/policy-schema.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import type { PolicyTarget } from '#policy/select-repository.ts'
import { layerOf, originOf, sampleCatalogue } from './sample-catalogue.ts'

const target: PolicyTarget = {
  name: 'api-pay',
  topics: ['production'],
  properties: { tier: '1', kind: ['web', 'api'] },
}

interface Files {
  readonly organization?: string
  readonly repository?: string
  readonly target?: PolicyTarget
}

const resolve = (files: Files) =>
  resolvePolicy({
    catalogue: sampleCatalogue,
    organization: files.organization === undefined ? null : layerOf('organization', files.organization),
    repository: files.repository === undefined ? null : layerOf('repository', files.repository),
    target: files.target ?? target,
  })

const modesOf = ({ controls }: EffectivePolicy) =>
  Object.fromEntries(Object.entries(controls).map(([id, { mode }]) => [id, mode]))

const all = (mode: Mode) => ({ 'independent-review': mode, plain: mode, 'ticket-link': mode })

describe('the mode of a control', () => {
  test.each<[sentence: string, files: Files, expected: Record<string, Mode>]>([
    ['is observe without any file', {}, all('observe')],
    ['is observe with an empty file: half a policy blocks nobody', { organization: '' }, all('observe')],
    ['is observe under soc2', { organization: 'preset: soc2' }, all('observe')],
    [
      'is observe when only settings are given',
      { organization: 'controls: { ticket-link: { projects: [BUG] } }' },
      all('observe'),
    ],
    ['is enforce under strict', { organization: 'preset: strict' }, all('enforce')],
    ["is the file's mode", { organization: 'mode: enforce' }, all('enforce')],
    ["is the file's mode, whatever its preset", { organization: '{ preset: strict, mode: observe }' }, all('observe')],
    [
      'is its own, whatever the mode of the file',
      { organization: '{ mode: enforce, controls: { plain: { mode: off } } }' },
      { ...all('enforce'), plain: 'off' },
    ],
    ["is the repository's mode", { organization: 'mode: observe', repository: 'mode: enforce' }, all('enforce')],
    [
      'may be lowered by a repository where nothing is locked',
      { organization: 'mode: enforce', repository: 'mode: off' },
      all('off'),
    ],
    [
      'is what the organization says of it, whatever the repository says of all',
      { organization: 'controls: { plain: { mode: observe } }', repository: 'mode: enforce' },
      { ...all('enforce'), plain: 'observe' },
    ],
    [
      'is what the repository says of it, above all',
      { organization: 'controls: { plain: { mode: observe } }', repository: 'controls: { plain: { mode: enforce } }' },
      { ...all('observe'), plain: 'enforce' },
    ],
    ["follows the repository's preset", { organization: 'preset: soc2', repository: 'preset: strict' }, all('enforce')],
    [
      "follows the organization's mode rather than the repository's preset",
      { organization: 'mode: enforce', repository: 'preset: soc2' },
      all('enforce'),
    ],
    [
      'is never enforce in a trial',
      {
        organization:
          '{ preset: observe-all, mode: enforce, controls: { plain: { mode: enforce }, ticket-link: { mode: off } } }',
      },
      { ...all('observe'), 'ticket-link': 'off' },
    ],
    [
      "is not enforce in the organization's trial because a repository says so",
      {
        organization: 'preset: observe-all',
        repository: '{ preset: strict, mode: enforce, controls: { plain: { mode: enforce } } }',
      },
      all('observe'),
    ],
    [
      "is not enforce in a repository's own trial",
      { organization: 'mode: enforce', repository: 'preset: observe-all' },
      all('observe'),
    ],
  ])('%s', (_sentence, files, expected) => {
    expect(modesOf(resolve(files).policy)).toEqual(expected)
    expect(resolve(files).faults).toEqual([])
  })
})

describe('a setting', () => {
  const settingsOf = (files: Files, id = 'ticket-link') => resolve(files).policy.controls[id]?.settings

  test.each<[sentence: string, files: Files, expected: Record<string, unknown>]>([
    [
      "is the control's default when nobody says otherwise",
      {},
      { projects: [], require: 'any', exempt: { accounts: [] } },
    ],
    [
      "is the organization's",
      { organization: 'controls: { ticket-link: { projects: [BUG] } }' },
      { projects: ['BUG'] },
    ],
    [
      "is the repository's, whole: lists are not joined",
      {
        organization: 'controls: { ticket-link: { projects: [BUG] } }',
        repository: 'controls: { ticket-link: { projects: [ENG] } }',
      },
      { projects: ['ENG'] },
    ],
    [
      "stays the organization's when the repository says another",
      {
        organization: 'controls: { ticket-link: { projects: [BUG] } }',
        repository: 'controls: { ticket-link: { require: all } }',
      },
      { projects: ['BUG'], require: 'all' },
    ],
  ])('%s', (_sentence, files, expected) => {
    expect(settingsOf(files)).toMatchObject(expected)
  })

  test.each<[sentence: string, files: Files, approvals: number]>([
    ['two under strict', { organization: 'preset: strict' }, 2],
    ["two under a repository's strict", { repository: 'preset: strict' }, 2],
    [
      'what the organization says, also under strict',
      {
        organization: '{ preset: strict, controls: { independent-review: { rules: [{ name: all, approvals: 3 }] } } }',
      },
      3,
    ],
    ['one by default', {}, 1],
    ['one under observe-all', { organization: 'preset: observe-all' }, 1],
  ])('of approvals is %s', (_sentence, files, approvals) => {
    expect(settingsOf(files, 'independent-review')).toMatchObject({ rules: [{ approvals }] })
  })

  test('that does not fit the others is a fault, and has no effect', () => {
    const text = 'mode: enforce\ncontrols:\n  independent-review:\n    must-differ: true\n    from: { teams: [a] }'
    const { policy, faults } = resolve({ organization: text })
    expect(policy.controls['independent-review']).toEqual({
      mode: 'enforce',
      settings: { rules: [{ name: 'every change', approvals: 1 }], from: 'anyone', 'must-differ': false },
    })
    expect(faults).toEqual([
      {
        layer: 'organization',
        path: 'controls.independent-review.must-differ',
        line: 4,
        message: expect.stringMatching(/^With one rule there is nothing to differ\. .* have no effect\.$/),
      },
    ])
  })

  test("that fits the repository's others badly leaves the organization's in force", () => {
    const organization = 'controls: { independent-review: { must-differ: true, rules: [{ name: a }, { name: b }] } }'
    const repository = 'controls:\n  independent-review:\n    rules: [{ name: c }]'
    const { policy, faults } = resolve({ organization, repository })
    expect(policy.controls['independent-review']?.settings).toMatchObject({ rules: [{ name: 'a' }, { name: 'b' }] })
    expect(faults).toMatchObject([{ layer: 'repository', line: 2 }])
  })
})

describe("an organization's misfit", () => {
  test('is told once, as its own, also where a repository has a file', () => {
    const organization = 'controls: { independent-review: { must-differ: true } }'
    expect(resolve({ organization, repository: 'mode: enforce' }).faults).toMatchObject([{ layer: 'organization' }])
  })
})

describe('checks', () => {
  test.each<[sentence: string, files: Files, expected: string]>([
    ['are one by default', {}, 'single'],
    ['are as the organization says', { organization: 'checks: per-control' }, 'per-control'],
    [
      'are as the repository says, whatever is locked',
      { organization: '{ checks: per-control, locked: ["*"] }', repository: 'checks: single' },
      'single',
    ],
  ])('%s', (_sentence, files, expected) => {
    expect(resolve(files).policy.checks).toBe(expected)
  })
})

describe('a group', () => {
  const grouped = (repositories: string, rest = 'mode: enforce') =>
    `groups: [{ name: production, repositories: ${repositories}, ${rest} }]`

  test.each<[sentence: string, selector: string, doesFit: Mode]>([
    ['fits by a glob', '{ names: ["api-*"] }', 'enforce'],
    ['fits by an exact name', '{ names: [api-pay] }', 'enforce'],
    ['fits whatever the case', '{ names: ["API-*"] }', 'enforce'],
    ['fits by one of several globs', '{ names: ["web-*", "{api,ops}-???"] }', 'enforce'],
    ['fits by a leading star', '{ names: ["*-pay"] }', 'enforce'],
    ['fits everything by a star', '{ names: ["*"] }', 'enforce'],
    ['does not fit by half a name', '{ names: [api] }', 'observe'],
    ['does not fit by another name', '{ names: ["web-*"] }', 'observe'],
    ['fits by a topic', '{ topics: [staging, production] }', 'enforce'],
    ['does not fit by another topic', '{ topics: [staging] }', 'observe'],
    ['fits by a custom property', '{ properties: { tier: ["1", "2"] } }', 'enforce'],
    ['fits by a custom property with several values', '{ properties: { kind: [api] } }', 'enforce'],
    ['does not fit by another value of it', '{ properties: { tier: ["2"] } }', 'observe'],
    ['does not fit by a property the repository lacks', '{ properties: { owner: [pay] } }', 'observe'],
    ['does not fit by what every object has', '{ properties: { constructor: ["1"], __proto__: ["1"] } }', 'observe'],
    ['fits when any one entry fits', '{ names: [other], topics: [other], properties: { tier: ["1"] } }', 'enforce'],
  ])('%s', (_sentence, selector, expected) => {
    expect(modesOf(resolve({ organization: grouped(selector) }).policy)).toEqual(all(expected))
  })

  test.each<[sentence: string, files: Files, expected: Record<string, Mode>]>([
    [
      'goes before the organization at large',
      { organization: `{ mode: observe, ${grouped('{ topics: [production] }')} }` },
      all('enforce'),
    ],
    [
      'goes before what the organization says of one control, by what it says of it',
      {
        organization: `{ controls: { plain: { mode: off } }, ${grouped('{ topics: [production] }', 'controls: { plain: { mode: enforce } }')} }`,
      },
      { ...all('observe'), plain: 'enforce' },
    ],
    [
      'goes before an earlier one',
      {
        organization:
          'groups: [{ name: a, repositories: { names: ["*"] }, mode: enforce }, { name: b, repositories: { names: ["*"] }, mode: off }]',
      },
      all('off'),
    ],
    [
      'goes behind the repository where it locks nothing',
      { organization: grouped('{ topics: [production] }'), repository: 'mode: off' },
      all('off'),
    ],
    [
      'holds its locks against the repository',
      { organization: grouped('{ topics: [production] }', 'mode: enforce, locked: [plain]'), repository: 'mode: off' },
      { ...all('off'), plain: 'enforce' },
    ],
    [
      'holds no locks against repositories outside',
      { organization: grouped('{ topics: [other] }', 'locked: ["*"]'), repository: 'mode: off' },
      all('off'),
    ],
  ])('%s', (_sentence, files, expected) => {
    expect(modesOf(resolve(files).policy)).toEqual(expected)
  })
})

describe('a lock', () => {
  const organization = (locked: string) => `
mode: enforce
controls:
  ticket-link: { projects: [BUG, ENG] }
locked: [${locked}]
`
  const keeps = (name: string, value: string, weaker: string) =>
    `acme/.github locks ${name} at ${value}: ${weaker} is weaker and has no effect here.`

  test.each<
    [sentence: string, locked: string, repository: string, faults: [path: string, line: number, message: string][]]
  >([
    [
      'keeps a mode from being lowered',
      'ticket-link',
      'controls:\n  ticket-link:\n    mode: observe',
      [['controls.ticket-link.mode', 3, keeps('ticket-link.mode', '"enforce"', '"observe"')]],
    ],
    [
      'on the mode alone keeps it too',
      'ticket-link.mode',
      'controls:\n  ticket-link:\n    mode: off',
      [['controls.ticket-link.mode', 3, keeps('ticket-link.mode', '"enforce"', '"off"')]],
    ],
    [
      'keeps the mode of a control from being lowered for all',
      'plain',
      'checks: single\nmode: observe',
      [['mode', 2, keeps('plain.mode', '"enforce"', '"observe"')]],
    ],
    [
      'on one setting keeps it from being widened',
      'ticket-link.projects',
      'controls: { ticket-link: { mode: off, projects: [BUG, ENG, OPS] } }',
      [['controls.ticket-link.projects', 1, keeps('ticket-link.projects', '["BUG","ENG"]', '["BUG","ENG","OPS"]')]],
    ],
    ['lets a setting be tightened', 'ticket-link', 'controls: { ticket-link: { projects: [BUG], require: all } }', []],
    ['lets the same be said again', '"*"', 'controls: { ticket-link: { mode: enforce, projects: [BUG, ENG] } }', []],
    ['on one control leaves the others free', 'ticket-link', 'controls: { plain: { mode: off } }', []],
    [
      'on one setting leaves the others free',
      'ticket-link.require',
      'controls: { ticket-link: { projects: [X] } }',
      [],
    ],
    [
      'on everything keeps every field',
      '"*"',
      'controls:\n  ticket-link: { mode: off, projects: [X] }\n  plain: { mode: off }',
      [
        ['controls.plain.mode', 3, keeps('plain.mode', '"enforce"', '"off"')],
        ['controls.ticket-link.mode', 2, keeps('ticket-link.mode', '"enforce"', '"off"')],
        ['controls.ticket-link.projects', 2, keeps('ticket-link.projects', '["BUG","ENG"]', '["X"]')],
      ],
    ],
  ])('%s', (...[, locked, repository, faults]) => {
    expect(resolve({ organization: organization(locked), repository }).faults).toEqual(
      faults.map(([path, line, message]) => ({ layer: 'repository', path, line, message })),
    )
  })

  test('leaves the organization its value, and takes over the rest of what the repository says', () => {
    const repository = 'controls: { ticket-link: { mode: observe, projects: [X], require: all } }'
    const { policy } = resolve({ organization: organization('ticket-link.projects'), repository })
    expect(policy.controls['ticket-link']).toEqual({
      mode: 'observe',
      settings: { projects: ['BUG', 'ENG'], require: 'all', exempt: { accounts: [] } },
    })
  })

  test("holds against a repository's preset", () => {
    const { policy, faults } = resolve({
      organization: '{ preset: strict, locked: ["*"] }',
      repository: 'preset: soc2',
    })
    expect(modesOf(policy)).toEqual(all('enforce'))
    expect(policy.controls['independent-review']?.settings).toMatchObject({ rules: [{ approvals: 2 }] })
    expect(new Set(faults.map(({ path }) => path))).toEqual(new Set(['preset']))
  })

  test("holds against a repository's trial", () => {
    const files = { organization: '{ mode: enforce, locked: [plain] }', repository: 'preset: observe-all' }
    expect(modesOf(resolve(files).policy)).toEqual({ ...all('observe'), plain: 'enforce' })
  })
})

describe('the effective policy', () => {
  test('names its preset and its files', () => {
    expect(resolve({}).policy).toMatchObject({ preset: 'soc2', origins: [] })
    expect(resolve({ organization: 'preset: strict', repository: '' }).policy).toMatchObject({
      preset: 'strict',
      origins: [originOf('organization'), originOf('repository')],
    })
    expect(resolve({ organization: 'preset: observe-all', repository: 'preset: strict' }).policy.preset).toBe(
      'observe-all',
    )
  })

  test('passes over what a preset says of controls the catalogue lacks, or that do not take it', () => {
    const organization = {
      document: layerOf('organization', 'preset: strict').document,
      origin: originOf('organization'),
    }
    const others = sampleCatalogue.filter(({ id }) => id !== 'independent-review')
    const { policy, faults } = resolvePolicy({ catalogue: others, organization, repository: null, target })
    expect(Object.keys(policy.controls)).toEqual(['plain', 'ticket-link'])
    const impostor = sampleCatalogue
      .filter(({ id }) => id === 'plain')
      .map((control) => ({ ...control, id: 'independent-review' }))
    const other = resolvePolicy({ catalogue: impostor, organization, repository: null, target })
    expect(other.policy.controls).toEqual({ 'independent-review': { mode: 'enforce', settings: {} } })
    expect([...faults, ...other.faults]).toEqual([])
  })

  const digest = (files: Files) => resolve(files).policy.digest

  test('has a digest that depends on what it says, not on how it is written or where', () => {
    const plain = 'controls: { plain: { mode: enforce }, ticket-link: { projects: [BUG], require: all } }'
    const other =
      '# the same\ncontrols:\n  ticket-link:\n    require: all\n    projects:\n      - BUG\n  plain:\n    mode: enforce'
    expect(digest({ organization: plain })).toMatch(/^[0-9a-f]{64}$/)
    expect(digest({ organization: other })).toBe(digest({ organization: plain }))
    expect(digest({ repository: plain })).toBe(digest({ organization: plain }))
    expect(digest({ organization: 'preset: soc2' })).toBe(digest({}))
  })

  test('has another digest when anything judged or shown is another', () => {
    const digests = [
      '',
      'mode: enforce',
      'checks: per-control',
      'controls: { ticket-link: { projects: [BUG] } }',
      'controls: { ticket-link: { projects: [BUG, ENG] } }',
      'controls: { ticket-link: { projects: [ENG, BUG] } }',
    ].map((organization) => digest({ organization }))
    expect(new Set(digests).size).toBe(digests.length)
  })

  test('keeps its digest from release to release', () => {
    expect(digest({})).toBe('4ee2dcf7aba96234afc1e70a754a923757367fd512b69fe85be582f2125acffb')
  })
})

describe('no repository weakens what its organization locks', () => {
  const mode = fc.constantFrom<Mode | null>('off', 'observe', 'enforce', null)
  const preset = fc.constantFrom<PresetName | null>('soc2', 'strict', 'observe-all', null)
  const keys = fc.subarray(['BUG', 'ENG', 'OPS'])
  const rules = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'every change'), approvals: fc.nat(3) }), {
    selector: ({ name }) => name,
    minLength: 1,
  })
  const from = fc.oneof(fc.constant('anyone'), fc.record({ teams: fc.subarray(['x', 'y'], { minLength: 1 }) }))
  const some = { requiredKeys: [] as [] }
  const statement = (settings: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<ControlStatement> =>
    fc.record({ mode, settings })
  const controls: fc.Arbitrary<Record<string, ControlStatement>> = fc.record(
    {
      plain: statement(fc.constant({})),
      'ticket-link': statement(
        fc.record(
          {
            projects: keys,
            require: fc.constantFrom('any', 'all'),
            exempt: fc.record({ accounts: fc.subarray([1, 2, 3]) }),
          },
          some,
        ),
      ),
      'independent-review': statement(fc.record({ rules, from, 'must-differ': fc.boolean() }, some)),
    },
    some,
  )
  const locked = fc.subarray([...lockNames(sampleCatalogue)])
  const group: fc.Arbitrary<PolicyGroup> = fc.record({
    name: fc.string(),
    repositories: fc.record({
      names: fc.constantFrom(['*'], ['web-*']),
      topics: fc.constant([]),
      properties: fc.constant({}),
    }),
    mode,
    controls,
    locked,
  })
  const document = (layer: 'organization' | 'repository'): fc.Arbitrary<PolicyDocument> =>
    fc.record({
      preset,
      mode,
      checks: fc.constantFrom('single', 'per-control', null),
      controls,
      locked: layer === 'organization' ? locked : fc.constant([]),
      groups: layer === 'organization' ? fc.array(group, { maxLength: 2 }) : fc.constant([]),
      lines: fc.constant({}),
    })

  test('for any two files and any locks, each locked field is at least as strict as the organization alone has it', () => {
    fc.assert(
      fc.property(document('organization'), document('repository'), (ours, theirs) => {
        const organization = { document: ours, origin: originOf('organization') }
        const repository = { document: theirs, origin: originOf('repository') }
        const request = { catalogue: sampleCatalogue, organization, target }
        const { policy: alone } = resolvePolicy({ ...request, repository: null })
        const { policy: joined, faults } = resolvePolicy({ ...request, repository })
        const groups = ours.groups.filter(({ repositories }) => repositories.names.includes('*'))
        const locks = [...ours.locked, ...groups.flatMap((one) => one.locked)]
        for (const control of sampleCatalogue) {
          const [agreed, proposed] = [alone.controls[control.id], joined.controls[control.id]]
          if (agreed === undefined || proposed === undefined) throw new Error(`${control.id} is missing`)
          expect(control.settings.safeParse(proposed.settings).success).toBe(true)
          const order = ['off', 'observe', 'enforce']
          const isLocked = (field: string) =>
            ['*', control.id, `${control.id}.${field}`].some((lock) => locks.includes(lock))
          if (isLocked('mode')) {
            expect(order.indexOf(proposed.mode)).toBeGreaterThanOrEqual(order.indexOf(agreed.mode))
          }
          for (const [name, compare] of Object.entries(control.strictness)) {
            if (!isLocked(name)) continue
            const [before, after] = [agreed.settings[name], proposed.settings[name]]
            expect({ before, after, holds: compare(before, after) }).toEqual({ before, after, holds: true })
          }
        }
        for (const fault of faults) expect(fault.message).toMatch(/no effect/)
      }),
      { numRuns: 2_000 },
    )
  })

  test('and where nothing is locked, what a repository says of a control is what holds', () => {
    fc.assert(
      fc.property(document('organization'), document('repository'), (ours, theirs) => {
        const free = { ...ours, preset: null, locked: [], groups: ours.groups.map((one) => ({ ...one, locked: [] })) }
        const { policy, faults } = resolvePolicy({
          catalogue: sampleCatalogue,
          organization: { document: free, origin: originOf('organization') },
          repository: { document: { ...theirs, preset: null }, origin: originOf('repository') },
          target,
        })
        for (const [id, said] of Object.entries(theirs.controls)) {
          const isMisfit = faults.some(({ path }) => path.startsWith(`controls.${id}`))
          if (said.mode !== null) expect(policy.controls[id]?.mode).toBe(said.mode)
          if (!isMisfit) expect(policy.controls[id]?.settings).toMatchObject(said.settings)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

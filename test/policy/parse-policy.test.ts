import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { PolicyOrigin } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { documentOf, sampleCatalogue } from './sample-catalogue.ts'

type Layer = PolicyOrigin['layer']
type Fault = readonly [line: number | null, path: string, message: string | RegExp]

const parse = (text: string, layer: Layer = 'organization') => parsePolicy({ text, layer, catalogue: sampleCatalogue })

const complete = `version: 1
preset: strict
mode: enforce
checks: per-control
controls:
  ticket-link: { mode: observe, projects: [BUG, ENG] }
  independent-review:
    rules: [{ name: every change, approvals: 2 }]
locked: [independent-review, ticket-link.projects]
groups:
  - name: production
    repositories: { names: ["api-*"], topics: [production], properties: { tier: ["1"] } }
    mode: enforce
    controls:
      plain: { mode: off }
    locked: [plain]
`

const nothing = { preset: null, mode: null, checks: null, controls: {}, locked: [], groups: [] }

describe('parsePolicy understands', () => {
  test.each<[sentence: string, text: string, expected: object]>([
    ['an empty file: it says nothing', '', nothing],
    ['a file of comments only', '# later\n\n# more\n', nothing],
    ['an empty document', '---\n', nothing],
    ['an empty mapping', '{}', nothing],
    ['a byte order mark', '\ufeffmode: enforce', { ...nothing, mode: 'enforce' }],
    ['Windows line ends', 'mode: enforce\r\nchecks: single\r\n', { ...nothing, mode: 'enforce', checks: 'single' }],
    ['JSON, which is YAML too', '{"mode": "off"}', { ...nothing, mode: 'off' }],
    ['off as a word, not as a boolean', 'mode: off', { ...nothing, mode: 'off' }],
    ['off as a word, even where YAML 1.1 is asked for', '%YAML 1.1\n---\nmode: off', { ...nothing, mode: 'off' }],
    [
      'only what is said: no default is filled in',
      'controls: { ticket-link: { projects: [BUG] } }',
      { ...nothing, controls: { 'ticket-link': { mode: null, settings: { projects: ['BUG'] } } } },
    ],
    [
      'a control that says nothing',
      'controls: { plain: {} }',
      { ...nothing, controls: { plain: { mode: null, settings: {} } } },
    ],
    [
      'everything at once',
      complete,
      {
        preset: 'strict',
        mode: 'enforce',
        checks: 'per-control',
        controls: {
          'ticket-link': { mode: 'observe', settings: { projects: ['BUG', 'ENG'] } },
          'independent-review': { mode: null, settings: { rules: [{ name: 'every change', approvals: 2 }] } },
        },
        locked: ['independent-review', 'ticket-link.projects'],
        groups: [
          {
            name: 'production',
            repositories: { names: ['api-*'], topics: ['production'], properties: { tier: ['1'] } },
            mode: 'enforce',
            controls: { plain: { mode: 'off', settings: {} } },
            locked: ['plain'],
          },
        ],
      },
    ],
  ])('%s', (_sentence, text, expected) => {
    expect(parse(text)).toEqual({ ok: true, policy: { ...expected, lines: expect.any(Object) } })
  })

  test('on which line each thing stands', () => {
    expect(documentOf('organization', complete).lines).toMatchObject({
      version: 1,
      'controls.ticket-link.projects': 6,
      'controls.independent-review.rules.0.approvals': 8,
      'locked.1': 9,
      'groups.0.controls.plain.mode': 15,
    })
  })
})

describe('parsePolicy refuses', () => {
  test.each<[sentence: string, text: string, ...faults: Fault[]]>([
    ['a list', '- mode: off', [1, '', /^A policy is a mapping/]],
    ['a mere word', 'enforce', [1, '', /^A policy is a mapping/]],
    ['a number', '42', [1, '', /^A policy is a mapping/]],
    ['control characters', 'mode: off\n\u0000', [2, '', /control characters/]],
    ['UTF-16 read as UTF-8', 'm\u0000o\u0000d\u0000e\u0000', [1, '', /plain text in UTF-8/]],
    ['more than 256 KB', `# ${'x'.repeat(256 * 1024)}`, [null, '', /larger than 256 KB/]],
    ['more than 256 KB of bytes', `# ${'é'.repeat(128 * 1024)}`, [null, '', /larger than 256 KB/]],
    ['more entries than anybody writes', `locked: [${'plain,'.repeat(5_001)}]`, [null, '', /more than 5000 entries/]],
    [
      'more regular expressions than it may',
      `locked: [${'/a.*b/,'.repeat(201)}]`,
      [null, '', /may have 200 regular expressions/],
    ],
    ['tabs', 'controls:\n\tplain: {}', [2, '', /indented with a tab/]],
    ['an unclosed quote', 'mode: "off', [1, '', /^This is not valid YAML: .*quote\.$/]],
    ['an unclosed list', 'locked: [plain', [1, '', /^This is not valid YAML/]],
    ['crooked indentation', 'controls:\n  plain: {}\n ticket-link: {}', [3, '', /^This is not valid YAML/]],
    ['two documents', 'mode: off\n---\nmode: enforce', [2, '', /one YAML document/]],
    [
      'a key that stands twice',
      'mode: off\nchecks: single\nmode: enforce',
      [3, 'mode', '"mode" stands here twice: keep one.'],
    ],
    [
      'a nested key that stands twice',
      'controls:\n  plain: {}\n  plain: {}',
      [3, 'controls.plain', '"plain" stands here twice: keep one.'],
    ],
    ['a star without quotes', 'locked: [*]', [1, '', 'A text that begins with * must be in quotes: "*".']],
    [
      'a glob without quotes',
      'groups:\n  - name: a\n    repositories: { names: [*-api] }',
      [3, 'groups.0.repositories.names.0', /If you mean the text, quote it: "\*-api"/],
    ],
    ['an alias', 'mode: &m off\nchecks: *m', [2, 'checks', /^Aliases are not used in a policy/]],
    ['a tag', 'mode: !important off', [1, '', /begins with ! must be in quotes/]],
    ['a key that is a list', '? [a, b]\n: off', [1, '?', /^A key is a word before a colon/]],
    ['an endless nesting', `mode: ${'['.repeat(60)}${']'.repeat(60)}`, [1, `mode${'.0'.repeat(40)}`, /too deeply/]],
    ['infinity', 'version: .inf', [1, 'version', 'This number is not finite.']],
    ['another version', 'version: 2', [1, 'version', '2 is not possible here. Possible are: 1.']],
    [
      'a misspelt key, with a suggestion',
      'mode: off\nchekcs: single',
      [2, 'chekcs', 'There is no key "chekcs" here. Did you mean "checks"?'],
    ],
    [
      'a key like no other, with the known ones',
      'colour: red',
      [1, 'colour', /^There is no key "colour" here. Known are: version, preset, mode, checks, controls/],
    ],
    [
      'a control outside of controls, saying where it belongs',
      'ticket-link: {}',
      [1, 'ticket-link', 'There is no key "ticket-link" here. It belongs under "controls".'],
    ],
    [
      'a misspelt control',
      'controls:\n  ticketLink: {}',
      [2, 'controls.ticketLink', 'There is no key "ticketLink" here. Did you mean "ticket-link"?'],
    ],
    [
      'a misspelt setting',
      'controls:\n  ticket-link:\n    projets: [BUG]',
      [3, 'controls.ticket-link.projets', 'There is no key "projets" here. Did you mean "projects"?'],
    ],
    [
      'a setting spelt with an underscore',
      'controls: { independent-review: { must_differ: true } }',
      [1, 'controls.independent-review.must_differ', /Did you mean "must-differ"\?$/],
    ],
    [
      'a setting of a control that has none',
      'controls: { plain: { approvals: 1 } }',
      [1, 'controls.plain.approvals', /Known are: mode\.$/],
    ],
    [
      'an unknown key deep in a setting',
      'controls:\n  independent-review:\n    rules:\n      - name: all\n        aprovals: 2',
      [5, 'controls.independent-review.rules.0.aprovals', /Did you mean "approvals"\?$/],
    ],
    ['a misspelt mode', 'mode: enforced', [1, 'mode', '"enforced" is not possible here. Did you mean "enforce"?']],
    ['a boolean as mode', 'mode: true', [1, 'mode', 'true is not possible here. Possible are: off, observe, enforce.']],
    ['an unknown preset', 'preset: iso27001', [1, 'preset', /Possible are: soc2, strict, observe-all\.$/]],
    ['a key with nothing behind it', 'controls:', [1, 'controls', /^Nothing stands here. Write a mapping/]],
    [
      'a control with nothing behind it',
      'controls:\n  plain:',
      [2, 'controls.plain', 'Nothing stands here. Write a mapping, or remove the line.'],
    ],
    [
      'text for a list',
      'controls:\n  ticket-link:\n    projects: BUG',
      [3, 'controls.ticket-link.projects', 'Expected a list, found the text "BUG".'],
    ],
    [
      'a value the control refuses, in its own words',
      'controls:\n  ticket-link:\n    projects:\n      - BUG\n      - eng',
      [5, 'controls.ticket-link.projects.1', 'A project key is upper-case letters, as in BUG.'],
    ],
    [
      'a number too high',
      'controls: { independent-review: { rules: [{ name: a, approvals: 11 }] } }',
      [1, 'controls.independent-review.rules.0.approvals', 'Expected at most 10, found 11.'],
    ],
    [
      'half a number',
      'controls: { independent-review: { rules: [{ name: a, approvals: 1.5 }] } }',
      [1, 'controls.independent-review.rules.0.approvals', 'Expected a whole number, found 1.5.'],
    ],
    [
      'an empty list where there must be one',
      'controls: { independent-review: { rules: [] } }',
      [1, 'controls.independent-review.rules', 'This list must have at least 1 entry.'],
    ],
    [
      'a missing key',
      'controls:\n  independent-review:\n    rules:\n      - approvals: 2',
      [4, 'controls.independent-review.rules.0.name', '"name" is missing.'],
    ],
    [
      'a mistake inside one of two alternatives',
      'controls: { independent-review: { from: { team: [a] } } }',
      [1, 'controls.independent-review.from.teams', '"teams" is missing.'],
      [1, 'controls.independent-review.from.team', /Did you mean "teams"\?$/],
    ],
    [
      'what is neither of two alternatives',
      'controls: { independent-review: { from: 3 } }',
      [1, 'controls.independent-review.from', /Possible are: anyone\. Or: Expected a mapping, found 3\.$/],
    ],
    [
      'a lock on an unknown control',
      'locked: [ticket-lnk]',
      [1, 'locked.0', '"ticket-lnk" is not possible here. Did you mean "ticket-link"?'],
    ],
    [
      'a lock on an unknown setting',
      'locked: [ticket-link.project]',
      [1, 'locked.0', '"ticket-link.project" is not possible here. Did you mean "ticket-link.projects"?'],
    ],
    [
      'a group that selects nothing',
      'groups:\n  - name: a\n    repositories: {}',
      [3, 'groups.0.repositories', 'Say which repositories: names, topics or properties.'],
    ],
    [
      'a group without repositories',
      'groups:\n  - name: a',
      [2, 'groups.0.repositories', '"repositories" is missing.'],
    ],
    [
      'a glob that does not close',
      'groups: [{ name: a, repositories: { names: ["[api"] } }]',
      [1, 'groups.0.repositories.names.0', /^This is no glob that can be used: missing closing/],
    ],
    [
      'a glob over owner and name',
      'groups: [{ name: a, repositories: { names: ["acme/*"] } }]',
      [1, 'groups.0.repositories.names.0', /name alone, without owner/],
    ],
    [
      'two groups of one name',
      'groups:\n- { name: a, repositories: { topics: [x] } }\n- { name: a, repositories: { topics: [y] } }',
      [3, 'groups.1.name', 'An earlier group has this name already: choose another.'],
    ],
    [
      'a number where a custom property has text',
      'groups: [{ name: a, repositories: { properties: { tier: [1] } } }]',
      [1, 'groups.0.repositories.properties.tier.0', 'Expected a text (in quotes), found 1.'],
    ],
    [
      'everything wrong at once, in the order of the file',
      'mode: maybe\ncontrols:\n  ticket-lnk: {}\n  plain: { mode: of }\nlokced: []',
      [1, 'mode', /Possible are: off, observe, enforce\.$/],
      [3, 'controls.ticket-lnk', /Did you mean "ticket-link"\?$/],
      [4, 'controls.plain.mode', /Did you mean "off"\?$/],
      [5, 'lokced', /Did you mean "locked"\?$/],
    ],
    ['a key named __proto__', '__proto__: { mode: off }', [1, '__proto__', /^There is no key "__proto__" here/]],
  ])('%s', (_sentence, text, ...faults) => {
    const expected = faults.map(([line, path, message]) => ({
      line,
      path,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    }))
    expect(parse(text)).toEqual({ ok: false, faults: expected })
  })

  test('locks and groups in a repository, saying why, beside its other faults', () => {
    const text = 'locked: [plain]\ngroups: [{ name: a, repositories: { topics: [x] } }]\nmod: off'
    expect(parse(text, 'repository')).toEqual({
      ok: false,
      faults: [
        { line: 1, path: 'locked', message: expect.stringMatching(/^Only the organization can lock/) },
        { line: 2, path: 'groups', message: expect.stringMatching(/^Only the organization can group/) },
        { line: 3, path: 'mod', message: expect.stringMatching(/Did you mean "mode"/) },
      ],
    })
  })

  test('a thousand faults with the first fifty and a count', () => {
    const text = Array.from({ length: 1_000 }, (_, at) => `k${String(at)}: 1`).join('\n')
    const parsed = parse(text)
    expect(parsed.ok ? [] : parsed.faults).toHaveLength(51)
    expect(parsed).toMatchObject({
      faults: expect.arrayContaining([
        expect.objectContaining({ message: 'And 950 more, told when these are mended.' }),
      ]),
    })
  })

  test('an alias bomb, without growing it', () => {
    const levels = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? 'a0: &a0 [x, x]' : `a${String(at)}: &a${String(at)} [*a${String(at - 1)}, *a${String(at - 1)}]`,
    )
    expect(parse(levels.join('\n'))).toMatchObject({ ok: false })
  })
})

describe('parsePolicy never throws', () => {
  const syntax = [
    ' ',
    '\n',
    '\t',
    ':',
    '-',
    '[',
    ']',
    '{',
    '}',
    '*',
    '&',
    '!',
    '|',
    '>',
    '"',
    "'",
    '#',
    '?',
    ',',
    '%',
    '@',
    '`',
    'a',
    'mode',
    'controls',
    '---',
  ]
  const layers = fc.constantFrom<Layer>('organization', 'repository')
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(...syntax),
      maxLength: 120,
    }),
    fc.json(),
    fc.jsonValue().map((value) => stringify(value)),
    fc
      .tuple(fc.nat(complete.length), fc.nat(40), fc.string({ maxLength: 10 }))
      .map(([at, length, instead]) => complete.slice(0, at) + instead + complete.slice(at + length)),
  )

  test('whatever the text, and every fault is a sentence', () => {
    fc.assert(
      fc.property(anyText, layers, (text, layer) => {
        const parsed = parse(text, layer)
        if (parsed.ok) return
        expect(parsed.faults.length).toBeGreaterThan(0)
        for (const fault of parsed.faults) {
          expect(fault.message).toMatch(/[.?]$/)
          expect(fault.line ?? 1).toBeGreaterThan(0)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['dashes', '- '.repeat(50_000)],
    ['question marks', '? '.repeat(50_000)],
    ['colons', ': '.repeat(50_000)],
    ['keys', Array.from({ length: 20_000 }, (_, at) => `k${String(at)}:`).join('\n')],
  ])('however many %s', (_name, text) => {
    expect(parse(text)).toMatchObject({ ok: false })
  })
})

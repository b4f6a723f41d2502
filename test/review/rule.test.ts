import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { catalogue } from '#controls/catalogue.ts'
import { independentReview } from '#controls/change/independent-review.ts'
import { parsePolicy } from '#policy/parse-policy.ts'

/** What is told of `rules:` in a policy, each with its line; the first line of the rules is 4. */
function faultsOf(rules: string): readonly string[] {
  const indented = rules.split('\n').map((line) => `      ${line}`)
  const text = ['controls:', '  independent-review:', '    rules:', ...indented].join('\n')
  const parsed = parsePolicy({ text, layer: 'organization', catalogue })
  return parsed.ok ? [] : parsed.faults.map(({ line, message }) => `${line ?? 0}: ${message}`)
}

const specified = `- name: every change
  approvals: 1
- name: payments
  when: { paths: ["src/payments/**"], not-paths: ["**/*.md"] }
  approvals: 2
  from: { teams: [acme/payments], users: [], code-owners: false, permission: write }
  distinct: true
- name: dependency updates
  when: { authored-by-apps: [dependabot], only-paths: ["**/package-lock.json", "**/package.json"], checks-passed: [ci] }
  approvals: 0
  replaces: [every change]`

const one = (more: string, approvals = 1): string => `- name: a\n  approvals: ${approvals}\n  ${more}`
const unanchored =
  '6: A rule that asks for no approval has to rest on who wrote all of the change, where it goes or that it touches ' +
  'nothing else: say so with authored-by-apps, only-contributors, only-paths, base-branches or custom-properties. ' +
  'Patterns that fit everything do not, nor does anything else here: whoever writes the change has it in hand.'
const typed =
  '6: A branch name, a title or a label can be typed by anybody, so they alone take no rule away. Say who or what it is ' +
  'for as well, as with authored-by-apps, only-contributors or only-paths.'

const wrong: readonly (readonly [name: string, rules: string, fault: string])[] = [
  ['no rule', '[]', '3: This list must have at least 1 entry.'],
  ['a rule without a name', '- { name: " ", approvals: 1 }', '4: This text may not be empty.'],
  [
    'two rules of one name',
    '- { name: a, approvals: 1 }\n- { name: "a ", approvals: 2 }',
    '5: An earlier rule has this name already. Give each rule its own name.',
  ],
  ['a replaced rule that is not there', one('replaces: [b]'), '6: No rule is called "b". There are: "a".'],
  [
    'a rule that replaces itself',
    one('replaces: [a]'),
    '6: A rule cannot replace itself. Remove this, or name another rule.',
  ],
  ['a misspelt key', one('form: {}'), '6: There is no key "form" here. Did you mean "from"?'],
  ['a misspelt condition', one('when: { path: ["a"] }'), '6: There is no key "path" here. Did you mean "paths"?'],
  [
    'a condition that says nothing',
    one('when: {}'),
    '6: Nothing is said here. Leave it out where it shall always apply.',
  ],
  [
    'a condition that says nothing, further in',
    one('when: { any: [{ signed: true }, {}] }'),
    '6: Nothing is said here. Leave it out where it shall always apply.',
  ],
  ['an empty list in a condition', one('when: { paths: [] }'), '6: This list must have at least 1 entry.'],
  ['nobody among authors', one('when: { authors: { users: [] } }'), '6: Name somebody: users, teams or apps.'],
  [
    'paths that are all left out',
    one('when: { paths: ["a"], not-paths: ["a", "b"] }'),
    '6: All of these stand under "not-paths" as well, so this can never be true.',
  ],
  [
    'a comparison that cannot be read',
    one('when: { lines-changed: "many" }'),
    '6: This is no comparison that can be read. Write one with a whole number, as in ">400" or "<=10".',
  ],
  [
    'a comparison that is never true',
    one('when: { files-changed: "<0" }'),
    '6: No change has less than nothing, so this can never be true.',
  ],
  [
    'a team without its organization',
    one('from: { teams: [payments] }'),
    '6: Write organization/team, with the slug of the team and without @, as in acme/payments.',
  ],
  [
    'a from that names nobody',
    one('from: { teams: [] }'),
    '6: This names nobody. Name users or teams, ask for code-owners or a permission, or leave it out.',
  ],
  [
    'more approvals than people named',
    one('from: { users: [ana, ANA] }', 2),
    '5: 2 approvals are asked for and 1 person is named, so this can never be met.',
  ],
  [
    'a from where no approval is asked for',
    one('when: { base-branches: [main] }\n  from: { users: [ana] }', 0),
    '7: This says whose approvals count where none is asked for. Remove it, or ask for approvals.',
  ],
  [
    'a rule that lets everything pass',
    '- { name: a, approvals: 0 }',
    '4: This would let every change pass unseen. Say "when", or switch the control off: mode: off.',
  ],
  ...[
    '{ head-branches: ["dependabot/**"] }',
    '{ title: [x], labels: [x] }',
    '{ authors: { users: [ana] } }',
    '{ paths: ["docs/**"] }',
    '{ not-paths: ["src/**"] }',
    '{ paths: ["docs/**"], files-changed: "<3", lines-changed: "<10", signed: true, checks-passed: [ci] }',
    '{ only-paths: ["**"] }',
    '{ only-paths: ["/./"] }',
    '{ only-paths: ["*", "**/*"] }',
    '{ only-paths: ["**/*"], not-paths: ["src/**"] }',
    '{ base-branches: ["*"] }',
    '{ base-branches: ["**"] }',
    '{ base-branches: ["/^/"], labels: [x] }',
    '{ any: [{ only-paths: ["docs/**"] }, { title: [x] }] }',
    '{ all: [{ signed: true }, { any: [{ title: [x] }, { paths: [a] }] }] }',
    '{ not: { labels: [x] } }',
    '{ not: { authored-by-apps: [dependabot] } }',
    '{ not: { only-paths: ["src/**"] } }',
    '{ not: { all: [{ base-branches: [main] }, { signed: false }] } }',
    '{ not: { base-branches: [main], signed: false } }',
    '{ not: { any: [{ signed: false }, { title: [x] }] } }',
  ].map((when) => [`a rule without approvals for ${when}`, one(`when: ${when}`, 0), unanchored] as const),
  [
    'a rule without approvals that takes another away for an author',
    one('when: { authors: { users: [ana] } }\n  replaces: [b]', 0) + '\n- { name: b, approvals: 1 }',
    unanchored,
  ],
  [
    'a rule for code owners alone that takes another away for an author',
    one('when: { authors: { users: [ana] } }\n  from: { code-owners: true }\n  replaces: [b]', 0) +
      '\n- { name: b, approvals: 1 }',
    unanchored,
  ],
  [
    'a rule that takes another away for what anybody can type',
    one('when: { title: [x] }\n  replaces: [b]') + '\n- { name: b, approvals: 2 }',
    typed,
  ],
  [
    'a rule of code owners that is distinct',
    one('from: { code-owners: true }\n  distinct: true'),
    '7: A rule cannot ask for code owners and be distinct: whether every path can have an owner of its own may take forever to find out. Make two rules of it.',
  ],
]

describe('a policy', () => {
  test('may hold the rules of the specification', () => {
    expect(faultsOf(specified)).toEqual([])
  })

  test.each([
    ['any, all and not in each other', one('when: { any: [{ all: [{ not: { signed: true } }] }, { signed: true }] }')],
    ['a rule that asks for owners alone', one('from: { code-owners: true }', 0)],
    [
      'a rule without approvals for a label and known contributors',
      one('when: { labels: [x], only-contributors: { users: [1] } }', 0),
    ],
    ...[
      '{ authored-by-apps: [dependabot] }',
      '{ only-paths: ["docs/**", "**/*.md"] }',
      '{ base-branches: ["release/**", "/^v/"] }',
      '{ custom-properties: { tier: ["3"] } }',
      '{ any: [{ only-paths: ["docs/**"] }, { base-branches: [next] }], title: [x] }',
      '{ all: [{ signed: true }, { all: [{ only-paths: ["docs/**"] }] }] }',
      '{ not: { base-branches: [main] } }',
      '{ not: { any: [{ custom-properties: { tier: ["1"] } }, { title: [x] }] } }',
      '{ not: { not: { only-paths: ["docs/**"] } } }',
    ].map((when) => [`a rule without approvals for ${when}`, one(`when: ${when}`, 0)] as const),
    [
      'a rule that takes another away for an author, and asks for approvals',
      one('when: { authors: { users: [ana] } }\n  replaces: [b]') + '\n- { name: b, approvals: 2 }',
    ],
    ['a rule for a branch name that asks for more', one('when: { head-branches: ["hotfix/**"] }', 2)],
    ['as many approvals as people named', one('from: { users: [ana, 2] }', 2)],
    ['more approvals than people named beside a team', one('from: { users: [ana], teams: [acme/x] }', 2)],
  ])('may hold %s', (_name, rules) => {
    expect(faultsOf(rules)).toEqual([])
  })

  test.each(wrong)('cannot hold %s', (_name, rules, fault) => {
    expect(faultsOf(rules)).toEqual([fault])
  })

  test('cannot hold a pattern that is none, which the fault explains', () => {
    const [fault, ...others] = faultsOf(one('when: { title: ["/(/"] }'))
    expect(others).toEqual([])
    expect(fault).toMatch(/^6: .+\.$/)
  })

  test('cannot hold rules that replace each other in a circle: each of them is told', () => {
    const three = ['a', 'b', 'c'].map(
      (name, at) => `- { name: ${name}, approvals: 1, replaces: [${'bca'.charAt(at)}] }`,
    )
    expect(faultsOf(three.join('\n'))).toEqual([
      '4: Rules replace each other in a circle: "a" replaces "b" replaces "c" replaces "a". Remove one of these.',
      '5: Rules replace each other in a circle: "b" replaces "c" replaces "a" replaces "b". Remove one of these.',
      '6: Rules replace each other in a circle: "c" replaces "a" replaces "b" replaces "c". Remove one of these.',
    ])
  })

  test('is described to editors, conditions within conditions included', () => {
    const schema = JSON.stringify(z.toJSONSchema(independentReview.settings, { io: 'input' }))
    for (const key of ['only-contributors', 'custom-properties', 'checks-passed', 'replaces', '$ref']) {
      expect(schema).toContain(`"${key}"`)
    }
  })
})

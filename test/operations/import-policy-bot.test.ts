import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { catalogue } from '#controls/catalogue.ts'
import { importPolicyBot } from '#operations/import-policy-bot/import-policy-bot.ts'
import { parsePolicy } from '#policy/parse-policy.ts'

/** Imports a text that can be read, and reads what came out as a policy of ours. */
function importText(text: string) {
  const imported = importPolicyBot(text)
  if (!imported.ok) throw new Error(imported.faults.map(({ line, message }) => `${line}: ${message}`).join('\n'))
  const parsed = parsePolicy({ text: imported.policy, layer: 'repository', catalogue })
  if (!parsed.ok) throw new Error(`${parsed.faults.map(({ message }) => message).join('\n')}\n${imported.policy}`)
  const { mode, settings = {} } = parsed.policy.controls['independent-review'] ?? { mode: null }
  return { ...imported, mode, settings, comments: commentsIn(imported.policy) }
}

/** Each comment on one line, as somebody reads it. */
const commentsIn = (policy: string): string => policy.replace(/\n *# {3}/g, ' ').replace(/\n *[^#\s].*/g, '')

const importFile = (file: object) => importText(stringify(file, { aliasDuplicateObjects: false }))

/** One rule and nothing else, whose approval is asked for. */
const importRule = (rule: object) =>
  importFile({ policy: { approval: ['r'] }, approval_rules: [{ name: 'r', ...rule }] })

const team = { count: 1, teams: ['acme/core'] }

describe('a rule alone', () => {
  type Row<Expected> = readonly [sentence: string, rule: object, expected: Expected, says?: RegExp]

  const exact: readonly Row<object>[] = [
    ['asks for a team', { requires: team }, { approvals: 1, from: { teams: ['acme/core'] } }],
    [
      'asks for users and teams: anybody of either',
      { requires: { count: 2, users: ['ana', 'ben'], teams: ['acme/core'] } },
      { approvals: 2, from: { users: ['ana', 'ben'], teams: ['acme/core'] } },
    ],
    [
      'asks for a permission',
      { requires: { count: 1, permissions: ['admin', 'maintain'] } },
      { approvals: 1, from: { permission: 'maintain' } },
    ],
    ['asks for whoever may write', { requires: { count: 1, write_collaborators: 'yes' } }, { approvals: 1 }],
    [
      'asks for admins in the old way',
      { requires: { count: 1, admins: true } },
      { approvals: 1, from: { permission: 'admin' } },
    ],
    [
      'is for paths, but not all',
      { if: { changed_files: { paths: ['^src/', '^go.mod$'], ignore: ['_test'] } }, requires: team },
      { when: { paths: ['/^src//', '/(?-s)^go.mod$/'], 'not-paths': ['/_test/'] } },
    ],
    [
      'is for changes that leave paths alone',
      { if: { no_changed_files: { paths: ['^docs/index\\.md$'] } }, requires: team },
      { when: { not: { paths: ['docs/index.md'] } } },
    ],
    [
      'is for changes of some paths only',
      { if: { only_changed_files: { paths: ['^(a|b)/'], globs: ['docs/**/*.md'] } }, requires: team },
      { when: { 'only-paths': ['/^(a|b)//', 'docs/**/*.md'] } },
    ],
    [
      'keeps exclusions to the paths they are meant for',
      { if: { changed_files: { paths: ['a'], ignore: ['b'] }, only_changed_files: { paths: ['c'] } }, requires: team },
      { when: { all: [{ paths: ['/a/'], 'not-paths': ['/b/'] }, { 'only-paths': ['/c/'] }] } },
    ],
    [
      'is for authors, apps among them',
      { if: { has_author_in: { users: ['ana', 'renovate[bot]'], teams: ['acme/core'] } }, requires: team },
      { when: { authors: { users: ['ana'], teams: ['acme/core'], apps: ['renovate'] } } },
    ],
    [
      'is for a branch',
      { if: { targets_branch: { pattern: '^(main|v.*)$' } }, requires: team },
      { when: { 'base-branches': ['/^(main|v.*)$/'] } },
    ],
    [
      'is for large changes',
      { if: { modified_lines: { total: '> 400' } }, requires: team },
      { when: { 'lines-changed': '>400' } },
    ],
    [
      'is for all of its labels',
      { if: { has_labels: ['a', 'b'] }, requires: team },
      { when: { all: [{ labels: ['a'] }, { labels: ['b'] }] } },
    ],
    [
      'is for titles that fit, or do not fit others',
      { if: { title: { matches: ['^BREAKING'], not_matches: ['^docs:'] } }, requires: team },
      { when: { any: [{ title: ['/^BREAKING/'] }, { not: { title: ['/^docs:/'] } }] } },
    ],
    ['is for unsigned changes', { if: { has_valid_signatures: false }, requires: team }, { when: { signed: false } }],
    [
      'fits everything with an empty expression',
      { if: { targets_branch: { pattern: '' } }, requires: team },
      { when: { 'base-branches': ['/(?:)/'] } },
    ],
    [
      'is told by its description',
      { description: 'Ask the core\nteam.', requires: team },
      { approvals: 1 },
      /# Ask the core team\./,
    ],
  ]

  test.each(exact)('%s: exactly so', (...[, rule, expected, says = /./]) => {
    const { settings, differences, comments } = importRule(rule)
    expect(settings).toMatchObject({ rules: [{ name: 'r', ...expected }] })
    expect(differences).toBe(0)
    expect(comments).toMatch(says)
  })

  const stricter: readonly Row<readonly object[]>[] = [
    [
      'asks for an organization: a team to be made',
      { requires: { count: 1, organizations: ['acme'] } },
      [{ name: 'r', approvals: 1, from: { teams: ['acme/everyone'] } }],
      /differs: line 6, `requires`: .* make acme\/everyone with all members/,
    ],
    [
      'asks for an organization or a team: the team',
      { requires: { count: 1, organizations: ['acme'], teams: ['acme/core'] } },
      [{ name: 'r', approvals: 1, from: { teams: ['acme/core'] } }],
      /members of the organization "acme" would do for policy-bot as well/,
    ],
    [
      'asks for readers: who may write',
      { requires: { count: 1, permissions: ['read'] } },
      [{ name: 'r', approvals: 1 }],
      /permission "read" is enough for policy-bot/,
    ],
    [
      'names nobody: nobody can approve it',
      { requires: { count: 1 } },
      [{ name: 'r', approvals: 100 }],
      /nobody can approve this/,
    ],
    [
      'names an app: no app approves',
      { requires: { count: 1, users: ['ana', 'bot[bot]'] } },
      [{ name: 'r', approvals: 1, from: { users: ['ana'] } }],
      /"bot\[bot\]" counts with policy-bot/,
    ],
    [
      'asks for more people than it names',
      { requires: { count: 2, users: ['ana'] } },
      [{ name: 'r', approvals: 100 }],
      /too few are named/,
    ],
    [
      'requires a check: held up until it has passed',
      { requires: { ...team, conditions: { has_status: { statuses: ['ci'] } } } },
      [
        { name: 'r', approvals: 1, from: { teams: ['acme/core'] } },
        { name: 'r: required conditions', when: { not: { 'checks-passed': ['ci'] } }, approvals: 100 },
      ],
      /`requires.conditions`: with policy-bot these hold up the rule/,
    ],
    [
      'is for a branch of a fork or not: wider where that cannot be told',
      { if: { from_branch: { pattern: 'hotfix' } }, requires: team },
      [{ name: 'r', approvals: 1, from: { teams: ['acme/core'] } }],
      /`if.from_branch`: .* So here the rule is for more changes/,
    ],
    [
      'is for a branch that no fork can have',
      { if: { from_branch: { pattern: '^hotfix/' } }, requires: team },
      [{ name: 'r', when: { 'head-branches': ['/^hotfix//'] }, approvals: 1, from: { teams: ['acme/core'] } }],
      /calls the branch of a fork owner:branch/,
    ],
    [
      'is for many added lines: as many lines in all',
      { if: { modified_lines: { additions: '> 10', deletions: '= 3' } }, requires: team },
      [
        {
          name: 'r',
          when: { any: [{ 'lines-changed': '>10' }, { 'lines-changed': '>=3' }] },
          approvals: 1,
          from: { teams: ['acme/core'] },
        },
      ],
      /`if.modified_lines`/,
    ],
    [
      'is for contributors who are all in a team: for authors in it',
      { if: { only_has_contributors_in: { teams: ['acme/core'] } }, requires: team },
      [{ name: 'r', when: { authors: { teams: ['acme/core'] } }, approvals: 1, from: { teams: ['acme/core'] } }],
      /co-authors and whoever pushed/,
    ],
    [
      'is for paths with an expression that cannot be used',
      { if: { changed_files: { paths: ['a{1000}b{1000}'] } }, requires: team },
      [{ name: 'r', approvals: 1, from: { teams: ['acme/core'] } }],
      /The pattern "a\{1000\}b\{1000\}" cannot be used here/,
    ],
    [
      'has a predicate nobody knows',
      { if: { phase_of_moon: 'full' }, requires: team },
      [{ name: 'r', approvals: 1, from: { teams: ['acme/core'] } }],
      /line 7, `if.phase_of_moon`: no such key/,
    ],
    [
      'has a key nobody knows within a predicate: all of it goes',
      { if: { changed_files: { paths: ['a'], depth: 3 } }, requires: team },
      [{ name: 'r', approvals: 1, from: { teams: ['acme/core'] } }],
      /`if.changed_files.depth`: no such key/,
    ],
  ]

  test.each(stricter)('%s', (...[, rule, expected, says = /./]) => {
    const { settings, differences, comments, summary } = importRule(rule)
    expect(settings['rules']).toEqual(expected)
    expect(differences).toBeGreaterThan(0)
    expect(comments).toMatch(says)
    expect(summary[0]).toBe('1 rule read: 0 imported as they are, 1 with differences, 0 left out, 0 not in use.')
  })

  test.each<Row<object>>([
    ['lets everything pass', {}, {}, /lets every change pass without an approval, which no rule can/],
    ['lets pass by a title', { if: { title: { matches: ['^chore'] } } }, {}, /can be typed by anybody/],
    ['lets pass by what cannot be told', { if: { file_added: { paths: ['^docs/'] } } }, {}, /cannot be told/],
    ['lets pass in other repositories', { if: { repository: { matches: ['x'] } } }, {}, /`if.repository`/],
  ])('is left out where it %s', (...[, rule, expected, says = /./]) => {
    const { settings, comments, summary } = importRule(rule)
    expect(settings).toEqual(expected)
    expect(comments).toMatch(says)
    expect(comments).toMatch(/Here, without rules, every change asks for one approval/)
    expect(summary[0]).toMatch(/1 left out/)
  })

  test('is left out without a difference where it never applies with policy-bot either', () => {
    expect(importRule({ if: { targets_branch: {} }, requires: team }).comments).toMatch(
      /It never applies with policy-bot/,
    )
  })
})

describe('rules together', () => {
  const rules = [
    { name: 'core', requires: team },
    { name: 'web', if: { only_changed_files: { paths: ['^web/'] } }, requires: { count: 1, teams: ['acme/web'] } },
    { name: 'docs', if: { only_changed_files: { paths: ['^docs/'] } }, requires: { count: 0 } },
    { name: 'two', requires: { count: 2, teams: ['acme/core'] } },
    { name: 'lead', requires: { count: 1, users: ['ana'] } },
  ]
  const core = { name: 'core', approvals: 1, from: { teams: ['acme/core'] } }
  const two = { name: 'two', approvals: 2, from: { teams: ['acme/core'] } }
  const docs = { name: 'docs', when: { 'only-paths': ['/^docs//'] }, approvals: 0 }

  test.each<[sentence: string, approval: readonly unknown[], expected: readonly object[], differences: number]>([
    ['all of a list must be met', ['core', 'two'], [core, two], 0],
    ['an and within says no more', [{ and: ['core', { and: ['two'] }] }], [core, two], 0],
    [
      'what asks for nothing replaces the rest of an or',
      [{ or: ['docs', 'core'] }],
      [core, { ...docs, replaces: ['core'] }],
      0,
    ],
    [
      'it replaces only there, not where the same rule is asked for again',
      ['core', { or: ['docs', 'core'] }],
      [core, { ...core, name: 'core (2)' }, { ...docs, replaces: ['core (2)'] }],
      0,
    ],
    [
      'two rules of one approval for everything are one',
      [{ or: ['core', 'lead'] }],
      [{ name: 'core or lead', approvals: 1, from: { users: ['ana'], teams: ['acme/core'] } }],
      0,
    ],
    [
      'where another applies, either will do',
      [{ or: ['core', 'web', 'docs'] }],
      [
        core,
        {
          name: 'web',
          when: { 'only-paths': ['/^web//'] },
          approvals: 1,
          from: { teams: ['acme/web', 'acme/core'] },
          replaces: ['core'],
        },
        { ...docs, replaces: ['core', 'web'] },
      ],
      0,
    ],
    [
      'any other or is read as an and',
      [{ or: ['two', 'lead'] }],
      [two, { name: 'lead', approvals: 1, from: { users: ['ana'] } }],
      2,
    ],
  ])('%s', (...[, approval, expected, differences]) => {
    const imported = importFile({ policy: { approval }, approval_rules: rules })
    expect(imported.settings['rules']).toEqual(expected)
    expect(imported.differences).toBe(differences)
  })

  test('a rule that is not named is not imported, and a rule that is named twice is the later one', () => {
    const { settings, comments, summary } = importFile({
      policy: { approval: ['a'] },
      approval_rules: [{ name: 'a' }, { name: 'b', requires: team }, { name: 'a', requires: team }],
    })
    expect(settings['rules']).toHaveLength(1)
    expect(comments).toMatch(
      /rule "a"\n *# Not used: a later rule has the same name[^]*rule "b"\n *# Not used: policy\.approval/,
    )
    expect(summary).toEqual([
      '3 rules read: 1 imported as they are, 0 with differences, 0 left out, 2 not in use.',
      'Nothing is left to decide. Look through the policy, then change mode to enforce.',
    ])
  })

  test('an approval that any push drops is one for all rules, and a comment says so', () => {
    const { settings, comments } = importFile({
      policy: { approval: ['a', 'b'] },
      approval_rules: [
        { name: 'a', requires: team, options: { invalidate_on_push: 'on' } },
        { name: 'b', requires: team },
      ],
    })
    expect(settings['stale-approvals']).toBe('drop-on-any-push')
    expect(comments).toMatch(/a push drops the approvals of some rules only/)
  })
})

const example = `# what we had
policy:
  approval:
    - or:
        - platform agrees
        - nothing but the sandbox
  disapproval:
    requires: { organizations: [acme] }
approval_rules:
  - name: platform agrees
    requires: { count: 1, teams: [acme/platform] }
  - name: nothing but the sandbox
    if:
      only_changed_files: { paths: ['^sandbox/.*$'] }
    requires: { count: 0 }
`

test('a whole file, as it is printed', () => {
  const { policy } = importText(example)
  expect(policy.slice(policy.indexOf('version: 1'))).toBe(`version: 1
controls:
  independent-review:
    mode: observe
    # differs: line 8, \`policy.disapproval.requires\`: "acme" may disapprove with policy-bot, and each of them take
    #   that back. Here a review that requests changes does, by whoever may write, until the same person approves or
    #   it is dismissed. A comment says nothing.
    rules:
      - name: platform agrees
        approvals: 1
        from: { teams: ['acme/platform'] }
      - name: nothing but the sandbox
        when: { only-paths: ['/(?-s)^sandbox/.*$/'] }
        approvals: 0
        replaces: [platform agrees]
`)
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { catalogue } from '#controls/catalogue.ts'
import { importPolicyBot } from '#operations/import-policy-bot/import-policy-bot.ts'
import { optionKeys, predicateKeys } from '#operations/import-policy-bot/policy-bot-file.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { Condition } from '#review/condition-schema.ts'
import type { Rule } from '#review/rule.ts'
import { anyText } from '../facts/any-text.ts'

const yamlOf = (file: object): string => stringify(file, { aliasDuplicateObjects: false })

function policyOf(file: object): string {
  const imported = importPolicyBot(yamlOf(file))
  if (!imported.ok) throw new Error(imported.faults.map(({ line, message }) => `${line}: ${message}`).join('\n'))
  return imported.policy
}

function rulesOf(policy: string): readonly Rule[] {
  const parsed = parsePolicy({ text: policy, layer: 'repository', catalogue })
  if (!parsed.ok) throw new Error(`${parsed.faults.map(({ message }) => message).join('\n')}\n${policy}`)
  return (parsed.policy.controls['independent-review']?.settings['rules'] ?? []) as readonly Rule[]
}

const team = { count: 1, teams: ['acme/core'] }
const alone = (rule: object): object => ({ policy: { approval: ['r'] }, approval_rules: [{ name: 'r', ...rule }] })

/** A value of each key that means something, and the trace it leaves: in the policy, or in a comment. */
const predicateTraces: Readonly<Record<string, readonly [value: unknown, trace: string]>> = {
  changed_files: [
    { paths: ['trace'], ignore: ['x'], globs: ['a/*'], ignore_globs: ['b'] },
    "paths: ['/trace/', 'a/*']",
  ],
  no_changed_files: [{ paths: ['trace'] }, "not: { paths: ['/trace/'] }"],
  only_changed_files: [{ paths: ['trace'] }, "only-paths: ['/trace/']"],
  file_added: [{ paths: ['trace'] }, '`if.file_added`'],
  file_not_added: [{ paths: ['trace'] }, '`if.file_not_added`'],
  file_deleted: [{ paths: ['trace'] }, '`if.file_deleted`'],
  file_not_deleted: [{ paths: ['trace'] }, '`if.file_not_deleted`'],
  has_author_in: [{ users: ['trace'] }, 'authors: { users: [trace] }'],
  has_contributor_in: [{ users: ['trace'] }, '`if.has_contributor_in`'],
  only_has_contributors_in: [{ users: ['trace'] }, '`if.only_has_contributors_in`'],
  author_is_only_contributor: [true, '`if.author_is_only_contributor`'],
  targets_branch: [{ pattern: 'trace' }, "base-branches: ['/trace/']"],
  from_branch: [{ pattern: 'trace' }, '`if.from_branch`'],
  modified_lines: [{ total: '> 7' }, "lines-changed: '>7'"],
  has_status: [{ statuses: ['trace'], conclusions: ['skipped'] }, '`if.has_status`'],
  has_successful_status: [['trace'], '`if.has_successful_status`'],
  has_workflow_result: [{ workflows: ['.github/workflows/trace.yml'] }, '`if.has_workflow_result`'],
  has_labels: [['trace'], 'labels: [trace]'],
  repository: [{ matches: ['trace'] }, '`if.repository`'],
  title: [{ matches: ['trace'] }, "title: ['/trace/']"],
  has_valid_signatures: [true, 'signed: true'],
  has_valid_signatures_by: [{ users: ['trace'] }, '`if.has_valid_signatures_by`'],
  has_valid_signatures_by_keys: [{ key_ids: ['trace'] }, '`if.has_valid_signatures_by_keys`'],
  custom_property_is_null: [['trace'], '`if.custom_property_is_null`'],
  custom_property_is_not_null: [['trace'], '`if.custom_property_is_not_null`'],
  custom_property_matches_any_of: [{ trace: ['^a$'] }, 'custom-properties: { trace: [a] }'],
  custom_property_matches_none_of: [{ trace: ['^a$'] }, '`if.custom_property_matches_none_of`'],
}

const optionTraces: Readonly<Record<string, readonly [value: unknown, trace: string]>> = {
  allow_author: [true, '`options.allow_author`'],
  allow_contributor: [true, '`options.allow_contributor`'],
  allow_non_author_contributor: [true, '`options.allow_non_author_contributor`'],
  invalidate_on_push: [true, 'stale-approvals: drop-on-any-push'],
  ignore_edited_comments: [true, '`options.ignore_edited_comments`'],
  ignore_update_merges: [true, '`options.ignore_update_merges`'],
  ignore_commits_by: [{ users: ['trace'] }, '`options.ignore_commits_by`'],
  request_review: [{ enabled: true, mode: 'teams' }, '`options.request_review`'],
  methods: [{ comments: ['lgtm'] }, '`options.methods.comments`'],
}

describe('nothing is dropped in silence', () => {
  test.each(predicateKeys)('not the predicate %s', (key) => {
    const [value, trace] = predicateTraces[key] ?? [null, 'no trace is known']
    expect(policyOf(alone({ if: { [key]: value }, requires: team }))).toContain(trace)
  })

  test.each(predicateKeys)('not the required condition %s, which holds the rule up or is told of', (key) => {
    const [value] = predicateTraces[key] ?? []
    expect(policyOf(alone({ requires: { ...team, conditions: { [key]: value } } }))).toMatch(
      /(?:differs: line \d+,\s(?:#\s+)?`requires\.conditions)/,
    )
  })

  test.each(optionKeys)('not the option %s, of a rule or by default', (key) => {
    const [value, trace] = optionTraces[key] ?? [null, 'no trace is known']
    expect(policyOf(alone({ requires: team, options: { [key]: value } }))).toContain(trace)
    const byDefault = policyOf({ ...alone({ requires: team }), approval_defaults: { options: { [key]: value } } })
    expect(byDefault).toContain(trace.replace('options.', 'approval_defaults.options.'))
  })

  test.each<[method: string, value: unknown]>([
    ['comments', [':shipit:']],
    ['comment_patterns', ['^ok$']],
    ['github_review', false],
    ['github_review_comment_patterns', ['lgtm']],
    ['body_patterns', ['no-review']],
  ])('not the method %s', (method, value) => {
    const policy = policyOf(alone({ requires: team, options: { methods: { [method]: value } } }))
    expect(policy).toContain(`\`options.methods.${method}\``)
  })

  test.each<[sentence: string, file: object, trace: string]>([
    [
      'the option of a rule without approvals',
      alone({ options: { allow_author: true }, if: { targets_branch: { pattern: '^main$' } } }),
      'Without effect',
    ],
    [
      'an option set to what differs by default',
      alone({ requires: team, options: { invalidate_on_push: false } }),
      'survives every push. Here',
    ],
    [
      'who may disapprove',
      { ...alone({ requires: team }), policy: { approval: ['r'], disapproval: { requires: { users: ['trace'] } } } },
      '"trace" may',
    ],
    [
      'how to disapprove',
      {
        policy: {
          disapproval: { options: { methods: { disapprove: { comments: ['no'] }, revoke: { comments: ['yes'] } } } },
        },
      },
      'options.methods.revoke',
    ],
    ['what disapproves', { policy: { disapproval: { if: { title: { matches: ['^WIP'] } } } } }, "title: ['/^WIP/']"],
    [
      'what disapproves and cannot be said',
      { policy: { disapproval: { if: { repository: { matches: ['x'] } } } } },
      '`policy.disapproval.if.repository`',
    ],
    ['an unknown key at the top', { ...alone({ requires: team }), spare: 1 }, 'line 10, `spare`'],
    ['an unknown key of a rule', alone({ requires: { ...team, organization: ['acme'] } }), '`requires.organization`'],
    ['an unknown key of disapproval', { policy: { disapproval: { when: 1 } } }, '`policy.disapproval.when`'],
    ['a remote policy', { remote: 'acme/policies', path: 'p.yml', ref: 'v1' }, '"p.yml" of "acme/policies", at "v1"'],
  ])('not %s', (_sentence, file, trace) => {
    expect(policyOf(file).replace(/\n *# {3}/g, ' ')).toContain(trace)
  })
})

describe('a file that cannot be read is told line by line', () => {
  const many = `approval_rules:\n${'  - { name: r }\n'.repeat(20_000)}`
  test.each<[sentence: string, text: string, line: number | null, message: RegExp]>([
    ['empty', '', 1, /is a mapping/],
    ['a list', '- a\n', 1, /is a mapping/],
    ['aliases', 'a: &a [x]\nb: *a\n', 2, /^Anchors and aliases .* Write out what the alias stands for/],
    ['tabs', 'policy:\n\tapproval: []\n', 2, /indented with a tab/],
    ['no YAML', 'policy: [', 1, /not valid YAML/],
    ['too large', `# ${'x'.repeat(300_000)}`, null, /larger than 256 KB/],
    ['too many', many, null, /more than 20000 entries|larger than/],
    ['a count in words', 'approval_rules:\n  - name: r\n    requires: { count: many }\n', 3, /whole number/],
    ['a name that is a number', 'approval_rules:\n  - name: 1.10\n', 2, /in quotes/],
    [
      'a team without organization',
      yamlOf(alone({ requires: { count: 1, teams: ['core'] } })),
      9,
      /organization\/team/,
    ],
    ['a rule that is not there', 'policy:\n  approval:\n    - nobody\n', 3, /There is no rule "nobody"/],
    ['an operator that is none', 'policy:\n  approval:\n    - xor: [a]\n', 3, /one of "and" and "or"/],
    ['an empty or', 'policy:\n  approval:\n    - or: []\n', 3, /at least one rule/],
    ['a comparison that is none', yamlOf(alone({ if: { modified_lines: { total: 'many' } } })), 8, /compares a number/],
  ])('%s', (...[, text, line, message]) => {
    const imported = importPolicyBot(text)
    expect(imported).toMatchObject({ ok: false, faults: [{ line, message: expect.stringMatching(message) }] })
  })

  test('more rules than a policy may have are a fault, not a policy that cannot be used', () => {
    const names = Array.from({ length: 101 }, (_each, at) => `r${at}`)
    const file = { policy: { approval: names }, approval_rules: names.map((name) => ({ name, requires: team })) }
    expect(importPolicyBot(yamlOf(file))).toMatchObject({ ok: false, faults: [{ path: 'policy.approval' }] })
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(anyText(), (text) => void importPolicyBot(text)))
  })
})

describe('whatever a file holds', () => {
  const text = fc.oneof(anyText(), fc.constantFrom('yes', '# x', "it's", '- a', '{}', '\u2028', 'a: b', '!x', '*'))

  test('names, descriptions and expressions come out as they went in', () => {
    fc.assert(
      fc.property(text, text, (name, pattern) => {
        const escaped = pattern.replace(
          /[^A-Za-z]/g,
          (character) => `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`,
        )
        const title = { title: { matches: [escaped, `(?:${pattern.replace(/[^ -~]|[\\()[\]{}|*+?^$]/g, '')})`] } }
        const rule = { name, description: pattern, if: title, requires: team }
        const file = yamlOf({ policy: { approval: [name] }, approval_rules: [rule] })
        const imported = importPolicyBot(file)
        if (!imported.ok) return
        const [first] = rulesOf(imported.policy)
        expect(first?.when?.title?.at(-1)).toBe(`/${title.title.matches[1] ?? ''}/`)
        // A file is UTF-8, so that half a character stands in none.
        const isName = name.isWellFormed() && name.trim() === name && name.length <= 100 && name !== ''
        if (isName) expect(first?.name).toBe(name)
      }),
      { numRuns: 200 },
    )
  })

  // Where policy-bot finds no rule at all it reports an error; a rule that had to be widened may cover that.
  test('what ours lets pass, policy-bot lets pass, or a comment says that a rule reaches further', () => {
    fc.assert(
      fc.property(anyFile, changes, (file, all) => {
        const policy = policyOf(file)
        const rules = rulesOf(policy)
        const allowed = policy.replace(/\n *# {3}/g, ' ').includes('the rule is for more changes')
          ? ['approved', 'skipped']
          : ['approved']
        for (const change of all.filter((one) => passes(rules, one))) expect(allowed).toContain(statusOf(file, change))
      }),
      { numRuns: 200 },
    )
  })

  test('where all is said exactly and no or is strained, ours lets pass just what policy-bot does', () => {
    let exact = 0
    fc.assert(
      fc.property(sayableFile, changes, (file, all) => {
        const imported = importPolicyBot(yamlOf(file))
        if (!imported.ok || imported.differences > 0) return
        exact += 1
        const rules = rulesOf(imported.policy)
        for (const change of all) expect(passes(rules, change)).toBe(statusOf(file, change) === 'approved')
      }),
      // One file in seven is said exactly.
      { numRuns: 500 },
    )
    expect(exact).toBeGreaterThan(20)
  })
})

/** As little of a change as the rules below can tell apart. */
interface Sample {
  readonly baseBranch: string
  readonly author: string
  readonly lines: number
  readonly approvers: readonly string[]
}

interface SampleRule {
  readonly name: string
  readonly if?: Readonly<Partial<Record<'targets_branch' | 'has_author_in' | 'modified_lines' | 'repository', object>>>
  readonly requires: {
    readonly count: number
    readonly users: readonly string[]
    readonly conditions?: SampleRule['if']
  }
}

type SampleTree = string | { readonly and: readonly SampleTree[] } | { readonly or: readonly SampleTree[] }

interface SampleFile {
  readonly policy: { readonly approval: readonly SampleTree[] }
  readonly approval_rules: readonly SampleRule[]
}

const people = ['ana', 'ben', 'cyn', 'dan']
const predicates = fc.record(
  {
    targets_branch: fc.constantFrom({ pattern: '^main$' }, { pattern: '^dev$' }),
    has_author_in: fc.constantFrom({ users: ['eva'] }, { users: ['fay'] }),
    modified_lines: fc.constantFrom({ total: '< 10' }, { additions: '> 5' }, { additions: '< 9' }),
    // Nobody can tell here; whatever it is, ours must not be laxer.
    repository: fc.constantFrom({ matches: ['shop'] }, { matches: ['other'] }),
  },
  { requiredKeys: [] },
)
const names = ['a', 'b', 'c', 'd']
const { tree } = fc.letrec<{ tree: SampleTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...names),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
  ),
}))

interface Kind {
  readonly if: fc.Arbitrary<NonNullable<SampleRule['if']>>
  readonly conditions: fc.Arbitrary<NonNullable<SampleRule['if']>>
  readonly mostApprovals: number
}

function filesOf({ mostApprovals, ...kind }: Kind): fc.Arbitrary<SampleFile> {
  const ruleOf = (name: string) =>
    fc.record({
      name: fc.constant(name),
      if: kind.if,
      requires: fc.record({
        count: fc.integer({ min: 0, max: mostApprovals }),
        users: fc.subarray(people, { minLength: mostApprovals }),
        conditions: kind.conditions,
      }),
    })
  return fc.record({
    policy: fc.record({ approval: fc.array(tree, { minLength: 1, maxLength: 3 }) }),
    approval_rules: fc.tuple(...names.map(ruleOf)),
  })
}

const anyFile = filesOf({ if: predicates, conditions: fc.oneof(fc.constant({}), predicates), mostApprovals: 2 })
const sayableFile = filesOf({
  if: fc.constantFrom({}, { has_author_in: { users: ['eva'] } }, { modified_lines: { total: '< 10' } }),
  conditions: fc.constant({}),
  mostApprovals: 1,
})
const changes: fc.Arbitrary<readonly Sample[]> = fc.array(
  fc.record({
    baseBranch: fc.constantFrom('main', 'dev', 'x'),
    author: fc.constantFrom('eva', 'fay', 'gus'),
    lines: fc.integer({ min: 0, max: 12 }),
    approvers: fc.subarray(people),
  }),
  { minLength: 10, maxLength: 20 },
)

type Status = 'approved' | 'pending' | 'skipped'

/** policy-bot, in a few lines: what is skipped is as if it were not there. All lines are added ones; the repository is shop. */
function statusOf({ policy, approval_rules: rules }: SampleFile, change: Sample): Status {
  const statusOfPart = (part: SampleTree): Status => {
    if (typeof part === 'string')
      return statusOfRule(
        rules.find(({ name }) => name === part),
        change,
      )
    const statuses = ('and' in part ? part.and : part.or).map(statusOfPart)
    if (statuses.every((status) => status === 'skipped')) return 'skipped'
    if ('or' in part) return statuses.includes('approved') ? 'approved' : 'pending'
    return statuses.includes('pending') ? 'pending' : 'approved'
  }
  return statusOfPart({ and: policy.approval })
}

function statusOfRule(rule: SampleRule | undefined, change: Sample): Status {
  if (rule === undefined || !isSatisfied(rule.if, change)) return 'skipped'
  const { count, users, conditions } = rule.requires
  const approvals = change.approvers.filter((approver) => users.includes(approver)).length
  return approvals >= count && isSatisfied(conditions, change) ? 'approved' : 'pending'
}

function isSatisfied(stated: SampleRule['if'], { baseBranch, author, lines }: Sample): boolean {
  const { targets_branch: branch, has_author_in: authors, modified_lines: counted, repository } = stated ?? {}
  const [comparison = ''] = Object.values(counted ?? {}) as string[]
  const limit = Number(comparison.slice(2))
  return (
    (branch === undefined || new RegExp((branch as { readonly pattern: string }).pattern).test(baseBranch)) &&
    (authors === undefined || (authors as { readonly users: readonly string[] }).users.includes(author)) &&
    (counted === undefined || (comparison.startsWith('<') ? lines < limit : lines > limit)) &&
    (repository === undefined || (repository as { readonly matches: readonly string[] }).matches.includes('shop'))
  )
}

/** Ours, in as few: all that apply and are not replaced must be met, and one has to apply. */
function passes(rules: readonly Rule[], change: Sample): boolean {
  if (rules.length === 0) return false
  const applying = rules.filter(({ when }) => when === undefined || isSo(when, change))
  const replaced = new Set(applying.flatMap(({ replaces = [] }) => replaces))
  const isMet = ({ approvals, from }: Rule): boolean =>
    change.approvers.filter((approver) => from?.users?.includes(approver) ?? true).length >= approvals
  return applying.length > 0 && applying.every((rule) => replaced.has(rule.name) || isMet(rule))
}

function isSo({ any, all = [], not, ...own }: Condition, change: Sample): boolean {
  const [sign, limit] = [own['lines-changed']?.replace(/\d/g, ''), Number(own['lines-changed']?.replace(/\D/g, ''))]
  const { lines } = change
  const counts =
    { '<': lines < limit, '>': lines > limit, '>=': lines >= limit, '=': lines === limit }[sign ?? '='] === true
  return (
    (own['base-branches']?.some((pattern) => new RegExp(pattern.slice(1, -1)).test(change.baseBranch)) ?? true) &&
    (own.authors?.users?.includes(change.author) ?? true) &&
    (sign === undefined || counts) &&
    all.every((inner) => isSo(inner, change)) &&
    (any?.some((inner) => isSo(inner, change)) ?? true) &&
    (not === undefined || !isSo(not, change))
  )
}

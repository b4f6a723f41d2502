import { describe, expect, test } from '@jest/globals'
import type { BranchRulesNode, RuleNode } from '#github/change-nodes.ts'
import { toRequiredChecks } from '#github/to-required-checks.ts'

const page = { hasNextPage: false, endCursor: null }
const rule = (
  checks: readonly { context: string; integrationId: number | null }[],
  enforcement: 'ACTIVE' | 'EVALUATE' | 'DISABLED' | null = 'ACTIVE',
): RuleNode => ({
  type: 'REQUIRED_STATUS_CHECKS',
  parameters: { requiredStatusChecks: checks },
  repositoryRuleset: enforcement === null ? null : { enforcement },
})
const rules = (...nodes: readonly (RuleNode | null)[]): BranchRulesNode['rules'] => ({
  totalCount: nodes.length,
  pageInfo: page,
  nodes,
})
const protection = (
  requiredStatusChecks: NonNullable<BranchRulesNode['branchProtectionRule']>['requiredStatusChecks'],
  requiresStatusChecks = true,
): BranchRulesNode['branchProtectionRule'] => ({ requiresStatusChecks, requiredStatusChecks })

const bare = { target: null, branchProtectionRule: null, rules: rules() }
const required = (branch: Partial<BranchRulesNode>) => toRequiredChecks({ baseRef: { ...bare, ...branch } }, [])
const build = { context: 'build', integrationId: 15 }

describe('required checks', () => {
  test.each<[string, Partial<BranchRulesNode>, unknown]>([
    ['none without rules', {}, []],
    [
      'those of classic protection, pinned to an app or not',
      {
        branchProtectionRule: protection([
          { context: 'lint', app: null },
          { context: 'build', app: { databaseId: 15 } },
        ]),
      },
      [
        { name: 'build', appId: 15 },
        { name: 'lint', appId: null },
      ],
    ],
    [
      'none of classic protection that no longer requires any',
      { branchProtectionRule: protection([{ context: 'lint', app: null }], false) },
      [],
    ],
    [
      'those of both kinds of rules, each once',
      {
        branchProtectionRule: protection([{ context: 'build', app: { databaseId: 15 } }]),
        rules: rules(rule([build, { context: 'build', integrationId: null }]), rule([build])),
      },
      [
        { name: 'build', appId: 15 },
        { name: 'build', appId: null },
      ],
    ],
    ['none of a ruleset that is only evaluated', { rules: rules(rule([build], 'EVALUATE')) }, []],
    [
      'those of a ruleset that GitHub lists without showing it',
      { rules: rules(rule([build], null)) },
      [{ name: 'build', appId: 15 }],
    ],
    [
      'none of rules of another type',
      { rules: rules({ type: 'DELETION', parameters: null, repositoryRuleset: { enforcement: 'ACTIVE' } }) },
      [],
    ],
  ])('are %s', (_sentence, branch, value) => {
    expect(required(branch)).toEqual({ known: true, value })
  })

  test('are none on a branch that has been deleted', () => {
    expect(toRequiredChecks({ baseRef: null }, [])).toEqual({ known: true, value: [] })
  })

  test('do not depend on the order of the rules', () => {
    const lint = { context: 'lint', integrationId: null }
    expect(required({ rules: rules(rule([lint]), rule([build])) })).toEqual(
      required({ rules: rules(rule([build]), rule([lint])) }),
    )
  })

  test.each<[string, Partial<BranchRulesNode>, RegExp]>([
    ['GitHub shows no rules', { rules: null }, /did not show the rules/],
    ['a rule is left out', { rules: rules(null) }, /did not show all rules/],
    [
      'a rule is shown without what it requires',
      { rules: rules({ type: 'REQUIRED_STATUS_CHECKS', parameters: null, repositoryRuleset: null }) },
      /did not show all rules/,
    ],
    [
      'there are more rules than are read',
      { rules: { totalCount: 101, pageInfo: page, nodes: [] } },
      /has 101 rules, more than the 100 that are read/,
    ],
  ])('are unknown when %s', (_sentence, branch, why) => {
    expect(required(branch)).toEqual({ known: false, why: expect.stringMatching(why) })
  })

  test.each([
    [['baseRef'], null],
    [['baseRef', 'branchProtectionRule'], bare],
    [['baseRef', 'rules'], { ...bare, rules: null }],
  ])('are unknown, naming the permission, when GitHub hides %p', (place, baseRef) => {
    const gap = { type: 'FORBIDDEN', path: ['repository', 'pullRequest', ...place], message: 'no' } as const
    expect(toRequiredChecks({ baseRef }, [gap])).toEqual({
      known: false,
      why: 'GitHub did not show the rules of the base branch: grant the app administration: read (no)',
    })
  })
})

import type { RequiredCheck } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { PullRequestNode } from './change-answer.ts'
import type { BranchRulesNode, RuleNode } from './change-nodes.ts'
import { findGap, type GraphGap } from './query-graph.ts'

/** A branch with more rules than this is unknown, not cut short. */
const mostRules = 100

/**
 * The checks that the base branch requires, by classic protection and by the active rulesets of every level.
 *
 * A branch that has been deleted requires nothing any more. Sorted, so that the order in which rules were last edited
 * makes no difference.
 */
export function toRequiredChecks(
  { baseRef }: Pick<PullRequestNode, 'baseRef'>,
  gaps: readonly GraphGap[],
): Fact<readonly RequiredCheck[]> {
  const hidden = hiddenRules(gaps)
  if (hidden !== null) return hidden
  if (baseRef === null) return known([])
  const byRules = ofRules(baseRef.rules)
  if (!byRules.known) return byRules
  const required = new Map<string, RequiredCheck>()
  for (const check of [...ofProtection(baseRef), ...byRules.value]) {
    required.set(JSON.stringify([check.name, check.appId]), check)
  }
  return known([...required].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, check]) => check))
}

function hiddenRules(gaps: readonly GraphGap[]): Fact<never> | null {
  const places = ['branchProtectionRule', 'rules'].map((field) => ['repository', 'pullRequest', 'baseRef', field])
  const gap = places.map((place) => findGap(gaps, place)).find((found) => found !== null)
  if (gap === undefined) return null
  return unknown(
    `GitHub did not show the rules of the base branch: grant the app administration: read (${gap.message})`,
  )
}

function ofProtection({ branchProtectionRule: rule }: BranchRulesNode): readonly RequiredCheck[] {
  if (rule?.requiresStatusChecks !== true) return []
  return (rule.requiredStatusChecks ?? []).map(({ context, app }) => ({
    name: context,
    appId: app?.databaseId ?? null,
  }))
}

function ofRules(rules: BranchRulesNode['rules']): Fact<readonly RequiredCheck[]> {
  if (rules === null) return unknown('GitHub did not show the rules of the base branch')
  if (rules.totalCount > mostRules) {
    return unknown(
      `the base branch has ${String(rules.totalCount)} rules, more than the ${String(mostRules)} that are read`,
    )
  }
  const nodes = (rules.nodes ?? []).filter((node) => node !== null)
  if (nodes.length < rules.totalCount || nodes.some(isCutShort)) {
    return unknown('GitHub left out part of its answer: it did not show all rules of the base branch')
  }
  return known(nodes.filter(isInForce).flatMap(ofRule))
}

const isCutShort = ({ type, parameters }: RuleNode): boolean =>
  type === 'REQUIRED_STATUS_CHECKS' && parameters?.requiredStatusChecks === undefined

/** Of a ruleset above the repository GitHub may not show the ruleset itself; it lists rules of active ones only. */
const isInForce = ({ repositoryRuleset }: RuleNode): boolean =>
  repositoryRuleset === null || repositoryRuleset.enforcement === 'ACTIVE'

const ofRule = ({ parameters }: RuleNode): readonly RequiredCheck[] =>
  (parameters?.requiredStatusChecks ?? []).map(({ context, integrationId }) => ({
    name: context,
    appId: integrationId,
  }))

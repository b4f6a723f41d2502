import type { Asked } from '#facts/asked.ts'
import type { Change } from '#facts/change-facts.ts'
import { fewOf, quotedName, shortSha } from '#facts/wording.ts'
import { type Approval, type StaleApprovals, weigh, type Weighed } from './approvals.ts'
import { ownershipOf } from './code-owners.ts'
import { contributorsOf } from './contributors.ts'
import { candidateFor } from './eligibility.ts'
import { explainAlone, type Explaining, explainOpinion, explainOwners, explainRules } from './explain.ts'
import { amount, missingFor } from './missing.ts'
import { opinionsIn } from './opinions.ts'
import type { Rule } from './rule.ts'
import { type RuleCase, type RuleStanding, standingsOf, unseenAbout } from './rule-standing.ts'
import { type RulesInForce, rulesInForce } from './rules-in-force.ts'
import { type ReviewEvidence, type Sight, toSight } from './sight.ts'
import { type Unseen, unseenIn } from './truth.ts'
import { faultsOfAttribution, type UnattributedCommits } from './unattributed.ts'

export interface ReviewSettings {
  readonly rules: readonly Rule[]
  readonly 'stale-approvals': StaleApprovals
  readonly 'unattributed-commits': UnattributedCommits
}

export interface ReviewJudgement {
  readonly outcome: 'met' | 'unmet' | 'waiting' | 'blind'
  readonly because: readonly string[]
  /** Completes "Waiting for …". Empty when nothing is waited for. */
  readonly awaited: string
  /** What could still change this, or its words, if it were looked for. */
  readonly asks: Asked
}

/**
 * Judges whether a change has the approvals that its rules ask for.
 *
 * Where something could not be seen, the rules are judged twice: as if nothing of it were there, and as if all were. Only
 * when the two come out differently is the answer blind.
 */
export function judgeReview(evidence: ReviewEvidence, settings: ReviewSettings): ReviewJudgement {
  const sight = toSight(evidence)
  const contributors = contributorsOf(sight)
  const weighing = { sight, contributors, staleApprovals: settings['stale-approvals'] }
  const weighed = opinionsIn(sight.reviews).map((opinion) => weigh(opinion, weighing))
  const faults = faultsOfAttribution(sight, settings['unattributed-commits'])
  if (faults.length > 0 || weighed.some(({ is }) => is === 'block')) {
    return settled('unmet', [...faults, ...weighed.map((one) => explainAlone(one))])
  }
  const inForce = rulesInForce(settings.rules, { sight, contributors })
  if (inForce.covers.is === 'no') {
    return settled('unmet', [noRule(settings.rules), ...weighed.map((one) => explainAlone(one))])
  }
  return judgeByRules({ sight, weighed, inForce, rules: settings.rules })
}

interface Judging {
  readonly sight: Sight
  readonly weighed: readonly Weighed[]
  readonly inForce: RulesInForce
  readonly rules: readonly Rule[]
}

function judgeByRules({ sight, weighed, inForce, rules }: Judging): ReviewJudgement {
  const ownership = ownershipOf(sight)
  const approvals = weighed.flatMap((one): readonly Approval[] => (one.is === 'approval' ? [one.approval] : []))
  const cases = inForce.rules.map(({ rule }): RuleCase => ({
    rule,
    candidates: approvals.map((approval) => candidateFor(approval, rule, { sight, ownership })),
  }))
  const standings = standingsOf(cases, ownership, 'sure')
  const naming = rules.length === 1 ? 'one-rule' : 'several-rules'
  const explaining: Explaining = { cases, standings, ownership, naming }
  const because = [
    ...explainRules(inForce),
    ...explainOwners(explaining),
    ...weighed.map((one) => explainOpinion(one, explaining)),
  ]
  if (inForce.covers.is === 'yes' && standings.every(({ isMet }) => isMet)) return settled('met', because)

  const certain = cases.filter((_, at) => inForce.rules[at]?.truth.is === 'yes')
  const lacking = standingsOf(certain, ownership, 'possible').filter(({ isMet }) => !isMet)
  const unmet = cases.filter((_, at) => standings[at]?.isMet === false)
  const unseen = [
    ...inForce.rules.flatMap(({ truth }) => unseenIn(truth)),
    ...unmet.flatMap((one) => unseenAbout(one, ownership)),
  ]
  const asks = asksFor(unseen)
  if (lacking.length > 0) return { ...lackingVerdict({ lacking, because, change: sight.change, rules }), asks }
  const whys = [...new Set(unseen.map(({ why }) => why))]
  return { outcome: 'blind', because: [...whys, ...because], awaited: '', asks }
}

const settled = (outcome: 'met' | 'unmet', because: readonly string[]): ReviewJudgement => ({
  outcome,
  because,
  awaited: '',
  asks: {},
})

interface Lacking {
  readonly lacking: readonly RuleStanding[]
  readonly because: readonly string[]
  readonly change: Change
  readonly rules: readonly Rule[]
}

/** While it is open, approvals are waited for; afterwards they are missing. */
function lackingVerdict({ lacking, because, change, rules }: Lacking): Omit<ReviewJudgement, 'asks'> {
  if (change.state !== 'open') {
    const { state } = change
    return { outcome: 'unmet', because: [...lacking.map((one) => tooLate(state, one)), ...because], awaited: '' }
  }
  const missing = lacking.flatMap((one) => missingFor(one, rules))
  const head = shortSha(change.headSha)
  const still = missing.map(
    ({ count, whose }) =>
      `Still missing: ${amount(count)} of ${head}${whose} by somebody with write access who had no hand in the change.`,
  )
  const awaited = fewOf(
    missing.map(({ count, whose }) => `${amount(count)}${whose}`),
    'and',
  )
  return { outcome: 'waiting', because: [...still, ...because], awaited }
}

function tooLate(state: Change['state'], { rule, missing, unowned }: RuleStanding): string {
  const name = `the rule ${quotedName(rule.name)} asks for`
  if (missing > 0) {
    return `The change was ${state} with ${rule.approvals - missing} of the ${rule.approvals} approvals that ${name}.`
  }
  const paths = unowned.flatMap((group) => group.paths)
  return `The change was ${state} without the approval by an owner of ${fewOf(paths, 'and')} that ${name}.`
}

const noRule = (rules: readonly Rule[]): string =>
  `No rule covers this change: ${fewOf(
    rules.map(({ name }) => quotedName(name)),
    'and',
  )} ${rules.length === 1 ? 'does' : 'do'} not apply. An administrator adds one without "when" under controls.independent-review.rules.`

function asksFor(unseen: readonly Unseen[]): Asked {
  const asks = unseen.flatMap(({ ask }) => (ask === null ? [] : [ask]))
  return {
    teams: [...new Set(asks.flatMap(({ teams = [] }) => teams))],
    permissions: [...new Map(asks.flatMap(({ permissions = [] }) => permissions.map((one) => [one.id, one]))).values()],
    revisions: [...new Set(asks.flatMap(({ revisions = [] }) => revisions))],
    wants: [...new Set(asks.flatMap(({ wants = [] }) => wants))],
  }
}

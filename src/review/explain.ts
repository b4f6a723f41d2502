import type { OwnedPaths } from '#facts/change-facts.ts'
import { fewOf, listed, quotedName } from '#facts/wording.ts'
import type { Approval, Weighed } from './approvals.ts'
import type { Ownership } from './code-owners.ts'
import type { Candidate } from './eligibility.ts'
import { asksOwners, ownersAmong, type RuleCase, type RuleStanding } from './rule-standing.ts'
import type { RulesInForce } from './rules-in-force.ts'
import { unseenIn } from './truth.ts'

export interface Explaining {
  readonly cases: readonly RuleCase[]
  /** Of the same rules, by what is sure. */
  readonly standings: readonly RuleStanding[]
  readonly ownership: Ownership
  /** Whether a rule has to be named to be told from others. */
  readonly naming: 'one-rule' | 'several-rules'
}

/** What became of one person's opinion, and for which rules it counts or why not. */
export function explainOpinion(weighed: Weighed, explaining: Explaining): string {
  if (weighed.is !== 'approval') return weighed.because
  const { approval } = weighed
  const who = approval.account.login
  if (approval.truth.is === 'unseen') {
    return `${approval.what}; whether that counts could not be seen: ${whys(approval.truth)}.`
  }
  const places = placesOf(approval, explaining)
  const [first] = places
  if (explaining.naming === 'one-rule' && first?.is === 'refused') {
    return `The approval by ${who} does not count: ${who} ${first.because}.`
  }
  const counting = places.filter(({ is }) => is === 'counted').map(({ name }) => name)
  const counted =
    explaining.naming === 'several-rules' && counting.length > 0 ? [`It counts for ${fewOf(counting, 'and')}.`] : []
  const others = places.flatMap(({ is, name, because }) => {
    if (is === 'refused') return [`It does not count for ${name}: ${who} ${because}.`]
    return is === 'unseen' ? [`Whether it counts for ${name} could not be seen: ${because}.`] : []
  })
  return [`${approval.what}.`, ...counted, ...others].join(' ')
}

/** Without the rules, where something else has decided already. */
export const explainAlone = (weighed: Weighed): string =>
  weighed.is === 'approval' ? `${weighed.approval.what}.` : weighed.because

/** Which rules are decided about, where that is not plain: exceptions, and what could not be seen. */
export function explainRules({ rules, replaced }: RulesInForce): readonly string[] {
  return [
    ...rules.flatMap(({ rule, truth }) =>
      truth.is === 'unseen'
        ? [`Whether the rule ${quotedName(rule.name)} applies could not be seen: ${whys(truth)}.`]
        : [],
    ),
    ...replaced.map(({ name, by }) => `The rule ${quotedName(by)} applies in place of ${quotedName(name)}.`),
    ...rules.flatMap(({ rule, truth }) =>
      truth.is === 'yes' && rule.approvals === 0 && !asksOwners(rule)
        ? [`The rule ${quotedName(rule.name)} asks for no approval.`]
        : [],
    ),
  ]
}

/** Path, owners, and who of them approved, for each line of CODEOWNERS and each rule that asks for owners. */
export function explainOwners({ cases, ownership, naming }: Explaining): readonly string[] {
  const asking = cases.filter(({ rule }) => asksOwners(rule))
  return asking.flatMap((one) => {
    const purpose = naming === 'one-rule' ? '' : ` for ${one.rule.name}`
    if (ownership.isWhole.is === 'unseen')
      return [`Whether owners approved${purpose} could not be seen: ${whys(ownership.isWhole)}.`]
    if (ownership.groups.length === 0) return [noOwners(ownership, purpose)]
    const lines = ownership.groups.slice(0, mostGroups).map((group) => explainGroup(group, one, ownership))
    const more = ownership.groups.length - lines.length
    return more > 0 ? [...lines, `… and ${more} more lines of ${ownership.file ?? 'CODEOWNERS'}.`] : lines
  })
}

const mostGroups = 20

const noOwners = ({ file }: Ownership, purpose: string): string =>
  file === null
    ? `The base branch has no CODEOWNERS file, so no owners are asked for${purpose}.`
    : `No touched path has owners in ${file}, so no owners are asked for${purpose}.`

function explainGroup(group: OwnedPaths, one: RuleCase, ownership: Ownership): string {
  const approved = ownersAmong(one, group, ownership)
  const standing = approved.length > 0 ? `approved by ${fewOf(approved, 'and')}` : 'not approved by an owner yet'
  const place = `${ownership.file ?? 'CODEOWNERS'} line ${group.line}`
  return `${fewOf(group.paths, 'and')} → ${fewOf(group.owners, 'or')} (${place}): ${standing}.`
}

interface Place {
  readonly name: string
  readonly is: 'counted' | 'refused' | 'unseen'
  readonly because: string
}

function placesOf(approval: Approval, { cases, standings }: Explaining): readonly Place[] {
  const { id } = approval.account
  const elsewhere = standings.find(({ rule, counted }) => rule.distinct === true && counted.has(id))
  return cases.flatMap(({ rule, candidates }, at): readonly Place[] => {
    const candidate = candidates.find((one) => one.approval === approval)
    if (candidate === undefined || (rule.approvals === 0 && !asksOwners(rule))) return []
    const { name } = rule
    if (candidate.truth.is !== 'yes') return [placeOf(name, candidate)]
    if (standings[at]?.counted.has(id) === true) return [{ name, is: 'counted', because: '' }]
    const because =
      elsewhere === undefined
        ? 'is not needed for it'
        : `counts for ${elsewhere.rule.name}, and nobody counts for two distinct rules`
    return [{ name, is: 'refused', because }]
  })
}

const placeOf = (name: string, { truth, against }: Candidate): Place =>
  truth.is === 'no' ? { name, is: 'refused', because: against } : { name, is: 'unseen', because: whys(truth) }

const whys = (truth: Parameters<typeof unseenIn>[0]): string =>
  listed([...new Set(unseenIn(truth).map(({ why }) => why))], 'and')

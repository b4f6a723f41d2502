import type { Control } from '#controls/control.ts'
import { digestOf } from '#facts/digest.ts'
import type { EffectivePolicy, PolicyOrigin } from '#policy/effective-policy.ts'
import type { Finding } from './assess.ts'
import { conclude, type Conclusion, isProvisional, type Stage, worseFirst } from './conclude.ts'
import { codeBlock, codeSpan, escapeMarkdown, shortened } from './markdown.ts'
import type { CheckContent } from './plan.ts'

/** Findings of one pull request that the check speaks for. */
export interface JudgedChange {
  readonly number: number
  readonly findings: readonly Finding[]
}

export interface CheckInput {
  readonly catalogue: readonly Control[]
  /** What the commit is: the head of one or several open pull requests, or of a group of the merge queue. */
  readonly on: 'head' | 'merge-group'
  /** Those that one check has to speak for: all with this head commit, or in this group. */
  readonly changes: readonly JudgedChange[]
  readonly policy: EffectivePolicy
  readonly stage: Stage
  /** What a reader should know beside the findings, a sentence each: that a policy file is malformed, for one. */
  readonly notes: readonly string[]
  /** Names of our runs on the head: one that is there goes on telling the truth, also when the policy asks for it no more. */
  readonly postedNames: readonly string[]
  /** Left out when the commit is shared: there is no one page to link to. */
  readonly detailsUrl: string | null
}

/** The name of the one check run, constant so that a ruleset can require it. */
export const checkName = 'countersign'

export const recheckButton = { label: 'Re-check', description: 'Look at everything again now', identifier: 'recheck' }

/** GitHub's limit, in characters. */
const longestSummary = 65_535

/**
 * What our checks on one head commit should say: the one called `countersign`, and where the policy asks for it one more
 * per control.
 *
 * Equal findings give equal text, so that nothing is written again: there is no time in it, and whichever of several
 * pull requests on the commit was judged last, all of them are listed in order of their numbers.
 */
export function checkContents(input: CheckInput): readonly CheckContent[] {
  const { changes } = input
  const whole = contentOf(checkName, changes, input)
  const apart = input.catalogue
    .map(({ id }) => id)
    .filter((id) => input.postedNames.includes(nameOf(id)) || (isAsked(input) && only(id, changes).length > 0))
  return [whole, ...apart.map((id) => contentOf(nameOf(id), only(id, changes), input))]
}

const isAsked = ({ policy }: CheckInput): boolean => policy.checks === 'per-control'

const nameOf = (control: string): string => `${checkName}/${control}`

/** The changes that this control was judged on, with its findings alone. */
const only = (control: string, changes: readonly JudgedChange[]): readonly JudgedChange[] =>
  changes
    .map(({ number, findings }) => ({ number, findings: findings.filter((finding) => finding.control === control) }))
    .filter(({ findings }) => findings.length > 0)

interface Concluded extends JudgedChange {
  readonly conclusion: Conclusion
}

function contentOf(name: string, changes: readonly JudgedChange[], input: CheckInput): CheckContent {
  const concluded = changes
    .toSorted((a, b) => a.number - b.number)
    .map((change) => ({ ...change, conclusion: conclude(change.findings, input.stage) }))
  const [worst = { number: 0, conclusion: conclude([], input.stage) }] = concluded.toSorted((a, b) =>
    worseFirst(a.conclusion, b.conclusion),
  )
  const { status, conclusion, title } = worst.conclusion
  const content = {
    name,
    status,
    conclusion,
    title: concluded.length <= 1 && input.on === 'head' ? title : `#${worst.number}: ${title}`,
    summary: summaryOf(concluded, input),
    detailsUrl: concluded.length <= 1 ? input.detailsUrl : null,
    actions: [recheckButton],
  }
  return { ...content, digest: digestOf(content) }
}

/** How much of the reasons is told: all, and ever less until it fits. */
const measures: readonly Measure[] = [
  { reasons: Infinity, characters: 1_000, changes: Infinity },
  { reasons: 50, characters: 500, changes: 50 },
  { reasons: 20, characters: 300, changes: 20 },
  { reasons: 5, characters: 200, changes: 10 },
  { reasons: 2, characters: 100, changes: 3 },
]

interface Measure {
  readonly reasons: number
  readonly characters: number
  readonly changes: number
}

function summaryOf(changes: readonly Concluded[], input: CheckInput): string {
  for (const measure of measures) {
    const summary = render(changes, input, measure)
    if (summary.length <= longestSummary) return summary
  }
  const titles = changes.slice(0, 10).map(({ conclusion }) => escapeMarkdown(conclusion.title))
  return [...titles, 'The reasons are too long to be shown here.'].join('\n\n')
}

function render(changes: readonly Concluded[], input: CheckInput, measure: Measure): string {
  const shown = changes.slice(0, measure.changes)
  const left = changes.length - shown.length
  const sections =
    changes.length <= 1 && input.on === 'head'
      ? shown.map((change) => section(change, input, measure))
      : [
          speaksFor(changes.length, input),
          ...shown.map((change) => `### #${change.number}\n\n${section(change, input, measure)}`),
          ...(left > 0 ? [`… and ${left} more pull requests.`] : []),
        ]
  return [...sections, ...input.notes.map((note) => `> ${told(note, measure)}`), policyLine(input.policy)].join('\n\n')
}

const speaksFor = (count: number, { on }: CheckInput): string => {
  if (on === 'head')
    return `**${count} open pull requests have this head commit, and this one check speaks for all of them.** It shows the worst.`
  return count === 1
    ? 'This group of the merge queue merges one pull request, judged afresh for it.'
    : `**This group of the merge queue merges ${count} pull requests, each judged afresh for it, and this one check speaks for all of them.** It shows the worst.`
}

function section(change: Concluded, { catalogue }: CheckInput, measure: Measure): string {
  const parts = [firstWords(change, measure), ...fixes(change.findings)]
  const applying = change.findings.filter((finding) => finding.outcome !== 'not-applicable')
  const others = change.findings.filter(({ outcome }) => outcome === 'not-applicable')
  if (applying.length > 0) parts.push(table(applying, catalogue, measure))
  if (others.length > 0) parts.push(aside(others, measure))
  return parts.join('\n\n')
}

/** What to do, before anything else: most readers read no further. */
function firstWords({ findings, conclusion }: Concluded, measure: Measure): string {
  const title = escapeMarkdown(conclusion.title)
  if (conclusion.conclusion === 'success') return `**Nothing blocks this change.** ${title}.`
  const enforced = findings.filter(({ mode }) => mode === 'enforce')
  const decisive = enforced.filter(({ outcome }) => outcome === 'unmet' || outcome === 'undetermined')
  const pressing = decisive.length > 0 ? decisive : enforced.filter(({ outcome }) => outcome === 'waiting')
  const few = { ...measure, reasons: Math.min(4, measure.reasons) }
  const told = pressing.map(({ because }) => reasonsOf(because, few).join(' '))
  const [only] = pressing
  return told.length === 1 && only !== undefined
    ? `**${only.outcome === 'unmet' ? escapeMarkdown(`${only.control} is not met`) : title}.** ${told.join('')}`
    : `**${title}.**\n\n${told.map((text) => `- ${text}`).join('\n')}`
}

function fixes(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap((finding) =>
    finding.outcome === 'unmet' && finding.fix.length > 0
      ? [`To mend ${codeSpan(finding.control)}:`, codeBlock(finding.fix)]
      : [],
  )
}

/** Folded away: what asks for nothing is no developer's business, and an administrator may still want to know why. */
function aside(findings: readonly Finding[], measure: Measure): string {
  const lines = findings.map(
    ({ control, because }) => `- ${codeSpan(control)}: ${reasonsOf(because, measure).join(' ')}`,
  )
  const controls = findings.length === 1 ? '1 control does' : `${findings.length} controls do`
  return [`<details><summary>${controls} not apply</summary>`, lines.join('\n'), '</details>'].join('\n\n')
}

type Applying = Exclude<Finding, { readonly outcome: 'not-applicable' }>

function table(findings: readonly Applying[], catalogue: readonly Control[], measure: Measure): string {
  const rows = findings.map((finding) => {
    const control = catalogue.find(({ id }) => id === finding.control)
    const remedy = needsRemedy(finding) && control ? escapeProse(control.remediation) : ''
    const title = control ? `<br>${escapeMarkdown(control.title)}` : ''
    return `| ${codeSpan(finding.control)}${title} | ${markOf(finding)} | ${reasonsOf(finding.because, measure).join('<br>')} | ${remedy} |`
  })
  return ['| Control | Standing | Why | Remedy |', '|---|---|---|---|', ...rows].join('\n')
}

const needsRemedy = ({ outcome }: Finding): boolean => outcome === 'unmet' || outcome === 'waiting'

const marks: Readonly<Record<Finding['mode'], Readonly<Record<Applying['outcome'] | 'met-for-now', string>>>> = {
  enforce: {
    met: '✅ met',
    'met-for-now': '✅ met for now',
    unmet: '❌ not met',
    waiting: '⏳ waiting',
    undetermined: '❔ could not be determined',
  },
  observe: {
    met: '✅ met (observed only)',
    'met-for-now': '✅ met for now (observed only)',
    unmet: '⚠️ would fail (observed only)',
    waiting: '⏳ would wait (observed only)',
    undetermined: '❔ could not be determined (observed only)',
  },
}

const markOf = (finding: Applying): string =>
  marks[finding.mode][isProvisional(finding) ? 'met-for-now' : finding.outcome]

function reasonsOf(because: readonly string[], measure: Measure): readonly string[] {
  const shown = because.slice(0, measure.reasons).map((reason) => told(reason, measure))
  const left = because.length - shown.length
  return [...shown, ...(left > 0 ? [`… and ${left} more.`] : [])]
}

/** Shortened before it is escaped: an escape cut in half would no longer be one. */
const told = (text: string, { characters }: Measure): string => escapeMarkdown(shortened(text, characters))

/** Our own prose, whose code spans stay code. */
const escapeProse = (prose: string): string =>
  prose
    .trim()
    .split('`')
    .map((part, at) => (at % 2 === 1 ? codeSpan(part) : part.replace(/\s+/g, ' ').replaceAll('|', '&#124;')))
    .join('')

function policyLine({ preset, origins, digest }: EffectivePolicy): string {
  const from = origins.length === 0 ? 'no policy file' : origins.map((origin) => originOf(origin)).join(', ')
  return `<sub>Policy ${codeSpan(digest.slice(0, 12))}: preset ${codeSpan(preset)}, ${from}.</sub>`
}

/** Without its commit, which moves with every merge: a check is not rewritten for a policy that says the same. */
const originOf = ({ repository, path }: PolicyOrigin): string => codeSpan(`${repository}/${path}`)

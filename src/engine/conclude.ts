import { listed } from '#facts/wording.ts'
import type { Finding } from './assess.ts'
import { shortened, visibleText } from './markdown.ts'

/** How a check stands. `conclusion` is there exactly when it is completed. */
export interface Conclusion {
  readonly status: 'in_progress' | 'completed'
  /** Never `neutral` or `skipped`: those satisfy a required check. */
  readonly conclusion: 'success' | 'failure' | null
  /** One line of plain text. */
  readonly title: string
}

/** Whether facts that could not be seen will be looked for again. */
export type Stage = 'retrying' | 'final'

const longestTitle = 200

/**
 * What the findings of one change make of its check.
 *
 * Only what is enforced decides. What could not be determined never makes it green: it is in progress while we look
 * again, and failed once we have given up.
 */
export function conclude(findings: readonly Finding[], stage: Stage): Conclusion {
  const enforced = findings.filter((finding) => finding.mode === 'enforce')
  const unmet = enforced.filter((finding) => finding.outcome === 'unmet')
  const undetermined = controlsThat(enforced, 'undetermined')
  const awaited = enforced.flatMap((finding) => (finding.outcome === 'waiting' ? [finding.awaited] : []))

  if (unmet.length > 0) return failure(unmetTitle(unmet))
  if (undetermined.length > 0 && stage === 'final') {
    return failure(counted(undetermined, 'could not be determined', 'could not be determined'))
  }
  if (undetermined.length > 0) {
    const waits = awaited.length > 0 ? `; waiting for ${awaited.join(' and ')}` : ''
    return inProgress(`Looking again: ${undetermined.join(', ')} could not be determined yet${waits}`)
  }
  if (awaited.length > 0) return inProgress(`Waiting for ${awaited.join(' and ')}`)
  return { status: 'completed', conclusion: 'success', title: titled(successTitle(findings, enforced)) }
}

/** The worse of two: a failure before what is not decided yet, and that before a success. */
export function worseFirst(a: Conclusion, b: Conclusion): number {
  return severity(b) - severity(a)
}

const severity = ({ conclusion }: Conclusion): number => (conclusion === 'failure' ? 2 : conclusion === null ? 1 : 0)

function successTitle(findings: readonly Finding[], enforced: readonly Finding[]): string {
  const observed = findings.filter(({ mode, outcome }) => mode === 'observe' && outcome === 'unmet').length
  const aside = observed > 0 ? `${observed} observed ${observed === 1 ? 'control' : 'controls'} would fail` : null
  if (enforced.length === 0) {
    if (findings.length === 0) return 'No control applies'
    return aside === null ? 'Nothing is enforced' : `Nothing is enforced; ${aside}`
  }
  const met = controlsThat(enforced, 'met')
  const standing =
    met.length === 0
      ? 'No control asks for anything'
      : met.length === 1
        ? `${met.join('')} is met`
        : `${met.length} controls are met`
  return `${standing}${forNow(enforced, met.length)}${aside === null ? '' : `; ${aside}`}`
}

/** Which of what is met stands only until a tracker answers: a reader of the green check must not take it as settled. */
function forNow(enforced: readonly Finding[], met: number): string {
  const provisional = controlsThat(enforced.filter(isProvisional), 'met')
  if (provisional.length === 0) return ''
  const which = met === 1 ? '' : `; ${listed(provisional, 'and')}`
  const again =
    provisional.length === 1
      ? 'it is judged again when its tracker answers'
      : 'they are judged again when trackers answer'
  return `${which} for now: ${again}`
}

/** Met, and to be judged again when something answers that did not. */
export const isProvisional = (finding: Finding): boolean => finding.outcome === 'met' && finding.provisional === true

/** The reason itself where there is one control: a list of checks shows nothing but the title. */
function unmetTitle(unmet: readonly Finding[]): string {
  const [first] = unmet
  const reason = first?.because[0]?.replace(/\.$/, '')
  if (unmet.length === 1 && first !== undefined && reason !== undefined) return `${first.control}: ${reason}`
  return counted(
    unmet.map(({ control }) => control),
    'is not met',
    'are not met',
  )
}

function counted(controls: readonly string[], one: string, many: string): string {
  return controls.length === 1
    ? `${controls.join('')} ${one}`
    : `${controls.length} controls ${many}: ${controls.join(', ')}`
}

const controlsThat = (findings: readonly Finding[], outcome: Finding['outcome']): readonly string[] =>
  findings.filter((finding) => finding.outcome === outcome).map((finding) => finding.control)

const failure = (title: string): Conclusion => ({ status: 'completed', conclusion: 'failure', title: titled(title) })
const inProgress = (title: string): Conclusion => ({ status: 'in_progress', conclusion: null, title: titled(title) })
const titled = (title: string): string => shortened(visibleText(title), longestTitle)

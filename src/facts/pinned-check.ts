import { z } from 'zod'
import type { ChangeFacts, CheckResult, RequiredCheck } from './change-facts.ts'
import { isSameName } from './same-name.ts'

/** GitHub's own name of GitHub Actions, on every one of its servers; its id differs between them. */
const actions = 'github-actions'

const workflowFile = /^(?:([A-Za-z0-9][\w-]*\/[\w.-]+)\/)?(\.github\/workflows\/[^/]+\.ya?ml)$/

/** Our own check: it would wait for itself. */
export const isOwnCheck = (name: string): boolean => name === 'countersign' || name.startsWith('countersign/')

const name = z
  .string()
  .min(1)
  .max(200)
  .refine((value) => !isOwnCheck(value), 'This is the check that Countersign itself posts: it cannot wait for itself.')

const slug = z
  .string()
  .max(100)
  .regex(/^[a-z0-9-]*[a-z][a-z0-9-]*$/, 'Give the id of the app as a number, or its slug, as in github-actions.')

const workflow = z
  .string()
  .max(300)
  .regex(
    workflowFile,
    'Give the path of a workflow file, .github/workflows/ci.yml, with owner/repository/ before it when it is elsewhere.',
  )

/** A check as a policy names it: its name, and whose word counts. A bare name is pinned by the rules of the branch. */
export const pinnedCheck = z.union([
  name,
  z.strictObject({ name, workflow }),
  z.strictObject({ name, app: z.union([z.int().positive(), slug]) }),
])

export type PinnedCheck = z.output<typeof pinnedCheck>

export type CheckSight = Pick<ChangeFacts, 'checks' | 'requiredChecks' | 'files'> & {
  /** Of the change, `owner/name`; null when it could not be told. */
  readonly repository: string | null
  /** What else than a success passes. */
  readonly accepts: readonly ('neutral' | 'skipped')[]
  /** Whether the run of a workflow that the change itself edits counts. */
  readonly editedWorkflows: 'refuse' | 'count'
}

export interface CheckStanding {
  /** `missing`: not reported by whom it is asked from. `unseen`: something that decides it is unknown. */
  readonly outcome: 'passed' | 'failed' | 'running' | 'missing' | 'unseen'
  /** A sentence, or a few. */
  readonly because: string
}

export const nameOfCheck = (pin: PinnedCheck): string => (typeof pin === 'string' ? pin : pin.name)

/** `https://github.com/acme/shop/pull/12` is of `acme/shop`. */
export const repositoryOf = (changeUrl: string): string | null =>
  /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/pull\/\d+$/.exec(changeUrl)?.[1] ?? null

/**
 * How the check that is meant stands on the head commit.
 *
 * Only what the pinned source reports counts: anybody who may write can post a success under any name. Where it reports
 * the name more than once, from several workflows, the worst counts, so that a later success hides no failure.
 *
 * A run of a workflow counts for that workflow only as far as the change could not have written it: when GitHub takes
 * the definition from the default branch (`pull_request_target`), when the file is another repository's, or when the
 * change leaves the file alone.
 *
 * Not seen: what the workflow calls inside the repository; and, because GitHub does not tell, a check run that a job
 * posted over the API as GitHub Actions, and for which base branch a run of this commit was.
 */
export function standingOfCheck(pin: PinnedCheck, sight: CheckSight): CheckStanding {
  if (typeof pin === 'string') return standingByRules(pin, sight)
  const source = 'app' in pin ? appSource(pin.app) : workflowSource(pin.workflow, sight)
  return standingFrom({ name: pin.name, source, asker: 'the policy asks' }, sight)
}

type Source =
  | { readonly from: 'anybody' }
  | { readonly from: 'app-id'; readonly id: number }
  | { readonly from: 'app-slug'; readonly slug: string }
  | { readonly from: 'workflow'; readonly repository: string | null; readonly path: string }

interface Meant {
  readonly name: string
  readonly source: Source
  /** Says who asks for that source, as in "the policy asks". */
  readonly asker: string
}

function standingByRules(name: string, sight: CheckSight): CheckStanding {
  const { requiredChecks } = sight
  if (!requiredChecks.known) {
    return unseen(`Whose ${name} counts could not be seen in the rules of the branch: ${requiredChecks.why}.`)
  }
  const rules = requiredChecks.value.filter((rule) => rule.name === name)
  if (rules.length === 0) {
    const remedy = `name its app or workflow in the policy, as in { name: ${JSON.stringify(name)}, app: ${actions} }`
    return missing(`No rule of the branch says whose ${name} counts, so nobody's does: ${remedy}.`)
  }
  const pinned = rules.filter(({ appId }) => appId !== null)
  return worstOf((pinned.length > 0 ? pinned : rules.slice(0, 1)).map((rule) => standingByRule(rule, sight)))
}

function standingByRule({ name, appId }: RequiredCheck, sight: CheckSight): CheckStanding {
  if (appId !== null) return standingFrom({ name, source: appSource(appId), asker: "the branch's rules ask" }, sight)
  const standing = standingFrom({ name, source: { from: 'anybody' }, asker: '' }, sight)
  const warning = 'No rule pins it to an app, so anybody with write access could have reported it.'
  return standing.outcome === 'passed' ? passed(`${standing.because} ${warning}`) : standing
}

function standingFrom(meant: Meant, sight: CheckSight): CheckStanding {
  const { name } = meant
  if (!sight.checks.known) return unseen(`How ${name} stands could not be seen: ${sight.checks.why}.`)
  const named = sight.checks.value.filter((check) => check.name === name)
  const standings = named.flatMap((check) => standingOfRun(check, meant.source, sight) ?? [])
  return standings.length > 0 ? worstOf(standings) : unreported(meant, named)
}

function unreported({ name, source, asker }: Meant, others: readonly CheckResult[]): CheckStanding {
  if (source.from === 'anybody') return missing(`Nobody has reported ${name} on the head commit yet.`)
  const from = described(source)
  const [other] = others.map(reporter).toSorted()
  const discounted = other === undefined ? '' : ` ${other} does not count: ${asker} for it from ${from}.`
  return missing(`${name} has not been reported by ${from} on the head commit yet.${discounted}`)
}

/** Null when the run is not of the source, and so says nothing. */
function standingOfRun(check: CheckResult, source: Source, sight: CheckSight): CheckStanding | null {
  switch (source.from) {
    case 'anybody':
      return reported(check, sight)
    case 'app-slug':
      return isFromSlug(check, source.slug) ? reported(check, sight) : null
    case 'app-id':
      return check.kind === 'status'
        ? standingOfStatus(check, source.id, sight)
        : check.appId === source.id
          ? reported(check, sight)
          : null
    case 'workflow':
      return check.kind === 'check-run' && isFromSlug(check, actions) ? standingOfJob(check, source, sight) : null
  }
}

/** The account that posts for an app is `slug[bot]`, which no person can be called. */
const isFromSlug = ({ kind, source, appId }: CheckResult, slug: string): boolean =>
  kind === 'status' ? source === `${slug}[bot]` : appId !== null && source === slug

/** GitHub names the account of a status, not the id of its app: a check run of the same app tells which that is. */
function standingOfStatus(status: CheckResult, id: number, sight: CheckSight): CheckStanding | null {
  if (!status.source.endsWith('[bot]')) return null
  const runs = sight.checks.known ? sight.checks.value.filter(({ appId }) => appId !== null) : []
  const itsRun = runs.find((run) => isFromSlug(status, run.source))
  if (itsRun !== undefined) return itsRun.appId === id ? reported(status, sight) : null
  if (runs.some(({ appId }) => appId === id)) return null
  const slug = status.source.slice(0, -'[bot]'.length)
  return unseen(
    `${reporter(status)} is a status, for which GitHub tells no app id, so it cannot be compared with app ${id}. If ` +
      `${slug} is the app that is meant, pin it in the policy by that slug, as in ` +
      `{ name: ${JSON.stringify(status.name)}, app: ${slug} }.`,
  )
}

function standingOfJob(
  check: CheckResult,
  { repository, path }: Extract<Source, { from: 'workflow' }>,
  sight: CheckSight,
): CheckStanding | null {
  const { workflow } = check
  if (!workflow.known) return unseen(`Which workflow ran ${reporter(check)} could not be seen: ${workflow.why}.`)
  if (workflow.value?.path !== path) return null
  if (repository === null) return unseen(`The repository whose ${path} is meant could not be told.`)
  if (!isSameName(workflow.value.repository, repository)) return null
  const mayBeEdited = sight.repository === null || isSameName(repository, sight.repository)
  const isTrusted = workflow.value.event === trustedEvent
  return mayBeEdited && !isTrusted && sight.editedWorkflows === 'refuse'
    ? standingUnlessEdited(check, path, sight)
    : reported(check, sight)
}

/** GitHub runs it as the default branch defines it, whatever the change holds. */
const trustedEvent = 'pull_request_target'

function standingUnlessEdited(check: CheckResult, path: string, sight: CheckSight): CheckStanding {
  const { files } = sight
  const standing = reported(check, sight)
  if (!files.known && standing.outcome !== 'failed') {
    return unseen(`Whether the change edits ${path} could not be seen: ${files.why}.`)
  }
  const isEdited = files.known && files.value.some((file) => file.path === path || file.previousPath === path)
  if (!isEdited) return standing
  return failed(
    `The change edits ${path} itself, so its run proves nothing about ${check.name}. Put that edit into a change of its ` +
      'own, for somebody who may waive this to decide.',
  )
}

function reported(check: CheckResult, { accepts }: CheckSight): CheckStanding {
  const run = reporter(check)
  switch (check.outcome) {
    case 'success':
      return passed(`${run} passed.`)
    case 'failure':
      return failed(`${run} failed.`)
    case 'pending':
      return { outcome: 'running', because: `${run} has not ended yet.` }
    case 'neutral':
    case 'skipped': {
      const ended = check.outcome === 'neutral' ? 'ended neutral' : 'was skipped'
      return accepts.includes(check.outcome)
        ? passed(`${run} ${ended}, which the policy accepts.`)
        : failed(`${run} ${ended}, which the policy does not accept.`)
    }
    case 'other':
      return failed(`${run} ended without a result: it was cancelled, went stale or asks for an action. Run it again.`)
  }
}

const severities: readonly CheckStanding['outcome'][] = ['failed', 'unseen', 'running', 'missing', 'passed']

/** In an order of its own, so that the same runs read the same however GitHub lists them. */
function worstOf(standings: readonly CheckStanding[]): CheckStanding {
  const outcome =
    severities.find((severity) => standings.some((standing) => standing.outcome === severity)) ?? 'missing'
  const reasons = standings.filter((standing) => standing.outcome === outcome).map(({ because }) => because)
  return { outcome, because: [...new Set(reasons)].toSorted().slice(0, 3).join(' ') }
}

const appSource = (app: number | string): Source =>
  typeof app === 'number' ? { from: 'app-id', id: app } : { from: 'app-slug', slug: app }

function workflowSource(written: string, sight: CheckSight): Source {
  const [, repository = sight.repository, path = written] = workflowFile.exec(written) ?? []
  return { from: 'workflow', repository, path }
}

function described(source: Exclude<Source, { from: 'anybody' }>): string {
  if (source.from === 'app-id') return `app ${source.id}`
  if (source.from === 'app-slug') return `the app ${source.slug}`
  return `the workflow ${source.path}${source.repository === null ? '' : ` of ${source.repository}`}`
}

function reporter({ name, source, workflow }: CheckResult): string {
  const path = workflow.known && workflow.value !== null ? ` (${workflow.value.path})` : ''
  return `${name} by ${source}${path}`
}

const passed = (because: string): CheckStanding => ({ outcome: 'passed', because })
const failed = (because: string): CheckStanding => ({ outcome: 'failed', because })
const missing = (because: string): CheckStanding => ({ outcome: 'missing', because })
const unseen = (because: string): CheckStanding => ({ outcome: 'unseen', because })

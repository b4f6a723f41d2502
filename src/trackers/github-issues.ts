import { z } from 'zod'
import type { Ticket } from '#facts/ticket.ts'
import { instant, readAnswer, webAddress } from './read-answer.ts'
import { type TrackerClient, TrackerUnavailable } from './tracker.ts'

/**
 * Opens the way to issues on GitHub, as the installation of the change sees them.
 *
 * A pull request is no issue, though GitHub numbers and answers both alike. An issue that was transferred answers where
 * it is now. GitHub shows by itself which pull requests refer to an issue: no link is written.
 */
export function openGithubIssues({ getIssue }: GithubIssuesOptions): TrackerClient {
  return {
    tracker: 'github-issues',
    findTicket: async (key, { installationId, signal }) => {
      const at = placeOf(key)
      if (at === null) return null
      const body = await within(signal, () => getIssue({ installationId, ...at }))
      if (body === null) return null
      const issue = readAnswer(issueShape, body)
      return (issue.pull_request ?? null) === null ? toTicket(issue) : null
    },
    linkBack: null,
    findSelf: () => Promise.resolve('GitHub'),
  }
}

export interface GithubIssuesOptions {
  /** The issue as GitHub's REST API has it; null when GitHub shows none. Throws what GitHub refused. */
  readonly getIssue: (at: IssuePlace & { readonly installationId: number }) => Promise<unknown>
}

interface IssuePlace {
  readonly owner: string
  readonly repository: string
  readonly number: number
}

/** `acme/shop#7`. Nothing that an address could read as something else: no `.` or `..` for a repository. */
function placeOf(key: string): IssuePlace | null {
  const [, owner, repository, digits] =
    /^([a-z\d][a-z\d_-]{0,99})\/(?!\.{1,2}#)([a-z\d._-]{1,100})#([1-9]\d{0,9})$/.exec(key) ?? []
  if (owner === undefined || repository === undefined || digits === undefined) return null
  return { owner, repository, number: Number(digits) }
}

const issueShape = z.object({
  number: z.int().positive(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish(),
  closed_at: instant.nullish(),
  created_at: instant,
  html_url: webAddress,
  repository_url: z.string().transform((url, context) => {
    const name = /\/repos\/([^/?#]+\/[^/?#]+)$/.exec(url)?.[1]
    if (name !== undefined) return name.toLowerCase()
    context.addIssue('names no repository')
    return z.NEVER
  }),
  // An account that is gone, and a type that is not given.
  user: z.object({ login: z.string() }).nullish(),
  type: z.object({ name: z.string() }).nullish(),
  pull_request: z.unknown().optional(),
})

type Issue = z.output<typeof issueShape>

function toTicket(issue: Issue): Ticket {
  const { state, state_reason: reason } = issue
  const isClosed = state === 'closed'
  const why = typeof reason === 'string' ? ` as ${reason.replaceAll('_', ' ')}` : ''
  return {
    key: `${issue.repository_url}#${String(issue.number)}`,
    title: issue.title,
    type: issue.type?.name ?? null,
    status: isClosed ? `closed${why}` : 'open',
    category: isClosed ? 'closed' : 'open',
    categorySince: isClosed ? (issue.closed_at ?? null) : null,
    creator: issue.user?.login ?? null,
    createdAt: issue.created_at,
    url: issue.html_url,
  }
}

/** Waits for GitHub no longer than the signal allows: GitHub's own client has a deadline for each request, not for all. */
async function within(signal: AbortSignal, ask: () => Promise<unknown>): Promise<unknown> {
  const gaveUp = Promise.withResolvers<never>()
  const giveUp = () => {
    gaveUp.reject(new TrackerUnavailable('did not answer in time', { cause: signal.reason }))
  }
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp)
  try {
    return await Promise.race([gaveUp.promise, signal.aborted ? gaveUp.promise : ask()])
  } catch (error) {
    throw toUnavailable(error)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

/** GitHub's trouble, known by its shape: its classes belong to another adapter. */
function toUnavailable(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || error instanceof TrackerUnavailable) return error
  if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number') {
    return new TrackerUnavailable('asks us to wait', { retryAfterMs: error.retryAfterMs, cause: error })
  }
  if (!('status' in error) || !(error.status === null || typeof error.status === 'number')) return error
  return new TrackerUnavailable(sentenceFor(error.status), { cause: error })
}

function sentenceFor(status: number | null): string {
  if (status === null) return 'did not answer'
  const sentence = sentences[status]
  return sentence ?? `failed (${String(status)})`
}

const sentences: Readonly<Record<number, string>> = {
  401: 'does not accept the credentials of the app (401): check APP_ID, PRIVATE_KEY and the clock of this machine',
  403: 'refuses the app what was asked (403): grant it issues: read, and accept that for the installation',
  // For the issue itself that is an answer, and no error.
  404: 'does not know the installation any more',
}

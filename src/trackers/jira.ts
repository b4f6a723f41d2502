import { z } from 'zod'
import type { StatusCategory, Ticket } from '#facts/ticket.ts'
import { readAnswer, unexpected } from './read-answer.ts'
import { type Link, LinkRefused, type TrackerClient, TrackerUnavailable } from './tracker.ts'
import type { Transport } from './transport.ts'

export interface JiraOptions {
  readonly transport: Transport
  /** As the operator configured it, without a slash at the end: tickets are shown to people beneath it. */
  readonly url: string
  readonly edition: JiraEdition
}

/** Atlassian's own, or one that somebody runs. */
export type JiraEdition = 'cloud' | 'data-center'

/**
 * Opens the way to Jira, through REST v3 of Cloud or v2 of Data Center.
 *
 * An issue that was moved answers to its old key, and tells the new one. Data Center does not tell since when an issue
 * has been in its status category; its history would, at the price of reading all of it.
 */
export function openJira({ transport, url, edition }: JiraOptions): TrackerClient {
  const rest = edition === 'cloud' ? '/rest/api/3' : '/rest/api/2'
  const issuePath = (key: string): string => `${rest}/issue/${encodeURIComponent(key)}`
  const findSelf = async (signal: AbortSignal): Promise<string> => {
    const { status, body } = await transport.request({ method: 'GET', path: `${rest}/myself`, signal })
    if (!isSuccess(status)) throw unexpected(status)
    return readAnswer(selfShape, body).displayName
  }
  return {
    tracker: 'jira',
    findTicket: async (key, { signal }) => {
      const path = `${issuePath(key)}?fields=${fields}`
      const { status, body } = await transport.request({ method: 'GET', path, signal, answeredBy: 403 })
      if (isSuccess(status)) return toTicket(readAnswer(issueShape, body), url)
      if (status !== 404 && status !== 403) throw unexpected(status)
      if (!noIssue.safeParse(body).success) throw new TrackerUnavailable(notOfJira[status])
      // To credentials that have expired every issue is missing, or forbidden.
      await findSelf(signal)
      return null
    },
    linkBack: async (link, signal) => {
      const path = `${issuePath(link.key)}/remotelink`
      const asked = { method: 'POST', path, body: toRemoteLink(link), signal, answeredBy: 403 } as const
      const { status, body } = await transport.request(asked)
      if (isSuccess(status)) return
      if (status === 404) readAnswer(noIssue, body)
      if (status === 404 || status === 403) {
        // What credentials that have expired may not do is refused for now, not for good.
        await findSelf(signal)
        throw new LinkRefused(noLink[status])
      }
      throw status < 500 && status !== 409
        ? new LinkRefused(`it does not take such a link (${status})`)
        : unexpected(status)
    },
    findSelf,
  }
}

/** With an e-mail: Cloud, an API token of that account. Without: Data Center, a personal access token. */
export const jiraHeaders = (email: string | null, token: string): Readonly<Record<string, string>> => ({
  authorization: email === null ? `Bearer ${token}` : `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`,
})

/**
 * Whether Jira took the call for a stranger's. It answers such calls as far as strangers may see: with a token that has
 * expired, every issue is simply not there.
 */
export const jiraDeniesCredentials = (headers: Headers): boolean =>
  /\bAUTHENTICATED_FAILED\b|\bAUTHENTICATION_DENIED\b/.test(headers.get('x-seraph-loginreason') ?? '')

const fields = 'summary,issuetype,status,creator,created,statuscategorychangedate'

const isSuccess = (status: number): boolean => status >= 200 && status <= 299

/** What Jira itself says of a missing issue, or (403, of Data Center) of a hidden one, and nobody who answers in its place. */
const noIssue = z.object({ errorMessages: z.array(z.string()).min(1) })

/** `2026-05-04T10:00:00.000+0200`, as UTC. */
const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/)
  .transform((told) => told.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  .refine((told) => !Number.isNaN(Date.parse(told)))
  .transform((told) => new Date(told).toISOString())

const issueShape = z.object({
  key: z.string().regex(/^[A-Z][A-Z0-9_]{0,31}-[1-9]\d{0,9}$/),
  fields: z.object({
    summary: z.string(),
    issuetype: z.object({ name: z.string().min(1) }),
    status: z.object({ name: z.string().min(1), statusCategory: z.object({ key: z.string() }) }),
    // Null for an anonymous or a deleted account; never left out, since it is asked for.
    creator: z.object({ displayName: z.string() }).nullable(),
    created: instant,
    statuscategorychangedate: instant.nullish(),
  }),
})
const notOfJira = {
  403: 'refuses what was asked (403): check what JIRA_TOKEN may do',
  404: 'has no such API at its address: check JIRA_URL',
} as const
const noLink = {
  403: 'these credentials may not link this issue (403): it takes the permission to link issues',
  404: 'the issue is not there any more or hidden from these credentials, or linking is off',
} as const
const selfShape = z.object({ displayName: z.string().min(1) })

function toTicket({ key, fields: told }: z.output<typeof issueShape>, url: string): Ticket {
  return {
    key,
    title: told.summary,
    type: told.issuetype.name,
    status: told.status.name,
    category: categories.get(told.status.statusCategory.key) ?? null,
    categorySince: told.statuscategorychangedate ?? null,
    creator: told.creator?.displayName ?? null,
    createdAt: told.created,
    url: `${url}/browse/${key}`,
  }
}

/** Jira has a fourth, `undefined`, for statuses that nobody put into a category. */
const categories: ReadonlyMap<string, StatusCategory> = new Map([
  ['new', 'open'],
  ['indeterminate', 'in-progress'],
  ['done', 'closed'],
])

/** A link of the same `globalId` is updated: there is one for each change, however often it is put. */
const toRemoteLink = ({ url, title }: Link) => ({ globalId: `countersign/${url}`, object: { url, title } })

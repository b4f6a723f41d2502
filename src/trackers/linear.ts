import { z } from 'zod'
import type { StatusCategory, Ticket } from '#facts/ticket.ts'
import { instant, readAnswer, unexpected, webAddress } from './read-answer.ts'
import { LinkRefused, type TrackerClient, TrackerUnavailable } from './tracker.ts'
import type { Transport } from './transport.ts'

/**
 * Opens the way to Linear, through its GraphQL API.
 *
 * An issue that moved to another team answers to its old key, and tells the new one. One in the trash is not there; one
 * in the archive is. Linear has no types of issues: labels, which teams use instead, are theirs to name, and are no type.
 */
export function openLinear({ transport }: { readonly transport: Transport }): TrackerClient {
  const ask = <Data>(question: Question<Data>) => askLinear(transport, question)
  return {
    tracker: 'linear',
    findTicket: async (key, { signal }) => {
      if (!isKey(key)) return null
      const answer = await ask({ query: issueQuery, variables: { key }, data: issueData, signal })
      if (answer.outcome === 'forbidden') throw forbidden()
      if (answer.outcome === 'refused')
        throw new TrackerUnavailable('refused the question as one it does not understand', { about: 'ticket' })
      return answer.outcome === 'not-found' || answer.data.issue.trashed === true ? null : toTicket(answer.data.issue)
    },
    linkBack: async ({ key, url, title }, signal) => {
      if (!isKey(key)) throw new LinkRefused('that is no key of an issue')
      const variables = { input: { issueId: key, title, url } }
      const answer = await ask({ query: linkMutation, variables, data: linkData, signal, answeredBy: 403 })
      if (answer.outcome === 'not-found')
        throw new LinkRefused('the issue is not there any more, or hidden from the token')
      if (answer.outcome === 'forbidden') throw new LinkRefused('the token may not put links on this issue')
      if (answer.outcome === 'refused') throw new LinkRefused('it does not accept such a link')
      if (!answer.data.attachmentCreate.success)
        throw new TrackerUnavailable('did not put the link on the issue', { about: 'ticket' })
    },
    findSelf: async (signal) => {
      const answer = await ask({ query: 'query Self { viewer { name } }', variables: {}, data: selfData, signal })
      if (answer.outcome === 'answered') return answer.data.viewer.name
      if (answer.outcome === 'forbidden') throw forbidden()
      throw new TrackerUnavailable('did not say whose token this is')
    },
  }
}

/** How Linear wants to be shown a token: a person's API key bare, an OAuth token with `Bearer`, and neither otherwise. */
export const linearHeaders = (token: string): Readonly<Record<string, string>> => ({
  authorization: token.startsWith('lin_oauth_') ? `Bearer ${token}` : token,
})

/** Team keys are letters and digits; longer than any, and short enough to be refused unasked. */
const isKey = (key: string): boolean => /^[A-Z][A-Z0-9]{0,31}-[1-9]\d{0,9}$/.test(key)

const issueQuery = `query Issue($key: String!) {
  issue(id: $key) {
    identifier title url createdAt startedAt completedAt canceledAt trashed
    state { name type }
    creator { name }
  }
}`

/** For an address that is on the issue already, Linear updates the link that is there. */
const linkMutation = `mutation Link($input: AttachmentCreateInput!) {
  attachmentCreate(input: $input) { success }
}`

const issueShape = z.object({
  identifier: z.string().refine(isKey),
  title: z.string(),
  url: webAddress,
  createdAt: instant,
  startedAt: instant.nullable(),
  completedAt: instant.nullable(),
  canceledAt: instant.nullable(),
  trashed: z.boolean().nullable(),
  state: z.object({ name: z.string().min(1), type: z.string() }),
  creator: z.object({ name: z.string() }).nullable(),
})
const issueData = z.object({ issue: issueShape })
const linkData = z.object({ attachmentCreate: z.object({ success: z.boolean() }) })
const selfData = z.object({ viewer: z.object({ name: z.string().min(1) }) })

type Issue = z.output<typeof issueShape>

function toTicket(issue: Issue): Ticket {
  const { identifier: key, title, url, createdAt, state, creator } = issue
  const category = categories.get(state.type) ?? null
  const categorySince = sinceWhen(issue, category)
  return {
    key,
    title,
    type: null,
    status: state.name,
    category,
    categorySince,
    creator: creator?.name ?? null,
    createdAt,
    url,
  }
}

const categories: ReadonlyMap<string, StatusCategory> = new Map([
  ['triage', 'open'],
  ['backlog', 'open'],
  ['unstarted', 'open'],
  ['started', 'in-progress'],
  ['completed', 'closed'],
  ['canceled', 'closed'],
  ['duplicate', 'closed'],
])

/** Linear keeps no time of becoming open again: an issue may have been anything since it was created. */
function sinceWhen(issue: Issue, category: StatusCategory | null): string | null {
  if (category === 'in-progress') return issue.startedAt
  if (category !== 'closed') return null
  const { completedAt, canceledAt } = issue
  return issue.state.type === 'completed' ? (completedAt ?? canceledAt) : (canceledAt ?? completedAt)
}

interface Question<Data> {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly data: z.ZodType<Data>
  readonly signal: AbortSignal
  /** A status that may come with errors that say something about what was asked. */
  readonly answeredBy?: 403
}

type Answer<Data> =
  | { readonly outcome: 'answered'; readonly data: Data }
  /** No such entity, or none that the token may see. */
  | { readonly outcome: 'not-found' }
  /** Wrong input, which stays wrong. */
  | { readonly outcome: 'refused' }
  /** The token may not do this. */
  | { readonly outcome: 'forbidden' }

const forbidden = (): TrackerUnavailable =>
  new TrackerUnavailable('refuses what was asked: check what LINEAR_TOKEN may do')

/** Asks, and tells Linear's errors apart: the status of an answer says little, its body everything. */
async function askLinear<Data>(transport: Transport, question: Question<Data>): Promise<Answer<Data>> {
  const { query, variables, data: shape, ...sending } = question
  const asked = { query, variables }
  const { status, body } = await transport.request({ method: 'POST', path: '/graphql', body: asked, ...sending })
  const { data, errors } = readAnswer(envelope, body)
  if (errors.length > 0) return { outcome: toRefusal(errors) }
  if (status < 200 || status > 299) throw unexpected(status)
  return { outcome: 'answered', data: readAnswer(shape, data) }
}

const errorShape = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string().optional(), type: z.string().optional() }).optional(),
})
const envelope = z.object({
  // Left out of an answer to a question that was not understood.
  data: z.unknown().optional(),
  errors: z
    .array(errorShape)
    .nullish()
    .transform((told) => told ?? []),
})

type GraphError = z.output<typeof errorShape>

/** What the errors say of our question. Throws `TrackerUnavailable` for those that say something of anything else. */
function toRefusal(errors: readonly GraphError[]): 'not-found' | 'refused' | 'forbidden' {
  const says = (kind: RegExp) => errors.some((error) => kind.test(kindOf(error)))
  if (says(/authentication/)) throw new TrackerUnavailable('does not accept the credentials: check LINEAR_TOKEN')
  if (says(/ratelimited/)) throw new TrackerUnavailable('asks us to wait', { retryAfterMs: refillMs })
  if (says(/forbidden/)) return 'forbidden'
  if (errors.every(isNotFound)) return 'not-found'
  if (errors.every((error) => wrongInput.test(kindOf(error)))) return 'refused'
  throw new TrackerUnavailable('answered with an error')
}

/** Linear's limit refills all the time; the headers that say more stay with the transport. */
const refillMs = 60_000

/** Two words for the same, of which older answers have the second only: `INPUT_ERROR`, `invalid input`. */
const kindOf = ({ extensions }: GraphError): string =>
  `${extensions?.code ?? ''} ${extensions?.type ?? ''}`.toLowerCase().replaceAll('_', ' ')

const wrongInput = /input error|invalid input/

/** Wrong input of every sort has the same code: only the sentence tells what is missing. */
const isNotFound = (error: GraphError): boolean =>
  wrongInput.test(kindOf(error)) && error.message.startsWith('Entity not found: Issue')

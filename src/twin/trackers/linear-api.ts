import { executeSync, type ExecutionResult, GraphQLError, parse, validate } from 'graphql'
import type { Json } from '../shapes/json.ts'
import { linearSchema } from './linear-schema.ts'
import { issueId, issueJson, organization, userJson } from './linear-shapes.ts'
import type { TicketLink, TicketRecord, TicketStore } from './tickets.ts'
import type { Asked, Given } from './tracker-server.ts'
import { uuidOf } from './uuid.ts'

/** What an answer rests on. */
export interface LinearContext {
  readonly store: TicketStore
  readonly token: string
  /** Until when every request is refused as one too many. */
  readonly limitedUntil: Date | null
}

const self = 'Countersign Bot'

/** Answers as `POST /graphql` does: who asks first, then the limit, then the document. */
export function answerLinear(context: LinearContext, { method, steps, headers, body }: Asked): Given {
  if (method !== 'POST' || steps.join('/') !== 'graphql') {
    return { status: 404, body: 'Not Found', headers: { 'content-type': 'text/plain' } }
  }
  const refusal = refusalOf(context, headers['authorization'])
  if (refusal) return refusal
  if (context.limitedUntil) return limited(context.limitedUntil)
  const { query, variables } = (body ?? {}) as Asking
  if (typeof query !== 'string') return invalid([new GraphQLError('Must provide query string.')])
  try {
    return run(context.store, query, variables ?? {})
  } catch (error) {
    if (error instanceof GraphQLError) return invalid([error])
    throw error
  }
}

interface Asking {
  readonly query?: unknown
  readonly variables?: Json
}

function run(store: TicketStore, query: string, variableValues: Json): Given {
  const document = parse(query)
  const errors = validate(linearSchema, document)
  if (errors.length > 0) return invalid(errors)
  const result = executeSync({ schema: linearSchema, document, rootValue: rootOf(store), variableValues })
  return result.data === undefined ? invalid(result.errors ?? []) : { status: 200, body: shown(result) }
}

function rootOf(store: TicketStore): Json {
  return {
    viewer: userJson(self),
    organization,
    issue: ({ id }: { readonly id: string }) => issueSource(found(store, id)),
    attachmentCreate: ({ input }: { readonly input: Readonly<Record<'issueId' | 'title' | 'url', string>> }) => {
      const ticket = found(store, input.issueId)
      if (ticket.trashedAt) throw entityNotFound()
      const { url, title } = input
      const { link } = store.link(ticket, { url, title, identity: url })
      return { lastSyncId: 1, success: true, attachment: attachmentJson(ticket, link) }
    },
  }
}

/** By UUID or identifier, the former one too; a trashed issue is found. */
function found(store: TicketStore, id: string): TicketRecord {
  const ticket = store.trace(id) ?? store.all().find((candidate) => issueId(candidate) === id)
  if (!ticket || ticket.hidden) throw entityNotFound()
  return ticket
}

const issueSource = (ticket: TicketRecord): Json => ({
  ...issueJson(ticket),
  attachments: { nodes: ticket.links.map((link) => attachmentJson(ticket, link)) },
})

const attachmentJson = (ticket: TicketRecord, { id, url, title }: TicketLink): Json => ({
  id: uuidOf(`attachment ${id}`),
  title,
  subtitle: null,
  url,
  issue: () => issueSource(ticket),
})

interface Trouble {
  readonly type: string
  readonly code: string
  readonly statusCode: number
  readonly userPresentableMessage: string
}

const extensionsOf = (trouble: Trouble, status: number): Json => ({
  ...trouble,
  userError: true,
  meta: {},
  http: { status },
})

const entityNotFound = (): GraphQLError => {
  const said = { type: 'invalid input', code: 'INPUT_ERROR', statusCode: 400 }
  const trouble = { ...said, userPresentableMessage: 'Could not find referenced Issue.' }
  return new GraphQLError('Entity not found: Issue', { extensions: extensionsOf(trouble, 400) })
}

const shown = ({ data, errors }: ExecutionResult): Json => ({
  ...(errors && { errors: errors.map((error) => error.toJSON()) }),
  data: data ?? null,
})

function refusalOf({ token }: LinearContext, credential: string | string[] | undefined): Given | undefined {
  if (credential === token) return undefined
  if (typeof credential === 'string' && /^bearer lin_api_/i.test(credential)) {
    const message =
      "It looks like you're trying to use an API key as a Bearer token. Remove the Bearer prefix from the Authorization header."
    return failed(400, message, {
      type: 'invalid input',
      code: 'INPUT_ERROR',
      statusCode: 400,
      userPresentableMessage: message,
    })
  }
  return failed(401, 'Authentication required, not authenticated', {
    type: 'authentication error',
    code: 'AUTHENTICATION_ERROR',
    statusCode: 401,
    userPresentableMessage: 'You need to authenticate to access this operation.',
  })
}

/** Linear says it with 400, a code of its own, and the end of the window in a header; not with 429. */
function limited(until: Date): Given {
  const message = 'Rate limit exceeded'
  const said = { type: 'ratelimited', code: 'RATELIMITED', statusCode: 429 }
  const headers = {
    'x-ratelimit-requests-limit': '2500',
    'x-ratelimit-requests-remaining': '0',
    'x-ratelimit-requests-reset': String(until.getTime()),
  }
  return { ...failed(400, message, { ...said, userPresentableMessage: `${message}.` }), headers }
}

const failed = (status: number, message: string, trouble: Trouble): Given => ({
  status,
  body: { errors: [{ message, extensions: extensionsOf(trouble, status) }] },
})

const invalid = (errors: readonly GraphQLError[]): Given => ({
  status: 400,
  body: {
    errors: errors.map((error) => ({
      ...error.toJSON(),
      extensions: {
        http: { status: 400, headers: {} },
        code: 'GRAPHQL_VALIDATION_FAILED',
        type: 'graphql error',
        userError: true,
      },
    })),
  },
})

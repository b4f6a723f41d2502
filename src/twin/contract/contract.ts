import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql'
import { basicError, invalidRequest, type Operation, type RestCut, type WebhookCut } from './cut-description.ts'
import { brokenHandRules } from './hand-rules.ts'
import { indexPaths } from './path-index.ts'
import { createSchemaCheck, type SchemaCheck } from './schema-check.ts'
import { slips, textReplies, unacceptableDiffs, unprocessableReads } from './slips.ts'

/** GitHub's published contract, as far as the twin keeps it. Each check answers with sentences; none means kept. */
export interface Contract {
  /** The operation a request asks for; undefined when it is not one the twin is meant to answer. */
  readonly operationFor: (method: string, path: string) => FoundOperation | undefined
  readonly requestViolations: (operationId: string, request: DescribedRequest) => string[]
  readonly responseViolations: (operationId: string, status: number, body: unknown) => string[]
  readonly webhookViolations: (event: string, payload: unknown) => string[]
}

export interface FoundOperation {
  /** GitHub's own name for it, such as `checks/create`. */
  readonly id: string
  readonly template: string
  readonly params: Record<string, string>
}

export interface DescribedRequest {
  readonly params: Record<string, string>
  readonly query: Record<string, string>
  readonly body: unknown
}

let contract: Contract | undefined
let schema: GraphQLSchema | undefined

/** The contract, read once per process from the committed cuts. */
export function loadContract(): Contract {
  contract ??= createContract(readCut('rest') as RestCut, readCut('webhooks') as WebhookCut)
  return contract
}

/** GitHub's GraphQL schema, built once per process. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildClientSchema(readIntrospection(), { assumeValid: true })
  return schema
}

function createContract(rest: RestCut, webhooks: WebhookCut): Contract {
  const paths = indexPaths(Object.keys(rest.operations))
  const operations = new Map(Object.values(rest.operations).map((operation) => [operation.id, operation]))
  const texts = createSchemaCheck(rest, { reading: 'from-text', slips })
  const values = createSchemaCheck(rest, { reading: 'as-is', slips })
  const payloads = createSchemaCheck(webhooks, { reading: 'as-is', slips })
  const described = (id: string, check: (operation: Operation) => string[]): string[] => {
    const operation = operations.get(id)
    return operation ? check(operation) : [`No operation "${id}" is in the contract.`]
  }
  return {
    operationFor: (method, path) => {
      const found = paths.find(method, path)
      const operation = found && rest.operations[found.line]
      return operation && { id: operation.id, template: found.template, params: found.params }
    },
    requestViolations: (id, request) =>
      described(id, (operation) => [
        ...texts.violations(`${id} path`, { ...request.params }, 'path'),
        ...texts.violations(`${id} query`, { ...request.query }, 'query'),
        ...bodyViolations(operation, request.body, values),
        ...brokenHandRules(id, request.body),
      ]),
    responseViolations: (id, status, body) =>
      described(id, (operation) => replyViolations(operation, { status, body, values })),
    webhookViolations: (event, payload) => payloads.violations(rootOf(event, payload), payload, 'payload'),
  }
}

function bodyViolations({ id, body: need }: Operation, body: unknown, values: SchemaCheck): string[] {
  if (isAbsent(body)) return need === 'required' ? ['body is absent, and GitHub needs one.'] : []
  if (need === 'none') return Object.keys(body).length === 0 ? [] : ['body is present, and GitHub describes none.']
  return values.violations(`${id} body`, body, 'body')
}

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly values: SchemaCheck
}

function replyViolations({ id, statuses, text, body: need }: Operation, { status, body, values }: Reply): string[] {
  const root = `${id} ${status}`
  const what = `reply ${status}`
  if (typeof body === 'string' && status === 200 && (text.includes('200') || textReplies.has(id))) return []
  if (isFailure(status) && (isAbsent(body) || typeof body === 'string')) return []
  if (values.has(root)) return [...values.violations(root, body, what), ...(status < 400 ? [] : errorRules(body, what))]
  if (status === 304 || statuses.includes(String(status))) {
    return isAbsent(body) ? [] : [`${what} has a body, and GitHub describes none.`]
  }
  const general = generalError(status, { id, takesBody: need !== 'none' })
  if (general !== undefined) return [...values.violations(general, body, what), ...errorRules(body, what)]
  return [`${what} is not a status that GitHub describes for ${id}: ${statuses.join(', ')}.`]
}

/** GitHub's own breakdown, which any operation may answer with, as a page or nothing at all. */
function isFailure(status: number): boolean {
  return status >= 500
}

/**
 * The form of the refusal that GitHub gives with this status whether or not the description says so.
 *
 * Any request can be unauthorized, refused, lost or too many; any request with a body can be unreadable or invalid.
 */
function generalError(status: number, { id, takesBody }: { id: string; takesBody: boolean }): string | undefined {
  if (isFailure(status) || [401, 403, 404, 429].includes(status)) return basicError
  if (status === 400 && takesBody) return basicError
  if (status === 406 && unacceptableDiffs.has(id)) return invalidRequest
  return status === 422 && (takesBody || unprocessableReads.has(id)) ? invalidRequest : undefined
}

/** What the description leaves out of every error: it says what happened. */
function errorRules(body: unknown, what: string): string[] {
  const says = typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
  return says ? [] : [`${what} lacks the "message" that every GitHub error has.`]
}

function isAbsent(body: unknown): body is undefined | null | '' {
  return body === undefined || body === null || body === ''
}

/** The root that describes an event: by its action where it has actions. */
function rootOf(event: string, payload: unknown): string {
  const action = typeof payload === 'object' && payload !== null && 'action' in payload ? payload.action : undefined
  return typeof action === 'string' ? `${event}.${action}` : event
}

function readCut(name: 'rest' | 'webhooks'): unknown {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'))
}

/** Reads the schema's file beside the package's own, whose entry would build the schema a second time. */
function readIntrospection(): IntrospectionQuery {
  const beside = findPackageJSON('@octokit/graphql-schema', import.meta.url)
  if (beside === undefined) throw new Error('The package @octokit/graphql-schema is not installed. Run `npm ci`.')
  return JSON.parse(readFileSync(join(dirname(beside), 'schema.json'), 'utf8')) as IntrospectionQuery
}

import {
  type DocumentNode,
  executeSync,
  getOperationAST,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { githubSchema } from '../contract/contract.ts'
import type { FieldFault } from '../faults.ts'
import type { Json } from '../shapes/json.ts'
import { actorTypes } from './actor-types.ts'
import { commitTypes } from './commit-types.ts'
import { mergeQueueTypes } from './merge-queue-types.ts'
import { ruleTypes } from './rule-types.ts'
import { workflowTypes } from './workflow-types.ts'
import { costOf, mostNodes } from './cost.ts'
import { pullRequestTypes } from './pull-request-types.ts'
import { queryTypes } from './query-types.ts'
import { repositoryTypes } from './repository-types.ts'
import { type Args, type Context, refusal, type Resolver } from './resolver.ts'

/** A GraphQL request whose document is valid by GitHub's schema, ready to run. */
export interface Prepared {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Args
  readonly points: number
}

const resolvers = new Map<string, Readonly<Record<string, Resolver>>>(
  [
    ...actorTypes,
    ...commitTypes,
    ...mergeQueueTypes,
    ...pullRequestTypes,
    ...queryTypes,
    ...repositoryTypes,
    ...ruleTypes,
    ...workflowTypes,
  ].map(({ type, fields }) => [type, fields]),
)

const documents = new Map<string, DocumentNode | readonly Json[]>()
const mostDocuments = 500

/** Parses and validates a request body, or gives the errors that GitHub answers with, in its form. */
export function prepare(body: Json): Prepared | { readonly errors: readonly Json[] } {
  const text = body['query']
  if (typeof text !== 'string')
    return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] }
  const document = documentOf(text)
  if (!('kind' in document)) return { errors: document }
  const name = body['operationName']
  const operation = getOperationAST(document, typeof name === 'string' ? name : null)
  if (!operation) return { errors: [{ message: 'An operation name is required' }] }
  const variables = (body['variables'] ?? {}) as Args
  const { points, nodes } = costOf(document, operation, variables)
  if (nodes > mostNodes) {
    const message = `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of ${mostNodes}.`
    return { errors: [{ type: 'MAX_NODE_LIMIT_EXCEEDED', message }] }
  }
  return { document, operation, variables, points }
}

/** Runs a prepared request over the twin's state. */
export function run(prepared: Prepared, context: Context): Json {
  const result = executeSync({
    schema: githubSchema(),
    document: prepared.document,
    variableValues: prepared.variables,
    ...(prepared.operation.name && { operationName: prepared.operation.name.value }),
    contextValue: context,
    fieldResolver,
    typeResolver,
  })
  const errors = result.errors?.map((error) => reportedError(error, context))
  return { data: result.data ?? null, ...(errors && { errors }) }
}

function documentOf(text: string): DocumentNode | readonly Json[] {
  const cached = documents.get(text)
  if (cached) return cached
  const document = checkedDocument(text, githubSchema())
  if (documents.size >= mostDocuments) documents.clear()
  documents.set(text, document)
  return document
}

function checkedDocument(text: string, schema: GraphQLSchema): DocumentNode | readonly Json[] {
  try {
    const document = parse(text)
    const errors = validate(schema, document)
    return errors.length > 0 ? errors.map(validationError) : document
  } catch (error) {
    return [error instanceof GraphQLError ? validationError(error) : { message: String(error) }]
  }
}

/** GitHub words an unknown field its own way, with a code beside it. */
function validationError(error: GraphQLError): Json {
  const locations = error.locations?.map(({ line, column }) => ({ line, column })) ?? []
  const unknown = /^Cannot query field "(?<field>[^"]+)" on type "(?<type>[^"]+)"/.exec(error.message)?.groups
  if (!unknown) return { message: error.message, locations }
  const [field, type] = [unknown['field'] ?? '', unknown['type'] ?? '']
  return {
    path: ['query', field],
    extensions: { code: 'undefinedField', typeName: type, fieldName: field },
    locations,
    message: `Field '${field}' doesn't exist on type '${type}'`,
  }
}

function reportedError(error: GraphQLError, context: Context): Json {
  const locations = error.locations?.map(({ line, column }) => ({ line, column })) ?? []
  const { type } = error.extensions
  if (typeof type !== 'string')
    context.report(`GraphQL: ${error.message} (at ${error.path?.join('.') ?? 'the document'})`)
  return { ...(typeof type === 'string' && { type }), path: error.path ?? [], locations, message: error.message }
}

const fieldResolver: GraphQLFieldResolver<unknown, Context, Args> = (...[source, args, context, info]) => {
  const { fieldName, parentType } = info
  const fault = context.blindFields.length > 0 && blindness(info.path, context)
  if (fault) {
    if (fault.answer === 'null') return null
    throw refusal('FORBIDDEN', 'Resource not accessible by integration')
  }
  const known = resolvers.get(parentType.name)?.[fieldName]
  if (known) return known(source, args, context)
  if (typeof source === 'object' && source !== null && !resolvers.has(parentType.name) && fieldName in source) {
    const value: unknown = (source as Readonly<Record<string, unknown>>)[fieldName]
    return typeof value === 'function' ? (value as (args: Args) => unknown)(args) : value
  }
  throw new GraphQLError(`The twin has no resolver for ${parentType.name}.${fieldName}. Add one in graphql/.`)
}

type Path = GraphQLResolveInfo['path']

/** The fault on a field, wherever in a list it stands. */
function blindness(path: Path, { blindFields }: Context): FieldFault | undefined {
  const steps: string[] = []
  for (let step: Path | undefined = path; step; step = step.prev) {
    if (typeof step.key === 'string') steps.unshift(step.key)
  }
  return blindFields.find((field) => field.path === steps.join('.'))
}

const typesByPrefix: Readonly<Record<string, string>> = {
  U: 'User',
  BOT: 'Bot',
  O: 'Organization',
  A: 'App',
  R: 'Repository',
  T: 'Team',
  PR: 'PullRequest',
  PRR: 'PullRequestReview',
  I: 'Issue',
  IC: 'IssueComment',
  CR: 'CheckRun',
  CS: 'CheckSuite',
  SC: 'StatusContext',
  LA: 'Label',
  BPR: 'BranchProtectionRule',
  RRS: 'RepositoryRuleset',
}

/** What stands only inside others says its type; everything else by the prefix of its global id. */
const typeResolver: GraphQLTypeResolver<unknown, Context> = (value) => {
  const { __typename: name, nodeId } = value as { readonly __typename?: string; readonly nodeId?: string }
  return name ?? typesByPrefix[nodeId?.split('_')[0] ?? '']
}

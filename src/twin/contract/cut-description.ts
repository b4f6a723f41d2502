import { repairSchema, type Repair } from './repairs.ts'
import { childrenOf, mapChildren, mapEntries, nameOf, referenceTo, type Schema } from './schema.ts'
import { shareSchemas } from './share-schemas.ts'

/** The part of GitHub's description of its REST API that the twin answers, as committed in `rest.json`. */
export interface RestCut extends Cut {
  readonly operations: Readonly<Record<string, Operation>>
}

/** The part of GitHub's description of its webhooks that the twin sends, as committed in `webhooks.json`. */
export type WebhookCut = Cut

interface Cut {
  readonly repairs: readonly Repair[]
  /** What is validated, by name: `checks/create body`, `checks/create 201`, `pull_request.opened`. */
  readonly roots: Readonly<Record<string, Schema>>
  /** What the roots refer to, by the name they use in `$ref`. */
  readonly schemas: Readonly<Record<string, Schema>>
}

export interface Operation {
  /** GitHub's own name for the operation, such as `checks/create`. */
  readonly id: string
  readonly body: 'required' | 'optional' | 'none'
  /** The documented statuses. One without a root of its own carries no body. */
  readonly statuses: readonly string[]
  /** The statuses whose body may be plain text, for a media type that is not JSON. */
  readonly text: readonly string[]
}

/** An OpenAPI description, as far as the cut reads it. */
export interface Description {
  readonly paths?: Readonly<Record<string, PathItem>>
  readonly webhooks?: Readonly<Record<string, PathItem>>
  readonly components: Readonly<Record<string, unknown>>
}

type PathItem = Readonly<Record<string, OperationObject>>

interface OperationObject {
  readonly operationId: string
  readonly parameters?: readonly Reference<Parameter>[]
  readonly requestBody?: Reference<Body>
  readonly responses: Readonly<Record<string, Reference<Body>>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

interface Body {
  readonly required?: boolean
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

type Reference<Target> = Target | { readonly $ref: string }

/** The root of GitHub's general error, which any operation may answer with. */
export const basicError = 'any error'

/** The root of GitHub's answer to a body it cannot accept. */
export const invalidRequest = 'any invalid request'

const refusals = {
  [basicError]: { $ref: '#/components/schemas/basic-error' },
  [invalidRequest]: {
    anyOf: ['validation-error', 'validation-error-simple'].map((name) => ({ $ref: `#/components/schemas/${name}` })),
  },
}

/** Cuts the listed operations out of GitHub's description, mended and with only the schemas they reach. */
export function cutRest(description: Description, operations: readonly string[]): RestCut {
  const roots: Record<string, Schema> = { ...refusals }
  const cut = operations.map((line): [string, Operation] => {
    const operation = findOperation(description, line)
    return [line, cutOperation(description, operation, roots)]
  })
  return { operations: mapEntries(Object.fromEntries(cut), (operation) => operation), ...finish(description, roots) }
}

/** Cuts the payloads of the listed events, every action of each, out of GitHub's description. */
export function cutWebhooks(description: Description, events: readonly string[]): WebhookCut {
  const roots: Record<string, Schema> = {}
  for (const { post } of Object.values(description.webhooks ?? {})) {
    if (!post?.requestBody) continue
    const [event = '', action] = post.operationId.replaceAll('-', '_').split('/')
    if (!events.includes(event)) continue
    const schema = resolve(description, post.requestBody).content?.['application/json']?.schema
    if (schema) roots[action === undefined ? event : `${event}.${action}`] = schema
  }
  const missing = events.filter((event) => !Object.keys(roots).some((root) => root.split('.')[0] === event))
  if (missing.length > 0) throw new Error(`GitHub's description has no such webhook event: ${missing.join(', ')}.`)
  return finish(description, roots)
}

function findOperation({ paths }: Description, line: string): OperationObject {
  const [method = '', template = ''] = line.split(' ')
  const operation = paths?.[template]?.[method.toLowerCase()]
  if (operation) return operation
  throw new Error(`GitHub's description has no operation "${line}". Take the template from its documentation.`)
}

function cutOperation(description: Description, operation: OperationObject, roots: Record<string, Schema>): Operation {
  const { operationId: id, responses } = operation
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(description, parameter))
  roots[`${id} path`] = parametersSchema(parameters.filter(({ in: place }) => place === 'path'))
  roots[`${id} query`] = parametersSchema(parameters.filter(({ in: place }) => place === 'query'))
  const body = operation.requestBody && resolve(description, operation.requestBody)
  const bodySchema = body?.content?.['application/json']?.schema
  if (bodySchema) roots[`${id} body`] = bodySchema
  const text: string[] = []
  for (const [status, reference] of Object.entries(responses)) {
    const content = Object.entries(resolve(description, reference).content ?? {})
    const json = content.filter(([type, { schema }]) => !isScim(type) && schema?.type !== 'string')
    const forms = json.map(([, { schema = {} }]) => schema)
    if (content.some(([, { schema }]) => schema?.type === 'string')) text.push(status)
    if (forms[0]) roots[`${id} ${status}`] = forms.length === 1 ? forms[0] : { anyOf: forms }
  }
  const need = body?.required === true ? 'required' : 'optional'
  return { id, body: bodySchema ? need : 'none', statuses: Object.keys(responses), text }
}

/** The form of an error in GitHub's user provisioning interface, which is never asked for here. */
function isScim(mediaType: string): boolean {
  return mediaType.includes('scim')
}

function parametersSchema(parameters: readonly Parameter[]): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required === true).map(({ name }) => name),
    additionalProperties: false,
  }
}

function finish(description: Description, roots: Readonly<Record<string, Schema>>): WebhookCut {
  const repairs: Repair[] = []
  const tidy = (schema: Schema, at: string): Schema => slim(repairSchema(schema, at, (repair) => repairs.push(repair)))
  const tidyRoots = mapEntries(roots, tidy)
  const schemas: Record<string, Schema> = {}
  const reach = (schema: Schema): void => {
    const name = nameOf(schema)
    if (name !== undefined && !(name in schemas)) {
      const found = (description.components.schemas as Readonly<Record<string, Schema>>)[name]
      if (!found) throw new Error(`GitHub's description refers to a schema it does not have: ${name}.`)
      schemas[name] = tidy(found, name)
      reach(schemas[name])
    }
    childrenOf(schema).forEach(reach)
  }
  Object.values(tidyRoots).forEach(reach)
  repairs.sort((a, b) => (`${a.rule} ${a.at}` < `${b.rule} ${b.at}` ? -1 : 1))
  return { repairs, ...shareSchemas({ roots: tidyRoots, schemas }) }
}

const validating = new Set([
  ...[
    'additionalProperties',
    'allOf',
    'anyOf',
    'enum',
    'format',
    'items',
    'maxItems',
    'maxLength',
    'maximum',
    'minItems',
  ],
  ...['minLength', 'minimum', 'not', 'pattern', 'patternProperties', 'properties', 'required', 'type', 'uniqueItems'],
])

/** Only what validates, in a stable order; prose, examples and defaults are left behind. */
function slim(schema: Schema): Schema {
  if (schema.$ref !== undefined) return { $ref: referenceTo(schema.$ref.replace('#/components/schemas/', '')) }
  const kept = Object.entries(schema).filter(([keyword]) => validating.has(keyword))
  return mapChildren(
    mapEntries(Object.fromEntries(kept), (value) => value),
    slim,
  )
}

function resolve<Target extends object>(description: Description, reference: Reference<Target>): Target {
  if (!('$ref' in reference)) return reference
  const steps = reference.$ref.replace('#/', '').split('/')
  const target = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], description)
  return target as Target
}

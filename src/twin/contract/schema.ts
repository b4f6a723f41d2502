/** A JSON Schema, as far as GitHub's descriptions use it. */
export interface Schema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly title?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly nullable?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly not?: Schema
}

/** One place a schema holds another, and the step that leads there. */
type MapSchema = (child: Schema, step: string) => Schema

const lists = ['allOf', 'anyOf', 'oneOf'] as const
const singles = ['items', 'not', 'additionalProperties'] as const
const maps = ['properties', 'patternProperties'] as const

/** The same schema with every schema directly inside it replaced by what `map` gives for it. */
export function mapChildren(schema: Schema, map: MapSchema): Schema {
  const copy: Record<string, unknown> = { ...schema }
  for (const keyword of lists) {
    const children = schema[keyword]
    if (children) copy[keyword] = children.map((child, index) => map(child, `${keyword}/${index}`))
  }
  for (const keyword of singles) {
    const child = schema[keyword]
    if (typeof child === 'object') copy[keyword] = map(child, keyword)
  }
  for (const keyword of maps) {
    const children = schema[keyword] as Readonly<Record<string, Schema>> | undefined
    if (children) copy[keyword] = mapEntries(children, (child, name) => map(child, `${keyword}/${name}`))
  }
  return copy
}

/** Every schema directly inside this one. */
export function childrenOf(schema: Schema): readonly Schema[] {
  const children: Schema[] = []
  mapChildren(schema, (child) => {
    children.push(child)
    return child
  })
  return children
}

/** The same record with each value replaced, its keys sorted so that a diff shows changes only. */
export function mapEntries<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(record)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, map(value, key)]),
  )
}

/** How a schema of a cut refers to one of its named schemas: absolute, so that it means the same wherever it stands. */
export function referenceTo(name: string): string {
  return `schemas:${name}`
}

/** The name of the schema that this one refers to, if it only refers. */
export function nameOf({ $ref }: Schema): string | undefined {
  return $ref?.slice(referenceTo('').length)
}

/** Whether the schema's own `type` lets null through. */
export function typeAllowsNull({ type, nullable }: Schema): boolean {
  return nullable === true || type === 'null' || (Array.isArray(type) && type.includes('null'))
}

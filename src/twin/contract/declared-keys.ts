import { nameOf, type Schema } from './schema.ts'

/** Reports, at the path where it stands, each key that a schema does not list. */
export type UndeclaredKeys = (value: unknown, report: (at: string, key: string) => void) => void

/** What a schema says about keys, worked out as values need it. */
interface Shape {
  /** Whether any key may come: the schema lists none, or says so. */
  readonly open: boolean
  readonly key: (name: string) => Shape | undefined
  readonly items: () => Shape | undefined
}

/** Gives the check for a schema's keys. JSON Schema itself accepts any key unless told otherwise, and GitHub's is not. */
export function declaredKeys(schemaNamed: (name: string) => Schema): (schema: Schema) => UndeclaredKeys {
  const shapes = new WeakMap<Schema, Shape>()
  const shapeOf = (schema: Schema): Shape => {
    const known = shapes.get(schema)
    if (known) return known
    const shape = buildShape(schema, { schemaNamed, shapeOf })
    shapes.set(schema, shape)
    return shape
  }
  return (schema) => (value, report) => visit(shapeOf(schema), value, { at: '', report })
}

interface Visit {
  readonly at: string
  readonly report: (at: string, key: string) => void
}

function visit(shape: Shape, value: unknown, { at, report }: Visit): void {
  if (Array.isArray(value)) {
    const items = shape.items()
    if (items) value.forEach((item, index) => visit(items, item, { at: `${at}/${index}`, report }))
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    const next = shape.key(key)
    if (next) {
      if (typeof child === 'object' && child !== null) visit(next, child, { at: `${at}/${key}`, report })
    } else if (!shape.open) {
      report(at, key)
    }
  }
}

interface Building {
  readonly schemaNamed: (name: string) => Schema
  readonly shapeOf: (schema: Schema) => Shape
}

function buildShape(schema: Schema, building: Building): Shape {
  const { shapeOf } = building
  const keys = new Map([...keysOf(schema, building)].map(([name, child]) => [name, lazily(() => shapeOf(child))]))
  const items = itemsOf(schema, building)
  const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  return {
    open: isOpen(schema, building),
    key: (name) => keys.get(name)?.() ?? (others && shapeOf(others)),
    items: lazily(() => items && shapeOf(items)),
  }
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

function target(schema: Schema, { schemaNamed }: Building): Schema {
  const name = nameOf(schema)
  return name === undefined ? schema : schemaNamed(name)
}

function isOpen(reference: Schema, building: Building): boolean {
  const schema = target(reference, building)
  const { properties, additionalProperties, allOf, anyOf } = schema
  if (additionalProperties !== undefined) return additionalProperties === true
  if (properties) return false
  if (allOf) return allOf.every((part) => isOpen(part, building))
  if (anyOf) return anyOf.some((form) => isOpen(form, building))
  return mayBeObject(schema) && schema.required === undefined && schema.enum === undefined
}

function mayBeObject({ type }: Schema): boolean {
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'))
}

/** Every key that the schema lists, directly or through its parts and alternatives. */
function keysOf(reference: Schema, building: Building): ReadonlyMap<string, Schema> {
  const { properties = {}, allOf = [], anyOf = [] } = target(reference, building)
  const own = new Map(Object.entries(properties))
  const parts = allOf.map((part) => keysOf(part, building))
  const forms = merge(
    anyOf.map((form) => keysOf(form, building)),
    'anyOf',
  )
  return merge([own, ...parts, forms], 'allOf')
}

function merge(maps: readonly ReadonlyMap<string, Schema>[], how: 'allOf' | 'anyOf'): ReadonlyMap<string, Schema> {
  const merged = new Map<string, readonly Schema[]>()
  for (const [name, schema] of maps.flatMap((map) => [...map])) merged.set(name, [...(merged.get(name) ?? []), schema])
  return new Map([...merged].map(([name, schemas]) => [name, combine(schemas, how)]))
}

function combine(schemas: readonly Schema[], how: 'allOf' | 'anyOf'): Schema {
  const [only, another] = schemas
  return only && !another ? only : { [how]: schemas }
}

function itemsOf(reference: Schema, building: Building): Schema | undefined {
  const { items, allOf = [], anyOf = [] } = target(reference, building)
  const inner = [...allOf, ...anyOf].flatMap((part): readonly Schema[] => {
    const found = itemsOf(part, building)
    return found ? [found] : []
  })
  const all = items ? [items, ...inner] : inner
  return all.length === 0 ? undefined : combine(all, 'anyOf')
}

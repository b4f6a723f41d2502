import { createHash } from 'node:crypto'
import { childrenOf, mapChildren, mapEntries, referenceTo, type Schema } from './schema.ts'

/** Named schemas and the roots that lead into them: the two parts of a cut that hold schemas. */
export interface SchemaSet {
  readonly roots: Readonly<Record<string, Schema>>
  readonly schemas: Readonly<Record<string, Schema>>
}

/** Shorter than this, a reference to a shared schema would save nothing. */
const worthSharing = 160

/**
 * The same schemas with every large one that is written out twice named once and referred to.
 *
 * The description writes a user or a repository out in full in each of a hundred payloads; told once, the cut is
 * a fifth of the size and each is compiled once.
 */
export function shareSchemas({ roots, schemas }: SchemaSet): SchemaSet {
  const uses = countUses([...Object.values(roots), ...Object.values(schemas)])
  const shared: Record<string, Schema> = {}
  const share = (schema: Schema): Schema => {
    const text = JSON.stringify(schema)
    if (text.length < worthSharing || (uses.get(text) ?? 0) < 2) return mapChildren(schema, share)
    const name = `shared-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
    shared[name] ??= mapChildren(schema, share)
    return { $ref: referenceTo(name) }
  }
  const named = mapEntries(schemas, (schema) => mapChildren(schema, share))
  return { roots: mapEntries(roots, share), schemas: mapEntries({ ...named, ...shared }, (schema) => schema) }
}

/** How often each schema is written out, not counting again inside a repetition. */
function countUses(roots: readonly Schema[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  const visit = (schema: Schema): void => {
    const text = JSON.stringify(schema)
    const before = uses.get(text) ?? 0
    uses.set(text, before + 1)
    if (before === 0) childrenOf(schema).forEach(visit)
  }
  roots.forEach(visit)
  return uses
}

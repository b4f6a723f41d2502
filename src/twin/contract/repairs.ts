import { mapChildren, typeAllowsNull, type Schema } from './schema.ts'

/** One place where GitHub's description contradicts itself or GitHub, and the rule that mended it. */
export interface Repair {
  readonly rule: string
  readonly at: string
}

/** A slip of the description that makes a validator refuse what GitHub sends, or accept what it refuses. */
export interface RepairRule {
  readonly rule: string
  readonly why: string
  readonly applies: (schema: Schema) => boolean
  readonly mend: (schema: Schema) => Schema
}

/** The known slips, in the order in which they are mended. A rule that finds nothing any more can go. */
export const repairRules: readonly RepairRule[] = [
  {
    rule: 'impossible-all-of',
    why: 'An account is said to be a user AND an enterprise; it is one of them.',
    applies: ({ allOf }) => allOf?.map(({ title }) => title).join() === 'Simple User,Enterprise',
    mend: ({ allOf = [], ...rest }) => ({ ...rest, anyOf: allOf }),
  },
  {
    rule: 'overlapping-one-of',
    why: 'The alternatives overlap (an empty list or null suits several), so "exactly one" refuses what GitHub sends.',
    applies: ({ oneOf, anyOf }) => oneOf !== undefined && anyOf === undefined,
    mend: ({ oneOf = [], ...rest }) => ({ ...rest, anyOf: oneOf }),
  },
  {
    rule: 'nullable-without-type',
    why: '`nullable` counts only beside `type`; next to alternatives it says nothing, and null was meant.',
    applies: ({ nullable, type }) => nullable === true && type === undefined,
    mend: ({ nullable: _, ...rest }) => ({ anyOf: [...alternatives(rest), { type: 'null' }] }),
  },
  {
    rule: 'nullable-alternatives-without-null',
    why: '`type` lets null through, and none of the alternatives beside it does.',
    applies: (schema) => typeAllowsNull(schema) && schema.anyOf !== undefined && !schema.anyOf.some(typeAllowsNull),
    mend: ({ anyOf = [], ...rest }) => ({ ...rest, anyOf: [...anyOf, { type: 'null' }] }),
  },
  {
    rule: 'nullable-enum-without-null',
    why: 'The value may be null, and the list of values leaves null out.',
    applies: (schema) => typeAllowsNull(schema) && schema.enum !== undefined && !schema.enum.includes(null),
    mend: (schema) => ({ ...schema, enum: [...(schema.enum ?? []), null] }),
  },
  {
    rule: 'homepage-not-an-address',
    why: 'A homepage is whatever its owner wrote, and the empty string once it was emptied.',
    applies: ({ properties }) => properties?.homepage?.format !== undefined,
    mend: ({ properties = {}, ...rest }) => ({ ...rest, properties: { ...properties, homepage: text(properties) } }),
  },
  {
    rule: 'email-as-configured',
    why: "A commit carries whatever its author configured as an address, and a bot's own has brackets in it.",
    applies: ({ format }) => format === 'email',
    mend: ({ format: _, ...rest }) => rest,
  },
  {
    rule: 'open-alternative',
    why: 'An alternative that only narrows says any other key may come, beside a list of the keys there are.',
    applies: ({ properties, anyOf }) => properties !== undefined && (anyOf?.some(isOpen) ?? false),
    mend: ({ anyOf = [], ...rest }) => ({ ...rest, anyOf: anyOf.map(closed) }),
  },
]

/** The schema mended throughout, in plain JSON Schema (`nullable` becomes a type), with each repair told to `record`. */
export function repairSchema(schema: Schema, at: string, record: (repair: Repair) => void): Schema {
  let mended = schema
  for (const { rule, applies, mend } of repairRules) {
    if (!applies(mended)) continue
    mended = mend(mended)
    record({ rule, at })
  }
  return mapChildren(withoutNullable(mended), (child, step) => repairSchema(child, `${at}/${step}`, record))
}

function alternatives(schema: Schema): readonly Schema[] {
  return Object.keys(schema).join() === 'anyOf' && schema.anyOf ? schema.anyOf : [schema]
}

function text({ homepage: { format: _, ...rest } = {} }: Readonly<Record<string, Schema>>): Schema {
  return rest
}

function isOpen({ additionalProperties }: Schema): boolean {
  return additionalProperties === true
}

function closed({ additionalProperties: _, ...rest }: Schema): Schema {
  return rest
}

function withoutNullable({ nullable, ...rest }: Schema): Schema {
  if (nullable !== true || typeof rest.type !== 'string') return rest
  return { ...rest, type: [rest.type, 'null'] }
}

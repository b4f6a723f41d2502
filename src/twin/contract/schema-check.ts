import { Ajv, type ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import type { RestCut } from './cut-description.ts'
import { declaredKeys, type UndeclaredKeys } from './declared-keys.ts'
import { referenceTo } from './schema.ts'
import type { Slip } from './slips.ts'

/** Checks values against the roots of a cut, by name; each is compiled when it is first needed. */
export interface SchemaCheck {
  readonly has: (root: string) => boolean
  /** What is wrong with the value, in sentences that begin with `what`; nothing when it is as described. */
  readonly violations: (root: string, value: unknown, what: string) => string[]
}

export interface CheckOptions {
  /** Whether text is read as the number or boolean it spells, as in a path or a query. */
  readonly reading: 'as-is' | 'from-text'
  /** The violations that are passed over. */
  readonly slips: readonly Slip[]
}

const atMost = 20

/** Makes the check. Formats are checked as to their form (a date is a date, an address an address), not their sense. */
export function createSchemaCheck(cut: Pick<RestCut, 'roots' | 'schemas'>, options: CheckOptions): SchemaCheck {
  const { roots, schemas } = cut
  const ajv = compiler(cut, options)
  const keysOf = declaredKeys((name) => schemas[name] ?? {})
  const undeclared = new Map<string, UndeclaredKeys>()
  const check = (root: string, value: unknown, what: string): string[] => {
    const validate = ajv.getSchema(`root:${root}`)
    if (!validate) return [`${what}: GitHub describes no ${root}.`]
    const keys = undeclared.get(root) ?? keysOf(roots[root] ?? {})
    undeclared.set(root, keys)
    const found = new Set<string>()
    keys(value, (at, key) => found.add(`${place(what, at)} has a key GitHub does not describe: "${key}".`))
    if (validate(value) !== true) for (const error of validate.errors ?? []) found.add(sentence(error, what))
    return [...found].filter(
      (violation) => !options.slips.some((slip) => slip.where.test(root) && slip.violation.test(violation)),
    )
  }
  return {
    has: (root) => root in roots,
    violations: (root, value, what) => {
      const found = check(root, value, what)
      return shorten(found.length > 0 && holdsBigInt(value) ? check(root, withNumbers(value), what) : found)
    },
  }
}

function holdsBigInt(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint'
  return Object.values(value).some(holdsBigInt)
}

/**
 * The same value with numbers for big integers, which are integers too.
 *
 * Delivery ids exceed 2^53. Parsed as a number one loses its last digits and stays an integer, so it passes as it is.
 */
function withNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(withNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withNumbers(child)]))
}

/** Compiles for a quick start: a schema met in many places is compiled once and not woven into each. */
function compiler({ roots, schemas }: Pick<RestCut, 'roots' | 'schemas'>, { reading }: CheckOptions): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
    coerceTypes: reading === 'from-text',
    formats: { 'repo.nwo': /^[^/\s]+\/[^/\s]+$/ },
  })
  formats.default(ajv, { mode: 'fast' })
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, referenceTo(name))
  for (const [name, schema] of Object.entries(roots)) ajv.addSchema(schema, `root:${name}`)
  return ajv
}

function sentence({ keyword, instancePath, message, params }: ErrorObject, what: string): string {
  const at = place(what, instancePath)
  const detail = params as Readonly<Record<string, unknown>>
  if (keyword === 'required') return `${at} lacks the key "${String(detail.missingProperty)}".`
  if (keyword === 'additionalProperties') {
    return `${at} has a key GitHub does not describe: "${String(detail.additionalProperty)}".`
  }
  if (keyword === 'enum') return `${at} must be one of ${JSON.stringify(detail.allowedValues)}.`
  return `${at} ${message ?? keyword}.`
}

function place(what: string, instancePath: string): string {
  return what + instancePath.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
}

function shorten(violations: readonly string[]): string[] {
  if (violations.length <= atMost) return [...violations]
  return [...violations.slice(0, atMost), `… and ${violations.length - atMost} more.`]
}

import { z } from 'zod'
import { closestWord } from './closest-word.ts'

export interface Explanation {
  readonly path: readonly string[]
  /** A sentence for the file's author. */
  readonly message: string
}

/**
 * Words the schema's complaints so that the author of a policy can mend them. Give it to `safeParse` as `error`.
 *
 * Make one for each file: after a hundred suggestions it makes no more, so that a hostile file cannot buy hours of them.
 */
export function issueExplainer(): z.core.$ZodErrorMap {
  let left = 100
  return (issue) => explain(issue, (written, candidates) => (left-- > 0 ? closestWord(written, candidates) : null))
}

/** One explanation for each mistake behind an issue that was worded by `issueExplainer`. */
export function explanationsOf(issue: z.core.$ZodIssue): readonly Explanation[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n')
    return issue.keys.map((key, at) => ({ path: [...path, key], message: messages[at] ?? issue.message }))
  }
  if (issue.code === 'invalid_union') return explanationsOfUnion(issue, path)
  return [{ path, message: sentence(issue.message) }]
}

type Suggest = (written: string, candidates: readonly string[]) => string | null

function explain(issue: z.core.$ZodRawIssue, suggest: Suggest): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      // One line for each key; `explanationsOf` takes them apart again.
      return issue.keys.map((key) => unknownKey(key, fieldsOf(issue.inst), suggest)).join('\n')
    case 'invalid_type':
      return issue.input === undefined
        ? `${missing(issue.path)} is missing.`
        : unexpected(kindOf(issue.expected), issue.input)
    case 'invalid_value':
      return notAmong(issue.input, issue.values.map(String), suggest)
    case 'too_small':
      return outside('at least', issue, issue.minimum)
    case 'too_big':
      return outside('at most', issue, issue.maximum)
    // Their own words are clear, or the control has given its own.
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return undefined
  }
}

/** Speaks of the alternative the author came nearest to; of all, when none is near. */
function explanationsOfUnion(issue: z.core.$ZodIssueInvalidUnion, path: readonly string[]): readonly Explanation[] {
  const near = issue.errors.filter((branch) => !branch.some(isOfAnotherKind)).sort((a, b) => a.length - b.length)[0]
  if (near === undefined) {
    const alternatives = issue.errors.flatMap((branch) => branch.map(({ message }) => sentence(message)))
    return [{ path, message: alternatives.join(' Or: ') || 'This value does not fit.' }]
  }
  return near.flatMap(explanationsOf).map((inner) => ({ path: [...path, ...inner.path], message: inner.message }))
}

const isOfAnotherKind = ({ path, code }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')

function unknownKey(key: string, fields: Fields, suggest: Suggest): string {
  const unknown = `There is no key ${quoted(key)} here.`
  const known = Object.keys(fields)
  const home = known.find((name) => Object.hasOwn(fieldsOf(bare(fields[name])), key))
  if (home !== undefined) return `${unknown} It belongs under "${home}".`
  const meant = suggest(key, known)
  if (meant !== null) return `${unknown} Did you mean "${meant}"?`
  return known.length === 0 ? `${unknown} Nothing can be set here.` : `${unknown} Known are: ${known.join(', ')}.`
}

function notAmong(input: unknown, allowed: readonly string[], suggest: Suggest): string {
  if (input === undefined) return `A value is missing: ${allowed.join(', ')}.`
  const meant = typeof input === 'string' ? suggest(input, allowed) : null
  const advice =
    meant === null ? `Possible are: ${allowed.slice(0, mostListed).join(', ')}.` : `Did you mean "${meant}"?`
  return `${quoted(input)} is not possible here. ${advice}`
}

const mostListed = 20

/** What the author wrote, short enough to stand in a sentence. */
export function quoted(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function outside(bound: 'at least' | 'at most', issue: z.core.$ZodRawIssue, limit: number | bigint): string {
  const { input } = issue
  const isExclusive = 'inclusive' in issue && issue.inclusive === false
  if (typeof input === 'string') {
    return bound === 'at least' && limit === 1
      ? 'This text may not be empty.'
      : `This text must have ${bound} ${limit} characters.`
  }
  if (Array.isArray(input)) return `This list must have ${bound} ${limit} ${limit === 1 ? 'entry' : 'entries'}.`
  const exactly = isExclusive ? (bound === 'at least' ? 'more than' : 'less than') : bound
  return `Expected ${exactly} ${limit}, found ${quoted(input)}.`
}

const unexpected = (expected: string, input: unknown): string =>
  input === null
    ? `Nothing stands here. Write ${expected}, or remove the line.`
    : `Expected ${expected}, found ${found(input)}.`

function found(input: unknown): string {
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'object' ? 'a mapping' : `${typeof input === 'string' ? 'the text ' : ''}${quoted(input)}`
}

const kindOf = (expected: string): string => kinds[expected] ?? `a value of type ${expected}`

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text (in quotes)',
}

const missing = (path: readonly PropertyKey[] | undefined): string => `"${String(path?.at(-1) ?? 'a value')}"`

const sentence = (message: string): string => (/[.?!]$/.test(message) ? message : `${message}.`)

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (schema: unknown): Fields => (schema instanceof z.ZodObject ? schema.shape : {})

/** The schema behind `optional()` and `default()`. */
function bare(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? bare(schema.unwrap()) : schema
}

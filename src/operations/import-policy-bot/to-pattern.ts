import { type CompiledPattern, compilePathPattern, compileTextPattern } from '#facts/path-pattern.ts'

export type Translated<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string }

/**
 * Regular expressions over paths as patterns of ours: the same expression between slashes, for both are RE2.
 *
 * One that can only be a whole path is written as that path. Where the dot decides, `(?-s)` stands before: with us it
 * stands for a line break too, which a name of a file may hold, and with policy-bot it does not.
 */
export const toPathPatterns = (expressions: readonly string[]): Translated<readonly string[]> =>
  translateAll(expressions, (expression) => ({ pattern: pathPattern(expression), compile: compilePathPattern }))

/** The same over titles and names of branches, in which no line can break. */
export const toTextPatterns = (expressions: readonly string[]): Translated<readonly string[]> =>
  translateAll(expressions, (expression) => ({ pattern: between(expression), compile: compileTextPattern }))

/**
 * Globs over paths, as far as both read them alike: names, `*` within a segment, and `**` as a whole one.
 * Braces, brackets and question marks are left to whoever knows what was meant.
 */
export function toGlobs(globs: readonly string[]): Translated<readonly string[]> {
  const strange = globs.find((glob) => !alike.test(glob) || !compilePathPattern(glob).ok)
  if (strange === undefined) return { ok: true, value: globs }
  return { ok: false, why: `The glob ${JSON.stringify(strange)} may be read otherwise here. Write it anew.` }
}

/** The text that an expression fits and nothing else; null when it fits more or less. */
export function onlyTextOf(expression: string): string | null {
  const [, inner] = /^\^((?:[\w/ -]|\\[./-])+)\$$/.exec(expression) ?? []
  return inner === undefined ? null : inner.replaceAll('\\', '')
}

const segment = String.raw`(?:\*\*|(?:[\w.-]|(?<!\*)\*(?!\*))+)`
const alike = new RegExp(`^${segment}(?:/${segment})*$`)

function pathPattern(expression: string): string {
  const whole = onlyTextOf(expression)
  if (whole !== null && /^[\w.-]+(?:\/[\w.-]+)*$/.test(whole)) return whole
  return between(/(?<!\\)(?:\\\\)*\./.test(expression) ? `(?-s)${expression}` : expression)
}

/** An empty expression fits everything; two slashes would be none. */
const between = (expression: string): string => `/${expression === '' ? '(?:)' : expression}/`

interface Candidate {
  readonly pattern: string
  readonly compile: (pattern: string) => CompiledPattern
}

function translateAll(
  expressions: readonly string[],
  toCandidate: (expression: string) => Candidate,
): Translated<readonly string[]> {
  const patterns: string[] = []
  for (const expression of expressions) {
    const { pattern, compile } = toCandidate(expression)
    const compiled = compile(pattern)
    if (!compiled.ok)
      return { ok: false, why: `The pattern ${JSON.stringify(expression)} cannot be used here. ${compiled.why}` }
    patterns.push(pattern)
  }
  return { ok: true, value: [...new Set(patterns)] }
}

import picomatch from 'picomatch'
import { RE2JS } from 're2js'
import { z } from 'zod'

export type CompiledPattern =
  | { readonly ok: true; readonly matches: (text: string) => boolean }
  /** `why` is a sentence for whoever wrote the pattern. */
  | { readonly ok: false; readonly why: string }

/**
 * Turns a pattern over file paths into a test that takes linear time, whatever was written.
 *
 * A pattern is a glob (`src/**`, `*.{md,txt}`) that the whole path has to fit, or RE2 between slashes (`/^v\d+/`) that
 * has to be found somewhere in it. Case counts; a leading dot is a character like any other; paths start at the root of
 * the repository, without a slash.
 *
 * picomatch knows the language of globs, but its regular expressions backtrack, so RE2 runs them.
 */
export const compilePathPattern = (pattern: string): CompiledPattern => paths.compile(pattern)

/**
 * The same over text that has no segments, such as a title or the name of a branch: `*` and `?` stand for a slash too,
 * so that `release/*` fits `release/2026/10`.
 */
export const compileTextPattern = (pattern: string): CompiledPattern => texts.compile(pattern)

/** Whether a path fits at least one of these. A pattern that cannot be used fits nothing. */
export function fitsSomePath(patterns: readonly string[]): (path: string) => boolean {
  const usable = patterns.map((pattern) => compilePathPattern(pattern)).filter((compiled) => compiled.ok)
  return (path) => usable.some(({ matches }) => matches(path))
}

export const pathPattern = z.string().superRefine((pattern, context) => refine(compilePathPattern(pattern), context))
export const textPattern = z.string().superRefine((pattern, context) => refine(compileTextPattern(pattern), context))

function refine(compiled: CompiledPattern, context: z.RefinementCtx): void {
  if (!compiled.ok) context.addIssue({ code: 'custom', message: compiled.why })
}

type Language = (glob: string) => (text: string) => boolean

const paths = remembering((glob) => {
  if (glob.endsWith('/')) throw new Error('no file ends with a slash. Everything below a folder is folder/**')
  return commonShape(glob) ?? fitting(sourceOf(glob))
})
const texts = remembering((glob) => fitting(sourceOf(glob).replaceAll('[^/]', '.')))

/** Policies hold few patterns and are judged often. The oldest is forgotten first. */
function remembering(language: Language) {
  const compiled = new Map<string, CompiledPattern>()
  return {
    compile(pattern: string): CompiledPattern {
      const earlier = compiled.get(pattern)
      if (earlier !== undefined) return earlier
      const fresh = compile(pattern, language)
      const [oldest] = compiled.keys()
      if (compiled.size >= mostRemembered && oldest !== undefined) compiled.delete(oldest)
      compiled.set(pattern, fresh)
      return fresh
    },
  }
}

const mostRemembered = 1_000

function compile(pattern: string, language: Language): CompiledPattern {
  const why = faults.find(({ has }) => has(pattern))?.why
  if (why !== undefined) return { ok: false, why }
  try {
    return { ok: true, matches: isExpression(pattern) ? found(pattern.slice(1, -1)) : language(pattern) }
  } catch (error) {
    return { ok: false, why: `This pattern cannot be used: ${detailOf(error)}.` }
  }
}

/** `(?s)` is ours: see `linear`. */
const detailOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace('error parsing regexp: ', '').replace('(?s)', '') : String(error)

const longest = 512

const isExpression = (pattern: string): boolean =>
  pattern.length > 2 && pattern.startsWith('/') && pattern.endsWith('/')

/** What a glob would take silently for something else than its author meant. */
const faults: readonly { readonly has: (pattern: string) => boolean; readonly why: string }[] = [
  { has: (pattern) => pattern === '', why: 'This pattern is empty.' },
  { has: (pattern) => pattern.length > longest, why: `A pattern has at most ${longest} characters.` },
  {
    has: (pattern) => pattern.startsWith('!'),
    why: 'A pattern cannot start with "!": say what it shall not fit under "not-paths" or "not".',
  },
  {
    has: (pattern) => pattern.startsWith('/') && !isExpression(pattern),
    why:
      'A pattern that starts with a slash is a regular expression and ends with a slash, as in /^v[0-9]+/. ' +
      'A path starts at the root without one, as in src/**.',
  },
  {
    has: (pattern) => !isExpression(pattern) && /(?<!\\)(?:\\\\)*[@?*+!]\(/.test(pattern),
    why: 'Groups such as @(a|b) are not known: write {a,b}, or \\( for a bracket in a name.',
  },
  {
    has: (pattern) => !isExpression(pattern) && pattern.includes('[!'),
    why: 'To leave characters out, write [^a] instead of [!a].',
  },
  {
    has: (pattern) => !isExpression(pattern) && /\{[^{},]*\.\.[^{},]*\}/.test(pattern),
    why: 'Ranges such as {1..3} are not known: write [1-3] or {1,2,3}.',
  },
]

function found(expression: string): (text: string) => boolean {
  const compiled = linear(expression)
  return (text) => compiled.test(text)
}

function fitting(source: string): (text: string) => boolean {
  const compiled = linear(source)
  return (text) => compiled.testExact(text)
}

/** A name may hold a line break, so the dot stands for one as well. */
function linear(source: string): RE2JS {
  const compiled = RE2JS.compile(source, RE2JS.DOTALL)
  if (compiled.programSize() > mostSteps) throw new Error('it repeats too much; make its {counts} smaller')
  return compiled
}

/** Time is linear in the text and in this. */
const mostSteps = 1_000

function sourceOf(glob: string): string {
  const source = picomatch.parse(plainly(glob), options).output.replaceAll(...starBehindDeepOne)
  return guards.reduce((remaining, guard) => remaining.replaceAll(guard, ''), source)
}

const options: picomatch.PicomatchOptions = {
  dot: true,
  noextglob: true,
  nonegate: true,
  strictBrackets: true,
  fastpaths: false,
}

/** These are part of a name, as in `app/(shop)/**`, and a backslash makes no class of characters. */
const plainly = (glob: string): string =>
  glob.replace(/\\(.)|[()"|+]/gs, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return `\\${whole}`
    return /[A-Za-z0-9]/.test(escaped) ? escaped : whole
  })

/** Behind a double star that may end the path, a star alone needs something to match: without its guard, nothing. */
const starBehindDeepOne = ['\\/|$)(?!\\.{1,2}(?:\\/|$))(?=.)[^/]*?\\/', '\\/|$)[^/]+?\\/'] as const

/** Look-aheads that keep a star from matching nothing, `.` or `..`: no file has such a name. */
const guards = ['(?!(?:^|\\/)\\.{1,2}(?:\\/|$))', '(?!\\.{1,2}(?:\\/|$))', '(?!\\.{0,1}(?:\\/|$))', '(?=.)']

/** Quick tests for what most patterns look like. Null when the glob has none of these shapes. */
function commonShape(glob: string): ((path: string) => boolean) | null {
  for (const [shape, make] of shapes) {
    const parts = shape.exec(glob)
    if (parts !== null) return make(parts[1] ?? '', parts[2] ?? '')
  }
  return null
}

const name = '(?!\\.\\/)[\\w.-]+(?:\\/[\\w.-]+)*'
const ending = '\\.[\\w.-]+'

type Shape = readonly [shape: RegExp, make: (first: string, second: string) => (path: string) => boolean]

const shapes: readonly Shape[] = [
  [new RegExp(`^(${name})$`), (whole) => (path) => path === whole],
  [/^\*\*(?:\/\*)?$/, () => () => true],
  [new RegExp(`^(${name})/\\*\\*$`), (folder) => (path) => path === folder || path.startsWith(`${folder}/`)],
  [new RegExp(`^\\*\\*/(${name})$`), (end) => (path) => path === end || path.endsWith(`/${end}`)],
  [new RegExp(`^\\*\\*/(${name})/\\*\\*$`), (folder) => (path) => `/${path}/`.includes(`/${folder}/`)],
  [new RegExp(`^\\*\\*/\\*(${ending})$`), (end) => (path) => path.endsWith(end)],
  [new RegExp(`^\\*(${ending})$`), (end) => (path) => path.endsWith(end) && !path.includes('/')],
  [
    new RegExp(`^(${name})/\\*\\*/\\*(${ending})$`),
    (folder, end) => (path) => path.startsWith(`${folder}/`) && path.endsWith(end),
  ],
]

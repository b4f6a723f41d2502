import { RE2JS } from 're2js'
import type { OwnedPaths } from './change-facts.ts'
import { type Fact, known, unknown } from './fact.ts'

/** Where GitHub looks on the base branch, in its order: the first file found decides alone. */
export const codeOwnersPlaces = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

export interface ParsedCodeOwners {
  /** In the order of the file: the last one that fits a path decides about it. */
  readonly rules: readonly OwnerRule[]
  /** Lines that GitHub passes over as well. */
  readonly skipped: readonly SkippedLine[]
}

export interface OwnerRule {
  /** 1-based. */
  readonly line: number
  readonly pattern: string
  /** Empty: whatever fits has no owners, whoever owned it by an earlier line. */
  readonly owners: readonly string[]
  readonly matches: (path: string) => boolean
  /** What a path has to begin with to be compared with an expression; null where looking at the text is enough. */
  readonly expressionAfter: string | null
}

export interface SkippedLine {
  readonly line: number
  /** Completes "line 7 is skipped: …". */
  readonly why: string
}

/**
 * Reads a CODEOWNERS file as GitHub does.
 *
 * Its patterns are those of gitignore, with differences: `docs/*` stays on one level, and `!`, `[ ]` and an escaped `#`
 * mean nothing, so such lines are skipped. A name with invalid syntax makes GitHub skip its whole line too. Whether an
 * owner exists and may write is not told by the file.
 */
export function parseCodeOwners(text: string): Fact<ParsedCodeOwners> {
  if (new TextEncoder().encode(text).length >= mostBytes) {
    return unknown('the CODEOWNERS file has 3 MB or more, and GitHub loads no such file: make it smaller')
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const rules: OwnerRule[] = []
  const skipped: SkippedLine[] = []
  for (const [index, written] of lines.entries()) {
    const read = readLine(written)
    if (read === null) continue
    if ('why' in read) {
      skipped.push({ line: index + 1, ...read })
      continue
    }
    const why = excessOf(read.pattern)
    if (why !== null) return unknown(`line ${index + 1} of the CODEOWNERS file has ${why}`)
    rules.push({ line: index + 1, ...read, ...matcherOf(read.pattern) })
  }
  return known({ rules, skipped })
}

/** Which of the paths have owners, by the line that decides about each. Lines and paths keep their order. */
export function ownedPathsOf({ rules }: ParsedCodeOwners, paths: readonly string[]): Fact<readonly OwnedPaths[]> {
  const byRule = new Map<OwnerRule, string[]>()
  let steps = rules.reduce((sum, rule) => sum + stepsToPrepare(rule), 0)
  for (const path of new Set(paths)) {
    const rule = rules.findLast((one) => {
      steps += stepsToCompare(one, path)
      return steps > mostSteps || one.matches(path)
    })
    if (steps > mostSteps) return unknown(tooMuchWork)
    if (rule === undefined || rule.owners.length === 0) continue
    const owned = byRule.get(rule)
    if (owned === undefined) byRule.set(rule, [path])
    else owned.push(path)
  }
  return known(
    [...byRule]
      .map(([{ line, pattern, owners }, owned]) => ({ line, pattern, owners, paths: owned }))
      .sort((one, other) => one.line - other.line),
  )
}

/** GitHub says "under 3 MB" and not how it counts. */
const mostBytes = 3_000_000

/** Anybody may propose a CODEOWNERS file on a branch of their own, and every path is compared with every line. */
const mostSteps = 15_000_000

/** A step takes a tenth of a microsecond at most, so all of them together less than two seconds. */
const stepsToPrepare = ({ pattern, expressionAfter }: OwnerRule): number =>
  expressionAfter === null ? 0 : 1_500 + 10 * pattern.length

const stepsToCompare = ({ pattern, expressionAfter }: OwnerRule, path: string): number =>
  expressionAfter === null || !path.startsWith(expressionAfter)
    ? 1 + path.length / 100
    : 20 + (pattern.length * path.length) / 50

const tooMuchWork =
  `comparing the touched paths with the CODEOWNERS file takes more than ${mostSteps / 1_000_000} million steps: give it ` +
  'fewer lines, above all fewer with wildcards, or split the change'

const mostWildcards = 10
const longestWithWildcards = 400

/** Completes "line 7 has …"; null when a path is soon compared with the pattern. */
function excessOf(pattern: string): string | null {
  const wildcards = pattern.match(/\*+|\?/g)?.length ?? 0
  if (wildcards > mostWildcards)
    return `more than ${mostWildcards} wildcards, too many to go through: write it with fewer`
  return wildcards > 0 && pattern.length > longestWithWildcards
    ? `wildcards among more than ${longestWithWildcards} characters, too many to go through: write it shorter`
    : null
}

/** Null for a line that holds nothing but a comment. */
function readLine(written: string): Pick<OwnerRule, 'pattern' | 'owners'> | Pick<SkippedLine, 'why'> | null {
  const line = written.trim()
  if (line === '' || line.startsWith('#')) return null
  const pattern = /^(?:\\.|[^\s\\])+/.exec(line)?.[0]
  if (pattern === undefined) return { why: 'a backslash stands before nothing' }
  const why = faults.find(({ has }) => has.test(pattern))?.why
  if (why !== undefined) return { why }
  const [names = ''] = line.slice(pattern.length).split('#')
  const owners = names.split(/\s+/).filter((name) => name !== '')
  const invalid = owners.find((name) => name.length > longestName || !isOwner.test(name))?.slice(0, longestName)
  return invalid === undefined ? { pattern, owners } : { why: `${invalid} is no @login, @organization/team or e-mail` }
}

const faults: readonly { readonly has: RegExp; readonly why: string }[] = [
  { has: /^!/, why: 'a pattern cannot be negated with !' },
  { has: /[[\]]/, why: 'a pattern cannot have ranges in [ ]' },
  { has: /#/, why: 'a pattern cannot have a #, not even after a backslash' },
  { has: /\*\*\*/, why: 'a pattern cannot have three * in a row' },
  { has: /^.{8193}/s, why: 'no file has so long a path' },
  { has: /^\/+$/, why: 'the pattern / fits no file; * fits all' },
]

/** No e-mail address is longer. */
const longestName = 320

const isOwner = /^(?:@[\w-]+(?:\/[\w.-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/

type Matcher = Pick<OwnerRule, 'matches' | 'expressionAfter'>

function matcherOf(pattern: string): Matcher {
  const matches = plainMatcherOf(pattern)
  return matches === null ? expressionFor(pattern) : { matches, expressionAfter: null }
}

/** Most files own folders, names and endings, for which looking at the text is enough. Null for others. */
function plainMatcherOf(pattern: string): OwnerRule['matches'] | null {
  if (pattern === '*' || pattern === '**') return () => true
  const ending = /^\*(\.[^/*?\\]+)$/.exec(pattern)?.[1]
  if (ending !== undefined) return (path) => `${path}/`.includes(`${ending}/`)
  if (/[*?\\]/.test(pattern)) return null
  const isFloating = !/\/./.test(pattern)
  const name = pattern.replace(/^\//, '')
  // A folder alone ends with a slash in the pattern; a file or a folder ends where the path or a segment of it does.
  const whole = name.endsWith('/') ? name : `${name}/`
  const end = name.endsWith('/') ? '' : '/'
  if (isFloating) return (path) => `/${path}${end}`.includes(`/${whole}`)
  return (path) => path.startsWith(name) && `${path}${end}`.startsWith(whole)
}

/** Compiled when the first path comes that begins as the pattern does: most never have to be. */
function expressionFor(pattern: string): Matcher {
  const isFloating = !/\/./.test(pattern)
  const start = isFloating ? '' : (/^\/?([^*?\\]*\/)?/.exec(pattern)?.[1] ?? '')
  let compiled: RE2JS | null = null
  const matches = (path: string): boolean => {
    if (!path.startsWith(start)) return false
    compiled ??= RE2JS.compile(sourceOf(pattern, isFloating), RE2JS.DOTALL)
    return compiled.testExact(path)
  }
  return { matches, expressionAfter: start }
}

/**
 * A pattern without a slash before its end fits at any depth. What it fits is a file, or a folder with all below it;
 * only a lone `*` at the end of a longer pattern stays on its level.
 */
function sourceOf(pattern: string, isFloating: boolean): string {
  const segments = pattern.replace(/^\//, '').split('/')
  const last = segments.pop() ?? ''
  const folders = (isFloating ? ['**', ...segments] : segments).map((segment) =>
    segment === '**' ? '(?:.*/)?' : `${segmentSource(segment)}/`,
  )
  return folders.join('') + lastSource(last, isFloating)
}

function lastSource(last: string, isFloating: boolean): string {
  if (last === '' || last === '**') return '.+'
  return last === '*' && !isFloating ? '[^/]+' : `${segmentSource(last)}(?:/.*)?`
}

const segmentSource = (segment: string): string =>
  segment.replace(/\\(.)|\*+|\?|[^*?\\]/gsu, (sign, escaped: string | undefined) => {
    if (escaped !== undefined) return RE2JS.quote(escaped)
    if (sign === '?') return '[^/]'
    return sign.startsWith('*') ? '[^/]*' : RE2JS.quote(sign)
  })

import type { Tracker } from './ticket.ts'

/** What counts as a ticket key. */
export interface KeyRules {
  /** Upper-case, `BUG` and `ENG`, each with the tracker whose it is. Without that tracker it makes no key. */
  readonly projects: ReadonlyMap<string, Tracker>
  readonly trackers: ReadonlySet<Tracker>
}

/**
 * The ticket keys a branch name carries, each once, in order, written the tracker's way: `BUG-453`, `sc-12`, `#7`.
 *
 * A key starts the name or a part after a slash, so that `ana/BUG-453-…` counts and `fix-BUG-453` does not; it ends
 * where the name does, or at `-`, `_` or `/`. Where a letter could be of another script (`ВUG-453` with a Cyrillic В),
 * it is: only ASCII letters and digits make a key.
 */
export function keysInBranch(branch: string, rules: KeyRules): readonly string[] {
  const keys = new Set<string>()
  for (let start = 0; start !== -1; start = nextPart(branch, start)) {
    const found = readKey(branch, start, rules) ?? readBareNumber(branch, start, rules)
    if (found !== null && endsPart(branch.charAt(found.end))) keys.add(found.key)
  }
  return [...keys]
}

/**
 * The ticket keys a title, description or commit message carries, each once, in order.
 *
 * A key stands at a word boundary: no letter, digit, mark or underscore of any script touches it, and no hyphen
 * precedes it. A bare number is no key here: prose is full of them.
 */
export const keysInText = (text: string, rules: KeyRules): readonly string[] => scan(text, afterNoWordOrHyphen, rules)

/** Keys that stand anywhere between other words, as in `fix-BUG-453-dropdown`: no proof, but a hint of what was meant. */
export const keysHintedIn = (text: string, rules: KeyRules): readonly string[] =>
  scan(text, afterNoLetterOrDigit, rules)

/** What a branch name carries that has the shape of a key but is of no listed project: `UTF-8`, `RELEASE-3`. */
export function lookalikesInBranch(branch: string): readonly string[] {
  const found = new Set<string>()
  for (let start = 0; start !== -1; start = nextPart(branch, start)) {
    const shape = readShape(branch, start)
    if (shape !== null && endsPart(branch.charAt(shape.end))) found.add(`${shape.prefix}-${shape.digits}`)
  }
  return [...found]
}

/**
 * Everything in a text that has the shape of a ticket key, as written, each once: `BUG-12`, `UTF-8`, `#7`. Null when
 * there are more than 50 different ones: such a text is a list, and says of no ticket that it is about it.
 *
 * What of it is a key is for rules to say: `keysInText` finds in these what it finds in the text.
 */
export function shapesInText(text: string): readonly string[] | null {
  const shapes = new Set<string>()
  for (const [found] of text.matchAll(
    /(?<![\p{L}\p{N}\p{M}_-])(?:#|[A-Za-z][A-Za-z0-9_]{0,31}-)\d{1,10}(?![\p{L}\p{N}\p{M}_])/gu,
  )) {
    shapes.add(found)
    if (shapes.size > mostShapes) return null
  }
  return [...shapes]
}

/** How many different ones are kept of one text. */
export const mostShapes = 50

/** Where the ticket is to be found whose key was read by these rules. */
export function trackerOf(key: string, { projects }: KeyRules): Tracker {
  if (key.startsWith('#')) return 'github-issues'
  return projects.get(key.slice(0, key.lastIndexOf('-'))) ?? 'shortcut'
}

interface Found {
  readonly key: string
  /** Index after the last character. */
  readonly end: number
}

/** Where a key may begin. What reads most of a text is one expression, since texts are as long as somebody likes. */
const afterNoWordOrHyphen = /(?<![\p{L}\p{N}\p{M}_-])(?:#|[A-Za-z][A-Za-z0-9_]{0,31}-)(?=\d)/gu
/** One may begin within another's prefix, as in `fix_BUG-12`. */
const afterNoLetterOrDigit = /(?<![\p{L}\p{N}\p{M}])(?:#(?=\d)|[A-Za-z](?=[A-Za-z0-9_]{0,31}-\d))/gu
const word = /[\p{L}\p{N}\p{M}_]/u

/** Longer than any project's key or number: what is longer is not read on, which keeps every scan linear. */
const longestPrefix = 32
const mostDigits = 10
/** A bare number of more digits is a date or a build, not an issue. */
const mostBareDigits = 7

/** One pass over the text; `start` finds where a key may begin. */
function scan(text: string, start: RegExp, rules: KeyRules): readonly string[] {
  const keys = new Set<string>()
  for (const { index } of text.matchAll(start)) {
    const found = readKey(text, index, rules)
    if (found !== null && !word.test(characterAt(text, found.end))) keys.add(found.key)
  }
  return [...keys]
}

function readKey(text: string, start: number, { projects, trackers }: KeyRules): Found | null {
  if (text.charAt(start) === '#') {
    const digits = trackers.has('github-issues') ? readNumber(text, start + 1) : ''
    return digits === '' ? null : { key: `#${digits}`, end: start + 1 + digits.length }
  }
  const shape = readShape(text, start)
  if (shape === null) return null
  const { prefix, digits, end } = shape
  const owner = projects.get(prefix)
  if (owner !== undefined && trackers.has(owner)) return { key: `${prefix}-${digits}`, end }
  if (trackers.has('shortcut') && prefix === 'SC') return { key: `sc-${digits}`, end }
  if (trackers.has('github-issues') && prefix === 'GH') return { key: `#${digits}`, end }
  return null
}

/** `letters-digits`, whatever the letters mean: the prefix in upper case. */
function readShape(text: string, start: number): { prefix: string; digits: string; end: number } | null {
  if (!isLetter(text.charAt(start))) return null
  let at = start
  while (at - start < longestPrefix && isPrefixCharacter(text.charAt(at))) at += 1
  if (text.charAt(at) !== '-') return null
  const digits = readNumber(text, at + 1)
  // The prefix is ASCII, so that no letter of another script becomes one of ours by changing its case.
  return digits === '' ? null : { prefix: text.slice(start, at).toUpperCase(), digits, end: at + 1 + digits.length }
}

/** `12-fix-it`, but not `2024-11-05` nor `3_2`: what goes on with digits is a date or a version. */
function readBareNumber(text: string, start: number, { trackers }: KeyRules): Found | null {
  if (!trackers.has('github-issues')) return null
  const digits = readNumber(text, start)
  const end = start + digits.length
  if (digits === '' || digits.length > mostBareDigits || isDigit(text.charAt(end + 1))) return null
  return { key: `#${digits}`, end }
}

/** A number as trackers write it: no leading zero. Empty when there is none, or one too long to be a ticket's. */
function readNumber(text: string, start: number): string {
  let end = start
  while (end - start <= mostDigits && isDigit(text.charAt(end))) end += 1
  const digits = text.slice(start, end)
  return digits.startsWith('0') || digits.length > mostDigits ? '' : digits
}

function nextPart(branch: string, start: number): number {
  const slash = branch.indexOf('/', start)
  return slash === -1 ? -1 : slash + 1
}

/** The whole character, also where it takes two code units. Empty at the end. */
function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

const endsPart = (character: string): boolean => ['', '-', '_', '/'].includes(character)
const isDigit = (character: string): boolean => character >= '0' && character <= '9' && character.length === 1
const isLetter = (character: string): boolean => /^[A-Za-z]$/.test(character)
const isPrefixCharacter = (character: string): boolean => /^[A-Za-z0-9_]$/.test(character)

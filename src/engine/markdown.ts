/**
 * Writes text from outside so that GitHub's Markdown shows it as it is, in a paragraph as well as in a table cell.
 *
 * Nothing in it formats, links, mentions, refers, embeds or breaks out. Two mechanisms are at work on GitHub, and so
 * here: what Markdown itself reads is escaped; what GitHub looks for afterwards, in the finished text (`@ben`, `#12`,
 * `GH-12`, `:tada:`), cannot be escaped and is broken by a zero-width space. Line breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .replace(/[@#]/g, `$&${breaker}`)
    .replace(/:\/\//g, `:${breaker}//`)
    .replace(/(www)\./gi, `$1${breaker}.`)
    .replace(/gh-(?=\d)/gi, `$&${breaker}`)
    .replace(/:(?=[\w+-]+:)/g, `:${breaker}`)
    .replace(/[\\`*_~[\]]/g, String.raw`\$&`)
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
    .replace(/[&<>|$]/g, (character) => entities[character] ?? character)
}

/** Text from outside as a code span, in which GitHub links and mentions nothing. */
export function codeSpan(text: string): string {
  const shown = visibleText(text)
  if (shown === '') return ''
  // In a table a pipe would end the cell even inside a code span, and outside a table its escape would show.
  if (shown.includes('|')) return `<code>${escapeMarkdown(shown)}</code>`
  const fence = '`'.repeat(longestRunOfBackticks(shown) + 1)
  const padding = shown.startsWith('`') || shown.endsWith('`') ? ' ' : ''
  return `${fence}${padding}${shown}${padding}${fence}`
}

/** Shell commands as a fenced block, whose fence is longer than any run of backticks in it. */
export function codeBlock(lines: readonly string[]): string {
  const shown = lines.map((line) => visibleText(line))
  const fence = '`'.repeat(Math.max(3, longestRunOfBackticks(shown.join('\n')) + 1))
  return [`${fence}sh`, ...shown, fence].join('\n')
}

/**
 * One line in which every character shows: for places that are plain text, and as the first step to Markdown.
 *
 * Characters that show as nothing, or turn the direction of the text around, are written as ‹U+202E›.
 */
export const visibleText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\s\u0085]+/g, ' ')
    .replace(invisible, (character) => `‹U+${codePointOf(character)}›`)
    .trim()

/** The first `most` characters, whole ones, with an ellipsis when that leaves something out. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

/** U+200B: GitHub sees no mention or reference across it, and readers see nothing. */
const breaker = '\u200b'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  // A formula could begin here; GitHub documents this as the way to write a dollar sign beside one.
  $: '<span>$</span>',
}

/** The joiner inside an emoji and the selector of its look are left alone: they show. */
const invisible = /(?!\u200d\p{Extended_Pictographic}|[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/gu

const codePointOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')

const longestRunOfBackticks = (text: string): number =>
  text.matchAll(/`+/g).reduce((longest, [run]) => Math.max(longest, run.length), 0)

/** `ana, ben and cleo`. */
export const listed = (items: readonly string[], word: 'and' | 'or'): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`

/** All of a few; of many, the first and how many more. Never `1 more`: that one could stand there itself. */
export const fewOf = (items: readonly string[], word: 'and' | 'or'): string =>
  listed(items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items, word)

const most = 4

export const shortSha = (sha: string): string => sha.slice(0, 7)

/** `Commit abc1234 is`, `Commits abc1234 and def5678 are`. */
export function commitsAre(shas: readonly string[]): string {
  const named = [...new Set(shas)].map((sha) => shortSha(sha))
  return named.length === 1 ? `Commit ${named.join('')} is` : `Commits ${fewOf(named, 'and')} are`
}

export const quotedName = (name: string): string => `"${name}"`

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The candidate somebody most likely meant to write, or null when none is near: "projets" is "projects". */
export function closestWord(written: string, candidates: readonly string[]): string | null {
  const word = spelling(written)
  if (word.length > longest) return null
  const allowed = Math.max(1, Math.floor(word.length / 3))
  const near = candidates
    .filter((candidate) => Math.abs(spelling(candidate).length - word.length) <= allowed)
    .map((candidate) => ({ candidate, distance: editDistance(word, spelling(candidate)) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate ?? null
}

/** Nobody mistypes a word this long; and it bounds the work an outsider can ask for. */
const longest = 64

/** `ticketLink`, `Ticket_Link` and `ticket-link` are one word spelt three ways. */
const spelling = (word: string): string =>
  word
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[_ ]/g, '-')
    .toLowerCase()

/** Insertions, deletions, replacements and swaps of neighbours, each counted once. */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = cell(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swapped = isSwap ? cell(beforeLast, column - 2) + 1 : Infinity
      current.push(Math.min(replaced, swapped, cell(last, column) + 1, cell(current, column - 1) + 1))
    }
    beforeLast = last
    last = current
  }
  return cell(last, b.length)
}

const cell = (row: readonly number[], column: number): number => row[column] ?? Infinity

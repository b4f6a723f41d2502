/**
 * The paths that the header of one file's difference names: of a renamed file the new one first, then the old one.
 *
 * Null when it names none. A name with unusual characters stands in quotes, byte by byte where it is not ASCII.
 */
export function toPaths(header: readonly string[]): readonly [string, ...string[]] | null {
  const after = (prefix: string): string | null => {
    const line = header.find((each) => each.startsWith(prefix))
    // Git ends a name that has blanks with a tab here; one with a tab of its own stands in quotes.
    return line === undefined ? null : unquoted(line.slice(prefix.length).replace(/\t$/, ''))
  }
  const [to, from] = [after('rename to ') ?? after('copy to '), after('rename from ')]
  if (to !== null) return from === null ? [to] : [to, from]
  const path = sidePath(after('+++ ')) ?? sidePath(after('--- ')) ?? samePath(header[0] ?? '')
  return path === null ? null : [path]
}

/** Without `a/` or `b/`; null for the side on which there is no file. */
const sidePath = (name: string | null): string | null => (name === null || name === '/dev/null' ? null : name.slice(2))

/** From `diff --git a/x b/x`: a file of which nothing but its mode or its existence tells has one name. */
function samePath(line: string): string | null {
  const names = line.slice('diff --git '.length)
  const half = (names.length - 1) / 2
  const [one, other] = [unquoted(names.slice(0, half)).slice(2), unquoted(names.slice(half + 1)).slice(2)]
  return one === other && one !== '' ? one : null
}

function unquoted(name: string): string {
  const [, inQuotes] = /^"(.*)"$/s.exec(name) ?? []
  if (inQuotes === undefined) return name
  const parts = [...inQuotes.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gs)].map(([text, octal, letter]) => {
    if (octal !== undefined) return Buffer.from([Number.parseInt(octal, 8)])
    return Buffer.from(letter === undefined ? text : (escapes[letter] ?? letter))
  })
  return Buffer.concat(parts).toString()
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
}

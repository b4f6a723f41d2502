/** Control and direction characters, which can rewrite what a terminal shows; a line break is one of them. */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/** Text from outside as one line that a terminal shows as it is: what would steer it is written out. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Rows in columns as wide as their longest cell, under headings. The last column is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map(printable))]
  const widths = headings.map((_heading, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

/** JSON over many lines, for a value as a whole. */
export const json = (value: unknown): string => `${shownAsWritten(JSON.stringify(value, null, 2))}\n`

/** JSON on one line, for one of many values. */
export const jsonLine = (value: unknown): string => `${shownAsWritten(JSON.stringify(value))}\n`

/** JSON escapes the plain control characters itself; the others that steer a terminal are escaped the same way. */
const shownAsWritten = (text: string): string =>
  text.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

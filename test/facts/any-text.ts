import fc from 'fast-check'

/**
 * Any text at all, halves of surrogate pairs included.
 *
 * fast-check's own unit `binary` gives the same, but lists all million characters before it can tell which one it sees:
 * a second or more in every file of tests.
 */
export const anyText = (constraints: fc.StringSharedConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ ...constraints, unit: character })

const character = fc.nat({ max: 0x10_ff_ff }).map((code) => String.fromCodePoint(code), codeOf)

/** Throws for what is no single character, as fast-check wants it. */
function codeOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined
  if (code === undefined || String.fromCodePoint(code) !== text) throw new Error('This is not one character.')
  return code
}

/** A value as YAML lines, each after an indent. Lists and mappings that fit stand on one line. */
export function toYaml(value: unknown, indent: string): readonly string[] {
  if (isMapping(value))
    return Object.entries(value).flatMap(([key, member]) => under(`${indent}${scalar(key)}:`, member, indent))
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const [first = '', ...more] = toYaml(item, `${indent}  `)
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...more]
    })
  }
  return [`${indent}${scalar(value)}`]
}

/**
 * A value as one word of YAML that every parser reads back as it was, whatever it holds.
 *
 * Plain where that is plainly safe; between single quotes where no character has to be written out, for then an
 * expression reads as it was written; else between double quotes.
 */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  if (/^[A-Za-z][\w-]*(?: [\w-]+)*$/.test(value) && !ambiguous.has(value.toLowerCase())) return value
  if (!unprintable.test(value)) return `'${value.replaceAll("'", "''")}'`
  return JSON.stringify(value).replace(unprintables, writtenOut)
}

/** Text as comment lines of bearable length; `head` opens the first, and the others stand below it. */
export function comment(
  text: string,
  { indent, head }: { readonly indent: string; readonly head: string },
): readonly string[] {
  const words = text.replace(unprintables, (character) => (character === '\n' ? ' ' : writtenOut(character))).split(' ')
  const lines: string[] = []
  let line = `${indent}# ${head}`
  for (const word of words) {
    if (line.length + word.length > widest && line.trim() !== `# ${head}`.trim()) {
      lines.push(line.trimEnd())
      line = `${indent}#   `
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}

const widest = 118

/** What the older YAML reads as something else than text. */
const ambiguous = new Set(['y', 'yes', 'n', 'no', 'on', 'off', 'true', 'false', 'null'])

// What steers a terminal, breaks a line or is half a character.
const range = String.raw`[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]`
const unprintable = new RegExp(range, 'u')
const unprintables = new RegExp(range, 'gu')

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

function under(head: string, value: unknown, indent: string): readonly string[] {
  const flow = `${head} ${inFlow(value)}`
  if (!isMapping(value) && !Array.isArray(value)) return [flow]
  if (flow.length <= 100 || Object.keys(value).length === 0) return [flow]
  return [head, ...toYaml(value, `${indent}  `)]
}

function inFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`
  if (!isMapping(value)) return scalar(value)
  const members = Object.entries(value).map(([key, member]) => `${scalar(key)}: ${inFlow(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

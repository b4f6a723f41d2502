/** JSON with bigints as plain numbers of any length, as GitHub writes its 64-bit delivery ids. */
export function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${mark}${part}` : part))
    return text.replaceAll(marked, '$1')
  }
}

const mark = '\u0001bigint:'
const marked = new RegExp(`"${JSON.stringify(mark).slice(1, -1).replace('\\', '\\\\')}(\\d+)"`, 'g')

/** The same with bigints rounded to numbers: for validation, where their size does not matter. */
export function withoutBigints(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)))
}

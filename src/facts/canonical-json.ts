/**
 * Writes a JSON value in the one form in which equal values give equal bytes, so that it can be hashed and signed.
 *
 * The form is RFC 8785: no white space, keys in order of their UTF-16 code units, numbers as ECMAScript prints them.
 * One deviation, because text from outside may hold it and must still be recorded: a lone surrogate, which the RFC
 * refuses, is written as its escape (`\ud800`), so that distinct strings stay distinct and the result is valid UTF-8.
 *
 * Anything that is no JSON value (undefined, NaN, a Date, a Map, a cycle) is a mistake in our own code: TypeError.
 */
export const canonicalJson = (value: unknown): string => write(value, [])

/** Deeper than anything we build, shallow enough for the stack: a cycle ends here too. */
const deepest = 1_000

/** Where we are: grown and shrunk in place, because copying it would cost more than all the rest. */
type Path = (string | number)[]

function write(value: unknown, path: Path): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return writeNumber(value, path)
  if (path.length >= deepest) throw refusal(path.slice(0, 5), `is cyclic or nested more than ${String(deepest)} deep`)
  if (Array.isArray(value)) return `[${Array.from(value, (item, at) => writeAt(at, item, path)).join(',')}]`
  if (isRecord(value)) return writeRecord(value, path)
  throw refusal(path, `is ${nameOf(value)}`)
}

function writeAt(place: string | number, value: unknown, path: Path): string {
  path.push(place)
  const written = write(value, path)
  path.pop()
  return written
}

function writeNumber(value: number, path: Path): string {
  if (!Number.isFinite(value)) throw refusal(path, `is ${String(value)}`)
  return JSON.stringify(value)
}

function writeRecord(record: Readonly<Record<string, unknown>>, path: Path): string {
  const members = Object.keys(record)
    // The default order of sort is that of UTF-16 code units.
    .sort()
    .map((key) => `${JSON.stringify(key)}:${writeAt(key, record[key], path)}`)
  return `{${members.join(',')}}`
}

/** Judged by shape, not by identity with `Object.prototype`: drivers and other realms make plain objects too. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : `a ${typeof value}`
  return `an instance of ${value.constructor.name}`
}

function refusal(path: Path, what: string): TypeError {
  const place = path.length === 0 ? 'The value' : `The value at ${path.join('.')}`
  return new TypeError(`${place} ${what}: only JSON values have a canonical form.`)
}

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import type { PolicyFault } from './effective-policy.ts'

export type YamlReading =
  | { readonly ok: true; readonly value: unknown; readonly lines: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] }

/**
 * Reads untrusted text as one YAML document of plain data, or says everything that is wrong with it. Never throws.
 *
 * Only what JSON can say is let through. Aliases are refused altogether: they can multiply a small file into a huge
 * one, and nearly every one in a policy is a glob that should have been quoted.
 */
export function readYaml(text: string): YamlReading {
  const unreadable = faultOfWhole(text)
  if (unreadable !== null) return { ok: false, faults: [unreadable] }
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { ...options, lineCounter })
  const lineAt = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line)
  const syntax = [...document.errors, ...document.warnings].map((error): PolicyFault => ({
    path: '',
    line: lineAt(error.pos[0]),
    message: syntaxSentence(error),
  }))
  if (syntax.length > 0) return { ok: false, faults: syntax }
  const reading: Reading = { lineAt, lines: [], faults: [] }
  const value = toPlain(document.contents, [], reading)
  if (reading.faults.length > 0) return { ok: false, faults: reading.faults }
  return { ok: true, value, lines: Object.fromEntries(reading.lines) }
}

/** 1.2 and its core schema whatever a `%YAML` line says: in 1.1 `off` is a boolean. Duplicates are found here, not there: theirs is quadratic. */
const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const

/** Well above any policy written by people; reading as much takes a second or two at worst. */
const largestBytes = 256 * 1024
const mostEntries = 5_000
const deepest = 40

interface Reading {
  readonly lineAt: (offset: number) => number
  readonly lines: [path: string, line: number][]
  readonly faults: PolicyFault[]
}

type Path = readonly (string | number)[]

function faultOfWhole(text: string): PolicyFault | null {
  if (text.length > largestBytes || new TextEncoder().encode(text).length > largestBytes) {
    return { path: '', line: null, message: 'The file is larger than 256 KB, which is the most a policy may have.' }
  }
  for (let at = 0; at < text.length; at += 1) {
    if (isControlCharacter(text.charCodeAt(at))) {
      const line = text.slice(0, at).split('\n').length
      return { path: '', line, message: 'The file holds control characters. Save it as plain text in UTF-8.' }
    }
  }
  return null
}

/** Tab, line feed and carriage return are text; everything else below the space is not. */
const isControlCharacter = (code: number): boolean =>
  (code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127

function syntaxSentence(error: { readonly code: string; readonly message: string }): string {
  const known: Readonly<Record<string, string>> = {
    TAB_AS_INDENT: 'This line is indented with a tab. YAML takes spaces only: replace it.',
    MULTIPLE_DOCS: 'A policy is one YAML document. Remove the line that separates it from a second one.',
    BAD_ALIAS: 'A text that begins with * must be in quotes: "*".',
    TAG_RESOLVE_FAILED: 'A text that begins with ! must be in quotes; tags are not used in a policy.',
    BAD_SCALAR_START: 'A text that begins with @ or ` must be in quotes.',
    RESOURCE_EXHAUSTION: 'This is nested too deeply for a policy.',
  }
  return known[error.code] ?? `This is not valid YAML: ${error.message.replace(/\.?$/, '.')}`
}

function toPlain(node: unknown, path: Path, reading: Reading): unknown {
  const refuse = (message: string): null => {
    reading.faults.push(faultAt(path, message, reading))
    return null
  }
  if (reading.lines.length > mostEntries) return overfull(reading)
  if (path.length > deepest) return refuse('This is nested too deeply for a policy.')
  if (isMap(node)) return mapToPlain(node, path, reading)
  if (isSeq(node)) {
    return node.items.map((item, at) => {
      note([...path, at], item, reading)
      return toPlain(item, [...path, at], reading)
    })
  }
  if (isAlias(node))
    return refuse(`Aliases are not used in a policy. If you mean the text, quote it: "*${node.source}".`)
  if (!isScalar(node)) return null
  if (typeof node.value === 'number' && !Number.isFinite(node.value)) return refuse('This number is not finite.')
  return node.value
}

/** Said once, however often it is found. */
function overfull({ faults }: Reading): null {
  const message = `The file has more than ${mostEntries} entries, which is the most a policy may have.`
  if (faults[0]?.message !== message) faults.unshift({ path: '', line: null, message })
  return null
}

function mapToPlain(map: YAMLMap, path: Path, reading: Reading): Readonly<Record<string, unknown>> {
  const members = new Map<string, unknown>()
  for (const { key, value } of map.items) {
    const name = nameOf(key)
    note([...path, name ?? '?'], key, reading)
    if (name === null) {
      reading.faults.push(faultAt([...path, '?'], 'A key is a word before a colon; this is not one.', reading))
    } else if (members.has(name)) {
      reading.faults.push(faultAt([...path, name], `${JSON.stringify(name)} stands here twice: keep one.`, reading))
    } else {
      members.set(name, toPlain(value, [...path, name], reading))
    }
  }
  return Object.fromEntries(members)
}

/** A key may be written as a number or as `off`: it is a name all the same. */
function nameOf(key: unknown): string | null {
  if (!isScalar(key)) return null
  const { value } = key
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function note(path: Path, node: unknown, { lineAt, lines }: Reading): void {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null
  if (range) lines.push([path.join('.'), lineAt(range[0])])
}

function faultAt(path: Path, message: string, { lines }: Reading): PolicyFault {
  const dotted = path.join('.')
  return { path: dotted, line: lines.findLast(([noted]) => noted === dotted)?.[1] ?? null, message }
}

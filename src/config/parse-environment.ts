import type { z } from 'zod'
import { readSecretFile, type Source } from './secret-file.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The configuration cannot be used. Each fault is a sentence that names the variable and says what to do. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** The text of each variable that is set and could be read, or of the file that stands for it. */
export type Given = ReadonlyMap<string, string>

export interface Parsed<Settings> {
  readonly settings: Settings
  readonly given: Given
  readonly warnings: readonly string[]
}

export interface Wanted<Schema extends z.ZodObject> {
  readonly schema: Schema
  /** Each secret, and the variables that name a file holding it. */
  readonly secretFiles: Readonly<Record<string, readonly string[]>>
  /** What is wrong with variables together. `unreadable`: those that are set, and are a fault already. */
  readonly clashes: (given: Given, unreadable: ReadonlySet<string>) => readonly string[]
}

/** Reads the variables that a schema names, or throws a `ConfigError` with every fault. */
export function parseEnvironment<Schema extends z.ZodObject>(
  environment: Environment,
  { schema, secretFiles, clashes }: Wanted<Schema>,
): Parsed<z.output<Schema>> {
  const given = new Map<string, string>()
  const faults = new Map<string, string>()
  const warnings: string[] = []
  for (const name of Object.keys(schema.shape)) {
    const source = readSource(environment, name, secretFiles)
    if (source.fault !== undefined) faults.set(name, source.fault)
    if (source.text !== undefined) given.set(name, source.text)
    if (source.warning !== undefined) warnings.push(source.warning)
  }
  const together = clashes(given, new Set(faults.keys()))
  const result = schema.safeParse(Object.fromEntries(given))
  for (const { path, message } of result.error?.issues ?? []) {
    const name = String(path[0])
    // What could not be read is not also called missing.
    if (!faults.has(name)) faults.set(name, message)
  }
  const all = [...faults.values(), ...together]
  if (!result.success || all.length > 0) throw new ConfigError(all)
  return { settings: result.data, given, warnings }
}

function readSource(
  environment: Environment,
  name: string,
  secretFiles: Readonly<Record<string, readonly string[]>>,
): Source {
  const files = secretFiles[name] ?? []
  const set = [name, ...files].filter((candidate) => environment[candidate] !== undefined)
  if (set.length > 1) return { fault: `${set.join(' and ')} are both set: keep one of them.` }
  const [variable = name] = set
  const value = environment[variable]
  if (value === undefined) return {}
  if (value.trim() === '') return { fault: `${variable} is empty: give it a value or remove it.` }
  if (files.includes(variable)) return readSecretFile(variable, value)
  return { text: name in secretFiles ? value : value.trim() }
}

import { createPrivateKey } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { inspect } from 'node:util'
import { z } from 'zod'

/** Everything an operator decides, read once from the environment and the files it names. */
export interface Config extends StoreConfig {
  readonly appId: number
  /** PEM, PKCS #8. */
  readonly privateKey: Secret
  readonly webhookSecret: Secret
  /** Still accepted while GitHub is being told the new one. */
  readonly webhookSecretPrevious: Secret | null
  /** `https://api.github.com`, or where GitHub Enterprise answers; no slash at the end. */
  readonly githubApiUrl: string
  /** Where people look at it: `https://github.com`. */
  readonly githubUrl: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Null: no metrics are served. */
  readonly metrics: { readonly host: string; readonly port: number } | null
  readonly policyRepository: string
  /** Subjects assessed at the same time by one worker. */
  readonly concurrency: number
  /** How much of GitHub's hourly limit may go into judging all of an organization's open changes again; from 0.01 to 1. */
  readonly reassessShare: number
}

/** The part that commands need which only read or write the store. */
export interface StoreConfig {
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: Secret | null
  /** Absolute. */
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** What works but should be put right, each a sentence for the log. */
  readonly warnings: readonly string[]
}

export type LogLevel = (typeof logLevels)[number]

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Text that must not be printed: in a log, an error or JSON it reads `[secret]`. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** The configuration cannot be used. Each fault is a sentence that names the variable and says what to do. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the whole configuration, or throws a `ConfigError` with every fault.
 *
 * Probot's names are kept. Unlike Probot it searches no folder for a key and no `.env`. No fault repeats a value: a
 * secret put into the wrong variable would be printed.
 */
export function readConfig(environment: Environment): Config {
  const { settings, given, warnings } = parse(environment, z.object({ ...storeFields, ...appFields }), portClash)
  const github = githubUrls(settings.GHE_PROTOCOL, settings.GHE_HOST)
  const previous = settings.WEBHOOK_SECRET_PREVIOUS
  return {
    ...toStoreConfig(settings, [...warnings, ...secretWarnings(given), ...unusedNames(environment)]),
    appId: settings.APP_ID,
    privateKey: new Secret(settings.PRIVATE_KEY),
    webhookSecret: new Secret(settings.WEBHOOK_SECRET),
    webhookSecretPrevious: previous === undefined ? null : new Secret(previous),
    githubApiUrl: github.api,
    githubUrl: github.web,
    host: settings.HOST,
    port: settings.PORT,
    metrics: settings.METRICS_PORT === 'off' ? null : { host: settings.METRICS_HOST, port: settings.METRICS_PORT },
    policyRepository: settings.POLICY_REPOSITORY,
    concurrency: settings.CONCURRENCY,
    reassessShare: settings.REASSESS_PERCENT / 100,
  }
}

/** Reads what commands need which never talk to GitHub (`migrate`, `token`, `jobs`). */
export function readStoreConfig(environment: Environment): StoreConfig {
  const { settings, warnings } = parse(environment, z.object(storeFields), () => [])
  return toStoreConfig(settings, warnings)
}

const wholeNumber = (sentence: string, [least, most]: readonly [number, number]) =>
  z
    .string()
    .regex(/^\d{1,15}$/, sentence)
    .transform(Number)
    .refine((number) => number >= least && number <= most, sentence)

const portNumber = (sentence: string) => wholeNumber(sentence, [0, 65_535])

const metricsPortSentence = 'METRICS_PORT must be a port number from 0 to 65535, or off.'

const hostName = (name: string) =>
  z.string().regex(/^[\w.:-]{1,255}$/, `${name} must be an address to listen on, such as 127.0.0.1 or 0.0.0.0.`)

const storeFields = {
  DATABASE_URL: z
    .string()
    .refine(
      (text) => hasProtocol(text, ['postgres:', 'postgresql:']),
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/countersign.',
    )
    .optional(),
  DATA_DIR: z
    .string()
    .default('./data')
    .transform((path) => resolve(path))
    .refine(canBeFolder, 'DATA_DIR must be a folder, or a place where one can be made: something else is there.'),
  LOG_LEVEL: z.enum(logLevels, `LOG_LEVEL must be one of ${logLevels.join(', ')}.`).default('info'),
}

const appFields = {
  APP_ID: z
    .string("APP_ID is missing: give the App ID shown on the GitHub App's settings page.")
    .regex(
      /^[1-9]\d{0,14}$/,
      "APP_ID must be a whole number: the App ID on the app's settings page, not its client ID.",
    )
    .transform(Number),
  PRIVATE_KEY: z
    .string(
      "PRIVATE_KEY is missing: give the key generated on the app's settings page, or its file in PRIVATE_KEY_FILE.",
    )
    .transform(toPrivateKey),
  WEBHOOK_SECRET: z.string(
    "WEBHOOK_SECRET is missing: give the secret set on the app's settings page, or its file in WEBHOOK_SECRET_FILE.",
  ),
  WEBHOOK_SECRET_PREVIOUS: z.string().optional(),
  GHE_HOST: z
    .string()
    .regex(/^[\w.-]{1,253}(:\d{1,5})?$/, 'GHE_HOST must be a host name such as github.example.com, without https://.')
    .refine(
      (host) => host.toLowerCase() !== 'github.com',
      'GHE_HOST is for GitHub Enterprise: remove it for github.com.',
    )
    .optional(),
  GHE_PROTOCOL: z.enum(['https', 'http'], 'GHE_PROTOCOL must be https or http.').default('https'),
  HOST: hostName('HOST').default('127.0.0.1'),
  PORT: portNumber('PORT must be a port number from 0 to 65535.').default(3000),
  METRICS_HOST: hostName('METRICS_HOST').default('127.0.0.1'),
  METRICS_PORT: z.union([z.literal('off'), portNumber(metricsPortSentence)], metricsPortSentence).default(9464),
  POLICY_REPOSITORY: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'POLICY_REPOSITORY must be the name of a repository without its owner, such as .github.')
    .default('.github'),
  CONCURRENCY: wholeNumber('CONCURRENCY must be a whole number from 1 to 200.', [1, 200]).default(20),
  REASSESS_PERCENT: wholeNumber('REASSESS_PERCENT must be a whole number from 1 to 100.', [1, 100]).default(33),
}

/** Each secret, and the variables that name a file holding it. `PRIVATE_KEY_PATH` is Probot's. */
const secretFiles: Readonly<Record<string, readonly string[]>> = {
  PRIVATE_KEY: ['PRIVATE_KEY_FILE', 'PRIVATE_KEY_PATH'],
  WEBHOOK_SECRET: ['WEBHOOK_SECRET_FILE'],
  WEBHOOK_SECRET_PREVIOUS: ['WEBHOOK_SECRET_PREVIOUS_FILE'],
  DATABASE_URL: ['DATABASE_URL_FILE'],
}

type Given = ReadonlyMap<string, string>

interface Parsed<Settings> {
  readonly settings: Settings
  readonly given: Given
  readonly warnings: readonly string[]
}

function parse<Schema extends z.ZodObject>(
  environment: Environment,
  schema: Schema,
  clashes: (given: Given) => readonly string[],
): Parsed<z.output<Schema>> {
  const given = new Map<string, string>()
  const faults = new Map<string, string>()
  const warnings: string[] = []
  for (const name of Object.keys(schema.shape)) {
    const source = readSource(environment, name)
    if (source.fault !== undefined) faults.set(name, source.fault)
    if (source.text !== undefined) given.set(name, source.text)
    if (source.warning !== undefined) warnings.push(source.warning)
  }
  const result = schema.safeParse(Object.fromEntries(given))
  for (const { path, message } of result.error?.issues ?? []) {
    const name = String(path[0])
    // What could not be read is not also called missing.
    if (!faults.has(name)) faults.set(name, message)
  }
  const all = [...faults.values(), ...clashes(given)]
  if (!result.success || all.length > 0) throw new ConfigError(all)
  return { settings: result.data, given, warnings }
}

interface Source {
  readonly text?: string
  readonly fault?: string
  readonly warning?: string
}

function readSource(environment: Environment, name: string): Source {
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

const largestSecretBytes = 65_536

function readSecretFile(variable: string, path: string): Source {
  try {
    const { mode, size } = statSync(path)
    if (size > largestSecretBytes) return { fault: `${variable} names a file that is too large to be a secret.` }
    const text = readFileSync(path, 'utf8').replace(/(\r?\n)+$/, '')
    if (text.trim() === '') return { fault: `${variable} names an empty file: put the secret into it.` }
    const isOpen = variable.startsWith('PRIVATE_KEY') && process.platform !== 'win32' && (mode & 0o077) !== 0
    if (!isOpen) return { text }
    return { text, warning: `${variable} names a file that other users may read or write: give it mode 600.` }
  } catch (error) {
    return { fault: `${variable} names ${unreadable(error)}` }
  }
}

function unreadable(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'a file that does not exist: correct the path.'
  if (code === 'EACCES' || code === 'EPERM') return 'a file that this process may not read: give its user the right to.'
  if (code === 'EISDIR') return 'a folder: give the path of the file in it.'
  return `a file that cannot be read (${typeof code === 'string' ? code : 'unknown reason'}).`
}

/** Takes a PEM, one with `\n` written out as in an `.env` file, or the base64 of one. */
function toPrivateKey(text: string, context: z.RefinementCtx): string {
  const written = text.trim().replaceAll('\\r', '').replaceAll('\\n', '\n')
  const pem = written.includes('-----BEGIN') ? written : Buffer.from(written, 'base64').toString('utf8')
  const fault = faultOfKey(pem)
  if (fault === null) return createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString()
  context.addIssue(fault)
  return z.NEVER
}

function faultOfKey(pem: string): string | null {
  if (pem.includes('PUBLIC KEY-----')) return 'PRIVATE_KEY is a public key: give the private key that GitHub generated.'
  if (pem.includes('ENCRYPTED')) return 'PRIVATE_KEY is protected by a passphrase: give it without one.'
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return null
    return 'PRIVATE_KEY is not an RSA key: give the private key that GitHub generated.'
  } catch {
    return 'PRIVATE_KEY is not a whole PEM file: it must reach from -----BEGIN to the end of the -----END line.'
  }
}

function portClash(given: Given): readonly string[] {
  const port = given.get('PORT') ?? '3000'
  const metricsPort = given.get('METRICS_PORT') ?? '9464'
  if (port !== metricsPort || port === '0') return []
  const hosts = [given.get('HOST') ?? '127.0.0.1', given.get('METRICS_HOST') ?? '127.0.0.1']
  const overlap = hosts[0] === hosts[1] || hosts.some((host) => host === '0.0.0.0' || host === '::')
  return overlap ? ['PORT and METRICS_PORT are the same port: give metrics one of their own, or METRICS_PORT=off.'] : []
}

function githubUrls(protocol: string, host: string | undefined): { readonly api: string; readonly web: string } {
  if (host === undefined) return { api: 'https://api.github.com', web: 'https://github.com' }
  const web = `${protocol}://${host}`
  // Enterprise Cloud with data residency has its API on a host of its own.
  return { web, api: host.endsWith('.ghe.com') ? `${protocol}://api.${host}` : `${web}/api/v3` }
}

function toStoreConfig(settings: z.output<z.ZodObject<typeof storeFields>>, warnings: readonly string[]): StoreConfig {
  const url = settings.DATABASE_URL
  return {
    databaseUrl: url === undefined ? null : new Secret(url),
    dataDir: settings.DATA_DIR,
    logLevel: settings.LOG_LEVEL,
    warnings,
  }
}

function secretWarnings(given: Given): readonly string[] {
  const secret = given.get('WEBHOOK_SECRET') ?? ''
  const warnings: string[] = []
  if (secret.length < 20) {
    warnings.push('WEBHOOK_SECRET is short: use at least 20 random characters, such as `openssl rand -hex 32` prints.')
  }
  if (secret === given.get('WEBHOOK_SECRET_PREVIOUS')) {
    warnings.push('WEBHOOK_SECRET_PREVIOUS is the same as WEBHOOK_SECRET: remove it, there is nothing to rotate.')
  }
  const isLocal = /^(localhost|127\.0\.0\.1)(:|$)/.test(given.get('GHE_HOST') ?? 'localhost')
  if (given.get('GHE_PROTOCOL') === 'http' && !isLocal) {
    warnings.push('GHE_PROTOCOL is http: tokens travel unencrypted. Use https.')
  }
  return warnings
}

const unused = ['LOG_FORMAT', 'REDIS_URL', 'SENTRY_DSN', 'WEBHOOK_PATH', 'WEBHOOK_PROXY_URL']

function unusedNames(environment: Environment): readonly string[] {
  return unused
    .filter((name) => environment[name] !== undefined)
    .map((name) => `${name} is one of Probot's settings that Countersign does not use: remove it.`)
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text)
  return url !== null && protocols.includes(url.protocol) && url.hostname !== ''
}

/** Whether the path is a folder, or the nearest thing above it that exists is one. */
function canBeFolder(path: string): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? canBeFolder(dirname(path)) : found.isDirectory()
  } catch {
    return false
  }
}

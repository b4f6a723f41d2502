import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { type Environment, type Given, parseEnvironment } from './config/parse-environment.ts'
import { toPrivateKey } from './config/private-key.ts'
import { Secret } from './config/secret.ts'
import {
  exposedSecrets,
  type LedgerWarning,
  toTrackersConfig,
  trackerFaults,
  trackerFields,
  type TrackersConfig,
  trackerSecretFiles,
  trackerWarnings,
} from './config/trackers.ts'

export { ConfigError, type Environment } from './config/parse-environment.ts'
export { Secret } from './config/secret.ts'
export type { JiraConfig, LedgerWarning, TrackerConfig, TrackerNetwork, TrackersConfig } from './config/trackers.ts'

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
  readonly trackers: TrackersConfig
  /** Those of `warnings` that are entered into the ledger too. */
  readonly ledgerWarnings: readonly LedgerWarning[]
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

/**
 * Reads the whole configuration, or throws a `ConfigError` with every fault.
 *
 * Probot's names are kept. Unlike Probot it searches no folder for a key and no `.env`. No fault repeats a value: a
 * secret put into the wrong variable would be printed.
 */
export function readConfig(environment: Environment): Config {
  const { settings, given, warnings } = parseEnvironment(environment, {
    schema: z.object({ ...storeFields, ...appFields, ...trackerFields }),
    secretFiles,
    clashes: (texts, unreadable) => [...portClash(texts), ...trackerFaults(texts, unreadable)],
  })
  const ledgerWarnings = exposedSecrets(environment)
  const exposed = ledgerWarnings.map(({ sentence }) => sentence)
  const github = githubUrls(settings.GHE_PROTOCOL, settings.GHE_HOST)
  const previous = settings.WEBHOOK_SECRET_PREVIOUS
  return {
    ...toStoreConfig(settings, [
      ...warnings,
      ...secretWarnings(given),
      ...trackerWarnings(given),
      ...exposed,
      ...unusedNames(environment),
    ]),
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
    trackers: toTrackersConfig(settings),
    ledgerWarnings,
  }
}

/** Reads what commands need which never talk to GitHub (`migrate`, `token`, `jobs`). */
export function readStoreConfig(environment: Environment): StoreConfig {
  const schema = z.object(storeFields)
  const { settings, warnings } = parseEnvironment(environment, { schema, secretFiles, clashes: () => [] })
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
  ...trackerSecretFiles,
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

import { z } from 'zod'
import type { Environment, Given } from './parse-environment.ts'
import { Secret } from './secret.ts'
import { faultOfTrackerUrl, isAtlassianCloud, trackerUrl } from './tracker-url.ts'

/** Which trackers the operator connected, and as whom. GitHub's issues need no setting. */
export interface TrackersConfig {
  readonly jira: JiraConfig | null
  readonly linear: TrackerConfig | null
  readonly shortcut: TrackerConfig | null
  readonly network: TrackerNetwork
  /** Logins, in lower case, on whose behalf trackers are asked. Null: everybody's. */
  readonly organizations: readonly string[] | null
}

export interface TrackerConfig {
  /** No slash at the end. */
  readonly url: string
  readonly token: Secret
  /** Null: the tracker's webhooks are not accepted. */
  readonly webhookSecret: Secret | null
}

export interface JiraConfig extends TrackerConfig {
  /** Given: Cloud, where a token belongs to an e-mail. Null: Data Center. */
  readonly email: string | null
}

/** Where a tracker may be: at public addresses, also at private ones, or also on this machine. */
export type TrackerNetwork = (typeof networks)[number]

const networks = ['public', 'private', 'loopback'] as const

/** A warning that belongs into the record too. */
export interface LedgerWarning {
  readonly variable: string
  readonly sentence: string
}

const token = (name: string) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7E]+$/, `${name} holds a space or a character that no token has: copy the token alone.`)
    .optional()

const login = /^[a-z\d][\w-]{0,99}$/i

/** Addresses are judged in `trackerFaults`: what is allowed depends on the network. */
export const trackerFields = {
  JIRA_URL: z.string().optional(),
  JIRA_EMAIL: z
    .string()
    .regex(/^[^\s@:]+@[^\s@:]+$/, 'JIRA_EMAIL must be the e-mail address of the account that the token belongs to.')
    .optional(),
  JIRA_TOKEN: token('JIRA_TOKEN'),
  JIRA_WEBHOOK_SECRET: z.string().optional(),
  LINEAR_URL: z.string().default('https://api.linear.app'),
  LINEAR_TOKEN: token('LINEAR_TOKEN'),
  LINEAR_WEBHOOK_SECRET: z.string().optional(),
  SHORTCUT_URL: z.string().default('https://api.app.shortcut.com'),
  SHORTCUT_TOKEN: token('SHORTCUT_TOKEN'),
  SHORTCUT_WEBHOOK_SECRET: z.string().optional(),
  TRACKER_NETWORK: z.enum(networks, `TRACKER_NETWORK must be one of ${networks.join(', ')}.`).default('public'),
  TRACKER_ORGANIZATIONS: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim().toLowerCase()))
    .refine(
      (logins) => logins.every((one) => login.test(one)),
      'TRACKER_ORGANIZATIONS must be logins of organizations separated by commas, such as acme,acme-labs.',
    )
    .optional(),
}

type TrackerSettings = z.output<z.ZodObject<typeof trackerFields>>

export const trackerSecretFiles: Readonly<Record<string, readonly string[]>> = {
  JIRA_TOKEN: ['JIRA_TOKEN_FILE'],
  JIRA_WEBHOOK_SECRET: ['JIRA_WEBHOOK_SECRET_FILE'],
  LINEAR_TOKEN: ['LINEAR_TOKEN_FILE'],
  LINEAR_WEBHOOK_SECRET: ['LINEAR_WEBHOOK_SECRET_FILE'],
  SHORTCUT_TOKEN: ['SHORTCUT_TOKEN_FILE'],
  SHORTCUT_WEBHOOK_SECRET: ['SHORTCUT_WEBHOOK_SECRET_FILE'],
}

export function toTrackersConfig(settings: TrackerSettings): TrackersConfig {
  const jira = settings.JIRA_URL === undefined ? null : connected(settings.JIRA_URL, settings, 'JIRA')
  return {
    jira: jira === null ? null : { ...jira, email: settings.JIRA_EMAIL ?? null },
    linear: connected(settings.LINEAR_URL, settings, 'LINEAR'),
    shortcut: connected(settings.SHORTCUT_URL, settings, 'SHORTCUT'),
    network: settings.TRACKER_NETWORK,
    organizations: settings.TRACKER_ORGANIZATIONS ?? null,
  }
}

type Prefix = (typeof trackers)[number]['prefix']

const trackers = [
  { prefix: 'JIRA', name: 'Jira' },
  { prefix: 'LINEAR', name: 'Linear' },
  { prefix: 'SHORTCUT', name: 'Shortcut' },
] as const

/** Null: there is no token. */
function connected(url: string, settings: TrackerSettings, prefix: Prefix): TrackerConfig | null {
  const [text, webhookSecret] = [settings[`${prefix}_TOKEN`], settings[`${prefix}_WEBHOOK_SECRET`]]
  if (text === undefined) return null
  return {
    url: trackerUrl(url),
    token: new Secret(text),
    webhookSecret: webhookSecret === undefined ? null : new Secret(webhookSecret),
  }
}

/** What is wrong with the trackers' variables together. What could not be read is not also called missing. */
export function trackerFaults(given: Given, unreadable: ReadonlySet<string>): readonly string[] {
  const isSet = (name: string): boolean => given.has(name) || unreadable.has(name)
  return [
    ...trackers.flatMap(({ prefix }) => {
      const url = given.get(`${prefix}_URL`)
      const fault = url === undefined ? null : faultOfTrackerUrl(`${prefix}_URL`, url, given.get('TRACKER_NETWORK'))
      return fault === null ? [] : [fault]
    }),
    ...trackers.flatMap((tracker) => halves(tracker, isSet)),
    ...(isAtlassianCloud(given.get('JIRA_URL')) && isSet('JIRA_TOKEN') && !isSet('JIRA_EMAIL') ? [emailMissing] : []),
  ]
}

const emailMissing = 'JIRA_EMAIL is missing: Jira Cloud wants the e-mail address of the account that JIRA_TOKEN is of.'

/** What is set of a tracker while the rest that it takes is not. */
function halves({ prefix, name }: (typeof trackers)[number], isSet: (name: string) => boolean): readonly string[] {
  const needsUrl = prefix === 'JIRA'
  const [hasUrl, hasToken] = [isSet(`${prefix}_URL`), isSet(`${prefix}_TOKEN`)]
  if (hasToken && (hasUrl || !needsUrl)) return []
  if (hasToken) {
    return ['JIRA_TOKEN is set without JIRA_URL: give the address of Jira, such as https://acme.atlassian.net.']
  }
  if (hasUrl) {
    return [`${prefix}_URL is set without a token: put one into a file and name that in ${prefix}_TOKEN_FILE.`]
  }
  const needed = needsUrl ? 'JIRA_URL and JIRA_TOKEN_FILE' : `${prefix}_TOKEN_FILE`
  return [`${prefix}_EMAIL`, `${prefix}_WEBHOOK_SECRET`]
    .filter(isSet)
    .map((set) => `${set} is set, but ${name} is not connected: set ${needed} too, or remove ${set}.`)
}

/** Secrets of trackers that came in the environment itself. */
export function exposedSecrets(environment: Environment): readonly LedgerWarning[] {
  return Object.entries(trackerSecretFiles)
    .filter(([variable]) => environment[variable] !== undefined)
    .map(([variable, files]) => ({
      variable,
      sentence: `${variable} is given in the environment, where other processes and crash reports may show it: put it into a file and name that in ${files.join(' or ')}.`,
    }))
}

const shortestSecret = 16

export function trackerWarnings(given: Given): readonly string[] {
  return trackers
    .map(({ prefix }) => `${prefix}_WEBHOOK_SECRET`)
    .filter((name) => (given.get(name) ?? 'x'.repeat(shortestSecret)).length < shortestSecret)
    .map(
      (name) =>
        `${name} is short: use at least ${shortestSecret} random characters, such as \`openssl rand -hex 32\` prints.`,
    )
}

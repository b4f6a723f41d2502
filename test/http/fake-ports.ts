import { createHmac, generateKeyPairSync } from 'node:crypto'
import { Writable } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { type Logger, pino } from 'pino'
import { type Config, type Environment, readConfig } from '#config.ts'
import type { ApiCall } from '#http/access.ts'
import type { DeliveryOutcome } from '#http/metrics.ts'
import { createProbot } from '#http/probot.ts'
import type { Readiness } from '#http/routes/health.ts'
import { createServer, type ServerPorts } from '#http/server.ts'
import type { Token } from '#operations/issue-token.ts'
import type { Touch } from '#operations/receive-delivery.ts'
import type { TicketEvent } from '#operations/receive-ticket-event.ts'
import type { Delivery } from '#facts/delivery.ts'

export const secret = 'the-present-webhook-secret'
export const previousSecret = 'the-former-webhook-secret'

export const trackerSecrets = {
  jira: 'the-webhook-secret-of-jira',
  linear: 'the-webhook-secret-of-linear',
  shortcut: 'the-webhook-secret-of-shortcut',
} as const

const trackerSettings = {
  JIRA_URL: 'https://acme.atlassian.net',
  JIRA_EMAIL: 'bot@acme.example',
  JIRA_TOKEN: 'token-of-jira',
  JIRA_WEBHOOK_SECRET: trackerSecrets.jira,
  LINEAR_TOKEN: 'token-of-linear',
  LINEAR_WEBHOOK_SECRET: trackerSecrets.linear,
  SHORTCUT_TOKEN: 'token-of-shortcut',
  SHORTCUT_WEBHOOK_SECRET: trackerSecrets.shortcut,
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const keyPem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

export const appId = 4711

export interface Fakes {
  readonly config: Config
  readonly server: FastifyInstance
  readonly received: { readonly delivery: Delivery; readonly touches: readonly Touch[] }[]
  readonly ticketEvents: TicketEvent[]
  readonly outcomes: DeliveryOutcome[]
  readonly calls: ApiCall[]
  /** Everything that was logged, at level trace. */
  readonly log: () => string
}

/** A server on ports that live in memory. `over` replaces some of them, `settings` some of its environment. */
export function startServer(over: Partial<ServerPorts> = {}, settings: Environment = {}): Fakes {
  const config = readConfig({
    APP_ID: String(appId),
    PRIVATE_KEY: keyPem,
    WEBHOOK_SECRET: secret,
    WEBHOOK_SECRET_PREVIOUS: previousSecret,
    ...trackerSettings,
    ...settings,
  })
  const { logger, log } = memoryLogger()
  const received: Fakes['received'] = []
  const ticketEvents: TicketEvent[] = []
  const outcomes: DeliveryOutcome[] = []
  const calls: ApiCall[] = []
  const ports: ServerPorts = {
    now: () => new Date('2026-03-01T12:00:00Z'),
    receive: async (delivery, touches) => {
      const isKnown = received.some((one) => one.delivery.guid === delivery.guid)
      if (!isKnown) received.push({ delivery, touches })
      return isKnown ? 'duplicate' : 'stored'
    },
    receiveTicketEvent: async (event) => {
      ticketEvents.push(event)
      return event.names.length
    },
    isStoreAway: (error) => error instanceof StoreAway,
    readiness: async () => allReady,
    authenticate: async (text) => (text === tokenText ? token : null),
    recordCall: async (call) => void calls.push(call),
    summarize: async () => null,
    ...over,
  }
  const probot = createProbot({ config, logger })
  const countDelivery = (outcome: DeliveryOutcome) => void outcomes.push(outcome)
  const server = createServer({ config, logger, probot, ports, countDelivery })
  return { config, server, received, ticketEvents, outcomes, calls, log }
}

export class StoreAway extends Error {}

export const allReady: readonly Readiness[] = [
  { name: 'store', ready: true },
  { name: 'migrations', ready: true },
  { name: 'queue', ready: true },
]

export const tokenText = 'cst_aTokenOfFortyThreeCharactersWhichIsInForce'

export const token: Token = {
  id: '3f2a91c07b5e',
  organization: 'acme',
  role: 'viewer',
  reason: 'weekly report',
  createdAt: '2026-02-01T00:00:00.000Z',
  expiresAt: '2026-05-01T00:00:00.000Z',
  revokedAt: null,
  lastUsedAt: null,
}

export const sign = (body: string | Buffer, by = secret): string =>
  `sha256=${createHmac('sha256', by).update(body).digest('hex')}`

/** A webhook as GitHub sends it; `headers` replaces some, or with undefined leaves them out. */
export function webhook(
  body: string | Buffer,
  headers: Readonly<Record<string, string | undefined>> = {},
): InjectOptions & { readonly payload: string | Buffer } {
  const all: Readonly<Record<string, string | undefined>> = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/2c1f5a0',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-github-event': 'pull_request',
    'x-hub-signature-256': sign(body),
    ...headers,
  }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { method: 'POST', url: '/api/github/webhooks', headers: Object.fromEntries(sent), payload: body }
}

function memoryLogger(): { readonly logger: Logger; readonly log: () => string } {
  const lines: string[] = []
  const stream = new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(line.toString())
      done()
    },
  })
  return { logger: pino({ level: 'trace' }, stream), log: () => lines.join('') }
}

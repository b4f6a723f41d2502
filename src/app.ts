import { createHash, randomBytes } from 'node:crypto'
import { type Logger, pino } from 'pino'
import type { Config, StoreConfig } from '#config.ts'
import { readIssue } from '#github/read-issue.ts'
import { type Answered, createGitHub, type GitHub, type GitHubOptions } from '#github/client.ts'
import type { ApiCall } from '#http/access.ts'
import { createMetrics, createMetricsServer, type Metrics } from '#http/metrics.ts'
import { createProbot } from '#http/probot.ts'
import { createServer } from '#http/server.ts'
import { authenticate, type Ports as TokenPorts, type Token } from '#operations/issue-token.ts'
import { receiveDelivery } from '#operations/receive-delivery.ts'
import { receiveTicketEvent, type TicketEvent } from '#operations/receive-ticket-event.ts'
import type { Reconciliation } from '#operations/reconcile-changes.ts'
import type { Asked, Recovery } from '#operations/recover-deliveries.ts'
import { summarizeOrganization } from '#operations/summarize-organization.ts'
import type { Period } from '#operations/summarize-traceability.ts'
import { openEmbeddedQueue } from '#queue/embedded-queue.ts'
import { openPgBossQueue } from '#queue/pg-boss-queue.ts'
import type { OpenQueue } from '#queue/queue-options.ts'
import { type ApiCall as StoredApiCall, recordApiCall } from '#store/api-calls.ts'
import { findPendingMigrations } from '#store/apply-migrations.ts'
import { type Database, openDatabase } from '#store/database.ts'
import { deliveryPorts, summaryPorts, ticketEventPorts, tokenPorts } from '#store/ports.ts'
import { isStoreAway } from '#store/store-away.ts'
import { openTrackers, type TrackerOptions, type Trackers } from '#trackers/open-trackers.ts'
import { link, recheck, reconcile, recover, startWorker } from './worker.ts'

/** What tests, the demo and the bench set apart from the configuration; operators need none of it. */
export interface AppOptions {
  readonly logger?: Logger
  readonly now?: () => Date
  /** `lifted`: without GitHub's ceilings, to measure what is beneath them. */
  readonly limits?: 'github' | 'lifted'
  readonly timeoutMs?: number
  /** How long after a post without an answer it may still take effect. */
  readonly uncertainForMs?: number
  /** Waits between tries of a subject. */
  readonly waitsMs?: readonly number[]
  /** How often the queue looks for what nobody announced, such as a try whose wait is over. */
  readonly pollMs?: number
  readonly trackers?: Pick<TrackerOptions, 'timeoutMs' | 'failures' | 'halfOpenAfterMs'>
}

/** The running parts, put together. */
export interface App {
  readonly queue: OpenQueue
  readonly database: Database
  readonly github: GitHub
  readonly startWeb: () => Promise<{ readonly url: string }>
  readonly startWorker: () => Promise<void>
  /** On their private port, for whichever doors run in this process. */
  readonly startMetrics: () => Promise<void>
  readonly recover: () => Promise<Recovery>
  readonly reconcile: () => Promise<readonly Reconciliation[]>
  readonly recheckTickets: () => Promise<void>
  readonly linkTickets: () => Promise<number>
  /** Ends the doors first, then what was begun, then the connections. */
  readonly close: () => Promise<void>
}

/** Opens the store and brings its tables up to date, opens the queue and the way to GitHub. Nothing runs yet. */
export async function openApp(config: Config, options: AppOptions = {}): Promise<App> {
  const parts = await openParts(config, options)
  const closing: (() => Promise<unknown>)[] = [parts.close]
  const later = (close: () => Promise<unknown>): void => void closing.unshift(close)
  return {
    ...parts,
    startWeb: () => startWeb(parts, later),
    startWorker: () => startWorker(parts, later),
    startMetrics: () => startMetrics(parts, later),
    recover: () => recover(parts),
    reconcile: () => reconcile(parts, 0),
    recheckTickets: () => recheck(parts),
    linkTickets: () => link(parts),
    close: async () => {
      for (const close of closing.splice(0)) await close()
    },
  }
}

/** The store and the queue alone, for commands that never talk to GitHub. */
export async function openStore(config: StoreConfig, { logger, waitsMs, pollMs }: AppOptions = {}): Promise<Store> {
  const databaseUrl = config.databaseUrl?.reveal()
  const database = await openDatabase({ databaseUrl, dataDir: config.dataDir })
  const migrated = await database.migrate()
  const options = { ...(waitsMs ? { waitsMs } : {}), ...(pollMs ? { pollMs } : {}), ...(logger ? { logger } : {}) }
  const queue =
    databaseUrl === undefined
      ? openEmbeddedQueue(database, options)
      : await openPgBossQueue({ databaseUrl, ...options })
  const close = async (): Promise<void> => {
    await queue.close()
    await database.close()
  }
  return { database, queue, migrated, close }
}

export interface Store {
  readonly database: Database
  readonly queue: OpenQueue
  /** The migrations that were applied when it was opened. */
  readonly migrated: readonly { readonly name: string }[]
  readonly close: () => Promise<void>
}

/** Everything that the doors are made of. */
export interface Parts extends Store {
  readonly config: Config
  readonly logger: Logger
  readonly now: () => Date
  readonly github: GitHub
  readonly trackers: Trackers
  readonly metrics: Metrics
  readonly asked: Asked
  readonly uncertainForMs: number
}

async function openParts(config: Config, options: AppOptions): Promise<Parts> {
  const logger = options.logger ?? openLogger(config)
  for (const warning of config.warnings) logger.warn({ warning }, 'The configuration works but should be put right.')
  const now = options.now ?? (() => new Date())
  const store = await openStore(config, { ...options, logger })
  const { queue } = store
  const metrics = createMetrics({ queueCounts: () => queue.counts() })
  const { uncertainForMs = 60_000 } = options
  const onAnswer = (answered: Answered): void => count(answered, metrics)
  const github = createGitHub({ ...githubOptions(config), now, logger, onAnswer, ...limitsOf(options) })
  const trackers = openTrackers({
    ...trackerOptions(config, github),
    now,
    onAnswer: metrics.observeTracker,
    ...options.trackers,
  })
  const close = async (): Promise<void> => {
    await trackers.close()
    await store.close()
  }
  return { ...store, config, logger, now, github, trackers, metrics, asked: new Map(), uncertainForMs, close }
}

function count({ installationId, status, resource, remaining }: Answered, metrics: Metrics): void {
  metrics.countGithubRequest(status)
  if (installationId === null || resource === null || remaining === null) return
  metrics.setRateLimitRemaining({ installationId, resource, remaining })
}

/** Secrets never get here; should one, its usual places are blanked. */
export const openLogger = ({ logLevel }: Pick<Config, 'logLevel'>): Logger =>
  pino({
    level: logLevel,
    redact: ['*.authorization', '*.headers.authorization', '*.token', '*.privateKey', '*.secret', '*.password'],
  })

export const githubOptions = (
  config: Config,
): Pick<GitHubOptions, 'appId' | 'privateKey' | 'baseUrl' | 'userAgent'> => ({
  appId: config.appId,
  privateKey: config.privateKey.reveal(),
  baseUrl: config.githubApiUrl,
  userAgent: 'countersign',
})

/** Where tickets are looked up, with the secrets revealed. */
export function trackerOptions({ trackers }: Config, github: GitHub): Omit<TrackerOptions, 'now'> {
  const { jira, linear, shortcut, network, organizations } = trackers
  return {
    jira: jira && { url: jira.url, email: jira.email, token: jira.token.reveal() },
    linear: linear && { url: linear.url, token: linear.token.reveal() },
    shortcut: shortcut && { url: shortcut.url, token: shortcut.token.reveal() },
    githubIssues: { getIssue: readIssue(github) },
    network,
    organizations,
  }
}

const limitsOf = ({ limits, timeoutMs }: AppOptions): Partial<Pick<GitHubOptions, 'limits' | 'timeoutMs'>> => ({
  ...(limits === 'lifted' ? { limits } : {}),
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
})

/** Remembers how to end what was begun; the last begun ends first. */
export type Later = (close: () => Promise<unknown>) => void

/** The public door. */
async function startWeb(parts: Parts, later: Later): Promise<{ url: string }> {
  const { config, logger, metrics } = parts
  const probot = createProbot({ config, logger })
  const server = createServer({ config, logger, probot, ports: webPorts(parts), countDelivery: metrics.countDelivery })
  const url = await server.listen({ host: config.host, port: config.port })
  later(() => server.close())
  logger.info({ url }, 'Webhooks and the API are taken here.')
  return { url }
}

async function startMetrics({ config, logger, metrics }: Parts, later: Later): Promise<void> {
  if (config.metrics === null) return
  const server = createMetricsServer(metrics, logger)
  await server.listen(config.metrics)
  later(() => server.close())
}

function webPorts({ database, queue, now }: Parts) {
  const receiving = deliveryPorts(database, queue, now)
  const ticketEvents = ticketEventPorts(database, queue, now)
  const tokens = tokenOperations(database, now)
  const summaries = { now, ...summaryPorts(database) }
  return {
    now,
    isStoreAway,
    receive: (delivery: Parameters<typeof receiveDelivery>[0], touches: Parameters<typeof receiveDelivery>[1]) =>
      receiveDelivery(delivery, touches, receiving),
    authenticate: (text: string): Promise<Token | null> => authenticate(text, tokens),
    summarize: (organization: string, period: Period | null) => summarizeOrganization(organization, period, summaries),
    receiveTicketEvent: (event: TicketEvent) => receiveTicketEvent(event, ticketEvents),
    recordCall: (call: ApiCall) => recordApiCall(database.kysely, toStoredCall(call)),
    readiness: () =>
      Promise.all([
        isReady('store', database.kysely.selectFrom('installations').select('id').limit(1).execute()),
        isReady('migrations', migrationsApplied(database)),
        isReady('queue', queue.counts()),
      ]),
  }
}

/** What was asked is kept as its route with the organization in it. */
const toStoredCall = ({ at, account, organization, route, asked, status }: ApiCall): StoredApiCall => {
  const [method = '', path = ''] = route.split(' ')
  return {
    tokenId: account,
    account: organization,
    method,
    path: path.replace(':org', asked ?? ':org'),
    status,
    at: new Date(at),
  }
}

/** Bearer tokens for the API, with real randomness and hashing. */
export const tokenOperations = (database: Database, now: () => Date): TokenPorts => ({
  ...tokenPorts(database),
  now,
  randomText: () => randomBytes(32).toString('base64url'),
  hash: (text) => createHash('sha256').update(text).digest('hex'),
})

const isReady = (name: string, asked: Promise<unknown>): Promise<{ name: string; ready: boolean }> =>
  asked.then(
    () => ({ name, ready: true }),
    () => ({ name, ready: false }),
  )

async function migrationsApplied(database: Database): Promise<void> {
  const pending = await findPendingMigrations(database.kysely)
  if (pending.length > 0) throw new Error(`Not applied: ${pending.join(', ')}.`)
}

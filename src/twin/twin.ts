import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appKey } from './app-credentials.ts'
import { loadContract } from './contract/contract.ts'
import { readExchange } from './exchange.ts'
import type { Fault, FaultOptions } from './faults.ts'
import { Github } from './github.ts'
import { githubLimits, type Limits, liftedLimits } from './limits.ts'
import type { RequestLog } from './request-log.ts'
import type { Account } from './state/account.ts'
import type { Organization } from './state/organization.ts'
import { World } from './state/world.ts'
import { Webhooks } from './webhooks/webhooks.ts'

export interface TwinOptions {
  /** Default: any free port. */
  readonly port?: number
  /** The twin's clock. Default: the real one. */
  readonly now?: () => Date
  /** Some of GitHub's limits changed, or all of them lifted. Default: GitHub's. */
  readonly limits?: Partial<Limits> | 'lifted'
  /** The form of installation tokens. Default `short`. */
  readonly tokenForm?: 'short' | 'long'
  readonly app?: AppOptions
  /** How long a webhook may take to be answered. Default: GitHub's 10 seconds. */
  readonly webhookTimeoutMs?: number
}

export interface AppOptions {
  readonly slug?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly events?: readonly string[]
}

/** What the app under test needs to know of itself. */
export interface TwinApp {
  readonly id: number
  readonly slug: string
  readonly clientId: string
  /** PEM, PKCS#1. */
  readonly privateKey: string
  readonly webhookSecret: string
}

/** A GitHub on this machine. Lay out organizations, act as people, and ask what the app did. */
export interface Twin {
  /** `http://127.0.0.1:<port>`; REST under `/` and `/api/v3`, GraphQL under `/graphql` and `/api/graphql`. */
  readonly url: string
  readonly port: number
  readonly app: TwinApp
  readonly webhooks: Webhooks
  readonly requests: RequestLog
  /** All that exists, for what the shortcuts here do not cover. */
  readonly world: World
  /** What broke GitHub's contract so far: requests, replies, webhooks, and what the twin was asked and has not learned. */
  readonly violations: readonly string[]
  readonly organization: (login: string, options?: { readonly twoFactorRequired?: boolean | null }) => Organization
  /** The bot account of an app, such as `dependabot[bot]`. */
  readonly bot: (login: string) => Account
  /** Deletes an account: its pull requests and reviews stay, as a ghost's. */
  readonly deleteAccount: (account: Account) => void
  readonly fault: (fault: FaultOptions) => Fault
  readonly clearFaults: () => void
  readonly setLimits: (limits: Partial<Limits> | 'lifted') => void
  /** Invalidates all installation tokens, as when GitHub revokes them. */
  readonly revokeTokens: () => void
  /** Sends `ping` to the webhook's target. */
  readonly ping: () => void
  /** Throws with every violation, if there are any. */
  readonly assertClean: () => void
  /** Closes the server and cuts what still hangs. */
  readonly stop: () => Promise<void>
}

const defaultPermissions: Readonly<Record<string, string>> = {
  metadata: 'read',
  actions: 'read',
  administration: 'read',
  checks: 'write',
  contents: 'read',
  deployments: 'read',
  issues: 'write',
  members: 'read',
  merge_queues: 'read',
  organization_administration: 'read',
  pull_requests: 'write',
  secret_scanning_alerts: 'read',
  security_events: 'read',
  statuses: 'read',
  vulnerability_alerts: 'read',
}

const defaultEvents: readonly string[] = [
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'issue_comment',
  'issues',
  'label',
  'member',
  'membership',
  'merge_group',
  'organization',
  'pull_request',
  'pull_request_review',
  'push',
  'repository',
  'repository_ruleset',
  'status',
  'team',
  'team_add',
]

const hookId = 512_347_001

/**
 * Starts a GitHub on 127.0.0.1.
 *
 * Every request, reply and webhook is held to GitHub's published contract; `assertClean` says whether all kept it.
 */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const violations: string[] = []
  const report = (violation: string): void => void violations.push(violation)
  const webhookSecret = `twin-webhook-secret-${process.pid}`
  const webhooks = new Webhooks({
    secret: webhookSecret,
    hookId,
    timeoutMs: options.webhookTimeoutMs ?? 10_000,
    check: (event, payload) => {
      for (const violation of loadContract().webhookViolations(event, payload)) report(`Webhook ${event}: ${violation}`)
    },
  })
  const world = makeWorld(options, webhooks)
  const limits = limitsFrom(options.limits)
  const github = new Github({ world, webhooks, limits, tokenForm: options.tokenForm ?? 'short', report })
  const server = await listen(github, world, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  world.origin = `http://127.0.0.1:${port}`
  const { id, slug, clientId } = world.app
  return {
    url: world.origin,
    port,
    app: { id, slug, clientId, privateKey: appKey().privateKey, webhookSecret },
    webhooks,
    requests: github.requests,
    world,
    violations,
    organization: (login, settings = {}) => world.organization(login, settings),
    bot: (login) => world.account(login.endsWith('[bot]') ? login : `${login}[bot]`, { type: 'Bot' }),
    deleteAccount: (account) => void (account.deleted = true),
    fault: (fault) => github.faults.add(fault),
    clearFaults: () => github.faults.clear(),
    setLimits: (changed) => void (github.limits = limitsFrom(changed)),
    revokeTokens: () => github.tokens.revokeAll(),
    ping: () => webhooks.ping(world),
    assertClean: () => assertClean(violations),
    stop: () => stop(server),
  }
}

function makeWorld(options: TwinOptions, webhooks: Webhooks): World {
  const { slug = 'countersign', permissions = defaultPermissions, events = defaultEvents } = options.app ?? {}
  const world: World = new World({
    now: options.now ?? (() => new Date()),
    announce: (happening) => webhooks.publish(happening, world),
    app: { slug, permissions, events },
  })
  return world
}

function limitsFrom(chosen: Partial<Limits> | 'lifted' | undefined): Limits {
  return chosen === 'lifted' ? liftedLimits : { ...githubLimits, ...chosen }
}

function listen(github: Github, world: World, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    readExchange(request, response, world.now())
      .then((exchange) => github.answer(exchange))
      .catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function assertClean(violations: readonly string[]): void {
  if (violations.length === 0) return
  throw new Error(
    `GitHub's contract was broken ${violations.length} times:\n${violations.map((text) => `- ${text}`).join('\n')}`,
  )
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

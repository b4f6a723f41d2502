import { examineTickets, type Installed, type TicketPorts } from './examine-tickets.ts'
import { type Examined, examined, type Found, ok, problem } from './examined.ts'

/** What GitHub says of the app. */
export interface RegisteredApp {
  readonly slug: string
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
  /** Null: none is set. */
  readonly webhookUrl: string | null
}

export interface Ports extends TicketPorts {
  readonly warnings: readonly string[]
  /** Names of what is not applied yet. Throws when the store cannot be reached. */
  readonly pendingMigrations: () => Promise<readonly string[]>
  readonly readApp: () => Promise<RegisteredApp>
  readonly listInstallations: () => Promise<readonly Installed[]>
  /** Deliveries of the last day that failed and are not here. */
  readonly countFailedDeliveries: () => Promise<number>
}

/** What the app needs, as in app.yml; `write` includes `read`. */
const neededPermissions: Readonly<Record<string, 'read' | 'write'>> = {
  actions: 'read',
  administration: 'read',
  checks: 'write',
  contents: 'read',
  issues: 'write',
  members: 'read',
  merge_queues: 'read',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'read',
}

const neededEvents: readonly string[] = [
  ...[
    'check_run',
    'check_suite',
    'issue_comment',
    'issues',
    'merge_group',
    'pull_request',
    'pull_request_review',
    'push',
    'status',
  ],
  ...['branch_protection_rule', 'repository', 'repository_ruleset'],
  ...['member', 'membership', 'organization', 'team', 'team_add'],
]

/** Examines each part on its own: one that cannot be seen is unknown, and says nothing of the others. */
export async function* examineInstallation(ports: Ports): AsyncGenerator<Examined> {
  yield* ports.warnings.map((detail): Examined => ({ name: 'configuration', standing: 'problem', detail }))
  if (ports.warnings.length === 0) yield { name: 'configuration', standing: 'ok', detail: 'complete' }
  yield await examined({ name: 'database' }, async () => migrationsFound(await ports.pendingMigrations()))
  let app: RegisteredApp | undefined
  yield await examined({ name: 'GitHub' }, async () => {
    app = await ports.readApp()
    return ok(`answers to this key: the app is ${app.slug}`)
  })
  if (app !== undefined) yield* examineApp(app)
  let installations: readonly Installed[] = []
  yield await examined({ name: 'installations' }, async () => {
    installations = await ports.listInstallations()
    return installationsFound(installations.length)
  })
  yield* examineTickets(installations, ports)
  yield await examined({ name: 'deliveries' }, async () => failedFound(await ports.countFailedDeliveries()))
}

function* examineApp({ permissions, events, webhookUrl }: RegisteredApp): Generator<Examined> {
  const lacking = Object.entries(neededPermissions).filter(([name, level]) => !grants(permissions[name], level))
  const lackingText = lacking.map(([name, level]) => `${name}: ${level}`).join(', ')
  yield {
    name: 'permissions',
    ...(lacking.length === 0
      ? ok('all that are needed')
      : problem(
          `missing: ${lackingText}`,
          'Add them on the page of the app; owners of the organizations then accept.',
        )),
  }
  const unheard = neededEvents.filter((event) => !events.includes(event))
  yield {
    name: 'events',
    ...(unheard.length === 0
      ? ok('all that are needed')
      : problem(`not subscribed: ${unheard.join(', ')}`, 'Tick them on the page of the app.')),
  }
  yield {
    name: 'webhook address',
    ...(webhookUrl === null || webhookUrl === ''
      ? problem('none is set', 'Set it to the public address of this server, ending in /api/github/webhooks.')
      : webhookUrl.endsWith('/api/github/webhooks')
        ? ok(webhookUrl)
        : problem(webhookUrl, 'It must end in /api/github/webhooks.')),
  }
}

const grants = (given: string | undefined, needed: 'read' | 'write'): boolean =>
  given === 'write' || given === 'admin' || given === needed

const migrationsFound = (pending: readonly string[]): Found =>
  pending.length === 0
    ? ok('reached, and up to date')
    : problem(`not applied: ${pending.join(', ')}`, 'Run `countersign migrate`; starting does it too.')

const installationsFound = (count: number): Found =>
  count === 0
    ? problem('the app is installed nowhere', 'Install it on an organization from the page of the app.')
    : ok(`${String(count)} ${count === 1 ? 'account' : 'accounts'}`)

const failedFound = (count: number): Found =>
  count === 0
    ? ok('none of the last day is missing')
    : problem(
        `${String(count)} of the last day are missing here`,
        'A running worker asks GitHub for them again within minutes.',
      )

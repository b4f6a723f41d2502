import { describe, expect, test } from '@jest/globals'
import { examineInstallation, type Ports, type RegisteredApp } from '#operations/examine-installation.ts'
import type { Installed } from '#operations/examine-tickets.ts'
import type { Examined } from '#operations/examined.ts'

const app: RegisteredApp = {
  slug: 'countersign',
  permissions: {
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
  },
  events: [
    ...[
      'check_run',
      'check_suite',
      'issue_comment',
      'issues',
      'merge_group',
      'pull_request',
      'pull_request_review',
      'push',
    ],
    ...['branch_protection_rule', 'repository', 'repository_ruleset', 'status'],
    ...['member', 'membership', 'organization', 'team', 'team_add'],
  ],
  webhookUrl: 'https://countersign.example/api/github/webhooks',
}

const acme: Installed = { id: 7, account: 'acme', standing: 'active' }

const sound: Ports = {
  warnings: [],
  pendingMigrations: () => Promise.resolve([]),
  readApp: () => Promise.resolve(app),
  listInstallations: () => Promise.resolve([acme, { id: 8, account: 'labs', standing: 'suspended' }]),
  countFailedDeliveries: () => Promise.resolve(0),
  trackers: [{ tracker: 'jira', findSelf: () => Promise.resolve('Countersign') }],
  trackerOrganizations: null,
  readPolicy: () => Promise.resolve({ known: true, value: null }),
}

const registered = (more: Partial<RegisteredApp>): Partial<Ports> => ({
  readApp: () => Promise.resolve({ ...app, ...more }),
})
const failing = (why: string) => () => Promise.reject(new Error(why))

interface Row {
  readonly when: string
  readonly over: Partial<Ports>
  /** What is found beside what is in order. */
  readonly found: readonly (Partial<Examined> | undefined)[]
}

const rows: readonly Row[] = [
  { when: 'everything is in order', over: {}, found: [] },
  {
    when: 'the configuration has warnings',
    over: { warnings: ['WEBHOOK_SECRET is short.', 'PORT is odd.'] },
    found: [
      { name: 'configuration', detail: 'WEBHOOK_SECRET is short.' },
      { name: 'configuration', detail: 'PORT is odd.' },
    ],
  },
  {
    when: 'migrations wait',
    over: { pendingMigrations: () => Promise.resolve(['first-tables', 'more']) },
    found: [{ name: 'database', detail: 'not applied: first-tables, more' }],
  },
  {
    when: 'the store is away',
    over: { pendingMigrations: failing('connect ECONNREFUSED') },
    found: [{ name: 'database', detail: 'connect ECONNREFUSED' }],
  },
  {
    when: 'a permission is missing and another too low',
    over: registered({ permissions: { ...app.permissions, checks: 'read', statuses: 'none' } }),
    found: [{ name: 'permissions', detail: 'missing: checks: write, statuses: read' }],
  },
  {
    when: 'more is granted than is needed',
    over: registered({ permissions: { ...app.permissions, contents: 'write', statuses: 'admin', packages: 'read' } }),
    found: [],
  },
  {
    when: 'issues are not heard of',
    over: registered({ events: app.events.filter((event) => event !== 'issues') }),
    found: [{ name: 'events', detail: 'not subscribed: issues' }],
  },
  {
    when: 'an event is not subscribed',
    over: registered({ events: app.events.filter((event) => event !== 'push') }),
    found: [{ name: 'events', detail: 'not subscribed: push' }],
  },
  { when: 'no webhook address is set', over: registered({ webhookUrl: null }), found: [{ name: 'webhook address' }] },
  { when: 'the webhook address is empty', over: registered({ webhookUrl: '' }), found: [{ detail: 'none is set' }] },
  {
    when: 'the webhook address leads elsewhere',
    over: registered({ webhookUrl: 'https://countersign.example/' }),
    found: [{ name: 'webhook address', remedy: 'It must end in /api/github/webhooks.' }],
  },
  {
    when: 'the app is installed nowhere',
    over: { listInstallations: () => Promise.resolve([]) },
    found: [{ name: 'installations', detail: 'the app is installed nowhere' }],
  },
  {
    when: 'deliveries are missing',
    over: { countFailedDeliveries: () => Promise.resolve(3) },
    found: [{ name: 'deliveries', detail: '3 of the last day are missing here' }],
  },
]

async function examine(over: Partial<Ports>): Promise<readonly Examined[]> {
  const examined: Examined[] = []
  for await (const part of examineInstallation({ ...sound, ...over })) examined.push(part)
  return examined
}

describe('examineInstallation', () => {
  for (const { when, over, found } of rows) {
    test(`finds ${String(found.length)} problems when ${when}`, async () => {
      const problems = (await examine(over)).filter(({ standing }) => standing !== 'ok')
      expect(problems).toHaveLength(found.length)
      expect(problems).toMatchObject(found)
      for (const { remedy, name } of problems) if (name !== 'configuration') expect(remedy).toMatch(/\.$/)
    })
  }

  test('examines every part, in an order that leads from the inside out', async () => {
    expect((await examine({})).map(({ name }) => name)).toEqual([
      ...['configuration', 'database', 'GitHub', 'permissions', 'events', 'webhook address'],
      ...['installations', 'Jira', 'policy of acme', 'deliveries'],
    ])
  })

  test('says nothing of the app when GitHub does not answer, and goes on', async () => {
    const examined = await examine({ readApp: failing('GitHub answered 401: check APP_ID'), warnings: [] })
    expect(examined.map(({ name, standing }) => `${name}: ${standing}`)).toEqual([
      ...['configuration: ok', 'database: ok', 'GitHub: problem', 'installations: ok'],
      ...['Jira: ok', 'policy of acme: ok', 'deliveries: ok'],
    ])
    expect(examined[2]?.detail).toBe('GitHub answered 401: check APP_ID')
  })

  test('gives an error without words its name', async () => {
    const nameless = () => Promise.reject(new AggregateError([]))
    expect(await examine({ pendingMigrations: nameless })).toContainEqual(
      expect.objectContaining({ name: 'database', detail: 'AggregateError' }),
    )
  })

  test('says nothing of policies when nobody tells where the app is installed, and goes on', async () => {
    const examined = await examine({ listInstallations: failing('GitHub answered 502') })
    expect(examined.slice(-3).map(({ name, standing }) => `${name}: ${standing}`)).toEqual([
      ...['installations: problem', 'Jira: ok', 'deliveries: ok'],
    ])
  })

  test.each([
    [[acme], '1 account'],
    [[acme, { ...acme, id: 8 }], '2 accounts'],
  ])('counts accounts', async (installations, detail) => {
    const examined = await examine({ listInstallations: () => Promise.resolve(installations) })
    expect(examined.find(({ name }) => name === 'installations')?.detail).toBe(detail)
  })
})

import { issueToken } from '#operations/issue-token.ts'
import { type AppOptions, tokenOperations } from '#app.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { type Jira, type JiraOptions, startJira } from '#twin/trackers/jira.ts'
import { type Linear, startLinear } from '#twin/trackers/linear.ts'
import { type Shortcut, startShortcut } from '#twin/trackers/shortcut.ts'
import { checkOf, type House, type HouseOptions, openHouse } from './house.ts'

export interface TicketHouseOptions extends Pick<HouseOptions, 'twin'> {
  /** Each repository's settings of `ticket-link`, in YAML on one line. Nothing else is judged. */
  readonly repositories: Readonly<Record<string, string>>
  readonly jira?: Pick<JiraOptions, 'kind'>
  /** Whether the trackers send signed webhooks. Default: `silent`. */
  readonly trackers?: 'telling' | 'silent'
  readonly app?: AppOptions
  readonly environment?: Readonly<Record<string, string>>
  /** How trackers are connected. Default: to the stand-ins here, with their tokens in the environment. */
  readonly connection?: Readonly<Record<string, string>>
}

/** A house whose app is connected to a Jira, a Linear and a Shortcut, all by one clock. */
export interface TicketHouse extends House {
  readonly jira: Jira
  readonly linear: Linear
  readonly shortcut: Shortcut
  /** Moves everybody's clock. */
  later(ms: number): void
  /** Opens a pull request by ana in that repository, with one commit. */
  change(repository: string, head: string, options?: ChangeOptions): PullRequest
  repository(name: string): Repository
  /** Puts another policy into force. */
  enact(repositories: TicketHouseOptions['repositories']): void
  /** Reads the figures of acme through the API. */
  summarize(period?: string): Promise<{ readonly status: number; readonly body: Summary }>
}

export interface ChangeOptions {
  readonly title?: string
  readonly authoredAt?: Date
}

export interface Summary {
  readonly traceability: Readonly<Record<string, unknown>> & {
    readonly untraced: {
      readonly total: number
      readonly changes: readonly {
        readonly repository: string
        readonly number: number
        readonly trace: string
        readonly because: readonly string[]
      }[]
    }
  }
}

export const webhookSecrets = {
  jira: 'planted-jira-webhook-secret',
  linear: 'planted-linear-webhook-secret',
  shortcut: 'planted-shortcut-webhook-secret',
} as const

export async function openTicketHouse(options: TicketHouseOptions): Promise<TicketHouse> {
  let movedMs = 0
  const now = (): Date => new Date(Date.now() + movedMs)
  const [jira, linear, shortcut] = await Promise.all([
    startJira({ now, ...options.jira }),
    startLinear({ now }),
    startShortcut({ now }),
  ])
  const house = await openHouse({
    policy: policyOf(options.repositories),
    twin: { now, ...options.twin },
    app: { now, ...options.app },
    environment: {
      ...(options.connection ?? connection({ jira, linear, shortcut })),
      ...(options.trackers === 'telling' ? secretsSet : {}),
      ...options.environment,
    },
  })
  if (options.trackers === 'telling') {
    jira.setWebhook(`${house.url}/api/jira/webhooks`, webhookSecrets.jira)
    linear.setWebhook(`${house.url}/api/linear/webhooks`, webhookSecrets.linear)
    shortcut.setWebhook(`${house.url}/api/shortcut/webhooks`, webhookSecrets.shortcut)
  }
  const repository = (name: string): Repository => {
    const found = house.acme.repositories.find((one) => one.name === name)
    if (found !== undefined) return found
    const made = house.acme.repository(name)
    for (const person of [house.ana, house.ben, house.cleo]) made.grant(person, 'write')
    return made
  }
  for (const name of Object.keys(options.repositories)) repository(name)
  const trackers = [jira, linear, shortcut]
  const settle = async (): Promise<void> => {
    for (const { webhooks } of trackers) await webhooks.settle()
    await house.settle()
  }
  await settle()
  return {
    ...house,
    jira,
    linear,
    shortcut,
    settle,
    repository,
    enact: (repositories) => {
      for (const name of Object.keys(repositories)) repository(name)
      const files = { 'countersign.yml': policyOf(repositories) }
      house.policies.push({ branch: house.policies.defaultBranch, by: house.ben, files })
    },
    later: (ms) => void (movedMs += ms),
    change: (name, head, more) => change(repository(name), { head, by: house.ana, ...more }),
    summarize: (period) => summarize(house, now(), period),
    close: async () => {
      await house.close()
      for (const { stop } of trackers) await stop()
    },
  }
}

interface Opening extends ChangeOptions {
  readonly head: string
  readonly by: House['ana']
}

let opened = 0

function change(repository: Repository, { head, by, title, authoredAt }: Opening): PullRequest {
  opened += 1
  repository.branch(head)
  const files = { [`src/${String(opened)}.js`]: `export const number = ${String(opened)}\n` }
  repository.push({ branch: head, by, files, ...(authoredAt && { authoredAt }) })
  return repository.openPullRequest({ head, title: title ?? `Change ${String(opened)}`, by })
}

/** What an operator sets to connect all three. */
const connection = ({ jira, linear, shortcut }: Pick<TicketHouse, 'jira' | 'linear' | 'shortcut'>) => ({
  JIRA_URL: jira.url,
  ...(jira.kind === 'cloud' && { JIRA_EMAIL: jira.email }),
  JIRA_TOKEN: jira.token,
  LINEAR_URL: linear.url,
  LINEAR_TOKEN: linear.token,
  SHORTCUT_URL: shortcut.url,
  SHORTCUT_TOKEN: shortcut.token,
  TRACKER_NETWORK: 'loopback',
})

const secretsSet = {
  JIRA_WEBHOOK_SECRET: webhookSecrets.jira,
  LINEAR_WEBHOOK_SECRET: webhookSecrets.linear,
  SHORTCUT_WEBHOOK_SECRET: webhookSecrets.shortcut,
}

function policyOf(repositories: TicketHouseOptions['repositories']): string {
  const groups = Object.entries(repositories).flatMap(([name, settings]) => [
    `  - name: ${name}`,
    `    repositories: { names: ['${name}'] }`,
    '    controls:',
    `      ticket-link: ${settings}`,
  ])
  const base = ['version: 1', "mode: 'off'", 'controls:', '  ticket-link: { mode: enforce, projects: [BUG] }']
  return [...base, 'groups:', ...groups, ''].join('\n')
}

async function summarize({ app, url }: House, now: Date, period?: string): ReturnType<TicketHouse['summarize']> {
  const expiresAt = new Date(now.getTime() + 3_600_000)
  const asked = { organization: 'acme', role: 'viewer', expiresAt, actor: 'test', reason: 'to read' } as const
  const { text } = await issueToken(
    asked,
    tokenOperations(app.database, () => now),
  )
  const query = period === undefined ? '' : `?period=${period}`
  const path = `${url}/api/v1/organizations/acme/summary${query}`
  const response = await fetch(path, { headers: { authorization: `Bearer ${text}` } })
  return { status: response.status, body: (await response.json()) as Summary }
}

/** Everything that the check says, as people read it. */
export function textOf(pull: PullRequest): string {
  const { title, summary, text } = checkOf(pull)?.output ?? {}
  return unescaped([title, summary, text].join('\n'))
}

export const commentsOf = (pull: PullRequest): string =>
  unescaped(
    pull
      .comments()
      .map(({ body }) => body)
      .join('\n'),
  )

/** Without what keeps GitHub from reading more into it than was written. */
const unescaped = (markdown: string): string => markdown.replaceAll(/\\([^a-z\d\s])/gi, '$1').replaceAll('\u200b', '')

export interface LedgerLine {
  readonly kind: string
  readonly subject: string
  readonly reason: string
  readonly payload: unknown
}

/** What the ledger holds of these kinds, oldest first. */
export async function ledgerOf({ app }: House, ...kinds: readonly string[]): Promise<readonly LedgerLine[]> {
  const rows = await app.database.kysely
    .selectFrom('ledger')
    .leftJoin('blobs', 'blobs.digest', 'ledger.payload_digest')
    .select(['kind', 'subject', 'reason', 'content'])
    .where('kind', 'in', kinds)
    .orderBy('sequence')
    .execute()
  return rows.map(({ content, ...row }) => ({ ...row, payload: content === null ? null : JSON.parse(content) }))
}

/** How `ticket-link` came out, assessment by assessment, as the ledger holds it of that change. */
export async function assessmentsOf(house: House, pull: PullRequest): Promise<readonly string[]> {
  const lines = await ledgerOf(house, 'change.assessed')
  const ours = `change/${String(pull.repository.id)}/${String(pull.number)}`
  return lines
    .filter(({ subject }) => subject === ours)
    .map(({ payload }) => {
      const { findings } = payload as { readonly findings: readonly Found[] }
      const found = findings.find(({ control }) => control === 'ticket-link')
      return found?.provisional === true ? `${found.outcome} for now` : (found?.outcome ?? 'not judged')
    })
}

interface Found {
  readonly control: string
  readonly outcome: string
  readonly provisional?: boolean
}

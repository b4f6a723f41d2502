import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type App, openApp, tokenOperations } from '#app.ts'
import { readConfig } from '#config.ts'
import { issueToken } from '#operations/issue-token.ts'
import type { Account } from '#twin/state/account.ts'
import type { CheckRun } from '#twin/state/checks.ts'
import type { OpenOptions, PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { type Jira, startJira } from '#twin/trackers/jira.ts'
import { startTwin, type Twin } from '#twin/twin.ts'

const organizationPolicy = `version: 1
mode: enforce
controls:
  ticket-link:
    projects: [BUG]
    verify: state
  independent-review:
    rules:
      - { name: every change, approvals: 1 }
`

interface Set {
  readonly twin: Twin
  readonly jira: Jira
  readonly app: App
  readonly clock: Clock
  /** Where the app answers. */
  readonly url: string
  readonly people: Readonly<Record<'ana' | 'ben' | 'cleo' | 'dora', Account>>
  readonly shop: Repository
  readonly folder: string
}

/** What time it is for everybody on the stage. */
interface Clock {
  aheadMs: number
  readonly now: () => Date
}

/** An organization on a GitHub of its own, with a Jira and with Countersign installed: where the story is played. */
export class Stage {
  readonly twin: Twin
  readonly jira: Jira
  readonly app: App
  readonly url: string
  readonly people: Set['people']
  readonly shop: Repository
  readonly #clock: Clock
  readonly #folder: string
  #pull: PullRequest | undefined
  #later: ((pull: PullRequest) => void)[] = []

  constructor({ twin, jira, app, clock, url, people, shop, folder }: Set) {
    this.twin = twin
    this.jira = jira
    this.app = app
    this.#clock = clock
    this.url = url
    this.people = people
    this.shop = shop
    this.#folder = folder
  }

  /** The pull request the story is about now. */
  get pull(): PullRequest {
    if (this.#pull === undefined) throw new Error('The story has not opened a pull request yet.')
    return this.#pull
  }

  open(options: OpenOptions): void {
    this.#pull = this.shop.openPullRequest(options)
  }

  /** Something to do once everything so far has been judged. */
  afterwards(act: (pull: PullRequest) => void): void {
    this.#later.push(act)
  }

  /** Puts every clock on by half a minute and some, and does at once what a worker does every few seconds then. */
  async letHalfAMinutePass(): Promise<void> {
    this.#clock.aheadMs += 35_000
    await this.app.recheckTickets()
  }

  /** Resolves when every webhook is delivered and nothing is left to judge. */
  async settle(): Promise<void> {
    await this.#quiet()
    for (const act of this.#later.splice(0)) {
      act(this.pull)
      await this.#quiet()
    }
  }

  check(): CheckRun | undefined {
    return this.pull.checks().findLast((run) => run.suite.app.id === this.twin.app.id)
  }

  /** A token for the summary, good for a day. */
  async issueToken(): Promise<string> {
    const { now } = this.#clock
    const expiresAt = new Date(now().getTime() + 24 * 3_600_000)
    const request = { organization: 'acme', role: 'viewer', expiresAt, actor: 'demo', reason: 'to try it' } as const
    const { text } = await issueToken(request, tokenOperations(this.app.database, now))
    return text
  }

  async close(): Promise<void> {
    await this.app.close()
    await this.twin.stop()
    await this.jira.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** The app's own check makes a webhook too, so it takes two quiet looks in a row to be done. */
  async #quiet(): Promise<void> {
    for (let looks = 0; looks < 2;) {
      await this.twin.webhooks.settle()
      const { waiting, active } = await this.app.queue.counts()
      looks = waiting + active === 0 ? looks + 1 : 0
      await pause(5)
    }
  }
}

/** Starts a GitHub, a Jira, the app on embedded parts in a folder of its own, and the organization `acme`. */
export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'))
  const clock: Clock = { aheadMs: 0, now: () => new Date(Date.now() + clock.aheadMs) }
  const { now } = clock
  const twin = await startTwin({ now })
  const jira = await startJira({ now })
  fileTickets(jira, now())
  const tokenFile = join(folder, 'jira-token')
  await writeFile(tokenFile, jira.token, { mode: 0o600 })
  const connection = { JIRA_URL: jira.url, JIRA_EMAIL: jira.email, JIRA_TOKEN_FILE: tokenFile }
  const environment = { ...environmentFor(twin, folder), ...connection, TRACKER_NETWORK: 'loopback' }
  // A circuit that opened would stay open for half a minute that no clock here puts on.
  const app = await openApp(readConfig(environment), { now, trackers: { failures: 100 } })
  const { url } = await app.startWeb()
  twin.webhooks.setTarget(`${url}/api/github/webhooks`)
  await app.startWorker()
  const acme = twin.organization('acme')
  acme.repository('.github', { files: { 'countersign.yml': organizationPolicy } })
  const shop = acme.repository('shop')
  const people = {
    ana: acme.person('ana'),
    ben: acme.person('ben'),
    cleo: acme.person('cleo'),
    dora: acme.person('dora'),
  }
  for (const person of Object.values(people)) shop.grant(person, 'write')
  acme.install()
  return new Stage({ twin, jira, app, clock, url, people, shop, folder })
}

/** A ticket counts only when it was there before the work. */
function fileTickets({ tickets }: Jira, now: Date): void {
  const createdAt = new Date(now.getTime() - 24 * 3_600_000)
  tickets.add({ key: 'BUG-453', title: 'The dropdown stays open', category: 'in-progress', createdAt })
  tickets.add({ key: 'BUG-457', title: 'Prices are rounded twice', createdAt })
  tickets.add({ key: 'BUG-460', title: 'Reviews are too lax', type: 'Task', createdAt })
}

/** What an operator would set for an app on this GitHub, with everything of its own in `folder`. */
export const environmentFor = (twin: Twin, folder: string): Record<string, string> => ({
  APP_ID: String(twin.app.id),
  PRIVATE_KEY: twin.app.privateKey,
  WEBHOOK_SECRET: twin.app.webhookSecret,
  GHE_HOST: new URL(twin.url).host,
  GHE_PROTOCOL: 'http',
  HOST: '127.0.0.1',
  PORT: '0',
  METRICS_PORT: 'off',
  LOG_LEVEL: 'silent',
  DATA_DIR: folder,
})

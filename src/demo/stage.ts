import { mkdtemp, rm } from 'node:fs/promises'
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
import { startTwin, type Twin } from '#twin/twin.ts'

const organizationPolicy = `version: 1
mode: enforce
controls:
  ticket-link:
    projects: [BUG]
  independent-review:
    rules:
      - { name: every change, approvals: 1 }
`

interface Set {
  readonly twin: Twin
  readonly app: App
  /** Where the app answers. */
  readonly url: string
  readonly people: Readonly<Record<'ana' | 'ben' | 'cleo' | 'dora', Account>>
  readonly shop: Repository
  readonly folder: string
}

/** An organization on a GitHub of its own, with Countersign installed: where the story is played. */
export class Stage {
  readonly twin: Twin
  readonly app: App
  readonly url: string
  readonly people: Set['people']
  readonly shop: Repository
  readonly #folder: string
  #pull: PullRequest | undefined
  #later: ((pull: PullRequest) => void)[] = []

  constructor({ twin, app, url, people, shop, folder }: Set) {
    this.twin = twin
    this.app = app
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
    const now = new Date()
    const expiresAt = new Date(now.getTime() + 24 * 3_600_000)
    const request = { organization: 'acme', role: 'viewer', expiresAt, actor: 'demo', reason: 'to try it' } as const
    const { text } = await issueToken(
      request,
      tokenOperations(this.app.database, () => now),
    )
    return text
  }

  async close(): Promise<void> {
    await this.app.close()
    await this.twin.stop()
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

/** Starts a GitHub, the app on embedded parts in a folder of its own, and the organization `acme`. */
export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'))
  const twin = await startTwin()
  const app = await openApp(readConfig(environmentFor(twin, folder)))
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
  return new Stage({ twin, app, url, people, shop, folder })
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

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type App, type AppOptions, openApp } from '#app.ts'
import { readConfig } from '#config.ts'
import { environmentFor } from '#demo/stage.ts'
import type { Account } from '#twin/state/account.ts'
import type { CheckRun } from '#twin/state/checks.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import type { Team } from '#twin/state/team.ts'
import { startTwin, type Twin, type TwinOptions } from '#twin/twin.ts'

export interface HouseOptions {
  /** `countersign.yml` of the organization; null: none. Default: everything enforced, project BUG. */
  readonly policy?: string | null
  readonly twin?: TwinOptions
  readonly app?: AppOptions
  readonly environment?: Readonly<Record<string, string>>
}

export const enforcing = `version: 1
mode: enforce
controls:
  ticket-link: { projects: [BUG] }
`

/** A whole house for a test: a GitHub, the app installed on `acme`, the repository `shop`, and three people. */
export interface House {
  readonly twin: Twin
  readonly app: App
  readonly url: string
  readonly folder: string
  readonly acme: Organization
  readonly shop: Repository
  /** Where the organization's policy is. */
  readonly policies: Repository
  readonly ana: Account
  readonly ben: Account
  readonly cleo: Account
  /** Opens a pull request by ana with one commit, from a branch that names a ticket unless told otherwise. */
  open(options?: { readonly head?: string; readonly title?: string; readonly by?: Account }): PullRequest
  /** The team with this slug. */
  team(slug: string): Team
  settle(): Promise<void>
  close(): Promise<void>
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  const twin = await startTwin(options.twin)
  const config = readConfig({ ...environmentFor(twin, folder), ...options.environment })
  const app = await openApp(config, {
    uncertainForMs: 300,
    pollMs: 20,
    waitsMs: [20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000],
    ...options.app,
  })
  const { url } = await app.startWeb()
  twin.webhooks.setTarget(`${url}/api/github/webhooks`)
  await app.startWorker()
  const acme = twin.organization('acme')
  const policy = options.policy === undefined ? enforcing : options.policy
  const policies = acme.repository('.github', policy === null ? {} : { files: { 'countersign.yml': policy } })
  const shop = acme.repository('shop')
  const [ana, ben, cleo] = ['ana', 'ben', 'cleo'].map((login) => acme.person(login)) as [Account, Account, Account]
  for (const person of [ana, ben, cleo]) shop.grant(person, 'write')
  acme.install()
  const settle = (): Promise<void> => settled(twin, app)
  await settle()
  const close = async (): Promise<void> => {
    await app.close()
    await twin.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const open = opener(shop, ana)
  const team = (slug: string): Team => teamOf(acme, slug)
  return { twin, app, url, folder, acme, shop, policies, ana, ben, cleo, open, team, settle, close }
}

function teamOf({ teams }: Organization, slug: string): Team {
  const found = teams.find((one) => one.slug === slug)
  if (found === undefined) throw new Error(`There is no team ${slug}.`)
  return found
}

/** Resolves when every webhook is delivered and nothing is left to judge, put by or queued: two quiet looks in a row. */
export async function settled(twin: Twin, app: App): Promise<void> {
  for (let looks = 0; looks < 2;) {
    await twin.webhooks.settle()
    const postponed = await app.database.kysely.selectFrom('postponed').select('number').limit(1).execute()
    const { waiting, active } = await app.queue.counts()
    looks = waiting + active + postponed.length === 0 ? looks + 1 : 0
    await pause(3)
  }
}

/** Our check on the head of a pull request: the newest, as GitHub counts. */
export const checkOf = (pull: PullRequest): CheckRun | undefined =>
  pull.checks().findLast((run) => run.suite.app.id === pull.repository.world.app.id && run.name === 'countersign')

/** What the check says in one word: its conclusion, or its status while it has none. */
export const wordOf = (pull: PullRequest): string => {
  const check = checkOf(pull)
  return check?.conclusion ?? check?.status ?? 'no check'
}

function opener(shop: Repository, ana: Account): House['open'] {
  let last = 0
  return ({ head, title, by = ana } = {}) => {
    last += 1
    const branch = head ?? `BUG-${String(last)}-change`
    shop.branch(branch)
    shop.push({ branch, by, files: { [`src/${String(last)}.js`]: `export const number = ${String(last)}\n` } })
    return shop.openPullRequest({ head: branch, title: title ?? `Change ${String(last)}`, by })
  }
}

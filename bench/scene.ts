import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { environmentFor } from '#demo/stage.ts'
import type { Account } from '#twin/state/account.ts'
import type { CheckRun } from '#twin/state/checks.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'

export interface SceneOptions {
  /** `github`: both sides keep GitHub's ceilings. `lifted`: neither does. */
  readonly limits: 'github' | 'lifted'
  readonly databaseUrl?: string
  /** Of the organization; default: everything enforced, project BUG. */
  readonly policy?: string
  readonly environment?: Readonly<Record<string, string>>
}

const enforcing = 'mode: enforce\ncontrols:\n  ticket-link: { projects: [BUG] }\n'

/** The app in its own process in front of a GitHub in ours, with an organization, a repository and two people. */
export class Scene {
  readonly twin: Twin
  readonly shop: Repository
  readonly ana: Account
  readonly cleo: Account
  readonly url: string
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(made: {
    twin: Twin
    shop: Repository
    ana: Account
    cleo: Account
    url: string
    child: ChildProcess
    folder: string
  }) {
    this.twin = made.twin
    this.shop = made.shop
    this.ana = made.ana
    this.cleo = made.cleo
    this.url = made.url
    this.#child = made.child
    this.#folder = made.folder
  }

  static async open({ limits, databaseUrl, policy = enforcing, environment = {} }: SceneOptions): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
    const twin = await startTwin(limits === 'lifted' ? { limits: 'lifted' } : {})
    const acme = twin.organization('acme')
    acme.repository('.github', { files: { 'countersign.yml': policy } })
    const shop = acme.repository('shop')
    const [ana, cleo] = [acme.person('ana'), acme.person('cleo')]
    for (const person of [ana, cleo]) shop.grant(person, 'write')
    const child = fork(join(import.meta.dirname, 'app-process.ts'), {
      env: {
        ...process.env,
        ...environmentFor(twin, folder),
        ...environment,
        LOG_LEVEL: 'error',
        BENCH_LIMITS: limits,
        ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      },
    })
    const [message] = (await once(child, 'message')) as [{ url: string }]
    twin.webhooks.setTarget(`${message.url}/api/github/webhooks`)
    acme.install()
    await twin.webhooks.settle()
    return new Scene({ twin, shop, ana, cleo, url: message.url, child, folder })
  }

  openChange(number: number, branch = `BUG-${String(number)}-change`): PullRequest {
    this.shop.branch(branch)
    this.shop.commit({ branch, author: this.ana, files: { [`src/${String(number)}.js`]: 'x' } })
    return this.shop.openPullRequest({ head: branch, title: branch, by: this.ana })
  }

  check(pull: PullRequest): CheckRun | undefined {
    return pull.checks().findLast((run) => run.suite.app.id === this.twin.app.id)
  }

  /** Resident memory of the app's process, in MB (10^6 bytes). */
  async memoryMb(): Promise<number> {
    const status = await readFile(`/proc/${String(this.#child.pid)}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1.024e-3)
  }

  async close(): Promise<void> {
    this.#child.send('stop')
    await once(this.#child, 'exit')
    await this.twin.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

export async function until(isTrue: () => boolean, withinMs: number): Promise<void> {
  for (const end = performance.now() + withinMs; !isTrue();) {
    if (performance.now() > end) throw new Error(`It did not happen within ${String(withinMs)} ms.`)
    await pause(1)
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

import { afterEach, expect, jest, test } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Account } from '#twin/state/account.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { environmentFor } from '#demo/stage.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { enforcing, wordOf } from '../app/house.ts'
import type { TestDatabase } from '../store/databases.ts'

jest.setTimeout(240_000)

const kills = 8
const changes = 40
const deliveries = 160

/** A process of the real program, killed without warning and started again, in front of a GitHub that goes on. */
class Victim {
  readonly #environment: Record<string, string>
  #child: ChildProcess | undefined

  constructor(environment: Record<string, string>) {
    this.#environment = environment
  }

  start(): void {
    const program = join(import.meta.dirname, '../../src/bin/countersign.ts')
    this.#child = spawn(process.execPath, [program, 'start'], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child?.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

interface Scene {
  readonly twin: Twin
  readonly shop: Repository
  readonly people: { readonly ana: Account; readonly cleo: Account }
  readonly pulls: PullRequest[]
}

function scene(twin: Twin): Scene {
  const acme = twin.organization('acme')
  acme.repository('.github', { files: { 'countersign.yml': enforcing } })
  const shop = acme.repository('shop')
  const people = { ana: acme.person('ana'), cleo: acme.person('cleo') }
  for (const person of Object.values(people)) shop.grant(person, 'write')
  acme.install()
  return { twin, shop, people, pulls: [] }
}

/** One more thing happens: a change is opened, pushed to, reviewed or merged. What, is drawn by chance. */
function happen({ shop, people, pulls }: Scene, chance: () => number): void {
  const open = pulls.filter((pull) => pull.state === 'open')
  const pull = open[Math.floor(chance() * open.length)]
  const roll = chance()
  if (pull === undefined || (pulls.length < changes && roll < 0.3)) {
    const branch = chance() < 0.2 ? `no-ticket-${String(pulls.length)}` : `BUG-${String(pulls.length + 1)}-change`
    shop.branch(branch)
    shop.push({ branch, by: people.ana, files: { [`${branch}.js`]: 'x' } })
    pulls.push(shop.openPullRequest({ head: branch, title: branch, by: people.ana }))
  } else if (roll < 0.6) {
    shop.push({ branch: pull.headBranch, by: people.ana, files: { [`${pull.headBranch}.js`]: String(chance()) } })
  } else if (roll < 0.92 || pulls.length < changes / 2) {
    pull.review({ by: people.cleo, state: 'approve' })
  } else {
    pull.merge({ by: people.ana })
  }
}

/** What the check of a change must say, told from GitHub's side alone. */
function rightWord(pull: PullRequest): string {
  if (!pull.headBranch.startsWith('BUG-')) return 'failure'
  const isApproved = pull.reviews.some(({ state, commitSha }) => state === 'APPROVED' && commitSha === pull.headSha)
  if (isApproved) return 'success'
  return pull.merged === null ? 'in_progress' : 'failure'
}

const auditComments = (pull: PullRequest): number =>
  pull.comments().filter(({ body }) => body.includes('countersign:audit')).length

const isRight = (pull: PullRequest): boolean =>
  wordOf(pull) === rightWord(pull) && auditComments(pull) === (pull.merged === null ? 0 : 1)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('No free port was found.')
  return address.port
}

async function listening(port: string): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await pause(20)
  }
  throw new Error('The program did not start within 15 s.')
}

/** A small generator with a seed, so that a failure can be run again. */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

async function eventually(isTrue: () => boolean, withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end && !isTrue();) await pause(100)
}

/** The test itself, for either home: what is killed again and again ends up as if nothing had happened. */
export function itSurvivesKills(current: () => TestDatabase): void {
  const ending: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ending.splice(0)) await end()
  })

  test(`${String(kills)} times under ${String(deliveries)} deliveries, it loses nothing and doubles nothing`, async () => {
    const { databaseUrl, dataDir } = current()
    const seed = Date.now() % 1_000_000
    const chance = chanceFrom(seed)
    const twin = await startTwin({ limits: 'lifted' })
    const port = String(await freePort())
    const home = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }
    const victim = new Victim({ ...environmentFor(twin, dataDir), ...home, PORT: port })
    ending.push(() => victim.kill(), twin.stop)
    twin.webhooks.setTarget(`http://127.0.0.1:${port}/api/github/webhooks`)
    const play = scene(twin)
    for (let round = 0; round < kills; round += 1) {
      victim.start()
      // Most lives get to see some work; some end while they begin.
      if (chance() < 0.8) await listening(port)
      await pause(chance() * 400)
      while (twin.webhooks.deliveries().length < (deliveries / kills) * (round + 1)) {
        happen(play, chance)
        await pause(chance() * 10)
      }
      await pause(chance() * 100)
      await victim.kill()
    }
    victim.start()
    // GitHub lets 180 lost deliveries be asked for in a minute; there may be some more.
    await eventually(() => play.pulls.every(isRight), 150_000)
    await victim.kill()
    const told = play.pulls
      .filter((pull) => !isRight(pull))
      .map(
        (pull) =>
          `#${String(pull.number)}: ${wordOf(pull)}, not ${rightWord(pull)}; ${String(auditComments(pull))} comments`,
      )
    expect({ seed, wrong: told }).toEqual({ seed, wrong: [] })
    const database = await current().open()
    const entries = await database.kysely.selectFrom('ledger').select('sequence').orderBy('sequence').execute()
    expect(entries.length).toBeGreaterThan(changes / 2)
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_entry, index) => index + 1))
  })
}

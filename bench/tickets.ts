import { setTimeout as pause } from 'node:timers/promises'
import { type Jira, startJira } from '#twin/trackers/jira.ts'
import { median, Scene, until } from './scene.ts'

type Add = (what: string, measured: string, beside: string) => void

const slowMs = 500

/** What looking a ticket up costs: with a tracker that takes its time, with one that is dead, and for many at once. */
export async function measureTickets(add: Add): Promise<void> {
  await measureSlow(add)
  await measureDead(add)
  await measureShared(add)
}

async function measureSlow(add: Add): Promise<void> {
  const { jira, scene, close } = await open('allow-and-recheck')
  jira.faults.add({ delayMs: slowMs })
  const times: number[] = []
  const calls: number[] = []
  for (let number = 1; number <= 10; number += 1) {
    jira.tickets.add({ key: `BUG-${String(number)}` })
    await scene.twin.webhooks.settle()
    scene.twin.requests.reset()
    const startedAt = performance.now()
    const pull = scene.openChange(number)
    await until(() => scene.check(pull) !== undefined, 20_000)
    times.push(performance.now() - startedAt)
    calls.push(scene.twin.requests.all().filter(({ path }) => path !== '/app/hook/deliveries').length)
  }
  const all = median(times)
  add(
    `Pull request opened → its check, with a tracker that takes ${String(slowMs)} ms, median of 10`,
    `${all.toFixed(0)} ms`,
    `${(all - slowMs).toFixed(0)} ms of it not the tracker's; asked: under 2,000`,
  )
  add('Calls to GitHub for it, median', String(median(calls)), 'one read, one write: as many as without a lookup')
  await close()
}

async function measureDead(add: Add): Promise<void> {
  const { jira, scene, close } = await open('block')
  jira.faults.add({ hang: true })
  const startedAt = performance.now()
  const pull = scene.openChange(1)
  await until(() => scene.check(pull) !== undefined, 30_000)
  const took = performance.now() - startedAt
  add(
    'The same with a tracker that never answers',
    `${(took / 1_000).toFixed(2)} s: ${scene.check(pull)?.output.title ?? ''}`,
    'its deadline is 10 s; asked: at most 1 s more',
  )
  // Four more failures open the breaker: from then on nobody waits for it.
  const next = [2, 3, 4, 5].map((number) => scene.openChange(number))
  await until(() => next.every((one) => scene.check(one) !== undefined), 30_000)
  const openedAt = performance.now()
  const last = scene.openChange(6)
  await until(() => scene.check(last) !== undefined, 30_000)
  add(
    'The same after five failures in a row',
    `${(performance.now() - openedAt).toFixed(0)} ms`,
    'the tracker is not asked for 30 s',
  )
  await close()
}

async function measureShared(add: Add): Promise<void> {
  const count = 100
  const { jira, scene, close } = await open('allow-and-recheck')
  jira.tickets.add({ key: 'BUG-1' })
  const pulls = Array.from({ length: count }, (_, index) =>
    scene.openChange(index + 1, `BUG-1-part-${String(index + 1)}`),
  )
  await until(() => pulls.every((pull) => scene.check(pull) !== undefined), 60_000)
  await pause(50)
  add(
    `Calls to the tracker for ${String(count)} pull requests on one ticket`,
    String(jira.requests.all().length),
    'shared while under way, then kept for 5 minutes',
  )
  await close()
}

interface Opened {
  readonly jira: Jira
  readonly scene: Scene
  readonly close: () => Promise<void>
}

async function open(onOutage: 'block' | 'allow-and-recheck'): Promise<Opened> {
  const jira = await startJira()
  const scene = await Scene.open({
    limits: 'lifted',
    policy: `mode: enforce\ncontrols:\n  ticket-link: { projects: [BUG], verify: exists, on-outage: ${onOutage} }\n`,
    environment: {
      JIRA_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_TOKEN: jira.token,
      TRACKER_NETWORK: 'loopback',
    },
  })
  const close = async (): Promise<void> => {
    await scene.close()
    await jira.stop()
  }
  return { jira, scene, close }
}

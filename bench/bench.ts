import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { measureAcknowledging } from './acknowledging.ts'
import { measureJudging } from './judging.ts'
import { median, Scene, until } from './scene.ts'
import { measureTickets } from './tickets.ts'

/**
 * Measures what the README claims and prints it as a table; `--write` puts the table into the README.
 *
 * Times are of this machine and stand beside a baseline of the same run; counts are the same everywhere.
 */
const rows: string[][] = []
const add = (what: string, measured: string, beside: string): void => {
  rows.push([what, measured, beside])
  process.stderr.write(`${what}: ${measured} (${beside})\n`)
}

judge()
await measureWarm()
await measureMany(100, 'lifted')
await measureMany(100, 'github')
await measureMany(1_000, 'lifted')
await measureMany(1_000, 'github')
await measureTickets(add)
const acknowledged = await measureAcknowledging()
add(
  'Deliveries acknowledged a second, each stored first (SQLite)',
  perSecond(acknowledged.embedded),
  `bare Probot, storing nothing: ${perSecond(acknowledged.probot)}`,
)
if (acknowledged.server !== null) {
  add(
    'The same on PostgreSQL',
    perSecond(acknowledged.server),
    `bare Probot, storing nothing: ${perSecond(acknowledged.probot)}`,
  )
}

const table = [
  '| measured | figure | beside it |',
  '|---|---|---|',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
].join('\n')
process.stdout.write(`${table}\n`)
if (process.argv.includes('--write')) await writeIntoReadme(table)

/** The core alone, without GitHub, store or queue. */
function judge(): void {
  const { catalogueMs, reviewMs, growth } = measureJudging()
  const times = (ratio: number): string => `×${ratio.toFixed(1)}`
  add(
    'Judging 1,000 files, 250 commits and 100 reviews by 20 rules and every other control, median of 100',
    `${catalogueMs.toFixed(1)} ms`,
    `${reviewMs.toFixed(1)} ms of it independent-review`,
  )
  add(
    'The same with twice the files / commits / reviews / rules',
    [growth.files, growth.commits, growth.reviews, growth.rules].map(times).join(' / '),
    '×2 is linear',
  )
}

/** One review on one change at a time: from the act on GitHub to the new check on GitHub. */
async function measureWarm(): Promise<void> {
  const scene = await Scene.open({ limits: 'lifted' })
  const pulls = Array.from({ length: 60 }, (_, index) => scene.openChange(index + 1))
  await until(() => pulls.every((pull) => scene.check(pull)?.status === 'in_progress'), 60_000)
  const [whole, github, calls]: [number[], number[], number[]] = [[], [], []]
  for (const pull of pulls) {
    await scene.twin.webhooks.settle()
    scene.twin.requests.reset()
    const startedAt = performance.now()
    pull.review({ by: scene.cleo, state: 'approve' })
    await until(() => scene.check(pull)?.conclusion === 'success', 10_000)
    whole.push(performance.now() - startedAt)
    const requests = scene.twin.requests.all()
    github.push(requests.reduce((sum, request) => sum + request.durationMs, 0))
    calls.push(requests.length)
  }
  const [all, theirs] = [median(whole), median(github)]
  add(
    'Warm event: review on GitHub → new check on GitHub, median of 60',
    `${all.toFixed(1)} ms`,
    `${(all - theirs).toFixed(1)} ms of it ours, ${theirs.toFixed(1)} ms the stand-in's answering`,
  )
  add('Calls to GitHub for it, median', String(median(calls)), 'one read, one write')
  add('Memory of the process then', `${String(await scene.memoryMb())} MB`, 'resident')
  await scene.close()
}

async function measureMany(count: number, limits: 'github' | 'lifted'): Promise<void> {
  const scene = await Scene.open({ limits })
  // A server that has run for a while: its code is compiled, its token and policy are known.
  const earlier = Array.from({ length: 30 }, (_, index) => scene.openChange(count + index + 1))
  await until(() => earlier.every((pull) => scene.check(pull) !== undefined), 60_000)
  await scene.twin.webhooks.settle()
  scene.twin.webhooks.hold()
  const pulls = Array.from({ length: count }, (_, index) => scene.openChange(index + 1))
  const startedAt = performance.now()
  scene.twin.webhooks.release()
  const isChecked = (): boolean => pulls.every((pull) => scene.check(pull) !== undefined)
  // GitHub lets 180 writes a minute through: a thousand take minutes, so the count is taken after one.
  await until(isChecked, 65_000).catch(() => undefined)
  const seconds = (performance.now() - startedAt) / 1_000
  const checked = pulls.filter((pull) => scene.check(pull) !== undefined).length
  const refused = scene.twin.requests.all().filter(({ status }) => status === 403 || status === 429).length
  const ceiling = limits === 'lifted' ? 'GitHub’s ceilings lifted' : 'GitHub’s ceilings kept'
  const deliveries = scene.twin.webhooks.deliveries().filter(({ redelivery }) => !redelivery)
  const failed = deliveries.filter(({ statusCode }) => statusCode >= 300).length
  add(
    `${String(count)} pull requests opened at once, ${ceiling}`,
    checked === count
      ? `all checked in ${seconds.toFixed(1)} s`
      : `${String(checked)} checked in ${seconds.toFixed(0)} s, the rest queued`,
    `${String(failed)} of ${String(deliveries.length)} deliveries failed; GitHub refused ${String(refused)} calls; ${String(await scene.memoryMb())} MB`,
  )
  await scene.close()
}

function perSecond(count: number): string {
  return `${Math.round(count).toLocaleString('en')} /s`
}

async function writeIntoReadme(text: string): Promise<void> {
  const path = join(import.meta.dirname, '../README.md')
  const readme = await readFile(path, 'utf8')
  const between = /(<!-- bench:begin -->\n)[\s\S]*(<!-- bench:end -->)/
  if (!between.test(readme))
    throw new Error('README.md has no <!-- bench:begin --> … <!-- bench:end --> to write between.')
  await writeFile(
    path,
    readme.replace(between, (_all, begin: string, end: string) => `${begin}${text}\n${end}`),
  )
}

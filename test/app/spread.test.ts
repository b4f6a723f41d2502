import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { liftedLimits } from '#twin/limits.ts'
import { type House, openHouse, wordOf } from './house.ts'

let house: House

const looks = (): number => house.twin.requests.count({ graphql: /^Change$/ })

interface Costs {
  readonly reads: number
  readonly writes: number
  /** By endpoint. */
  readonly others: Readonly<Record<string, number>>
}

/** Everything that was asked or written, beside the rounds that no event caused. */
function costs(): Costs {
  const { 'GET /app/hook/deliveries': _rounds, 'graphql Change': reads = 0, ...rest } = house.twin.requests.byEndpoint()
  const isCheck = ([endpoint]: readonly [string, number]): boolean => /^(POST|PATCH) .*\/check-runs/.test(endpoint)
  const writes = Object.entries(rest).filter(isCheck)
  const others = Object.fromEntries(Object.entries(rest).filter((each) => !isCheck(each)))
  return { reads, writes: writes.reduce((sum, [, count]) => sum + count, 0), others }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5)
}

describe('in steady state', () => {
  const policy = `version: 1
mode: enforce
controls:
  ticket-link: { mode: off }
  independent-review:
    rules:
      - { name: every change, approvals: 2 }
      - { name: payments, when: { paths: ["src/**"] }, approvals: 1, from: { teams: [acme/payments] } }
`
  let pull: PullRequest

  beforeAll(async () => {
    house = await openHouse({ policy })
    house.acme.team('payments', [house.cleo])
    house.shop.branch('topic')
    for (let commit = 0; commit < 5; commit += 1) {
      house.shop.push({ branch: 'topic', by: house.ana, files: { 'src/a.js': `${String(commit)}\n` } })
    }
    pull = house.shop.openPullRequest({ head: 'topic', title: 'A change', by: house.ana })
    pull.review({ by: house.ben, state: 'comment' })
    pull.review({ by: house.ben, state: 'approve' })
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect([pull.commits().length, pull.reviews.length, wordOf(pull)]).toEqual([5, 3, 'success'])
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  const rows: readonly {
    readonly event: string
    readonly act: () => unknown
    readonly reads: number
    readonly writes: number
  }[] = [
    { event: 'another title', act: () => pull.edit({ title: 'Other words' }, house.ana), reads: 1, writes: 0 },
    { event: 'a label', act: () => pull.label('nice', house.ben), reads: 1, writes: 0 },
    { event: 'a conversion to a draft', act: () => pull.toDraft(), reads: 1, writes: 0 },
    { event: 'a check of somebody else', act: () => check(), reads: 1, writes: 0 },
    {
      event: 'a push to the base that decides nothing',
      act: () => house.shop.push({ branch: 'main', by: house.ben, files: { 'other.js': 'other\n' } }),
      reads: 0,
      writes: 0,
    },
    {
      event: 'a review by a member of the team that changes the answer',
      act: () => pull.review({ by: house.cleo, state: 'request-changes' }),
      reads: 1,
      writes: 1,
    },
    {
      event: 'an approval by a member of the team',
      act: () => pull.review({ by: house.cleo, state: 'approve' }),
      reads: 1,
      writes: 1,
    },
  ]

  const check = (): unknown => house.shop.externalCheck({ sha: pull.headSha, name: 'ci', conclusion: 'success' })

  test.each(rows)('$event costs $reads read and $writes write', async ({ act, reads, writes }) => {
    house.twin.requests.reset()
    act()
    await house.settle()
    expect(costs()).toEqual({ reads, writes, others: {} })
  })

  test('a burst of 50 events while a look is under way costs that look and one more', async () => {
    house.twin.requests.reset()
    house.twin.fault({ match: { graphql: /^Change$/ }, delayMs: 1_000, times: 1 })
    pull.edit({ title: 'Round 0' }, house.ana)
    await until(() => Promise.resolve(looks() === 1))
    for (let round = 1; round <= 50; round += 1) pull.edit({ title: `Round ${String(round)}` }, house.ana)
    await house.twin.webhooks.settle()
    expect(house.twin.requests.all({ graphql: /^Change$/ }).map(({ status }) => status)).toEqual([null])
    await house.settle()
    expect(costs()).toEqual({ reads: 2, writes: 0, others: {} })
  })
})

describe('a change of the organization’s policy', () => {
  const policy = (approvals: number): string => `version: 1
mode: enforce
controls:
  ticket-link: { mode: off }
  independent-review: { rules: [{ name: every change, approvals: ${String(approvals)} }] }
`
  /** What is left after a share of 30 % of 2,400 points an hour, 3 for a look, is 240 looks: 20 of them at once. */
  const share = { percent: 30, points: 2_400, atOnce: 20 }
  const count = 30
  /** Time stands still but where a test lets it pass, so that nothing flows back meanwhile. */
  const startedAt = Date.now()
  let elapsedMs = 0
  let pulls: readonly PullRequest[]

  beforeAll(async () => {
    const now = (): Date => new Date(startedAt + elapsedMs)
    house = await openHouse({
      policy: policy(1),
      twin: { now, limits: { ...liftedLimits, graphqlPointsPerHour: share.points } },
      app: { now, limits: 'lifted' },
      environment: { REASSESS_PERCENT: String(share.percent) },
    })
    const depot = house.acme.repository('depot')
    for (const person of [house.ana, house.ben, house.cleo]) depot.grant(person, 'write')
    pulls = [house.shop, depot].flatMap((repository) => Array.from({ length: count }, (_, at) => open(repository, at)))
    await house.settle()
    expect(new Set(pulls.map(wordOf))).toEqual(new Set(['success']))
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  function open(repository: Repository, at: number): PullRequest {
    const head = `topic-${String(at)}`
    repository.branch(head)
    repository.commit({ branch: head, author: house.ana, files: { [`src/${String(at)}.js`]: 'a\n' } })
    const pull = repository.openPullRequest({ head, title: 'A change', by: house.ana })
    pull.review({ by: house.cleo, state: 'approve' })
    return pull
  }

  const judged = (): readonly PullRequest[] => pulls.filter((pull) => wordOf(pull) === 'in_progress')
  const putBy = async (): Promise<number> =>
    (await house.app.database.kysely.selectFrom('postponed').select('number').execute()).length

  /** Until that many are put by, and all others are judged. */
  const left = (expected: number): Promise<void> =>
    until(async () => {
      await house.twin.webhooks.settle()
      const isLeft = (await putBy()) === expected
      const { waiting, active } = await house.app.queue.counts()
      return isLeft && waiting + active === 0
    })

  test('judges its open changes again little by little, within the share, and each of them once', async () => {
    house.twin.requests.reset()
    house.policies.push({ branch: 'main', by: house.acme.owner, files: { 'countersign.yml': policy(2) } })
    await left(pulls.length - share.atOnce)
    expect(looks()).toBe(share.atOnce)
    expect(judged()).toHaveLength(share.atOnce)

    const waiting = pulls.findLast((pull) => wordOf(pull) === 'success')
    waiting?.edit({ title: 'Other words' }, house.ana)
    await left(pulls.length - share.atOnce - 1)
    expect(waiting && wordOf(waiting)).toBe('in_progress')
    expect(looks()).toBe(share.atOnce + 1)

    // 220 looks flow back in an hour: 11 in three minutes.
    elapsedMs += 3 * 60_000
    await left(pulls.length - share.atOnce - 1 - 11)
    expect(looks()).toBe(share.atOnce + 1 + 11)

    // However long nothing was queued, no more go at once.
    elapsedMs += 10 * 60_000
    await left(8)
    elapsedMs += 10 * 60_000
    await left(0)
    expect(judged()).toHaveLength(pulls.length)
    expect(looks()).toBe(pulls.length)
  })
})

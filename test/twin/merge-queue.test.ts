import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { MergeGroup } from '#twin/state/merge-queue.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation, type Listener, listen } from './ask.ts'

describe('the merge queue', () => {
  let twin: Twin
  let app: Listener
  let ann: Account
  let shop: Repository
  let pulls: readonly PullRequest[]
  let ask: ReturnType<typeof asking>

  beforeEach(async () => {
    app = await listen()
    twin = await startTwin()
    const acme = twin.organization('acme')
    ann = acme.person('ann')
    shop = acme.repository('shop', { private: true })
    shop.grant(ann, 'write')
    acme.install()
    ask = await askingAsInstallation(twin)
    pulls = ['one', 'two', 'three'].map((name) => {
      shop.commit({ branch: name, author: ann, files: { [`${name}.txt`]: 'x\n' } })
      return shop.openPullRequest({ head: name, title: name, by: ann })
    })
    twin.webhooks.setTarget(app.url)
  })

  afterEach(async () => {
    twin.assertClean()
    await twin.stop()
    app.stop()
  })

  const pull = (number: number): PullRequest => {
    const found = pulls[number - 1]
    if (!found) throw new Error(`There is no pull request ${number}.`)
    return found
  }

  const told = async (): Promise<readonly string[]> => {
    await twin.webhooks.settle()
    return app.received.splice(0).map(({ headers, payload }) => {
      const { action, reason, merge_group: group, ref } = payload as Record<string, string>
      const branch = (group as { head_ref?: string } | undefined)?.head_ref ?? ref ?? ''
      const what = branch.replace(/^refs\/heads\/(gh-readonly-queue\/)?/, '').replace(/-[\da-f]{40}$/, '')
      return [headers['x-github-event'], action, what, reason].filter(Boolean).join(' ')
    })
  }

  const shown = async (): Promise<unknown> => {
    const query = `{ repository(owner: "acme", name: "shop") { mergeQueue(branch: "main") { entries(first: 10) {
      totalCount pageInfo { hasNextPage } nodes { position state enqueuer { login } headCommit { oid } baseCommit { oid }
      pullRequest { number headRefOid isInMergeQueue mergeQueueEntry { position } } } } } } }`
    const { body } = await ask('POST /api/graphql', { body: { query } })
    return (body['data'] as { repository: { mergeQueue: unknown } }).repository.mergeQueue
  }

  test('a queued pull request becomes a group on the head of its base branch', async () => {
    const group = shop.mergeQueue.enqueue(pull(1), ann)
    expect(group).toMatchObject({
      headBranch: `gh-readonly-queue/main/pr-1-${shop.head('main')}`,
      baseSha: shop.head('main'),
    })
    expect(shop.graph.get(group.headSha)).toMatchObject({
      parents: [shop.head('main'), pull(1).headSha],
      signature: { byGithub: true },
    })
    expect(await told()).toEqual(['pull_request enqueued', 'push main/pr-1', 'merge_group checks_requested main/pr-1'])
  })

  test('groups stand on each other, and GraphQL shows the line', async () => {
    const [first, second] = [shop.mergeQueue.enqueue(pull(1), ann), shop.mergeQueue.enqueue(pull(2), ann)]
    expect(second.baseSha).toBe(first.headSha)
    const entry = (position: number, { headSha, baseSha }: MergeGroup): object => ({
      position,
      state: 'MERGEABLE',
      enqueuer: { login: 'ann' },
      headCommit: { oid: headSha },
      baseCommit: { oid: baseSha },
      pullRequest: {
        number: position,
        headRefOid: pull(position).headSha,
        isInMergeQueue: true,
        mergeQueueEntry: { position },
      },
    })
    expect(await shown()).toEqual({
      entries: { totalCount: 2, pageInfo: { hasNextPage: false }, nodes: [entry(1, first), entry(2, second)] },
    })
  })

  test('a group of several has one head that every one of them leads to', async () => {
    const group = shop.mergeQueue.enqueueTogether([pull(1), pull(2), pull(3)], ann)
    expect(group.headBranch).toContain('/pr-3-')
    const files = [...shop.graph.get(group.headSha).tree.keys()]
    expect(files).toEqual(expect.arrayContaining(['one.txt', 'two.txt', 'three.txt']))
    expect((await told()).filter((text) => text.startsWith('merge_group'))).toHaveLength(1)
  })

  test('a group waits for its required check, then the base branch moves to its head', async () => {
    shop.ruleset({
      rules: [{ type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'ci' }] } }],
    })
    const green = (sha: string): unknown => shop.externalStatus({ sha, context: 'ci', state: 'success' })
    expect(() => shop.mergeQueue.enqueue(pull(1), ann)).toThrow(/Required check "ci"/)
    green(pull(1).headSha)
    green(pull(2).headSha)
    const [first, second] = [shop.mergeQueue.enqueue(pull(1), ann), shop.mergeQueue.enqueue(pull(2), ann)]
    expect(() => shop.mergeQueue.merge(first)).toThrow(/Required check "ci"/)
    expect(await shown()).toMatchObject({
      entries: { nodes: [{ state: 'AWAITING_CHECKS' }, { state: 'AWAITING_CHECKS' }] },
    })
    green(first.headSha)
    green(second.headSha)
    expect(() => shop.mergeQueue.merge(second)).toThrow(/not at the head of the queue/)
    await told()
    shop.mergeQueue.merge(first)
    expect(shop.head('main')).toBe(first.headSha)
    expect(pull(1).merged).toMatchObject({ commitSha: first.headSha, by: { login: 'github-merge-queue[bot]' } })
    expect(await told()).toEqual([
      'push main',
      'pull_request dequeued MERGE',
      'pull_request closed',
      'merge_group destroyed main/pr-1 merged',
      'push main/pr-1',
    ])
    shop.mergeQueue.merge(second)
    expect(shop.mergeQueue.entriesFor('main')).toEqual([])
    expect(await shown()).toBeNull()
  })

  const upsets: readonly { when: string; upset: () => void; gone: string; left: readonly number[] }[] = [
    {
      when: 'the first is taken out',
      upset: () => shop.mergeQueue.dequeue(pull(1), ann),
      gone: 'MANUAL',
      left: [2],
    },
    {
      when: 'its checks fail',
      upset: () => shop.mergeQueue.dequeue(pull(1), shop.mergeQueue.bot, 'CI_FAILURE'),
      gone: 'CI_FAILURE',
      left: [2],
    },
    {
      when: 'somebody pushes to the first',
      upset: () => shop.push({ branch: 'one', by: ann, files: { 'one.txt': 'y\n' } }),
      gone: 'UNKNOWN_REMOVAL_REASON',
      left: [2],
    },
    { when: 'the first is closed', upset: () => pull(1).close(ann), gone: 'UNKNOWN_REMOVAL_REASON', left: [2] },
  ]

  test.each(upsets)('those behind are built anew when $when', async ({ upset, gone, left }) => {
    shop.mergeQueue.enqueue(pull(1), ann)
    shop.mergeQueue.enqueue(pull(2), ann)
    await told()
    upset()
    const heard = await told()
    expect(heard).toContain(`pull_request dequeued ${gone}`)
    expect(heard.filter((text) => text.startsWith('merge_group'))).toEqual([
      'merge_group destroyed main/pr-1 dequeued',
      'merge_group destroyed main/pr-2 invalidated',
      'merge_group checks_requested main/pr-2',
    ])
    expect(shop.mergeQueue.entriesFor('main').map(({ pull: { number } }) => number)).toEqual(left)
    expect(shop.mergeQueue.groupsFor('main')[0]?.baseSha).toBe(shop.head('main'))
  })

  test('every group is built anew when the base branch moves by other hands, and what conflicts then is out', async () => {
    shop.mergeQueue.enqueue(pull(1), ann)
    shop.mergeQueue.enqueue(pull(2), ann)
    await told()
    shop.push({ branch: 'main', by: ann, files: { 'one.txt': 'theirs\n' } })
    expect(await told()).toEqual([
      'push main',
      'merge_group destroyed main/pr-1 invalidated',
      'push main/pr-1',
      'merge_group destroyed main/pr-2 invalidated',
      'push main/pr-2',
      'pull_request dequeued MERGE_CONFLICT',
      'push main/pr-2',
      'merge_group checks_requested main/pr-2',
    ])
    expect(shop.mergeQueue.groupsFor('main')).toMatchObject([{ baseSha: shop.head('main'), pulls: [pull(2)] }])
  })

  test.each([
    { whose: 'waits already', spoil: () => void shop.mergeQueue.enqueue(pull(1), ann), why: /already/ },
    { whose: 'is a draft', spoil: () => pull(1).toDraft(), why: /is a draft/ },
    {
      whose: 'conflicts with the base branch',
      spoil: () => void shop.push({ branch: 'main', by: ann, files: { 'one.txt': 'theirs\n' } }),
      why: /conflicts/,
    },
  ])('a pull request that $whose is not let in', ({ spoil, why }) => {
    spoil()
    expect(() => shop.mergeQueue.enqueue(pull(1), ann)).toThrow(why)
  })

  test('GraphQL hides the queue from who lacks merge_queues: read', async () => {
    twin.world.organizations[0]?.installation?.grant({ metadata: 'read', pull_requests: 'read' })
    const query = '{ repository(owner: "acme", name: "shop") { mergeQueue { id } } }'
    expect((await ask('POST /api/graphql', { body: { query } })).body).toMatchObject({
      data: { repository: { mergeQueue: null } },
      errors: [{ type: 'FORBIDDEN', path: ['repository', 'mergeQueue'] }],
    })
  })
})

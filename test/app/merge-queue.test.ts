import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { CheckRun } from '#twin/state/checks.ts'
import type { MergeGroup } from '#twin/state/merge-queue.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { type House, openHouse } from './house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse({ app: { waitsMs: Array<number>(9).fill(5) } })
})

afterAll(async () => {
  await house.close()
  house.twin.assertClean()
})

const approved = (): PullRequest => {
  const pull = house.open()
  pull.review({ by: house.cleo, state: 'approve' })
  return pull
}

/** Every test leaves the queue empty, so that the next group stands on `main`. */
async function inQueue(pulls: readonly PullRequest[], look: (group: MergeGroup) => Promise<void>): Promise<void> {
  await house.settle()
  const group = house.shop.mergeQueue.enqueueTogether(pulls, house.ana)
  try {
    await look(group)
  } finally {
    house.twin.clearFaults()
    for (const pull of pulls) house.shop.mergeQueue.dequeue(pull)
    await house.settle()
  }
}

const runsOn = ({ headSha }: MergeGroup): readonly CheckRun[] =>
  house.shop.checkRuns(headSha).filter(({ suite }) => suite.app.id === house.twin.app.id)

const wordOn = (group: MergeGroup): string => {
  const run = runsOn(group).at(-1)
  return run?.conclusion ?? run?.status ?? 'no check'
}

const textOn = (group: MergeGroup): string => {
  const { title = '', summary = '' } = runsOn(group).at(-1)?.output ?? {}
  return `${title ?? ''}\n${summary ?? ''}`
}

const entriesAbout = async ({ headSha }: MergeGroup): Promise<readonly string[]> => {
  const rows = await house.app.database.kysely
    .selectFrom('ledger')
    .select(['kind', 'subject'])
    .orderBy('sequence')
    .execute()
  return rows.filter(({ subject }) => subject.includes(headSha)).map(({ kind }) => kind)
}

const stateOf = async ({ headSha }: MergeGroup): Promise<string | undefined> => {
  const groups = house.app.database.kysely.selectFrom('merge_groups').select('state')
  return (await groups.where('head_sha', '=', headSha).executeTakeFirst())?.state
}

const writes = (): number => house.twin.requests.all().filter(({ path }) => path.includes('/check-runs')).length

const currentGroup = (): MergeGroup => {
  const group = house.shop.mergeQueue.groupsFor('main').at(-1)
  if (group === undefined) throw new Error('The queue is empty.')
  return group
}

describe('the check on the head of a merge group is', () => {
  test('a success when its one change has what it needs, and the ledger tells of it', async () => {
    const pull = approved()
    await inQueue([pull], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('success')
      expect(group.headSha).not.toBe(pull.headSha)
      expect(await entriesAbout(group)).toEqual(['merge-group.assessed', 'check.written'])
      expect(await stateOf(group)).toBe('open')
    })
  })

  test('a failure when the approval was dismissed after the change was queued', async () => {
    const pull = approved()
    await inQueue([pull], async (first) => {
      await house.settle()
      expect(wordOn(first)).toBe('success')
      const review = pull.reviews.at(-1)
      if (review) pull.dismiss(review)
      house.shop.push({ branch: 'main', by: house.ben, files: { 'other.js': `${first.headSha}\n` } })
      await house.settle()
      const rebuilt = currentGroup()
      expect(rebuilt.headSha).not.toBe(first.headSha)
      expect(wordOn(rebuilt)).toBe('failure')
      expect(textOn(rebuilt)).toContain('Queue it again')
    })
  })

  test('turned to a failure when an approval is dismissed while the group waits for other checks', async () => {
    const pull = approved()
    await inQueue([pull], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('success')
      const review = pull.reviews.at(-1)
      if (review) pull.dismiss(review)
      await house.settle()
      expect(wordOn(group)).toBe('failure')
    })
  })

  test('a success when both changes of a group of two have what they need', async () => {
    await inQueue([approved(), approved()], async (group) => {
      await house.settle()
      expect(group.pulls).toHaveLength(2)
      expect(wordOn(group)).toBe('success')
    })
  })

  test('the worst of two, with both named', async () => {
    const [good, bad] = [approved(), house.open()]
    await inQueue([good, bad], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('failure')
      expect(textOn(group)).toContain(`#${String(good.number)}`)
      expect(textOn(group)).toContain(`#${String(bad.number)}`)
    })
  })

  test('about its own changes only, where one group stands on another', async () => {
    const [bad, good] = [house.open(), approved()]
    await inQueue([bad], async (first) => {
      const second = house.shop.mergeQueue.enqueue(good, house.ana)
      await house.settle()
      expect(second.baseSha).toBe(first.headSha)
      expect([wordOn(first), wordOn(second)]).toEqual(['failure', 'success'])
      expect(textOn(second)).not.toContain(`#${String(bad.number)}`)
      house.shop.mergeQueue.dequeue(good)
    })
  })
})

describe('a merge group that cannot be read', () => {
  const hidden = { path: 'repository.mergeQueue', answer: 'forbidden' } as const

  test('fails and names the permission when the queue is hidden', async () => {
    house.twin.fault({ match: { graphql: /^MergeGroup$/ }, field: hidden })
    await inQueue([approved(), approved()], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('failure')
      expect(textOn(group)).toContain('could not be read')
      expect(textOn(group)).toMatch(/merge\\?_queues: read/)
    })
  })

  test('is read by the name of its branch when the queue is hidden and it has one change', async () => {
    house.twin.fault({ match: { graphql: /^MergeGroup$/ }, field: hidden })
    await inQueue([approved()], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('success')
    })
  })

  test('fails with an explanation when GitHub answers 502 at every look', async () => {
    const pull = approved()
    await house.settle()
    house.twin.fault({ match: { graphql: /^MergeGroup$/ }, status: 502 })
    await inQueue([pull], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('failure')
      expect(textOn(group)).toContain('could not be read')
      expect(await entriesAbout(group)).toEqual(['merge-group.assessed', 'check.written'])
    })
  })

  test('fails when one of its changes cannot be read at any look', async () => {
    const pull = approved()
    await house.settle()
    await inQueue([pull], async (group) => {
      house.twin.fault({ match: { graphql: /^Change$/ }, status: 502 })
      await house.settle()
      expect(wordOn(group)).toBe('failure')
      expect(textOn(group)).toContain('could not be read')
    })
  })
})

describe('a merge group that is no more', () => {
  test('is ended in our books, and nothing is written about it afterwards', async () => {
    const pull = approved()
    await inQueue([pull], async (group) => {
      await house.settle()
      const run = runsOn(group).at(-1)
      house.shop.mergeQueue.dequeue(pull)
      await house.settle()
      expect(await stateOf(group)).toBe('ended')
      house.twin.requests.reset()
      if (run) house.shop.checks.rerequest(run, house.ana)
      redeliver('checks_requested')
      await house.settle()
      expect(writes()).toBe(0)
      expect(runsOn(group)).toHaveLength(1)
    })
  })

  test('is answered by nobody when its end is told before its beginning', async () => {
    const pull = approved()
    await house.settle()
    house.twin.webhooks.drop({ event: 'merge_group', action: 'checks_requested' }, 1)
    const group = house.shop.mergeQueue.enqueue(pull, house.ana)
    house.shop.mergeQueue.dequeue(pull)
    await house.settle()
    expect(runsOn(group)).toEqual([])
    redeliver('checks_requested')
    await house.settle()
    expect(await stateOf(group)).toBe('ended')
    expect(runsOn(group)).toEqual([])
  })

  test('is written nothing when it ends while it is judged', async () => {
    const pull = approved()
    await house.settle()
    house.twin.fault({
      match: { graphql: /^MergeGroup$/ },
      act: () => house.shop.mergeQueue.dequeue(pull),
      times: 1,
    })
    // Long enough for the word of its end to be there before the change is.
    const slow = house.twin.fault({ match: { graphql: /^Change$/ }, delayMs: 500 })
    const group = house.shop.mergeQueue.enqueue(pull, house.ana)
    await house.settle()
    slow.clear()
    expect(await stateOf(group)).toBe('ended')
    expect(runsOn(group)).toEqual([])
    expect(await entriesAbout(group)).toEqual([])
  })

  test('merges its change, whose verdict stands', async () => {
    const pull = approved()
    await house.settle()
    const group = house.shop.mergeQueue.enqueue(pull, house.ana)
    await house.settle()
    house.shop.mergeQueue.merge(group)
    await house.settle()
    expect(await stateOf(group)).toBe('ended')
    expect(pull.merged?.commitSha).toBe(group.headSha)
    const own = pull.checks().findLast(({ suite }) => suite.app.id === house.twin.app.id)
    expect(own?.conclusion).toBe('success')
    expect(pull.comments().filter(({ body }) => body.includes('countersign:audit'))).toHaveLength(1)
  })
})

describe('a merge group that was merged keeps its success', () => {
  test.each([1, 2])('when the word of its end comes late (%i changes)', async (count) => {
    const pulls = Array.from({ length: count }, approved)
    await house.settle()
    const group = house.shop.mergeQueue.enqueueTogether(pulls, house.ana)
    await house.settle()
    expect(wordOn(group)).toBe('success')
    house.twin.webhooks.drop({ event: 'merge_group', action: 'destroyed' }, 1)
    house.shop.mergeQueue.merge(group)
    await house.settle()
    expect(wordOn(group)).toBe('success')
    redeliver('destroyed')
    await house.settle()
    expect(wordOn(group)).toBe('success')
    expect(await stateOf(group)).toBe('ended')
  })
})

describe('a change in a merge group', () => {
  test('that loses its approval as its author leaves the team turns the group to a failure', async () => {
    const dora = house.acme.person('dora')
    const developers = house.acme.team('developers', [dora])
    developers.grant(house.shop, 'write')
    const pull = house.open()
    pull.review({ by: dora, state: 'approve' })
    await inQueue([pull], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('success')
      developers.remove(dora)
      await house.settle()
      expect(wordOn(group)).toBe('failure')
    })
  })

  test('is told apart from one whose number begins alike', async () => {
    const bad = house.open()
    const others = Array.from({ length: 10 }, approved)
    await inQueue(others, async (group) => {
      await house.settle()
      house.twin.requests.reset()
      bad.review({ by: house.cleo, state: 'request-changes' })
      await house.settle()
      expect(wordOn(group)).toBe('success')
      expect(house.twin.requests.count({ graphql: /^MergeGroup$/ })).toBe(0)
    })
  })

  test('that gets what it lacked turns the group to a success', async () => {
    const pull = house.open()
    await inQueue([pull], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('failure')
      pull.review({ by: house.cleo, state: 'approve' })
      await house.settle()
      expect(wordOn(group)).toBe('success')
    })
  })
})

describe('asked for again', () => {
  test('by a redelivery, a group is written nothing anew', async () => {
    await inQueue([approved()], async (group) => {
      await house.settle()
      const before = await entriesAbout(group)
      house.twin.requests.reset()
      redeliver('checks_requested')
      await house.settle()
      expect(writes()).toBe(0)
      expect(runsOn(group)).toHaveLength(1)
      expect(await entriesAbout(group)).toEqual(before)
    })
  })

  test.each(['check_run', 'check_suite'] as const)('by “Re-run” (%s), a group is judged again', async (which) => {
    const pull = house.open()
    await inQueue([pull], async (group) => {
      await house.settle()
      expect(wordOn(group)).toBe('failure')
      house.twin.webhooks.lose({ event: 'pull_request_review' }, 1)
      pull.review({ by: house.cleo, state: 'approve' })
      const run = runsOn(group).at(-1)
      if (run === undefined) throw new Error('There is no check to ask for again.')
      if (which === 'check_run') house.shop.checks.rerequest(run, house.ana)
      else house.shop.checks.rerequestSuite(run.suite, house.ana)
      await house.settle()
      expect(wordOn(group)).toBe('success')
      expect(runsOn(group).at(-1)?.suite.requeued).toBe(false)
    })
  })
})

function redeliver(action: string): void {
  const [latest] = house.twin.webhooks.deliveries({ event: 'merge_group', action })
  if (latest === undefined) throw new Error(`There was no merge_group.${action}.`)
  house.twin.webhooks.redeliver(latest)
}

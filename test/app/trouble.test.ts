import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Twin } from '#twin/twin.ts'
import { type House, openHouse, wordOf } from './house.ts'

let house: House

beforeEach(async () => {
  house = await openHouse()
})

afterEach(async () => {
  await house.close()
})

const faults: readonly { when: string; fault: Parameters<Twin['fault']>[0] }[] = [
  { when: 'answers 502 to reads', fault: { match: { path: /graphql/ }, status: 502, times: 4 } },
  { when: 'answers 502 to writes', fault: { match: { path: /check-runs/ }, status: 502, times: 4 } },
  {
    when: 'refuses by its secondary limit',
    fault: {
      match: { path: /check-runs/ },
      status: 403,
      headers: { 'retry-after': '1' },
      body: { message: 'You have exceeded a secondary rate limit.' },
      times: 2,
    },
  },
  { when: 'cuts connections', fault: { match: { path: /graphql|check-runs/ }, cut: true, times: 5 } },
  { when: 'cannot give tokens', fault: { match: { path: /access_tokens/ }, status: 500, times: 3 } },
]

describe('every change has the right check in the end when GitHub', () => {
  for (const { when, fault } of faults) {
    test(when, async () => {
      house.twin.fault(fault)
      const pulls = [house.open(), house.open(), house.open({ head: 'no-ticket' })]
      pulls[0]?.review({ by: house.cleo, state: 'approve' })
      await house.settle()
      expect(pulls.map(wordOf)).toEqual(['success', 'in_progress', 'failure'])
    })
  }

  test('hangs for a while', async () => {
    const slow = await openHouse({ app: { timeoutMs: 150 } })
    slow.twin.fault({ match: { path: /graphql/ }, hang: true, times: 2 })
    const pull = slow.open()
    await slow.settle()
    expect(wordOf(pull)).toBe('in_progress')
    await slow.close()
  })

  test('loses a webhook: it is found among the deliveries', async () => {
    const pull = house.open()
    await house.settle()
    house.twin.webhooks.drop({ event: 'pull_request_review' }, 1)
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    await house.app.recover()
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })

  test('tells of nothing at all: the reconcile pass finds it', async () => {
    house.twin.webhooks.lose({}, 1_000)
    const pull = house.open()
    await house.settle()
    expect(wordOf(pull)).toBe('no check')
    await house.app.reconcile()
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
  })

  test('doubles and reorders every webhook', async () => {
    house.twin.webhooks.double({}, 1_000)
    house.twin.webhooks.reorder()
    const pull = house.open()
    pull.review({ by: house.cleo, state: 'approve' })
    house.shop.push({ branch: pull.headBranch, by: house.ana, files: { 'x.js': '1' } })
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    pull.merge({ by: house.ana })
    await house.settle()
    expect(pull.comments().filter(({ body }) => body.includes('countersign:audit'))).toHaveLength(1)
  })

  test('cuts the connection after it took the audit comment: it is not posted twice', async () => {
    const pull = house.open()
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    house.twin.fault({ match: { method: 'POST', path: /comments/ }, cut: true, afterEffect: true, times: 1 })
    pull.merge({ by: house.ana })
    await house.settle()
    expect(pull.comments().filter(({ body }) => body.includes('countersign:audit'))).toHaveLength(1)
  })
})

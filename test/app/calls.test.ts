import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { type House, openHouse } from './house.ts'

let house: House
let pull: PullRequest

beforeEach(async () => {
  house = await openHouse()
  pull = house.open()
  await house.settle()
  house.twin.requests.reset()
})

afterEach(async () => {
  await house.close()
  house.twin.assertClean()
})

const isRead = (path: string): boolean => path.endsWith('/graphql')

const rows: readonly { when: string; act: () => unknown; writes: number }[] = [
  { when: 'a review changes the answer', act: () => pull.review({ by: house.cleo, state: 'approve' }), writes: 1 },
  {
    when: 'a push changes the head',
    act: () => house.shop.push({ branch: pull.headBranch, by: house.ana, files: { 'a.js': '1' } }),
    writes: 1,
  },
  {
    when: 'the title is edited and the answer stays',
    act: () => pull.edit({ title: 'Other words' }, house.ana),
    writes: 0,
  },
  { when: 'a review says nothing', act: () => pull.review({ by: house.cleo, state: 'comment' }), writes: 1 },
]

describe('one event in steady state costs', () => {
  for (const { when, act, writes } of rows) {
    test(`one read and at most ${String(writes)} write when ${when}`, async () => {
      act()
      await house.settle()
      const requests = house.twin.requests.all().filter(({ path }) => path !== '/app/hook/deliveries')
      expect(requests.filter(({ path }) => isRead(path))).toHaveLength(1)
      expect(requests.filter(({ path }) => !isRead(path)).length).toBeLessThanOrEqual(writes)
      expect(requests.length).toBeLessThanOrEqual(2)
    })
  }

  test('nothing, when it touches nothing that is judged', async () => {
    pull.comment({ by: house.ben, body: 'Nice.' })
    await house.settle()
    expect(house.twin.requests.all()).toEqual([])
  })
})

test('looking again at a change that is as it was writes nothing', async () => {
  for (let look = 0; look < 3; look += 1) {
    pull.edit({ body: `Look ${String(look)}` }, house.ana)
    await house.settle()
  }
  expect(house.twin.requests.all().filter(({ path }) => !isRead(path))).toEqual([])
})

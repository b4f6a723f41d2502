import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Repository } from '#twin/state/repository.ts'
import { checkOf, type House, openHouse, wordOf } from './house.ts'

let house: House
let fork: Repository
let pull: PullRequest

const branch = 'BUG-1-from-a-fork'
const pushed = { event: 'pull_request', action: 'synchronize' } as const

/** Ana's change from her fork, in which whoever it is pushes work under her name. */
beforeEach(async () => {
  house = await openHouse({ app: { waitsMs: [20, 40, 80] } })
  fork = house.shop.fork(house.ana)
  fork.branch(branch)
  fork.push({ branch, by: house.ana, files: { 'src/1.js': 'export const number = 1\n' } })
  pull = house.shop.openPullRequest({ head: branch, fork, title: 'Change 1', by: house.ana })
  await house.settle()
})

afterEach(async () => {
  await house.close()
})

const pushAsBen = (): void =>
  void fork.push({ branch, by: house.ben, author: house.ana, committer: house.ana, files: { 'src/2.js': '2\n' } })

describe('a change from a fork', () => {
  test('is approved by whoever pushed nothing', async () => {
    pushAsBen()
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })

  test('is not approved by whoever pushed to it under another name', async () => {
    pushAsBen()
    pull.review({ by: house.ben, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.title).toContain('Waiting for 1 approval')
  })

  test('is no success while the webhook of a push is lost for good', async () => {
    house.twin.webhooks.lose(pushed, 1)
    pushAsBen()
    pull.review({ by: house.ben, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).not.toBe('success')
    expect(JSON.stringify(checkOf(pull)?.output)).toContain('a push to the branch in the fork was not told to us')
  })

  test.each([
    ['its pusher, whose approval does not count', 'ben', 'in_progress'],
    ['somebody else, whose approval counts', 'cleo', 'success'],
  ] as const)('once the lost webhook is delivered again has an answer for %s', async (_sentence, login, word) => {
    house.twin.webhooks.drop(pushed, 1)
    pushAsBen()
    pull.review({ by: house[login], state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).not.toBe('success')
    await house.app.recover()
    await house.settle()
    expect(wordOf(pull)).toBe(word)
  })
})

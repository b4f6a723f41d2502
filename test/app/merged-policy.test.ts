import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Repository } from '#twin/state/repository.ts'
import { type House, openHouse, wordOf } from './house.ts'

let house: House

beforeEach(async () => {
  house = await openHouse()
})

afterEach(async () => {
  await house.close()
  house.twin.assertClean()
})

const lax = 'version: 1\nmode: off\n'

function policies(): Repository {
  const found = house.acme.repositories.find(({ name }) => name === '.github')
  if (found === undefined) throw new Error('There is no policy repository.')
  return found
}

/** A change by ana, in `home`, that would judge itself by a policy that asks for nothing. */
async function openedIn(home: Repository, path: string, commits = 1) {
  home.grant(house.ana, 'write')
  home.branch('BUG-1-no-rules')
  for (let at = 1; at < commits; at += 1) {
    home.push({ branch: 'BUG-1-no-rules', by: house.ana, files: { 'README.md': `${String(at)}\n` } })
  }
  home.push({ branch: 'BUG-1-no-rules', by: house.ana, files: { [path]: lax }, message: 'No rules' })
  const pull = home.openPullRequest({ head: 'BUG-1-no-rules', title: 'No rules', by: house.ana })
  await house.settle()
  return pull
}

test.each(['merge', 'squash', 'rebase'] as const)(
  'a change that loosens its own repository’s policy is judged by the one before it, also once it is merged (%s)',
  async (method) => {
    const pull = await openedIn(house.shop, '.github/countersign.yml', 3)
    pull.merge({ by: house.ana, method })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
  },
)

test('so is a change to the policy of the organization', async () => {
  const pull = await openedIn(policies(), 'countersign.yml')
  pull.merge({ by: house.ana })
  await house.settle()
  expect(wordOf(pull)).toBe('failure')
})

test('what was merged judges the next change', async () => {
  const pull = await openedIn(policies(), 'countersign.yml')
  pull.merge({ by: house.ana })
  await house.settle()
  const next = house.open({ head: 'no-ticket' })
  await house.settle()
  expect(wordOf(next)).toBe('success')
})

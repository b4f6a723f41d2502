import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkOf, type House, openHouse, wordOf } from './house.ts'

let house: House

beforeEach(async () => {
  house = await openHouse()
})

afterEach(async () => {
  await house.close()
  house.twin.assertClean()
})

describe('a signed webhook becomes', () => {
  test('a failing check with the commands that mend it, when the branch names no ticket', async () => {
    const pull = house.open({ head: 'fix-broken-dropdown' })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    expect(checkOf(pull)?.output.summary).toContain('git branch -m')
  })

  test('a waiting check, when only a review is missing', async () => {
    const pull = house.open()
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.title).toBe('Waiting for 1 approval')
  })

  test('a green check, when somebody else approved the head', async () => {
    const pull = house.open()
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })

  test('one audit comment at the merge, and none at a second look', async () => {
    const pull = house.open()
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    pull.merge({ by: house.ana })
    await house.settle()
    pull.edit({ title: 'Another title' }, house.ana)
    await house.settle()
    const ours = pull.comments().filter((comment) => comment.body.includes('countersign:audit'))
    expect(ours).toHaveLength(1)
    expect(ours[0]?.body).toContain('cleo')
  })

  test('nothing on GitHub, when a pull request is closed unmerged', async () => {
    const pull = house.open()
    await house.settle()
    house.twin.requests.reset()
    pull.close(house.ana)
    await house.settle()
    expect(pull.comments()).toEqual([])
    expect(
      house.twin.requests.all().filter(({ method, path }) => method !== 'GET' && !path.includes('graphql')),
    ).toEqual([])
  })
})

describe('approvals', () => {
  test('of an earlier head do not count', async () => {
    const pull = house.open()
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    house.shop.push({ branch: pull.headBranch, by: house.ana, files: { 'src/more.js': '1' } })
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.summary).toContain('earlier version')
  })

  test('of whoever pushed under another name do not count', async () => {
    const pull = house.open()
    await house.settle()
    house.shop.push({ branch: pull.headBranch, by: house.ben, author: house.ana, files: { 'src/more.js': '1' } })
    pull.review({ by: house.ben, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
  })

  test('of whoever pushed do not count either when the webhook of the push was lost', async () => {
    const pull = house.open()
    await house.settle()
    house.twin.webhooks.lose({ event: 'pull_request' }, 1)
    house.shop.push({ branch: pull.headBranch, by: house.ben, author: house.ana, files: { 'src/more.js': '1' } })
    pull.review({ by: house.ben, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(house.twin.requests.all().some(({ path }) => path.includes('/activity'))).toBe(true)
  })

  test('of somebody without write permission, or of an app, do not count', async () => {
    const pull = house.open()
    const reader = house.acme.person('rita', { role: 'outside' })
    pull.review({ by: reader, state: 'approve' })
    pull.review({ by: house.acme.bot('approver'), state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.summary).toContain('rita')
  })
})

describe('the head cannot judge itself', () => {
  test('a policy in the head branch that switches everything off changes nothing', async () => {
    const head = 'turn-it-off'
    house.shop.branch(head)
    house.shop.push({
      branch: head,
      by: house.ana,
      files: {
        '.github/countersign.yml': 'controls:\n  ticket-link: { mode: off }\n  independent-review: { mode: off }\n',
      },
    })
    const pull = house.shop.openPullRequest({ head, title: 'Quiet', by: house.ana })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
  })
})

describe('a re-check', () => {
  test.each([
    [
      'the “Re-run” of the check',
      (run: NonNullable<ReturnType<typeof checkOf>>) => house.shop.checks.rerequest(run, house.ana),
    ],
    [
      'the button “Re-check”',
      (run: NonNullable<ReturnType<typeof checkOf>>) => house.shop.checks.requestAction(run, 'recheck', house.ana),
    ],
  ])('is done by %s', async (_name, ask) => {
    const pull = house.open()
    await house.settle()
    house.twin.requests.reset()
    const run = checkOf(pull)
    if (run === undefined) throw new Error('There is no check to ask for again.')
    ask(run)
    await house.settle()
    expect(house.twin.requests.all().filter(({ path }) => path.includes('graphql'))).not.toHaveLength(0)
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.suite.requeued).toBe(false)
  })
})

describe('two open changes with one head commit', () => {
  test('share the worse answer, and both are named', async () => {
    const good = house.open()
    good.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(good)).toBe('success')
    house.shop.branch('no-ticket', good.headBranch)
    const bad = house.shop.openPullRequest({ head: 'no-ticket', title: 'The same commit', by: house.ana })
    await house.settle()
    expect(wordOf(good)).toBe('failure')
    expect(checkOf(good)?.output.summary).toContain(String(bad.number))
    bad.close(house.ana)
    await house.settle()
    expect(wordOf(good)).toBe('success')
  })
})

describe('the organization’s policy', () => {
  const change = async (text: string): Promise<void> => {
    const policies = house.acme.repositories.find(({ name }) => name === '.github')
    policies?.push({ branch: 'main', by: house.acme.owner, files: { 'countersign.yml': text } })
    await house.settle()
  }

  test('judges open changes again when it is changed', async () => {
    const pull = house.open({ head: 'OPS-1-rotate' })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    await change('mode: enforce\ncontrols:\n  ticket-link: { projects: [BUG, OPS] }\n')
    expect(wordOf(pull)).toBe('in_progress')
  })

  test('stays in force as it last was good when it is malformed, and the check says so', async () => {
    const pull = house.open()
    await house.settle()
    await change('mode: enforce\ncontrols:\n  ticket-lnk: { projects: [OPS] }\n')
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.summary).toContain('last good policy')
    expect(checkOf(pull)?.output.summary).toContain('ticket-link')
  })

  test('cannot be weakened by a repository where it is locked', async () => {
    await change('mode: enforce\nlocked: [independent-review]\ncontrols:\n  ticket-link: { projects: [BUG] }\n')
    house.shop.push({
      branch: 'main',
      by: house.ana,
      files: { '.github/countersign.yml': 'controls:\n  independent-review: { mode: off }\n' },
    })
    const pull = house.open()
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
  })
})

test('without any policy everything is observed, and nobody is blocked', async () => {
  const calm = await openHouse({ policy: null })
  const pull = calm.open({ head: 'no-ticket' })
  await calm.settle()
  expect(wordOf(pull)).toBe('success')
  expect(checkOf(pull)?.output.summary).toContain('would fail')
  await calm.close()
})

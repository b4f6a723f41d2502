import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkOf, type House, openHouse, wordOf } from './house.ts'

let house: House

beforeEach(async () => {
  house = await openHouse()
})

afterEach(async () => {
  await house.close()
})

describe('two open changes with one head commit, judged at the same time', () => {
  test.each([0, 60, 120])('show the worse in the end when each write takes %i ms', async (delayMs) => {
    const good = house.open()
    good.review({ by: house.ben, state: 'request-changes' })
    await house.settle()
    house.twin.fault({ match: { path: /check-runs/ }, delayMs })
    house.shop.branch('no-ticket', good.headBranch)
    good.review({ by: house.ben, state: 'approve' })
    const bad = house.shop.openPullRequest({ head: 'no-ticket', title: 'no ticket', by: house.ana })
    await house.settle()
    expect(wordOf(good)).toBe('failure')
    bad.close(house.ana)
    await house.settle()
    expect(wordOf(good)).toBe('success')
  })

  test('are looked at anew when one of them moves on and no webhook tells', async () => {
    const good = house.open()
    good.review({ by: house.ben, state: 'approve' })
    house.shop.branch('no-ticket', good.headBranch)
    const bad = house.shop.openPullRequest({ head: 'no-ticket', title: 'no ticket', by: house.ana })
    await house.settle()
    house.twin.webhooks.lose({}, 1_000)
    house.shop.push({ branch: 'no-ticket', by: house.ana, files: { 'x.js': '1' } })
    bad.edit({ title: 'Another title' }, house.ana)
    await house.app.reconcile()
    house.twin.webhooks.clearAccidents()
    await house.settle()
    expect(wordOf(good)).toBe('success')
  })
})

describe('an approval stops counting when its author', () => {
  test('leaves the team that let them write', async () => {
    const dora = house.acme.person('dora')
    const team = house.acme.team('dev', [dora])
    team.grant(house.shop, 'write')
    const pull = house.open()
    pull.review({ by: dora, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    team.remove(dora)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
  })
})

describe('the last good policy', () => {
  test('of one branch says nothing of another: nobody brings their own', async () => {
    const malformed = { '.github/countersign.yml': 'controls: [oops\n' }
    const off = 'mode: observe\ncontrols:\n  ticket-link: { mode: off }\n  independent-review: { mode: off }\n'
    const two = 'controls:\n  independent-review: { rules: [{ name: every change, approvals: 2 }] }\n'
    house.shop.push({ branch: 'main', by: house.ana, files: { '.github/countersign.yml': two } })
    house.shop.branch('evil')
    house.shop.push({ branch: 'evil', by: house.ana, files: { '.github/countersign.yml': off } })
    const pull = house.open()
    await house.settle()
    house.shop.branch('into-evil', 'evil')
    house.shop.push({ branch: 'into-evil', by: house.ana, files: { 'x.js': '1' } })
    house.shop.openPullRequest({ head: 'into-evil', base: 'evil', title: 'quiet', by: house.ana })
    await house.settle()
    house.shop.push({ branch: 'main', by: house.ana, files: malformed })
    pull.edit({ title: 'Look again' }, house.ana)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.title).toBe('Waiting for 2 approvals')
  })
})

describe('the verdict on a merged change', () => {
  test('stands, whoever approves afterwards', async () => {
    const pull = house.open()
    await house.settle()
    pull.merge({ by: house.ana })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
  })

  test('is told in one comment, also when posting it took longer than we waited', async () => {
    const impatient = await openHouse({ app: { timeoutMs: 150, uncertainForMs: 800 } })
    const pull = impatient.open()
    pull.review({ by: impatient.cleo, state: 'approve' })
    await impatient.settle()
    impatient.twin.fault({ match: { method: 'POST', path: /comments/ }, delayMs: 500, times: 1 })
    pull.merge({ by: impatient.ana })
    await impatient.settle()
    expect(pull.comments().filter(({ body }) => body.includes('countersign:audit'))).toHaveLength(1)
    await impatient.close()
  })
})

describe('what could not be determined', () => {
  test('is looked for again by the reconcile pass, long after the looks have ended', async () => {
    const pull = house.open()
    await house.settle()
    const hidden = house.twin.fault({ match: { path: /activity/ }, status: 403, body: { message: 'Not accessible' } })
    house.twin.webhooks.lose({ event: 'pull_request' }, 1)
    house.shop.push({ branch: pull.headBranch, by: house.ana, files: { 'x.js': '1' } })
    pull.review({ by: house.cleo, state: 'approve' })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    hidden.clear()
    await house.app.reconcile()
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })
})

describe('a check per control', () => {
  test('goes on telling the truth when the policy asks for it no more', async () => {
    const policies = house.acme.repositories.find(({ name }) => name === '.github')
    const change = async (text: string): Promise<void> => {
      policies?.push({ branch: 'main', by: house.acme.owner, files: { 'countersign.yml': text } })
      await house.settle()
    }
    await change('mode: enforce\nchecks: per-control\ncontrols:\n  ticket-link: { projects: [BUG] }\n')
    const pull = house.open()
    await house.settle()
    const apart = (): string | null | undefined =>
      pull.checks().findLast(({ name }) => name === 'countersign/ticket-link')?.conclusion
    expect(apart()).toBe('success')
    await change('mode: enforce\ncontrols:\n  ticket-link: { projects: [OPS] }\n')
    expect(apart()).toBe('failure')
  })
})

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { type OrganizationSummary, summarizeOrganization } from '#operations/summarize-organization.ts'
import { summaryPorts } from '#store/ports.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Twin } from '#twin/twin.ts'
import { checkOf, type House, openHouse, wordOf } from './house.ts'

let house: House

const enforcing = (review = ''): string =>
  `version: 1\nmode: enforce\ncontrols:\n  ticket-link: { mode: off }\n${review === '' ? '' : `  independent-review: ${review}\n`}`

/** So that every look of five is over in a moment. */
const quick = { waitsMs: Array<number>(9).fill(5) }

async function closed(): Promise<void> {
  await house.close()
  house.twin.assertClean()
}

const approve = (pull: PullRequest): void => void pull.review({ by: house.cleo, state: 'approve' })
const summaryOf = (pull: PullRequest): string => checkOf(pull)?.output.summary ?? ''

describe('a change beyond what GitHub shows is never green', () => {
  beforeAll(async () => {
    house = await openHouse({ policy: enforcing(), app: quick })
  })

  afterAll(closed)

  test('with more than 250 commits it fails in the end, and the bound is named', async () => {
    house.shop.branch('long')
    for (let commit = 0; commit < 251; commit += 1) {
      house.shop.commit({ branch: 'long', author: house.ana, files: { 'a.js': `${String(commit)}\n` } })
    }
    const pull = house.shop.openPullRequest({ head: 'long', title: 'Long', by: house.ana })
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    expect(summaryOf(pull)).toContain('251 commits, more than the 250 that are read')
  })

  test('with more than 3,000 files it fails where a rule asks about paths, and the bound is named', async () => {
    const rule = '{ name: sources, when: { paths: ["src/**"] }, approvals: 1 }'
    const large = house.acme.repository('large', {
      files: { '.github/countersign.yml': `version: 1\ncontrols:\n  independent-review: { rules: [${rule}] }\n` },
    })
    for (const person of [house.ana, house.cleo]) large.grant(person, 'write')
    const names = Array.from({ length: 3_001 }, (_, at) => [`src/${String(at)}.js`, `${String(at)}\n`] as const)
    large.branch('wide')
    large.commit({ branch: 'wide', author: house.ana, files: Object.fromEntries(names) })
    const pull = large.openPullRequest({ head: 'wide', title: 'Wide', by: house.ana })
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    expect(summaryOf(pull)).toContain('more than the 3000 that are read')
  })

  test('with more reviews than a page holds the last one counts as the first does', async () => {
    const pull = house.open()
    approve(pull)
    for (let review = 0; review < 120; review += 1) pull.review({ by: house.ben, state: 'comment' })
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    pull.review({ by: house.ben, state: 'request-changes' })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
  })

  test('with a hidden CODEOWNERS file it fails where a rule asks for owners, and the permission is named', async () => {
    const rule = '{ name: owners, approvals: 1, from: { code-owners: true } }'
    const owned = house.acme.repository('owned', {
      files: {
        '.github/countersign.yml': `version: 1\ncontrols:\n  independent-review: { rules: [${rule}] }\n`,
        '.github/CODEOWNERS': '* @ben\n',
      },
    })
    for (const person of [house.ana, house.cleo]) owned.grant(person, 'write')
    const path = 'repository.pullRequest.baseRef.target.ownersInGithub'
    const fault = house.twin.fault({ match: { graphql: /^Change$/ }, field: { path, answer: 'forbidden' } })
    owned.branch('topic')
    owned.push({ branch: 'topic', by: house.ana, files: { 'a.js': 'a\n' } })
    const pull = owned.openPullRequest({ head: 'topic', title: 'A change', by: house.ana })
    approve(pull)
    await house.settle()
    fault.clear()
    expect(wordOf(pull)).toBe('failure')
    expect(summaryOf(pull)).toContain('contents: read')
  })

  test.each([
    ['files', { diffFiles: 2 }],
    ['lines', { diffLines: 5 }],
  ])('with a difference of too many %s only an approval of the head itself counts', async (_name, limits) => {
    house.twin.setLimits(limits)
    const files = { 'src/a.js': 'a\n', 'src/b.js': 'b\n', 'src/c.js': 'c\n' }
    const branch = `wide-${_name}`
    house.shop.branch(branch)
    house.shop.push({ branch, by: house.ana, files })
    const pull = house.shop.openPullRequest({ head: branch, title: 'Wide', by: house.ana })
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    house.shop.push({ branch: 'main', by: house.ben, files: { [`${branch}.js`]: 'other\n' } })
    pull.updateBranch(house.ana)
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(summaryOf(pull)).toContain('larger than GitHub shows')
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    house.twin.setLimits({})
  })
})

describe('while GitHub answers 502', () => {
  beforeAll(async () => {
    house = await openHouse({ policy: enforcing() })
  })

  afterAll(closed)

  test('the last check stays, the change is called stale, and it is judged when GitHub is back', async () => {
    const pull = house.open()
    approve(pull)
    await house.settle()
    const fault = house.twin.fault({ match: { graphql: /^Change$/ }, status: 502 })
    const [review] = pull.reviews
    if (review) pull.dismiss(review)
    await until(async () => (await summary()).stale.changes === 1)
    expect(wordOf(pull)).toBe('success')
    expect((await summary()).openChanges.byStanding.met).toBe(1)
    fault.clear()
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect((await summary()).stale).toEqual({ changes: 0, since: null })
  })
})

async function summary(): Promise<OrganizationSummary> {
  const ports = { now: () => new Date(), ...summaryPorts(house.app.database) }
  const found = await summarizeOrganization('acme', null, ports)
  if (found === null) throw new Error('The app is not installed on acme.')
  return found
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5)
}

describe('a head that moves', () => {
  beforeEach(async () => {
    house = await openHouse({ policy: enforcing() })
  })

  afterEach(closed)

  const moments: readonly (readonly [when: string, match: Parameters<Twin['fault']>[0]['match'] & object])[] = [
    ['when the change is about to be read', { graphql: /^Change$/ }],
    ['between two pages of its commits', { graphql: /^ChangeCommits$/ }],
    ['while its difference is fetched', { template: '/repos/{owner}/{repo}/compare/{basehead}' }],
    ['before the check is written', { method: 'POST', path: /check-runs/ }],
  ]

  test.each(moments)('%s never makes the new head green', async (_when, match) => {
    house.shop.branch('many')
    for (let commit = 0; commit < 101; commit += 1) {
      house.shop.commit({ branch: 'many', author: house.ana, files: { 'a.js': `${String(commit)}\n` } })
    }
    const pull = house.shop.openPullRequest({ head: 'many', title: 'Many', by: house.ana })
    await house.settle()
    const push = (): void => void house.shop.push({ branch: 'many', by: house.ana, files: { 'a.js': 'unreviewed\n' } })
    const fault = house.twin.fault({ match, act: push, times: 1 })
    approve(pull)
    // The approved difference is fetched only where the head is another commit.
    house.shop.push({ branch: 'main', by: house.ben, files: { 'other.js': 'other\n' } })
    pull.updateBranch(house.ana)
    await house.settle()
    expect(fault.count).toBe(1)
    expect(wordOf(pull)).toBe('in_progress')
    expect(pull.checks().map(({ conclusion }) => conclusion)).not.toContain('success')
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
  })
})

describe('a team that cannot be read', () => {
  const rules =
    '{ rules: [{ name: every change, approvals: 1 }, { name: payments, approvals: 1, from: { teams: [acme/payments] } }] }'

  beforeAll(async () => {
    house = await openHouse({ policy: enforcing(rules), app: quick })
    house.acme.team('payments', [house.cleo])
    house.twin.fault({
      match: { path: /\/teams\/payments\/members/ },
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    })
  })

  afterAll(closed)

  test('leaves it undetermined, naming the permission, and the other rules are judged all the same', async () => {
    const pull = house.open()
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    expect(summaryOf(pull)).toContain('members: read')
    expect(summaryOf(pull)).toContain('It counts for every change')
    expect((await summary()).undetermined.total).toBe(1)
  })

  test('does not hide what is missing for sure', async () => {
    const pull = house.open()
    await house.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(checkOf(pull)?.output.title).toContain('Waiting for 1 approval')
  })
})

describe('a policy that names a team which is not there', () => {
  const rules = (team: string): string => `{ rules: [{ name: payments, approvals: 1, from: { teams: [${team}] } }] }`

  beforeAll(async () => {
    house = await openHouse({ policy: enforcing(rules('acme/payments')) })
    house.acme.team('payments', [house.cleo])
  })

  afterAll(closed)

  test('fails the pull request that brings it, with path, line and a suggestion', async () => {
    const policies = house.policies
    policies.grant(house.ana, 'write')
    policies.branch('typo')
    policies.push({ branch: 'typo', by: house.ana, files: { 'countersign.yml': enforcing(rules('acme/paymens')) } })
    const pull = policies.openPullRequest({ head: 'typo', title: 'Another team', by: house.ana })
    await house.settle()
    expect(wordOf(pull)).toBe('failure')
    expect(summaryOf(pull)).toContain('Line 5')
    expect(summaryOf(pull)).toContain('controls.independent-review.rules.0.from.teams.0')
    expect(summaryOf(pull)).toContain('acme has no team "acme/paymens". Did you mean "acme/payments"?')
  })

  test('is refused when it is merged all the same, and the last good one stays in force', async () => {
    const pull = house.open()
    approve(pull)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    house.policies.push({
      branch: 'main',
      by: house.acme.owner,
      files: { 'countersign.yml': enforcing(rules('acme/paymens')) },
    })
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    expect(summaryOf(pull)).toContain('stays in force')
    expect(summaryOf(pull)).toContain('acme/payments')
    const kinds = await house.app.database.kysely.selectFrom('ledger').select('kind').execute()
    expect(kinds.filter(({ kind }) => kind === 'policy.refused')).toHaveLength(1)
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { wordOf } from '../house.ts'
import { openTicketHouse, type Summary, textOf, type TicketHouse } from '../ticket-house.ts'

export function figures(): void {
  let house: TicketHouse
  let dependabot: ReturnType<TicketHouse['twin']['bot']>

  const minutes = 60_000
  const earlier = (): Date => new Date(Date.now() - minutes)

  const repositories = {
    shop: '{ projects: [BUG], verify: state }',
    pattern: '{ projects: [BUG], verify: pattern }',
    unasked: "{ mode: 'off' }",
  }

  beforeAll(async () => {
    house = await openTicketHouse({ repositories, app: { trackers: { failures: 1_000 } } })
    dependabot = house.twin.bot('dependabot[bot]')
    const exempt = `{ projects: [BUG], verify: state, exempt: { apps: [${String(dependabot.id)}] } }`
    house.enact({ ...repositories, watched: exempt })
    await house.settle()
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  const today = (): string => new Date(Date.now()).toISOString().slice(0, 10)
  const period = (): string => `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}..${today()}`

  async function merged(repository: string, head: string): Promise<PullRequest> {
    const pull = house.change(repository, head)
    await house.settle()
    pull.merge({ by: house.ben })
    await house.settle()
    return pull
  }

  const figures = async (): Promise<Summary['traceability']> => {
    const { status, body } = await house.summarize(period())
    expect(status).toBe(200)
    return body.traceability
  }

  describe('the figures of a period', () => {
    test('count every merged change once, by how it traces, and list those without a verified ticket and why', async () => {
      house.jira.tickets.add({ key: 'BUG-1', createdAt: earlier() })
      await merged('shop', 'BUG-1-verified')
      await merged('shop', 'BUG-1-verified-too')
      const named = await merged('pattern', 'BUG-2-named')
      const missing = await merged('shop', 'no-ticket-at-all')
      const absent = await merged('shop', 'BUG-3-absent')
      house.jira.faults.add({ status: 503 })
      const provisional = await merged('shop', 'BUG-4-provisional')
      house.jira.faults.clear()
      await merged('unasked', 'anything')
      const open = house.change('shop', 'BUG-1-open')
      await house.settle()
      const found = await figures()
      expect(found).toMatchObject({
        merged: 7,
        verified: 2,
        named: 1,
        provisional: 1,
        missing: 2,
        exempt: 0,
        undetermined: 0,
        notJudged: 1,
        share: 2 / 6,
      })
      expect(found['repositories']).toMatchObject([
        { repository: 'acme/pattern', merged: 1, named: 1, share: 0 },
        { repository: 'acme/shop', merged: 5, verified: 2, provisional: 1, missing: 2, share: 0.4 },
        { repository: 'acme/unasked', merged: 1, notJudged: 1, share: null },
      ])
      const { total, changes } = found.untraced
      expect(total).toBe(5)
      const because = (pull: PullRequest): string =>
        changes
          .find(({ number, repository }) => number === pull.number && repository === pull.repository.fullName)
          ?.because.join(' ') ?? ''
      expect(because(named)).toContain('The branch name carries BUG-2.')
      expect(because(missing)).toContain('No ticket key in the branch name no-ticket-at-all.')
      expect(because(absent)).toContain('Jira has no BUG-3, or hides it from Countersign.')
      expect(because(provisional)).toContain('BUG-4 could not be looked up: Jira ')
      expect(wordOf(open)).toBe('success')
    })

    test('follow when a change that was merged during an outage is judged again', async () => {
      const before = await figures()
      expect(before['provisional']).toBe(1)
      house.later(31_000)
      await house.app.recheckTickets()
      await house.settle()
      expect(await figures()).toMatchObject({ provisional: 0, missing: 3, verified: 2 })
    })

    test('hold nothing of another period, and refuse what is none', async () => {
      const { body } = await house.summarize('2020-01-01..2020-12-31')
      expect(body.traceability).toMatchObject({ merged: 0, share: null, untraced: { total: 0, changes: [] } })
      expect((await house.summarize('2020-13-01..2020-12-31')).status).toBe(400)
      expect((await house.summarize('last year')).status).toBe(400)
    })
  })

  describe('an exemption is by identity', () => {
    test('a branch called dependabot/… by a person is not exempt', async () => {
      const repository = house.repository('watched')
      const branch = 'dependabot/npm_and_yarn/left-pad-2'
      repository.branch(branch)
      repository.push({ branch, by: house.ben, files: { 'package.json': '{}' } })
      const pull = repository.openPullRequest({ head: branch, title: 'Bump left-pad', by: house.ben })
      await house.settle()
      expect(textOf(pull)).toContain('No ticket key in the branch name dependabot/npm_and_yarn/left-pad-2.')
      expect(wordOf(pull)).toBe('failure')
    })

    test('a change of Dependabot itself is, and the record says who', async () => {
      const repository = house.repository('watched')
      const branch = 'dependabot/npm_and_yarn/right-pad-3'
      repository.branch(branch)
      repository.push({ branch, by: dependabot, files: { 'package.json': '{"a":1}' } })
      const pull = repository.openPullRequest({ head: branch, title: 'Bump right-pad', by: dependabot })
      await house.settle()
      expect(textOf(pull)).toContain(`dependabot[bot] (account ${String(dependabot.id)}) is exempt by policy`)
      pull.merge({ by: house.ben })
      await house.settle()
      expect((await figures())['exempt']).toBe(1)
    })

    test('a change of Dependabot that a person pushed to is not', async () => {
      const repository = house.repository('watched')
      const branch = 'dependabot/npm_and_yarn/mid-pad-4'
      repository.branch(branch)
      repository.push({ branch, by: dependabot, files: { 'package.json': '{"b":1}' } })
      const pull = repository.openPullRequest({ head: branch, title: 'Bump mid-pad', by: dependabot })
      repository.push({ branch, by: house.ben, files: { 'evil.js': '1' } })
      await house.settle()
      expect(textOf(pull)).toContain('is exempt by policy, but ben wrote part of this change.')
      expect(wordOf(pull)).toBe('failure')
    })
  })
}

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Faults } from '#twin/faults.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Tickets } from '#twin/trackers/tickets.ts'
import { wordOf } from '../house.ts'
import { type LedgerLine, ledgerOf, openTicketHouse, type TicketHouse } from '../ticket-house.ts'

export function linked(): void {
  let house: TicketHouse

  const all = 'projects: [BUG, "linear:ENG"], trackers: [jira, linear, shortcut, github-issues]'

  beforeAll(async () => {
    house = await openTicketHouse({
      repositories: {
        linking: `{ ${all}, verify: exists, link-back: true }`,
        silent: `{ ${all}, verify: exists }`,
        pattern: `{ ${all}, verify: pattern, link-back: true }`,
      },
      app: { trackers: { failures: 1_000 } },
    })
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  const linked = async (pull: PullRequest): Promise<readonly LedgerLine[]> => {
    const ours = `change/${String(pull.repository.id)}/${String(pull.number)}`
    return (await ledgerOf(house, 'ticket.linked', 'ticket.link-refused')).filter(({ subject }) => subject === ours)
  }

  const trackers: readonly {
    readonly name: string
    readonly at: () => { readonly tickets: Tickets; readonly faults: Faults }
    readonly key: (number: number) => string
    /** The request that writes. */
    readonly write: { readonly method: string; readonly path: RegExp; readonly graphql?: RegExp }
  }[] = [
    {
      name: 'Jira',
      at: () => house.jira,
      key: (number) => `BUG-${String(number)}`,
      write: { method: 'POST', path: /remotelink/ },
    },
    {
      name: 'Linear',
      at: () => house.linear,
      key: (number) => `ENG-${String(number)}`,
      write: { method: 'POST', path: /graphql/, graphql: /Link/ },
    },
    {
      name: 'Shortcut',
      at: () => house.shortcut,
      key: (number) => `sc-${String(number)}`,
      write: { method: 'PUT', path: /stories/ },
    },
  ]

  let last = 0

  describe.each(trackers)('the address of a change is written on its ticket in $name', ({ name, at, key, write }) => {
    const urlOf = (pull: PullRequest): string => `/acme/${pull.repository.name}/pull/${String(pull.number)}`
    const file = (): string => {
      const named = key((last += 1))
      at().tickets.add({ key: named })
      return named
    }
    const urls = (named: string): readonly string[] =>
      at()
        .tickets.links(named)
        .map(({ url }) => new URL(url).pathname)

    test('once, after however many assessments, and the ledger says so', async () => {
      const named = file()
      const pull = house.change('linking', `${named}-work`)
      await house.settle()
      await house.app.linkTickets()
      expect(urls(named)).toEqual([urlOf(pull)])
      for (const title of ['One', 'Two']) {
        pull.repository.push({ branch: pull.headBranch, by: house.ana, files: { 'a.js': title } })
        await house.settle()
        await house.app.linkTickets()
      }
      pull.merge({ by: house.ben })
      await house.settle()
      await house.app.linkTickets()
      expect(urls(named)).toEqual([urlOf(pull)])
      expect(await linked(pull)).toMatchObject([
        { kind: 'ticket.linked', reason: `the policy asks for a link on ${named} in ${name}` },
      ])
    })

    test('once, when the process ends between writing it and recording that', async () => {
      const named = file()
      const lost = at().faults.add({ match: write, afterEffect: true, cut: true, times: 1 })
      const pull = house.change('linking', `${named}-work`)
      await house.settle()
      await house.app.linkTickets()
      expect(lost.count).toBe(1)
      house.later(60_000)
      expect(urls(named)).toEqual([urlOf(pull)])
      await house.app.linkTickets()
      expect(urls(named)).toEqual([urlOf(pull)])
      expect(await linked(pull)).toHaveLength(1)
    })

    test('later, when the tracker is away', async () => {
      const named = file()
      const down = at().faults.add({ match: write, status: 503 })
      const pull = house.change('linking', `${named}-work`)
      await house.settle()
      await house.app.linkTickets()
      expect(urls(named)).toEqual([])
      expect(await linked(pull)).toEqual([])
      expect(wordOf(pull)).toBe('success')
      down.clear()
      house.later(60_000)
      await house.app.linkTickets()
      expect(urls(named)).toEqual([urlOf(pull)])
      expect(await linked(pull)).toHaveLength(1)
    })

    test('beside the links of other changes', async () => {
      const named = file()
      const pulls = ['a', 'b'].map((part) => house.change('linking', `${named}-${part}`))
      await house.settle()
      // The worker's own round may just have the ticket to itself.
      while (urls(named).length < pulls.length) await house.app.linkTickets()
      expect(urls(named).toSorted()).toEqual(pulls.map((pull) => urlOf(pull)).toSorted())
    })

    test('not where the policy does not ask for it, or looks nothing up', async () => {
      const named = file()
      const pulls = ['silent', 'pattern'].map((repository) => house.change(repository, `${named}-work`))
      await house.settle()
      await house.app.linkTickets()
      expect(pulls.map((pull) => wordOf(pull))).toEqual(['success', 'success'])
      expect(urls(named)).toEqual([])
    })

    test('not for an open change from a fork, and when that is merged', async () => {
      const named = file()
      const repository = house.repository('linking')
      const fork = repository.family.find(({ parent }) => parent === repository) ?? repository.fork(house.ana)
      const branch = `${named}-from-a-fork`
      fork.branch(branch, repository.head('main'))
      fork.push({ branch, by: house.ana, files: { [`src/${named}.js`]: '1' } })
      const pull = repository.openPullRequest({ head: branch, fork, title: 'From afar', by: house.ana })
      await house.settle()
      await house.app.linkTickets()
      expect(wordOf(pull)).toBe('success')
      expect(urls(named)).toEqual([])
      pull.merge({ by: house.ben })
      await house.settle()
      await house.app.linkTickets()
      expect(urls(named)).toEqual([urlOf(pull)])
    })
  })

  test('a ticket that refuses the link is not asked again, and the ledger says why', async () => {
    house.jira.tickets.add({ key: 'BUG-900' })
    const refusing = house.jira.faults.add({
      match: { path: /remotelink/ },
      status: 400,
      body: { errorMessages: ['No.'] },
    })
    const pull = house.change('linking', 'BUG-900-work')
    await house.settle()
    await house.app.linkTickets()
    const asked = refusing.count
    expect(asked).toBeGreaterThan(0)
    await house.app.linkTickets()
    expect(refusing.count).toBe(asked)
    refusing.clear()
    expect(await linked(pull)).toMatchObject([{ kind: 'ticket.link-refused' }])
    expect((await linked(pull))[0]?.reason).toMatch(/^Jira refused the link on BUG-900: /)
  })

  test('an issue of GitHub gets no link, since GitHub shows it by itself', async () => {
    const issue = house.repository('linking').openIssue({ title: 'Broken', by: house.ana })
    const pull = house.change('linking', `gh-${String(issue.number)}-work`)
    await house.settle()
    await house.app.linkTickets()
    await house.app.linkTickets()
    expect(wordOf(pull)).toBe('success')
    expect((await linked(pull)).filter(({ kind }) => kind === 'ticket.linked')).toEqual([])
  })
}

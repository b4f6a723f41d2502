import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { wordOf } from '../house.ts'
import { assessmentsOf, openTicketHouse, type TicketHouse } from '../ticket-house.ts'

export function reread(): void {
  let house: TicketHouse

  const minutes = 60_000

  beforeAll(async () => {
    house = await openTicketHouse({
      repositories: { shop: '{ projects: [BUG], verify: state }' },
    })
  })

  beforeEach(async () => {
    await house.settle()
    house.later(11 * minutes)
    await house.app.recheckTickets()
    await house.settle()
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  const forget = (): void => {
    house.jira.requests.reset()
    house.twin.requests.reset()
  }

  /** What is asked and told for the sake of one change. */
  const toGitHub = (): number =>
    house.twin.requests.count({ graphql: /^Change/ }) + house.twin.requests.count({ path: /check-runs/ })

  const asks = (key: string): number => house.jira.requests.count({ path: new RegExp(`/issue/${key}$`) })

  const recheck = async (): Promise<void> => {
    await house.app.recheckTickets()
    await house.settle()
  }

  describe('a ticket of an open change that somebody waits on is read again without webhooks', () => {
    test('after 10 minutes, once, and the change is judged again when its tracker says something else', async () => {
      const pull = house.change('shop', 'BUG-1-work')
      await house.settle()
      expect(wordOf(pull)).toBe('failure')
      house.jira.tickets.add({ key: 'BUG-1', createdAt: new Date(Date.now() - minutes) })
      forget()
      house.later(9 * minutes)
      await recheck()
      expect(asks('BUG-1')).toBe(0)
      expect(wordOf(pull)).toBe('failure')
      house.later(2 * minutes)
      await recheck()
      expect(asks('BUG-1')).toBe(1)
      expect(wordOf(pull)).toBe('success')
      expect(await assessmentsOf(house, pull)).toEqual(['unmet', 'met'])
    })

    test('after 10 minutes, and costs GitHub nothing when its tracker says the same', async () => {
      const pull = house.change('shop', 'BUG-2-work')
      await house.settle()
      forget()
      house.later(11 * minutes)
      await recheck()
      await recheck()
      expect(asks('BUG-2')).toBe(1)
      expect(toGitHub()).toBe(0)
      expect(wordOf(pull)).toBe('failure')
      expect(await assessmentsOf(house, pull)).toEqual(['unmet'])
    })

    test('once for several changes', async () => {
      const pulls = ['a', 'b', 'c'].map((name) => house.change('shop', `BUG-3-${name}`))
      await house.settle()
      house.jira.tickets.add({ key: 'BUG-3', createdAt: new Date(Date.now() - minutes) })
      forget()
      house.later(11 * minutes)
      await recheck()
      expect(asks('BUG-3')).toBe(1)
      expect(pulls.map((pull) => wordOf(pull))).toEqual(['success', 'success', 'success'])
    })

    test('not any more once the change is closed', async () => {
      const pull = house.change('shop', 'BUG-4-work')
      await house.settle()
      pull.close(house.ana)
      await house.settle()
      forget()
      house.later(11 * minutes)
      await recheck()
      expect(asks('BUG-4')).toBe(0)
    })
  })
}

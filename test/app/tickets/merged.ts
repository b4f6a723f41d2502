import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { wordOf } from '../house.ts'
import { assessmentsOf, commentsOf, openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function merged(): void {
  let house: TicketHouse

  const minutes = 60_000

  beforeAll(async () => {
    house = await openTicketHouse({
      trackers: 'telling',
      repositories: {
        shop: '{ projects: [BUG], trackers: [jira, github-issues], verify: state }',
      },
    })
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  /** GitHub tells a merge to the second: nothing is told apart that happened within one. */
  const earlier = (): Date => new Date(Date.now() - minutes)

  async function reviewed(key: string): Promise<PullRequest> {
    house.jira.tickets.add({ key, createdAt: earlier() })
    const pull = house.change('shop', `${key}-work`)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    return pull
  }

  const closedAfter = /It was closed after the merge\.|Jira has it: Bug, To Do\./

  describe('the record of a merged change says what its ticket was at the merge', () => {
    test('when Jira closes the ticket right after it, and tells so', async () => {
      const pull = await reviewed('BUG-1')
      house.later(2_000)
      pull.merge({ by: house.ben })
      house.jira.tickets.setStatus('BUG-1', 'Done', 'closed')
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'met'])
      expect(commentsOf(pull)).toMatch(/`BUG-1` in Jira: type `Bug`, status `To Do`, created at /)
      expect(commentsOf(pull)).toMatch(/`ticket-link` \| met /)
      house.later(60 * minutes)
      await house.app.recheckTickets()
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'met'])
      expect(pull.comments()).toHaveLength(1)
      expect(commentsOf(pull)).not.toContain('**Added')
    })

    test('when Jira closes the ticket before anything is judged, hours after the last look', async () => {
      const pull = await reviewed('BUG-2')
      house.later(3 * 60 * minutes)
      pull.merge({ by: house.ben })
      house.later(2_000)
      house.jira.tickets.setStatus('BUG-2', 'Done', 'closed')
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'met'])
      expect(commentsOf(pull)).toMatch(closedAfter)
    })

    test('when the merge itself closes an issue of GitHub, within the same second, hours after the last look', async () => {
      const issue = house.repository('shop').openIssue({ title: 'Broken', by: house.ana })
      const pull = house.change('shop', `gh-${String(issue.number)}-work`)
      await house.settle()
      house.later(3 * 60 * minutes)
      pull.merge({ by: house.ben })
      issue.close(house.ben)
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'met'])
      expect(commentsOf(pull)).toContain('GitHub has it: open.')
    })

    test('when the merge closes an issue of GitHub', async () => {
      const issue = house.repository('shop').openIssue({ title: 'Broken', by: house.ana })
      const pull = house.change('shop', `gh-${String(issue.number)}-work`)
      await house.settle()
      house.later(2_000)
      pull.merge({ by: house.ben })
      issue.close(house.ben)
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'met'])
      expect(commentsOf(pull)).toMatch(/`ticket-link` \| met /)
    })

    test('when the ticket was closed before it, and GitHub could not be asked until after it', async () => {
      const pull = await reviewed('BUG-4')
      house.later(2_000)
      const away = house.twin.fault({ match: { path: /graphql/ }, status: 502 })
      house.jira.tickets.setStatus('BUG-4', 'Done', 'closed')
      await house.jira.webhooks.settle()
      house.later(minutes)
      pull.merge({ by: house.ben })
      await house.twin.webhooks.settle()
      away.clear()
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'unmet'])
      expect(commentsOf(pull)).toContain('BUG-4 was closed (Done) at the merge')
    })

    test('when the ticket was closed long before the merge', async () => {
      const pull = await reviewed('BUG-3')
      house.jira.tickets.setStatus('BUG-3', 'Done', 'closed')
      await house.settle()
      expect(wordOf(pull)).toBe('failure')
      house.later(30 * minutes)
      pull.merge({ by: house.ben })
      await house.settle()
      expect(await assessmentsOf(house, pull)).toEqual(['met', 'unmet', 'unmet'])
      expect(commentsOf(pull)).toContain('BUG-3 was closed (Done) at the merge')
      expect(textOf(pull)).not.toContain('Change that in Jira')
    })
  })

  test('a change merged in an outage is judged again by the policy and the title that it was merged with', async () => {
    const settings = 'trackers: [jira, github-issues], verify: state'
    house.jira.tickets.add({ key: 'BUG-9', createdAt: earlier() })
    house.jira.faults.add({ status: 503 })
    const pull = house.change('shop', 'BUG-9-work')
    await house.settle()
    pull.merge({ by: house.ben })
    await house.settle()
    house.enact({ shop: `{ projects: [OPS], where: [title], ${settings} }` })
    pull.edit({ title: 'OPS-1 is what it was for' }, house.ana)
    await house.settle()
    house.jira.faults.clear()
    house.later(31_000)
    await house.app.recheckTickets()
    await house.settle()
    expect(await assessmentsOf(house, pull)).toEqual(['met for now', 'met for now', 'met'])
    expect(commentsOf(pull)).toContain('The branch name carries BUG-9.')
    expect(commentsOf(pull)).not.toContain('OPS')
  })

  test('a Jira that does not tell since when a ticket is closed leaves no record undetermined', async () => {
    const settings = '{ projects: [BUG], verify: state, states: [To Do] }'
    const other = await openTicketHouse({ jira: { kind: 'data-center' }, repositories: { shop: settings } })
    other.jira.tickets.add({ key: 'BUG-1', createdAt: earlier() })
    const pull = other.change('shop', 'BUG-1-work')
    await other.settle()
    other.later(60 * minutes)
    other.jira.tickets.setStatus('BUG-1', 'Done', 'closed')
    pull.merge({ by: other.ben })
    await other.settle()
    expect(await assessmentsOf(other, pull)).toEqual(['met', 'met'])
    expect(commentsOf(pull)).toMatch(/`BUG-1` in Jira: type `Bug`, status `To Do`, created at /)
    await other.close()
  })
}

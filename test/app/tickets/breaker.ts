import { afterEach, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { wordOf } from '../house.ts'
import { openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function breaker(): void {
  let house: TicketHouse

  afterEach(async () => {
    await house.close()
    house.twin.assertClean()
  })

  const open = (halfOpenAfterMs: number): Promise<TicketHouse> =>
    openTicketHouse({
      repositories: { shop: '{ projects: [BUG], verify: exists, on-outage: block }' },
      app: { trackers: { halfOpenAfterMs } },
    })

  /** One after the other. */
  async function changes(...numbers: readonly number[]): Promise<readonly PullRequest[]> {
    const pulls: PullRequest[] = []
    for (const number of numbers) {
      pulls.push(house.change('shop', `BUG-${String(number)}-work`))
      await house.settle()
    }
    return pulls
  }

  test('a tracker that fails 5 times in a row is left alone', async () => {
    house = await open(3_600_000)
    house.jira.faults.add({ status: 500 })
    await changes(1, 2, 3, 4, 5)
    expect(house.jira.requests.count()).toBe(5)
    const others = await changes(6, 7, 8)
    house.later(31_000)
    await house.app.recheckTickets()
    await house.settle()
    expect(house.jira.requests.count()).toBe(5)
    for (const pull of others) {
      expect(wordOf(pull)).toBe('in_progress')
      expect(textOf(pull)).toContain('Jira has not answered several times in a row, and is asked again shortly')
    }
  })

  test('a tracker that was left alone is asked again after a while, and all that waits for it is judged', async () => {
    house = await open(100)
    const down = house.jira.faults.add({ status: 500 })
    const pulls = await changes(1, 2, 3, 4, 5, 6)
    for (let number = 1; number <= 6; number += 1) house.jira.tickets.add({ key: `BUG-${String(number)}` })
    down.clear()
    while (pulls.some((pull) => wordOf(pull) !== 'success')) {
      house.later(31_000)
      await house.app.recheckTickets()
      await house.settle()
      await pause(20)
    }
    for (const pull of pulls) expect(textOf(pull)).toContain('Jira has it: Bug, To Do.')
  })
}

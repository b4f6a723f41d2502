import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { wordOf } from '../house.ts'
import { openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function calls(): void {
  let house: TicketHouse

  beforeAll(async () => {
    house = await openTicketHouse({
      repositories: {
        pattern: '{ projects: [BUG], verify: pattern }',
        looked: '{ projects: [BUG], verify: state }',
        many: '{ projects: [BUG], verify: exists }',
        blocking: '{ projects: [BUG], verify: exists, on-outage: block }',
      },
      // GitHub lets nobody write 30 checks in a moment.
      twin: { limits: 'lifted' },
      app: { limits: 'lifted', trackers: { timeoutMs: 400 } },
    })
    for (const key of ['BUG-1', 'BUG-2', 'BUG-3', 'BUG-4']) house.jira.tickets.add({ key })
    // The first change of an organization also reads what is kept from then on, such as its policy.
    for (const repository of ['pattern', 'looked', 'many', 'blocking']) house.change(repository, 'BUG-4-first')
    await house.settle()
    // What is due of itself is not due while requests are counted.
    await house.app.reconcile()
    await house.settle()
  })

  beforeEach(() => {
    house.twin.requests.reset()
    house.jira.requests.reset()
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  const asked = (): Readonly<Record<string, number>> => {
    const { 'GET /app/hook/deliveries': _rounds, ...endpoints } = house.twin.requests.byEndpoint()
    return endpoints
  }

  test('looking a ticket up costs no request to GitHub', async () => {
    house.change('pattern', 'BUG-1-work')
    await house.settle()
    const without = asked()
    expect(house.jira.requests.count()).toBe(0)
    house.twin.requests.reset()
    const pull = house.change('looked', 'BUG-1-work')
    await house.settle()
    expect(textOf(pull)).toContain('Jira has it: Bug, To Do.')
    expect(house.jira.requests.count()).toBe(1)
    expect(asked()).toEqual(without)
  })

  test('a change that is pushed to asks the tracker once in 5 minutes, and as much of GitHub as without a ticket', async () => {
    const pull = house.change('looked', 'BUG-2-work')
    await house.settle()
    house.twin.requests.reset()
    for (let push = 0; push < 3; push += 1) {
      pull.repository.push({ branch: pull.headBranch, by: house.ana, files: { 'a.js': String(push) } })
      await house.settle()
    }
    expect(house.jira.requests.count()).toBe(1)
    expect(house.twin.requests.count({ path: /graphql/ })).toBe(3)
    house.later(5 * 60_000)
    pull.edit({ title: 'Five minutes on' }, house.ana)
    await house.settle()
    expect(house.jira.requests.count()).toBe(2)
  })

  test('thirty changes on one ticket cost one request to the tracker', async () => {
    house.jira.faults.add({ match: { path: /issue/ }, delayMs: 100 })
    const pulls = Array.from({ length: 30 }, (_, index) => house.change('many', `BUG-3-change-${String(index)}`))
    await house.settle()
    house.jira.faults.clear()
    expect(pulls.every((pull) => wordOf(pull) === 'success')).toBe(true)
    expect(house.jira.requests.count()).toBe(1)
  })

  test('a tracker that never answers holds a check up no longer than its deadline, and asks nothing more of GitHub', async () => {
    house.later(6 * 60_000)
    const hang = house.jira.faults.add({ hang: true })
    const pull = house.change('blocking', 'BUG-9-work')
    await house.settle()
    hang.clear()
    expect(wordOf(pull)).toBe('in_progress')
    expect(textOf(pull)).toContain('Jira took longer than 0.4 s.')
    const reads = house.twin.requests.count({ path: /graphql/ })
    expect(reads).toBe(1)
  })
}

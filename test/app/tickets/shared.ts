import { afterEach, expect, test } from '@jest/globals'
import type { MergeGroup } from '#twin/state/merge-queue.ts'
import { wordOf } from '../house.ts'
import { openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function sharedOrganizations(): void {
  let house: TicketHouse

  afterEach(async () => {
    await house.close()
    house.twin.assertClean()
  })

  test('another organization than those named learns nothing of a ticket, not even what is kept for others', async () => {
    house = await openTicketHouse({
      repositories: { shop: '{ projects: [BUG], verify: exists }' },
      environment: { TRACKER_ORGANIZATIONS: 'Acme' },
      app: { waitsMs: [5, 5] },
    })
    house.jira.tickets.add({ key: 'BUG-1' })
    const ours = house.change('shop', 'BUG-1-ours')
    await house.settle()
    expect(wordOf(ours)).toBe('success')
    house.jira.requests.reset()
    const other = house.twin.organization('other')
    const mallory = other.person('mallory')
    const policy =
      'version: 1\nmode: off\ncontrols:\n  ticket-link: { mode: enforce, projects: [BUG], verify: state, link-back: true }\n'
    other.repository('.github', { files: { 'countersign.yml': policy } })
    const prying = other.repository('prying')
    prying.grant(mallory, 'write')
    other.install()
    await house.settle()
    const pulls = ['BUG-1-there', 'BUG-2-not-there'].map((head) => {
      prying.branch(head)
      prying.push({ branch: head, by: mallory, files: { [`${head}.js`]: '1' } })
      return prying.openPullRequest({ head, title: 'Prying', by: mallory })
    })
    await house.settle()
    await house.app.recheckTickets()
    await house.app.linkTickets()
    await house.settle()
    const [there, missing] = pulls.map((pull) => textOf(pull).replaceAll(/BUG-[12][-a-z]*|\b[12]\b/g, 'KEY'))
    expect(there).toBe(missing)
    expect(there).toContain('KEY was not looked up. This organization is not on TRACKER_ORGANIZATIONS.')
    expect(there).toContain('could not be determined')
    expect(pulls.map((pull) => wordOf(pull))).toEqual(['failure', 'failure'])
    expect(house.jira.requests.count()).toBe(0)
    expect(house.jira.tickets.links('BUG-1')).toEqual([])
  })

  test('a group of the merge queue is judged by the branches of its pull requests', async () => {
    house = await openTicketHouse({
      repositories: { shop: '{ projects: [BUG], verify: state }' },
      trackers: 'telling',
    })
    const shop = house.repository('shop')
    for (const key of ['BUG-1', 'BUG-2']) house.jira.tickets.add({ key })
    const pulls = ['BUG-1-work', 'BUG-2-work'].map((head) => house.change('shop', head))
    await house.settle()
    expect(pulls.map((pull) => wordOf(pull))).toEqual(['success', 'success'])
    const group = shop.mergeQueue.enqueueTogether(pulls, house.ana)
    await house.settle()
    expect(wordOn(group)).toBe('success')
    for (const pull of pulls) shop.mergeQueue.dequeue(pull)
    await house.settle()
    house.jira.setWebhook(null, null)
    house.jira.tickets.setStatus('BUG-2', 'Done', 'closed')
    house.later(6 * 60_000)
    const again = shop.mergeQueue.enqueueTogether(pulls, house.ana)
    await house.settle()
    expect(again.headBranch).toMatch(/^gh-readonly-queue\//)
    expect(wordOn(again)).toBe('failure')
    const text = runsOn(again).at(-1)?.output.summary ?? ''
    expect(text).toContain('BUG-2 is closed (Done)')
    expect(text).not.toContain('gh-readonly-queue')
  })

  const runsOn = ({ headSha }: MergeGroup) =>
    house
      .repository('shop')
      .checkRuns(headSha)
      .filter(({ suite }) => suite.app.id === house.twin.app.id)

  const wordOn = (group: MergeGroup): string => {
    const run = runsOn(group).at(-1)
    return run?.conclusion ?? run?.status ?? 'no check'
  }
}

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { FaultOptions } from '#twin/faults.ts'
import { wordOf } from '../house.ts'
import { assessmentsOf, commentsOf, openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function outage(): void {
  let house: TicketHouse

  const all = 'projects: [BUG, "linear:ENG"], trackers: [jira, linear, shortcut, github-issues], verify: state'
  const seconds = 1_000

  beforeAll(async () => {
    house = await openTicketHouse({
      repositories: {
        allowing: `{ ${all} }`,
        blocking: `{ ${all}, on-outage: block }`,
      },
      app: { trackers: { timeoutMs: 500, failures: 1_000 } },
    })
  })

  afterEach(async () => {
    house.jira.faults.clear()
    house.linear.faults.clear()
    house.shortcut.faults.clear()
    house.twin.clearFaults()
    await heal(180 * seconds)
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  /** What a worker does of itself every few seconds, once the trackers answer again. */
  async function heal(laterMs = 31 * seconds): Promise<void> {
    house.later(laterMs)
    await house.app.recheckTickets()
    await house.settle()
  }

  const trouble: readonly { readonly when: string; readonly fault: FaultOptions; readonly says: RegExp }[] = [
    { when: 'fails', fault: { status: 503 }, says: /Jira (answered|failed)[^.]*503/ },
    { when: 'does not answer', fault: { hang: true }, says: /Jira took longer than 0\.5 s/ },
    { when: 'cuts the connection', fault: { cut: true }, says: /Jira cannot be reached/ },
    { when: 'breaks off in the middle', fault: { truncated: true }, says: /Jira cannot be reached/ },
    { when: 'refuses the credentials', fault: { status: 401 }, says: /Jira does not accept the credentials \(401\)/ },
    { when: 'refuses the account', fault: { status: 403 }, says: /Jira refuses what was asked \(403\)/ },
    {
      when: 'asks to be left alone',
      fault: { status: 429, headers: { 'retry-after': '120' } },
      says: /Jira asks [^.]*wait/,
    },
    { when: 'answers with a page to log in', fault: { html: true }, says: /Jira answered something that is no JSON/ },
    {
      when: 'says 404 with a page of somebody else',
      fault: { html: true, status: 404 },
      says: /Jira answered something that is no JSON/,
    },
  ]

  const asks = (key: string): number => house.jira.requests.count({ path: new RegExp(`/issue/${key}$`) })

  /** GitHub tells a merge to the second: nothing is told apart that happened within one. */
  const earlier = (): Date => new Date(Date.now() - 60 * seconds)

  let last = 0
  const nextKey = (): string => `BUG-${String((last += 1))}`

  describe.each(trouble)('while Jira $when', ({ fault, says }) => {
    test('a change passes for now or waits, and is judged when it answers: the ledger holds both verdicts', async () => {
      const [there, missing] = [nextKey(), nextKey()]
      house.jira.tickets.add({ key: there })
      house.jira.faults.add(fault)
      const passing = house.change('allowing', `${there}-work`)
      const mistaken = house.change('allowing', `${missing}-work`)
      const waiting = house.change('blocking', `${there}-work`)
      await house.settle()
      for (const pull of [passing, mistaken]) {
        expect(wordOf(pull)).toBe('success')
        expect(textOf(pull)).toMatch(/^ticket-link is met for now: it is judged again when its tracker answers\n/)
      }
      expect(wordOf(waiting)).toBe('in_progress')
      expect(textOf(waiting).startsWith(`Waiting for Jira to answer about ${there}\n`)).toBe(true)
      for (const pull of [passing, mistaken, waiting]) {
        expect(textOf(pull)).toMatch(says)
        expect(textOf(pull)).not.toContain('has no BUG')
      }
      house.jira.faults.clear()
      await heal(180 * seconds)
      expect([passing, mistaken, waiting].map((pull) => wordOf(pull))).toEqual(['success', 'failure', 'success'])
      expect(textOf(passing)).toMatch(/^ticket-link is met\n/)
      expect(textOf(mistaken)).toContain(`Jira has no ${missing}, or hides it from Countersign.`)
      expect(await assessmentsOf(house, passing)).toEqual(['met for now', 'met'])
      expect(await assessmentsOf(house, mistaken)).toEqual(['met for now', 'unmet'])
      expect(await assessmentsOf(house, waiting)).toEqual(['waiting', 'met'])
    })
  })

  describe.each([
    {
      name: 'Linear',
      branch: () => {
        house.linear.tickets.add({ key: 'ENG-1' })
        return 'ENG-1-work'
      },
      down: () => house.linear.faults.add({ status: 502 }),
    },
    {
      name: 'Shortcut',
      branch: () => {
        house.shortcut.tickets.add({ key: 'sc-1' })
        return 'sc-1-work'
      },
      down: () => house.shortcut.faults.add({ cut: true }),
    },
    {
      name: 'GitHub',
      branch: () =>
        `gh-${String(house.repository('blocking').openIssue({ title: 'Broken', by: house.ana }).number)}-work`,
      down: () => house.twin.fault({ match: { path: /\/issues\/\d+$/, method: 'GET' }, status: 503 }),
    },
  ])('while $name does not answer', ({ name, branch, down }) => {
    test('a change waits for it, and is judged when it answers', async () => {
      const head = branch()
      down()
      const pull = house.change('blocking', head)
      await house.settle()
      expect(wordOf(pull)).toBe('in_progress')
      expect(textOf(pull)).toMatch(new RegExp(`^Waiting for ${name} to answer about `))
      house.linear.faults.clear()
      house.shortcut.faults.clear()
      house.twin.clearFaults()
      await heal()
      expect(wordOf(pull)).toBe('success')
      expect(await assessmentsOf(house, pull)).toEqual(['waiting', 'met'])
    })
  })

  test('a tracker that asks to be left alone is left alone for as long as it said', async () => {
    const [key, other] = [nextKey(), nextKey()]
    house.jira.faults.add({ status: 429, headers: { 'retry-after': '90' }, times: 1 })
    house.change('allowing', `${key}-work`)
    await house.settle()
    house.jira.requests.reset()
    const pull = house.change('allowing', `${other}-work`)
    await house.settle()
    await heal(60 * seconds)
    expect(textOf(pull)).toMatch(/ met for now/)
    expect(house.jira.requests.count()).toBe(0)
    await heal(31 * seconds)
    expect(asks(key)).toBe(1)
    expect(asks(other)).toBe(1)
    expect(wordOf(pull)).toBe('failure')
  })

  test('a ticket that was seen earlier stands in, marked with its time, until its tracker answers', async () => {
    const key = nextKey()
    house.jira.tickets.add({ key })
    const pull = house.change('blocking', `${key}-work`)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    house.later(6 * 60 * seconds)
    house.jira.faults.add({ status: 500 })
    pull.edit({ title: 'Six minutes on' }, house.ana)
    await house.settle()
    expect(wordOf(pull)).toBe('success')
    expect(textOf(pull)).toMatch(/^ticket-link is met for now/)
    expect(textOf(pull)).toMatch(/That is as of \d{4}-\d\d-\d\d \d\d:\d\d UTC: since then, Jira [^.]*500/)
    house.jira.faults.clear()
    house.jira.tickets.setStatus(key, 'Done', 'closed')
    await heal()
    expect(wordOf(pull)).toBe('failure')
    expect(await assessmentsOf(house, pull)).toEqual(['met', 'met for now', 'unmet'])
  })

  describe('a change that is merged during an outage', () => {
    test.each([
      {
        when: 'there',
        file: (key: string) => house.jira.tickets.add({ key, createdAt: earlier() }),
        becomes: 'met',
        says: 'Jira has it',
      },
      { when: 'not there', file: () => undefined, becomes: 'unmet', says: 'Jira has no ' },
    ])('has its record at once, and one addition when the ticket turns out to be $when', async (row) => {
      const key = nextKey()
      row.file(key)
      house.jira.faults.add({ status: 503 })
      const pull = house.change('allowing', `${key}-work`)
      await house.settle()
      pull.merge({ by: house.ben })
      await house.settle()
      expect(pull.comments()).toHaveLength(1)
      const record = commentsOf(pull)
      expect(record).toMatch(/Jira [^.]*503/)
      expect(record).not.toContain('**Added')
      house.jira.faults.clear()
      await heal()
      expect(pull.comments()).toHaveLength(1)
      expect(commentsOf(pull).startsWith(record)).toBe(true)
      expect(commentsOf(pull).slice(record.length)).toContain(row.says)
      await heal()
      house.later(15 * 60 * seconds)
      await heal()
      expect(commentsOf(pull).match(/\*\*Added /g)).toHaveLength(1)
      expect(await assessmentsOf(house, pull)).toEqual(['met for now', 'met for now', row.becomes])
    })
  })
}

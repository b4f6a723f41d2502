import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { wordOf } from '../house.ts'
import { openTicketHouse, textOf, type TicketHouse } from '../ticket-house.ts'

export function elsewhere(): void {
  let house: TicketHouse
  let other: Server
  let elsewhere: string
  const heard: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = []

  beforeAll(async () => {
    other = createServer((request, response) => {
      heard.push({ url: request.url, headers: request.headers })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    elsewhere = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}`
    const all = 'projects: [BUG, "linear:ENG"], trackers: [jira, linear, shortcut], verify: exists, link-back: true'
    house = await openTicketHouse({
      repositories: { shop: `{ ${all}, on-outage: block }` },
      app: { trackers: { timeoutMs: 2_000, failures: 1_000 } },
    })
  })

  afterEach(() => {
    for (const { faults } of [house.jira, house.linear, house.shortcut]) faults.clear()
  })

  afterAll(async () => {
    await house.close()
    other.close()
    house.twin.assertClean()
  })

  let last = 0

  const trackers = [
    {
      name: 'Jira',
      tracker: () => house.jira,
      key: (number: number) => `BUG-${String(number)}`,
      write: { path: /remotelink/ },
    },
    {
      name: 'Linear',
      tracker: () => house.linear,
      key: (number: number) => `ENG-${String(number)}`,
      write: { graphql: /Link/ },
    },
    {
      name: 'Shortcut',
      tracker: () => house.shortcut,
      key: (number: number) => `sc-${String(number)}`,
      write: { method: 'PUT' },
    },
  ] as const

  const targets = [
    {
      to: 'the address where clouds keep credentials',
      url: () => 'http://169.254.169.254/latest/meta-data/',
      statuses: [302, 307],
    },
    { to: 'another host', url: () => `${elsewhere}/latest/meta-data/`, statuses: [301, 302, 303, 307, 308] },
    { to: 'a file', url: () => 'file:///etc/passwd', statuses: [302] },
  ] as const

  const rows = trackers.flatMap((one) =>
    targets.flatMap((target) => target.statuses.map((status) => ({ ...one, ...target, status }))),
  )

  test('a tracker that redirects leads nowhere: its answer is an outage, and nobody else is asked', async () => {
    for (const { name, tracker, key, to, url, status } of rows) {
      const named = key((last += 1))
      tracker().faults.add({ redirectTo: url(), status })
      const pull = house.change('shop', `${named}-work`)
      await house.settle()
      tracker().faults.clear()
      const row = `${name} to ${to} (${String(status)})`
      expect([row, wordOf(pull)]).toEqual([row, 'in_progress'])
      expect(textOf(pull)).toContain(`${name} redirects to another address, which is not followed`)
      expect(textOf(pull)).not.toMatch(/169\.254|etc\/passwd|meta-data/)
    }
    expect(heard).toEqual([])
  })

  test('a link is not carried elsewhere by a redirect either', async () => {
    for (const { tracker, key, write } of trackers) {
      const named = key((last += 1))
      tracker().tickets.add({ key: named })
      const redirect = tracker().faults.add({ match: write, redirectTo: elsewhere, status: 307 })
      house.change('shop', `${named}-work`)
      await house.settle()
      await house.app.linkTickets()
      expect(redirect.count).toBeGreaterThan(0)
      expect(tracker().tickets.links(named)).toEqual([])
      tracker().faults.clear()
      house.later(60_000)
      await house.app.linkTickets()
      expect(tracker().tickets.links(named)).toHaveLength(1)
    }
    expect(heard).toEqual([])
  })

  test('a tracker that is configured at the address where clouds keep credentials is not asked', async () => {
    const wrong = await openTicketHouse({
      repositories: { shop: '{ projects: [BUG], verify: exists, on-outage: block }' },
      environment: { JIRA_URL: 'https://169.254.169.254' },
    })
    const pull = wrong.change('shop', 'BUG-1-work')
    await wrong.settle()
    expect(wordOf(pull)).toBe('in_progress')
    expect(textOf(pull)).toContain('Jira is at an address that is never asked, such as a link-local or a reserved one')
    await wrong.close()
  })
}

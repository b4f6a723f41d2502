import { afterEach, describe, expect, test } from '@jest/globals'
import type { FaultOptions } from '#twin/faults.ts'
import { startJira } from '#twin/trackers/jira.ts'
import { startLinear } from '#twin/trackers/linear.ts'
import { startShortcut } from '#twin/trackers/shortcut.ts'
import type { Tickets } from '#twin/trackers/tickets.ts'
import type { TrackerServer } from '#twin/trackers/tracker-server.ts'
import { ask, type Reply } from './asking.ts'

interface Tracker extends TrackerServer {
  readonly tickets: Tickets
}

/** A tracker with one ticket, and how one looks at it. */
interface Trial {
  readonly tracker: Tracker
  readonly look: () => Promise<Reply>
}

const issueQuery = '{ issue(id: "ENG-1") { identifier } }'

const trials: readonly { readonly name: string; readonly begin: () => Promise<Trial> }[] = [
  ...(['cloud', 'data-center'] as const).map((kind) => ({
    name: `Jira (${kind})`,
    begin: async (): Promise<Trial> => {
      const tracker = await startJira({ kind })
      const basic = `Basic ${Buffer.from(`${tracker.email}:${tracker.token}`).toString('base64')}`
      const authorization = kind === 'cloud' ? basic : `Bearer ${tracker.token}`
      tracker.tickets.add({ key: 'ENG-1' })
      return { tracker, look: () => ask(`${tracker.url}/rest/api/2/issue/ENG-1`, { headers: { authorization } }) }
    },
  })),
  {
    name: 'Linear',
    begin: async () => {
      const tracker = await startLinear()
      const headers = { authorization: tracker.token }
      tracker.tickets.add({ key: 'ENG-1' })
      const request = { method: 'POST', headers, body: { query: issueQuery } }
      return { tracker, look: () => ask(`${tracker.url}/graphql`, request) }
    },
  },
  {
    name: 'Shortcut',
    begin: async () => {
      const tracker = await startShortcut()
      tracker.tickets.add({ key: 'sc-1' })
      const headers = { 'shortcut-token': tracker.token }
      return { tracker, look: () => ask(`${tracker.url}/api/v3/stories/1`, { headers }) }
    },
  },
]

const answered: readonly {
  readonly what: string
  readonly fault: FaultOptions
  readonly reply: Partial<Reply>
  readonly header?: readonly [name: string, value: string]
}[] = [
  { what: 'nothing unusual', fault: { match: { path: '/elsewhere' }, status: 500 }, reply: { status: 200 } },
  { what: '404', fault: { status: 404, body: { message: 'Gone' } }, reply: { status: 404, body: { message: 'Gone' } } },
  { what: '401', fault: { status: 401 }, reply: { status: 401 } },
  { what: '403', fault: { status: 403 }, reply: { status: 403 } },
  {
    what: '429 with the seconds to wait',
    fault: { status: 429, headers: { 'retry-after': '30' } },
    reply: { status: 429 },
    header: ['retry-after', '30'],
  },
  { what: '500', fault: { status: 500 }, reply: { status: 500 } },
  { what: '503 with a page', fault: { status: 503, html: true }, reply: { status: 503, body: null } },
  { what: 'a slow answer', fault: { delayMs: 20 }, reply: { status: 200 } },
  {
    what: 'a page instead of JSON',
    fault: { html: true },
    reply: { status: 200, body: null },
    header: ['content-type', 'text/html; charset=utf-8'],
  },
  {
    what: 'a redirect to another host',
    fault: { redirectTo: 'http://169.254.169.254/latest/meta-data/' },
    reply: { status: 302, text: '' },
    header: ['location', 'http://169.254.169.254/latest/meta-data/'],
  },
]

const unanswered: readonly { readonly what: string; readonly fault: FaultOptions; readonly timeoutMs?: number }[] = [
  { what: 'a connection that is cut', fault: { cut: true } },
  { what: 'an answer that ends in the middle', fault: { truncated: true } },
]

describe.each(trials)('$name on a bad day', ({ begin }) => {
  let trial: Trial | undefined

  afterEach(() => trial?.tracker.stop())

  test.each(answered)('gives $what', async ({ fault, reply, header }) => {
    trial = await begin()
    trial.tracker.faults.add(fault)
    const got = await trial.look()
    expect(got).toMatchObject(reply)
    if (header) expect(got.headers.get(header[0])).toBe(header[1])
    expect(trial.tracker.requests.all()).toMatchObject([{ status: got.status }])
  })

  test.each(unanswered)('gives $what', async ({ fault }) => {
    trial = await begin()
    trial.tracker.faults.add({ ...fault, times: 1 })
    await expect(trial.look()).rejects.toThrow()
    expect(trial.tracker.requests.all()).toMatchObject([{ status: null }])
    expect(await trial.look()).toMatchObject({ status: 200 })
  })

  test('says nothing for ever, until the connection is given up', async () => {
    const { tracker } = (trial = await begin())
    tracker.faults.add({ hang: true })
    await expect(ask(`${tracker.url}/`, { timeoutMs: 50 })).rejects.toThrow(/timeout|aborted/)
    expect(tracker.requests.count()).toBe(1)
  })

  test('strikes as often as asked, after letting some through, where it matches', async () => {
    const { tracker, look } = (trial = await begin())
    const fault = tracker.faults.add({ match: { method: 'DELETE' }, status: 500 })
    tracker.faults.add({ status: 503, skip: 1, times: 2 })
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await look()).status)
    expect(statuses).toEqual([200, 503, 503, 200])
    expect(fault.count).toBe(0)
  })
})

import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { PullRequest } from '#twin/state/pull-request.ts'
import type { Tickets } from '#twin/trackers/tickets.ts'
import { wordOf } from '../house.ts'
import { openTicketHouse, textOf, type TicketHouse, webhookSecrets } from '../ticket-house.ts'

export function told(): void {
  let house: TicketHouse

  const all = 'projects: [BUG, NEW, "linear:ENG", "linear:OPS"], trackers: [jira, linear, shortcut, github-issues]'

  beforeAll(async () => {
    house = await openTicketHouse({
      trackers: 'telling',
      repositories: { shop: `{ ${all}, verify: state }`, web: `{ ${all}, verify: state, issues-repository: shop }` },
    })
  })

  afterAll(async () => {
    await house.close()
    house.twin.assertClean()
  })

  /** GitHub tells of our own check, and of nothing else meanwhile. */
  const eventsFromGitHub = (): readonly string[] =>
    house.twin.webhooks
      .deliveries({})
      .map(({ event }) => event)
      .filter((event) => event !== 'check_run' && event !== 'check_suite')

  let last = 0

  const trackers = [
    {
      name: 'Jira',
      tickets: (): Tickets => house.jira.tickets,
      key: (number: number) => `BUG-${String(number)}`,
      move: (key: string, number: number) => house.jira.tickets.move(key, `NEW-${String(number)}`),
      deleted: (key: string) => `Jira has no ${key}, or hides it from Countersign.`,
    },
    {
      name: 'Linear',
      tickets: (): Tickets => house.linear.tickets,
      key: (number: number) => `ENG-${String(number)}`,
      move: (key: string, number: number) => house.linear.tickets.move(key, `OPS-${String(number)}`),
      deleted: (key: string) => `Linear has no ${key}, or hides it from Countersign.`,
    },
    {
      name: 'Shortcut',
      tickets: (): Tickets => house.shortcut.tickets,
      key: (number: number) => `sc-${String(number)}`,
      move: null,
      deleted: (key: string) => `Shortcut has no ${key}, or hides it from Countersign.`,
    },
  ] as const

  describe.each(trackers)('a webhook of $name has the open change judged again, without a word from GitHub,', (one) => {
    let key: string
    let number: number
    let pull: PullRequest

    beforeEach(async () => {
      number = last += 1
      key = one.key(number)
      one.tickets().add({ key })
      pull = house.change('shop', `${key}-work`)
      await house.settle()
      expect(wordOf(pull)).toBe('success')
    })

    const silently = async (act: () => void): Promise<void> => {
      const before = eventsFromGitHub().length
      act()
      await house.settle()
      expect(eventsFromGitHub().length).toBe(before)
    }

    test('when its ticket is closed, and when it is reopened', async () => {
      await silently(() => one.tickets().setStatus(key, 'Done', 'closed'))
      expect(wordOf(pull)).toBe('failure')
      expect(textOf(pull)).toContain(
        `${key} is closed (Done), and the policy asks for a ticket that is open or in progress.`,
      )
      await silently(() => one.tickets().setStatus(key, 'Again', 'in-progress'))
      expect(wordOf(pull)).toBe('success')
    })

    test('when its ticket is deleted', async () => {
      await silently(() => one.tickets().remove(key))
      expect(wordOf(pull)).toBe('failure')
      expect(textOf(pull)).toContain(one.deleted(key))
    })

    const { move } = one
    if (move !== null) {
      test('when its ticket is moved, and later closed under its new key', async () => {
        await silently(() => move(key, number))
        expect(wordOf(pull)).toBe('success')
        expect(textOf(pull)).toContain('It is called ')
        const newKey = one.name === 'Jira' ? `NEW-${String(number)}` : `OPS-${String(number)}`
        await silently(() => one.tickets().setStatus(newKey, 'Done', 'closed'))
        expect(wordOf(pull)).toBe('failure')
      })
    }

    test('when a ticket that was not there is filed', async () => {
      const missing = one.key(number + 5_000)
      const change = house.change('shop', `${missing}-work`, { authoredAt: new Date() })
      await house.settle()
      expect(wordOf(change)).toBe('failure')
      await silently(() => one.tickets().add({ key: missing, createdAt: new Date(Date.now() - 60_000) }))
      expect(wordOf(change)).toBe('success')
    })
  })

  describe.each(['shop', 'web'])('an event of an issue has the open change of %s judged again', (repository) => {
    test('when it is closed, reopened and deleted', async () => {
      const issue = house.repository('shop').openIssue({ title: 'Broken', by: house.ana })
      const pull = house.change(repository, `gh-${String(issue.number)}-work`)
      await house.settle()
      expect(wordOf(pull)).toBe('success')
      issue.close(house.ana)
      await house.settle()
      expect(wordOf(pull)).toBe('failure')
      expect(textOf(pull)).toContain(`#${String(issue.number)} is closed as completed`)
      issue.reopen(house.ana)
      await house.settle()
      expect(wordOf(pull)).toBe('success')
      issue.delete(house.ana)
      await house.settle()
      expect(wordOf(pull)).toBe('failure')
      expect(textOf(pull)).toContain(`GitHub has no issue #${String(issue.number)}, or hides it from Countersign.`)
    })
  })

  describe('a webhook is answered with 401, and nothing happens,', () => {
    const doors = [
      {
        tracker: 'jira',
        header: 'x-hub-signature',
        prefix: 'sha256=',
        payload: (key: string) => ({ webhookEvent: 'jira:issue_updated', timestamp: Date.now(), issue: { key } }),
      },
      {
        tracker: 'linear',
        header: 'linear-signature',
        prefix: '',
        payload: (key: string) => ({
          type: 'Issue',
          action: 'update',
          webhookTimestamp: Date.now(),
          data: { identifier: key },
        }),
      },
      {
        tracker: 'shortcut',
        header: 'payload-signature',
        prefix: '',
        payload: (key: string) => ({
          primary_id: Number(key.slice(3)),
          actions: [{ id: Number(key.slice(3)), entity_type: 'story', action: 'update' }],
        }),
      },
    ] as const

    const post = async (tracker: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> => {
      const sent = { 'content-type': 'application/json', ...headers }
      return (await fetch(`${house.url}/api/${tracker}/webhooks`, { method: 'POST', body, headers: sent })).status
    }

    test.each(doors)(
      'when one of $tracker is signed wrongly or not at all',
      async ({ tracker, header, prefix, payload }) => {
        const key = { jira: 'BUG-7001', linear: 'ENG-7001', shortcut: 'sc-7001' }[tracker]
        const { tickets, requests } = house[tracker]
        house[tracker].setWebhook(null, null)
        tickets.add({ key })
        const pull = house.change('shop', `${key}-forged`)
        await house.settle()
        tickets.setStatus(key, 'Done', 'closed')
        requests.reset()
        const body = JSON.stringify(payload(key))
        const signed = (secret: string) => prefix + createHmac('sha256', secret).update(body).digest('hex')
        expect(await post(tracker, body, {})).toBe(401)
        expect(await post(tracker, body, { [header]: signed('another secret than ours') })).toBe(401)
        expect(await post(tracker, `${body} `, { [header]: signed(webhookSecrets[tracker]) })).toBe(401)
        await house.settle()
        expect(requests.count()).toBe(0)
        expect(wordOf(pull)).toBe('success')
        expect(await post(tracker, body, { [header]: signed(webhookSecrets[tracker]) })).toBe(200)
        await house.settle()
        expect(wordOf(pull)).toBe('failure')
        house[tracker].setWebhook(`${house.url}/api/${tracker}/webhooks`, webhookSecrets[tracker])
      },
    )
  })
}

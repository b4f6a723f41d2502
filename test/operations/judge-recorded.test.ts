import { describe, expect, test } from '@jest/globals'
import { known } from '#facts/fact.ts'
import type { NamedTicket, TicketAnswer } from '#facts/ticket.ts'
import { judgeRecorded, type RecordedPorts } from '#operations/judge-recorded.ts'
import { ticketLink } from '#controls/change/ticket-link.ts'
import { policyOf } from '../engine/sample-policy.ts'
import { approvalBy, ben, change, wholeFacts } from '../controls/sample-change.ts'
import { merged, observedChange, stillPorts, subject } from './fake-world.ts'
import { found } from './sample-tickets.ts'

const away: NamedTicket = {
  tracker: 'jira',
  key: 'BUG-453',
  named: 'BUG-453',
  answer: { outcome: 'unavailable', why: 'failed (503)' },
  readAt: '2026-05-05T08:59:00.000Z',
  staleBecause: null,
}

/** What was seen when it was merged, while Jira was away. */
const recordedFacts = {
  ...wholeFacts,
  change: known({ ...change, ...merged }),
  reviews: known([approvalBy(ben)]),
  tickets: known([away]),
}
const policy = policyOf({
  'ticket-link': {
    mode: 'enforce',
    settings: { ...ticketSettings(), verify: 'exists' },
  },
})

function ticketSettings(): Record<string, unknown> {
  return ticketLink.settings.parse({ projects: ['BUG'] })
}

const recorded = { facts: recordedFacts, policy, repository: { ...observedChange().repository, properties: {} } }

function world(answer: TicketAnswer, over: Partial<RecordedPorts> = {}) {
  const asked: string[] = []
  const ports: RecordedPorts = {
    ...stillPorts,
    // By now its title, its approvals and the policy are others.
    observeChange: () => Promise.resolve(observedChange({ ...merged, title: 'BUG-1', headBranch: 'renamed' })),
    askTracker: ({ key }) => {
      asked.push(key)
      return Promise.resolve(answer)
    },
    ...over,
  }
  return { ports, asked }
}

describe('a merged change whose tracker was away', () => {
  test('is judged by what was recorded of it, with the ticket alone read again', async () => {
    const { ports, asked } = world(found())
    const judged = await judgeRecorded(subject, recorded, ports)
    expect(asked).toEqual(['BUG-453'])
    expect(judged?.facts).toEqual({
      ...recordedFacts,
      tickets: known([{ ...away, answer: found(), readAt: ports.now().toISOString() }]),
    })
    expect(judged?.policy).toBe(policy)
    expect(judged?.findings.find(({ control }) => control === 'ticket-link')).toMatchObject({ outcome: 'met' })
  })

  test('keeps the answers that its trackers did give', async () => {
    const answered = { ...away, key: 'BUG-7', named: 'BUG-7', answer: found() }
    const facts = { ...recordedFacts, tickets: known([answered, away]) }
    const { ports, asked } = world(found())
    await judgeRecorded(subject, { ...recorded, facts }, ports)
    expect(asked).toEqual(['BUG-453'])
  })

  test('goes by the name that its repository has now', async () => {
    const look = observedChange(merged)
    const { ports } = world(found(), {
      observeChange: () => Promise.resolve({ ...look, repository: { ...look.repository, name: 'store' } }),
    })
    expect(await judgeRecorded(subject, recorded, ports)).toMatchObject({
      subject: { ...subject, repository: 'store' },
    })
  })

  test('is gone when GitHub has it no more', async () => {
    const { ports } = world(found(), { observeChange: () => Promise.resolve(null) })
    expect(await judgeRecorded(subject, recorded, ports)).toBeNull()
  })
})

import { describe, expect, test } from '@jest/globals'
import type { Cause, ChangeSubject, Subject } from '#facts/subject.ts'
import { type DeliveryTransaction, receiveDelivery, type Touch } from '#operations/receive-delivery.ts'
import type { Delivery } from '#facts/delivery.ts'

const subject = (number: number): ChangeSubject => ({
  kind: 'change',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  number,
})

const delivery: Delivery = {
  guid: 'guid-1',
  event: 'pull_request',
  action: 'opened',
  installationId: 1,
  organization: 'acme',
  sender: 'ana',
  occurredAt: '2026-11-01T10:00:00.000Z',
  receivedAt: '2026-11-01T10:00:01.000Z',
  body: '{}',
}

const push = { before: null, after: 'a'.repeat(40), by: { id: 5, login: 'ana', kind: 'user' } } as const

/** A store that keeps what a committed transaction did, and nothing of one that failed. */
function memoryStore() {
  const stored = new Set<string>()
  const offered: { subjects: readonly Subject[]; cause: Cause }[] = []
  const kept: unknown[] = []
  const within: DeliveryTransaction = {
    storeDelivery: ({ guid }) => {
      if (stored.has(guid)) return Promise.resolve('duplicate')
      stored.add(guid)
      return Promise.resolve('stored')
    },
    storePush: (of, stored) => Promise.resolve(void kept.push({ push: stored, of })),
    storeInstallation: (change) => Promise.resolve(void kept.push(change)),
    findChangesByHead: (_repositoryId, sha) => Promise.resolve(sha === 'head' ? [subject(7), subject(8)] : []),
    findOpenChanges: (of) => Promise.resolve('repositoryId' in of ? [subject(1)] : [subject(1), subject(2)]),
    offer: (subjects, cause) => Promise.resolve(void offered.push({ subjects, cause })),
  }
  return {
    offered,
    kept,
    ports: { inTransaction: <T>(work: (in_: DeliveryTransaction) => Promise<T>) => work(within) },
  }
}

const rows: readonly { when: string; touches: readonly Touch[]; queued: readonly number[] }[] = [
  { when: 'a change is named', touches: [{ touches: 'change', subject: subject(3) }], queued: [3] },
  {
    when: 'only a head commit is named',
    touches: [{ touches: 'head', repositoryId: 10, sha: 'head' }],
    queued: [7, 8],
  },
  { when: 'the head commit is nobody’s', touches: [{ touches: 'head', repositoryId: 10, sha: 'other' }], queued: [] },
  {
    when: 'a repository’s policy changed',
    touches: [{ touches: 'open-changes-of-repository', repositoryId: 10 }],
    queued: [1],
  },
  {
    when: 'the organization’s policy changed',
    touches: [{ touches: 'open-changes-of-organization', installationId: 1 }],
    queued: [1, 2],
  },
  { when: 'nothing is touched', touches: [], queued: [] },
]

describe('receiveDelivery', () => {
  for (const { when, touches, queued } of rows) {
    test(`queues ${queued.length === 0 ? 'nothing' : queued.map((number) => `#${String(number)}`).join(', ')} when ${when}`, async () => {
      const { offered, ports } = memoryStore()
      expect(await receiveDelivery(delivery, touches, ports)).toBe('stored')
      expect(offered.flatMap((offer) => offer.subjects.map((one) => one.number))).toEqual(queued)
    })
  }

  test('does nothing twice when the same delivery comes again', async () => {
    const { offered, kept, ports } = memoryStore()
    const touches: Touch[] = [
      { touches: 'change', subject: subject(3) },
      { touches: 'pushes', subject: subject(3), push },
    ]
    await receiveDelivery(delivery, touches, ports)
    expect(await receiveDelivery(delivery, touches, ports)).toBe('duplicate')
    expect(offered).toHaveLength(1)
    expect(kept).toHaveLength(1)
  })

  test('says why a subject is looked at: event, delivery, sender and both times', async () => {
    const { offered, ports } = memoryStore()
    await receiveDelivery(delivery, [{ touches: 'change', subject: subject(3) }], ports)
    expect(offered[0]?.cause).toEqual({
      actor: 'ana',
      reason: 'pull_request.opened, delivery guid-1',
      occurredAt: delivery.occurredAt,
      receivedAt: delivery.receivedAt,
    })
  })

  test('keeps who pushed and how an installation stands', async () => {
    const { kept, ports } = memoryStore()
    const installation = { id: 1, account: 'acme', standing: 'suspended' } as const
    await receiveDelivery(
      delivery,
      [
        { touches: 'pushes', subject: subject(3), push },
        { touches: 'installation', installation },
      ],
      ports,
    )
    expect(kept).toEqual([{ push, of: subject(3) }, installation])
  })
})

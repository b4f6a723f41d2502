import { describe, expect, test } from '@jest/globals'
import { type Cause, type ChangeSubject, type MergeGroupSubject, type Subject, subjectKey } from '#facts/subject.ts'
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

const group: MergeGroupSubject = {
  kind: 'merge-group',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  headSha: 'b'.repeat(40),
  baseSha: 'c'.repeat(40),
  headBranch: 'gh-readonly-queue/main/pr-3-c',
  baseBranch: 'main',
}

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
    findMergeGroupAt: (_repositoryId, sha) => Promise.resolve(sha === 'head' ? [group] : []),
    findOpenChanges: (of) => {
      if (!('branch' in of)) return Promise.resolve([subject(1), subject(2), subject(3)])
      return Promise.resolve(of.which === 'all' ? [subject(1), subject(2)] : [subject(2)])
    },
    offer: (subjects, cause) => Promise.resolve(void offered.push({ subjects, cause })),
    postponeOpenChanges: (installationId, { reason }) =>
      Promise.resolve(void kept.push({ postponed: installationId, reason })),
    dropKeptAnswers: ({ kinds, installationId, repositoryId }) =>
      Promise.resolve(void kept.push({ dropped: kinds, installationId, repositoryId })),
    storeCommand: (of, command) => Promise.resolve(void kept.push({ command, of })),
    touchTickets: (names) => Promise.resolve(void kept.push({ touched: names })),
    requestTickets: (names) => Promise.resolve(void kept.push({ requested: names })),
    findChangesNaming: (names) => Promise.resolve(names.some(({ key }) => key === 'acme/shop#7') ? [subject(4)] : []),
    findTicketsOf: (of) =>
      Promise.resolve(of.length === 0 ? [] : [{ tracker: 'jira', key: `BUG-${String(of.length)}` }]),
    endMergeGroup: (ended) => Promise.resolve(void kept.push({ ended })),
  }
  return {
    offered,
    kept,
    ports: { inTransaction: <T>(work: (in_: DeliveryTransaction) => Promise<T>) => work(within) },
  }
}

const command = { commentId: 31, command: 'recheck', by: 'ana', at: '2026-11-01T10:00:00.000Z' } as const
const reason = 'pull_request.opened, delivery guid-1'

interface Row {
  readonly when: string
  readonly touches: Touch
  readonly queued?: readonly string[]
  readonly kept?: unknown
}

const changes = (...numbers: readonly number[]) => numbers.map((number) => `change/10/${String(number)}`)

const rows: readonly Row[] = [
  { when: 'a change is named', touches: { touches: 'change', subject: subject(3) }, queued: changes(3) },
  {
    when: 'only a head commit is named',
    touches: { touches: 'head', repositoryId: 10, sha: 'head' },
    queued: changes(7, 8),
  },
  {
    when: 'a group of the merge queue has the head commit',
    touches: { touches: 'merge-group-at', repositoryId: 10, sha: 'head' },
    queued: [subjectKey(group)],
  },
  { when: 'the head commit is nobody’s', touches: { touches: 'head', repositoryId: 10, sha: 'other' } },
  {
    when: 'people of a repository changed',
    touches: { touches: 'open-changes-of-repository', repositoryId: 10 },
    queued: changes(1, 2, 3),
  },
  {
    when: 'a policy changed on a branch',
    touches: { touches: 'open-changes-of-branch', repositoryId: 10, branch: 'main', which: 'all' },
    queued: changes(1, 2),
  },
  {
    when: 'only the tip of a branch changed',
    touches: { touches: 'open-changes-of-branch', repositoryId: 10, branch: 'main', which: 'resting-on-base' },
    queued: changes(2),
  },
  {
    when: 'a whole organization is touched, which is put by',
    touches: { touches: 'open-changes-of-organization', installationId: 1 },
    kept: { postponed: 1, reason },
  },
  {
    when: 'answers we keep no longer hold, which are dropped',
    touches: { touches: 'kept-answers', kinds: ['permission'], installationId: 1, repositoryId: 10 },
    kept: { dropped: ['permission'], installationId: 1, repositoryId: 10 },
  },
  {
    when: 'an issue changed that a change names',
    touches: { touches: 'ticket', name: { tracker: 'github-issues', key: 'acme/shop#7' } },
    queued: changes(4),
    kept: { touched: [{ tracker: 'github-issues', key: 'acme/shop#7' }] },
  },
  {
    when: 'an issue changed that no change names',
    touches: { touches: 'ticket', name: { tracker: 'github-issues', key: 'acme/shop#8' } },
    kept: { touched: [{ tracker: 'github-issues', key: 'acme/shop#8' }] },
  },
  {
    when: 'a command is written, which is kept for its answer, and the ticket is to be read anew',
    touches: { touches: 'command', subject: subject(3), command },
    queued: changes(3),
    kept: [{ command, of: subject(3) }, { requested: [{ tracker: 'jira', key: 'BUG-1' }] }],
  },
  {
    when: 'changes are wanted judged anew, whose tickets are to be read anew',
    touches: { touches: 'tickets-of', of: { touches: 'head', repositoryId: 10, sha: 'head' } },
    kept: { requested: [{ tracker: 'jira', key: 'BUG-2' }] },
  },
  {
    when: 'the merge queue asks',
    touches: { touches: 'merge-group', subject: group },
    queued: [`merge-group/10/${group.headSha}`],
  },
  {
    when: 'a group is no more, which is kept',
    touches: { touches: 'merge-group-ended', subject: group },
    kept: { ended: group },
  },
]

describe('receiveDelivery', () => {
  for (const { when, touches, queued = [], kept: keeps } of rows) {
    test(`queues ${queued.length === 0 ? 'nothing' : queued.join(', ')} when ${when}`, async () => {
      const { offered, kept, ports } = memoryStore()
      expect(await receiveDelivery(delivery, [touches], ports)).toBe('stored')
      expect(offered.flatMap((offer) => offer.subjects.map(subjectKey))).toEqual(queued)
      expect(kept).toEqual(keeps === undefined ? [] : [keeps].flat())
    })
  }

  test('stores a delivery that touches nothing, and queues nothing', async () => {
    const { offered, kept, ports } = memoryStore()
    expect(await receiveDelivery(delivery, [], ports)).toBe('stored')
    expect([offered, kept]).toEqual([[], []])
  })

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

import { describe, expect, test } from '@jest/globals'
import type { ChangeSubject } from '#facts/subject.ts'
import { type ListedChange, reconcileChanges } from '#operations/reconcile-changes.ts'
import type { RecordedChange } from '#engine/assessment.ts'

const subject: ChangeSubject = {
  kind: 'change',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  number: 7,
}
const listed: ListedChange = { subject, headSha: 'head', updatedAt: '2026-11-10T10:00:00Z' }
const recorded: RecordedChange = {
  subject,
  headSha: 'head',
  lookedAt: '2026-11-10T11:00:00.000Z',
  standing: 'met',
  isStale: false,
}

const rows: readonly { when: string; listed: ListedChange[]; recorded: RecordedChange[]; offered: number }[] = [
  { when: 'it is known as it is', listed: [listed], recorded: [recorded], offered: 0 },
  { when: 'it was never seen', listed: [listed], recorded: [], offered: 1 },
  { when: 'its head is another', listed: [{ ...listed, headSha: 'new' }], recorded: [recorded], offered: 1 },
  {
    when: 'it was updated since',
    listed: [{ ...listed, updatedAt: '2026-11-10T11:00:01Z' }],
    recorded: [recorded],
    offered: 1,
  },
  { when: 'it is open in our books only', listed: [], recorded: [recorded], offered: 1 },
  {
    when: 'it could not be determined: what hid it may be gone',
    listed: [listed],
    recorded: [{ ...recorded, standing: 'undetermined' }],
    offered: 1,
  },
  {
    when: 'it could not be looked at: what is recorded is older than it should be',
    listed: [listed],
    recorded: [{ ...recorded, isStale: true }],
    offered: 1,
  },
  {
    when: 'it waits since yesterday',
    listed: [listed],
    recorded: [{ ...recorded, standing: 'waiting' }],
    offered: 0,
  },
  {
    when: 'it waits for more than a week: its check would go stale',
    listed: [{ ...listed, updatedAt: '2026-11-01T10:00:00Z' }],
    recorded: [{ ...recorded, lookedAt: '2026-11-02T10:00:00.000Z', standing: 'waiting' }],
    offered: 1,
  },
]

describe('reconcileChanges', () => {
  for (const row of rows) {
    test(`${row.offered === 0 ? 'leaves a change alone' : 'queues a change'} when ${row.when}`, async () => {
      const offered: ChangeSubject[] = []
      const result = await reconcileChanges(1, {
        now: () => new Date('2026-11-10T12:00:00.000Z'),
        async *listOpenChanges() {
          yield await Promise.resolve(row.listed)
        },
        findRecordedOpenChanges: () => Promise.resolve(row.recorded),
        offer: (subjects) => Promise.resolve(void offered.push(...subjects)),
      })
      expect(result).toEqual({ listed: row.listed.length, offered: row.offered })
      expect(offered).toHaveLength(row.offered)
    })
  }
})

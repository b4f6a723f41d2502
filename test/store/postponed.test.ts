import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import { releasePostponed } from '#operations/release-postponed.ts'
import type { Database } from '#store/database.ts'
import { storeInstallation } from '#store/installations.ts'
import { deliveryPorts, type Offering, releasePorts } from '#store/ports.ts'
import { describeOnBothDatabases } from './databases.ts'
import { anAssessment, aSubject, books, recordable, someFacts } from './samples.ts'

const minuteMs = 60_000
const startMs = Date.UTC(2026, 0, 10)

const cause = (reason: string): Cause => ({
  actor: 'ada',
  reason,
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
})

describeOnBothDatabases('postponed changes', (current) => {
  let database: Database
  let nowMs = startMs
  let offered: { readonly subject: ChangeSubject; readonly cause: Cause }[] = []
  const queue: Offering = {
    offer: async (entries) => {
      for (const { subject, cause: why } of entries) {
        if (subject.kind === 'change') offered.push({ subject, cause: why })
      }
    },
  }
  beforeAll(async () => {
    database = await current().open()
    for (let number = 1; number <= 30; number += 1) await see(aSubject({ number }))
    await see(aSubject({ number: 31 }), 'closed')
    await see(aSubject({ number: 1, repositoryId: 20, installationId: 2 }))
  })
  beforeEach(async () => {
    await database.kysely.deleteFrom('postponed').execute()
    await database.kysely.deleteFrom('release_buckets').execute()
    offered = []
    nowMs = startMs
  })

  async function see(subject: ChangeSubject, state: 'open' | 'closed' = 'open'): Promise<void> {
    const ports = books(database)
    const { number } = await ports.beginAssessment(subject)
    const assessment = anAssessment({ subject, number, facts: someFacts({ number: subject.number, state }) })
    await ports.recordAssessment(recordable({ assessment, findingsDigest: 'f', entry: null }))
  }
  const postpone = (installationId: number, reason = 'membership.added') =>
    deliveryPorts(database, queue, () => new Date(nowMs)).inTransaction((within) =>
      within.postponeOpenChanges(installationId, cause(reason)),
    )
  /** 1,080 points an hour, a third of them, 3 for a look: 120 an hour, 10 at once, then 11 in 6 minutes. */
  const release = (on = database) =>
    releasePostponed({ now: () => new Date(nowMs), hourlyLimitOf: () => 1_080, ...releasePorts(on, queue) }, 1 / 3)
  const numbers = () => offered.map(({ subject }) => subject.number)
  const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

  test('are the open ones of their installation, and none is queued yet', async () => {
    await postpone(1)
    expect(offered).toEqual([])
    const rows = await database.kysely.selectFrom('postponed').select('number').orderBy('number').execute()
    expect(rows.map((row) => row.number)).toEqual(upTo(30))
  })

  test('are queued little by little, with their cause', async () => {
    await postpone(1)
    expect(await release()).toBe(10)
    expect(offered[0]).toEqual({ subject: aSubject({ number: 1 }), cause: cause('membership.added') })
    expect(await release()).toBe(0)
    nowMs += 6 * minuteMs
    expect(await release()).toBe(10)
    nowMs += 60 * minuteMs
    expect(await release()).toBe(10)
    expect(numbers()).toEqual(upTo(30))
    expect(await releasePorts(database, queue).findPostponedInstallations()).toEqual([])
  })

  test('keep their place when they are put by again, and take the newest cause', async () => {
    await postpone(1, 'first')
    await release()
    nowMs += minuteMs
    await postpone(1, 'second')
    nowMs += 60 * minuteMs
    await release()
    expect(numbers().slice(10)).toEqual(upTo(20).slice(10))
    expect(new Set(offered.slice(10).map((one) => one.cause.reason))).toEqual(new Set(['second']))
    for (let round = 0; round < 2; round += 1) {
      nowMs += 60 * minuteMs
      await release()
    }
    expect(numbers().slice(20)).toEqual([...upTo(30).slice(20), ...upTo(10)])
  })

  test('of one installation do not use up what another may queue', async () => {
    await postpone(1)
    await postpone(2)
    expect(await release()).toBe(11)
    expect(offered.filter(({ subject }) => subject.installationId === 2)).toHaveLength(1)
  })

  test('are put by no longer when somebody looks at them anyway', async () => {
    await postpone(1)
    await books(database).beginAssessment(aSubject({ number: 1 }))
    await release()
    expect(numbers()).toEqual(upTo(11).slice(1))
  })

  test('wait while their installation is suspended', async () => {
    await postpone(2)
    const standing = (is: 'active' | 'suspended') =>
      storeInstallation(database.kysely, { id: 2, account: 'other', standing: is }, new Date(0))
    await standing('suspended')
    expect(await release()).toBe(0)
    await standing('active')
    expect(await release()).toBe(1)
  })

  test('are queued once, however many workers release them while others put them by', async () => {
    const other = await current().open()
    await postpone(1)
    const releases = upTo(10).map((at) => release(at % 2 === 0 ? database : other))
    const results = await Promise.all([...releases, postpone(1), postpone(1)])
    const released = results.reduce((sum: number, one) => sum + (one ?? 0), 0)
    expect(released).toBe(10)
    expect(offered).toHaveLength(10)
  })

  test('stay put by when they cannot be queued', async () => {
    await postpone(1)
    const refusing: Offering = { offer: () => Promise.reject(new Error('the queue is away')) }
    const releasing = releasePostponed(
      {
        now: () => new Date(nowMs),
        hourlyLimitOf: () => 1_080,
        ...releasePorts(database, refusing),
      },
      1 / 3,
    )
    await expect(releasing).rejects.toThrow('the queue is away')
    expect(await release()).toBe(10)
  })
})

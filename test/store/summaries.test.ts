import { beforeAll, expect, test } from '@jest/globals'
import { digestOf } from '#facts/digest.ts'
import type { Finding } from '#engine/assess.ts'
import { unknown } from '#facts/fact.ts'
import type { Database } from '#store/database.ts'
import { storeInstallation } from '#store/installations.ts'
import { summaryPorts } from '#store/ports.ts'
import { describeOnBothDatabases } from './databases.ts'
import {
  anAssessment,
  anEntry,
  aSubject,
  hasNoTicket,
  hasReview,
  someFacts,
  ticketUnseen,
  waitsForReview,
  recordable,
  books,
} from './samples.ts'
import type { PolicySource } from '#policy/policy-document.ts'

const url = 'https://github.test/acme/shop/pull/1'

describeOnBothDatabases('the summary of an organization', (current) => {
  let database: Database
  let looks = 0
  const ask = () => summaryPorts(database)

  beforeAll(async () => {
    database = await current().open()
    for (const [id, account] of [
      [1, 'Acme'],
      [2, 'other'],
    ] as const) {
      await storeInstallation(database.kysely, { id, account, standing: 'active' }, new Date(0))
    }
    await look(1, [waitsForReview, ticketUnseen])
    await look(2, [hasReview, hasNoTicket])
    await look(3, [hasReview])
    await look(4, [])
    await books(database).beginAssessment(aSubject({ number: 5 }))
    await look(6, [waitsForReview], { state: 'closed' })
    await look(7, [hasReview], merged('2026-01-31T12:00:00Z'))
    await look(8, [hasNoTicket], merged('2026-01-20T00:00:00Z'))
    await look(9, [ticketUnseen], merged('2026-01-31T12:00:00Z'))
    await look(1, [waitsForReview], { where: { installationId: 2, repositoryId: 20, owner: 'other' } })
  })

  const merged = (at: string) => ({ state: 'merged', merge: { at, by: null, commitSha: null } }) as const

  async function look(
    number: number,
    findings: readonly Finding[],
    { where, ...change }: Parameters<typeof someFacts>[0] & { where?: Parameters<typeof aSubject>[0] } = {},
  ): Promise<void> {
    const ports = books(database)
    const subject = aSubject({ number, ...where })
    const { number: assessment } = await ports.beginAssessment(subject)
    const facts = someFacts({ number, ...change })
    looks += 1
    const at = new Date(Date.UTC(2026, 0, 10, 0, looks)).toISOString()
    const seen = anAssessment({ subject, number: assessment, facts, findings, at })
    await ports.recordAssessment(recordable({ assessment: seen, findingsDigest: `f${looks}`, entry: null }))
  }

  test('is there for organizations that we are installed on, in any case of the name', async () => {
    expect(await ask().isInstalled('acme')).toBe(true)
    expect(await ask().isInstalled('ACME')).toBe(true)
    expect(await ask().isInstalled("acme' or '1'='1")).toBe(false)
  })

  test('counts open changes by their gravest finding; those not judged are undetermined, never met', async () => {
    expect(await ask().countOpenChanges('acme')).toEqual({ met: 1, unmet: 1, waiting: 0, undetermined: 3 })
    expect(await ask().countOpenChanges('other')).toEqual({ met: 0, unmet: 0, waiting: 1, undetermined: 0 })
    expect(await ask().countOpenChanges('nobody')).toEqual({ met: 0, unmet: 0, waiting: 0, undetermined: 0 })
  })

  test('counts the findings of open changes by control, mode and outcome', async () => {
    expect(await ask().countOpenFindings('acme')).toEqual([
      { control: 'independent-review', mode: 'enforce', outcome: 'met', changes: 2 },
      { control: 'independent-review', mode: 'enforce', outcome: 'waiting', changes: 1 },
      { control: 'ticket-link', mode: 'observe', outcome: 'undetermined', changes: 1 },
      { control: 'ticket-link', mode: 'observe', outcome: 'unmet', changes: 1 },
    ])
  })

  test('counts open changes whose last look failed, and since when the oldest is stale', async () => {
    expect(await ask().countStale('acme')).toEqual({ changes: 0, since: null })
    const { recordStale } = books(database)
    await recordStale(aSubject({ number: 4 }), 'GitHub answers 502', new Date('2026-02-02T00:00:00Z'))
    await recordStale(aSubject({ number: 1 }), 'GitHub answers 502', new Date('2026-02-01T00:00:00Z'))
    // Never recorded; closed; of another organization.
    for (const other of [{ number: 5 }, { number: 6 }, { number: 1, repositoryId: 20 }]) {
      await recordStale(aSubject(other), 'GitHub answers 502', new Date('2026-01-01T00:00:00Z'))
    }
    expect(await ask().countStale('ACME')).toEqual({ changes: 2, since: '2026-02-01T00:00:00.000Z' })
  })

  test('counts the changes merged in a window', async () => {
    expect(await ask().countMerged('acme', new Date('2026-01-01T00:00:00Z'))).toEqual({
      met: 1,
      unmet: 1,
      waiting: 0,
      undetermined: 1,
    })
    expect(await ask().countMerged('acme', new Date('2026-01-31T12:00:00Z'))).toMatchObject({ met: 1, unmet: 0 })
    expect(await ask().countMerged('acme', new Date('2026-01-31T12:00:01Z'))).toMatchObject({ met: 0, undetermined: 0 })
  })

  test('lists what waits longest, since it began to wait', async () => {
    expect(await ask().findWaitingLongest('acme', 20)).toEqual([
      {
        repository: 'acme/shop',
        number: 1,
        title: 'Sell more',
        url,
        control: 'independent-review',
        because: ['nobody has reviewed yet'],
        since: '2026-01-01T00:00:00.000Z',
      },
    ])
    expect(await ask().findWaitingLongest('acme', 0)).toEqual([])
  })

  test('keeps the time while nothing changes, and begins anew when the outcome does', async () => {
    const sinceOf = async () => (await ask().findWaitingLongest('acme', 20)).find((one) => one.number === 3)?.since
    await look(3, [waitsForReview])
    const begun = await sinceOf()
    expect(begun).toBe(new Date(Date.UTC(2026, 0, 10, 0, looks)).toISOString())
    await look(3, [waitsForReview])
    expect(await sinceOf()).toBe(begun)
    await look(3, [hasReview])
    await look(3, [waitsForReview])
    expect(await sinceOf()).not.toBe(begun)
    await look(3, [hasReview])
    expect(await sinceOf()).toBeUndefined()
  })

  test('lists what could not be determined, and why', async () => {
    const finding = {
      repository: 'acme/shop',
      number: 1,
      title: 'Sell more',
      url,
      control: 'ticket-link',
      because: ['pull_requests: read is missing'],
    }
    expect(await ask().findUndetermined('acme', 100)).toEqual({ total: 1, findings: [finding] })
    expect(await ask().findUndetermined('acme', 0)).toEqual({ total: 1, findings: [] })
  })

  test('tells the policy in force, and in which modes and versions it judged', async () => {
    const standing = {
      organization: null,
      modes: [
        { control: 'independent-review', mode: 'enforce', changes: 3 },
        { control: 'ticket-link', mode: 'observe', changes: 2 },
      ],
      versions: [{ digest: 'p1', changes: 4 }],
    }
    expect(await ask().findPolicySummary('acme')).toEqual(standing)
    const origin = { repository: 'acme/.github', path: 'countersign.yml', commitSha: 'c1' }
    const policy: PolicySource = { text: 'a', origin: { layer: 'organization', ...origin } }
    await books(database).adoptPolicy(
      { layer: 'organization', organization: 'acme', repositoryId: null, branch: null },
      policy,
      anEntry({ kind: 'policy.adopted', payloadDigest: digestOf(policy) }),
    )
    expect(await ask().findPolicySummary('ACME')).toEqual({ ...standing, organization: origin })
  })

  test('shows an account that takes over a freed name nothing of the one that had it', async () => {
    await storeInstallation(database.kysely, { id: 1, account: 'acme-inc', standing: 'active' }, new Date(0))
    await storeInstallation(database.kysely, { id: 3, account: 'acme', standing: 'active' }, new Date(0))
    expect(await ask().countOpenChanges('acme')).toEqual({ met: 0, unmet: 0, waiting: 0, undetermined: 0 })
    expect((await ask().countOpenChanges('acme-inc')).unmet).toBe(1)
  })

  test('lends the recorded facts of open changes to whoever foresees a policy', async () => {
    const { findOpenFacts } = books(database)
    const all = await findOpenFacts({ organization: 'acme-inc', repositoryId: null }, 100)
    expect(all.map((one) => one.subject.number).sort()).toEqual([1, 2, 3, 4])
    expect(all[0]).toEqual({
      subject: aSubject({ number: 3 }),
      facts: someFacts({ number: 3 }),
      repository: anAssessment().repository,
    })
    expect(await findOpenFacts({ organization: 'acme-inc', repositoryId: null }, 2)).toHaveLength(2)
    expect(await findOpenFacts({ organization: 'acme-inc', repositoryId: 11 }, 100)).toEqual([])
  })

  test('keeps what was known of a change when it cannot be seen any more', async () => {
    const ports = books(database)
    const subject = aSubject({ number: 2 })
    const { number } = await ports.beginAssessment(subject)
    const facts = { ...someFacts(), change: unknown('pull_requests: read is missing') }
    const assessment = anAssessment({ subject, number, facts, findings: [ticketUnseen] })
    await ports.recordAssessment(recordable({ assessment, findingsDigest: 'blind', entry: null }))
    const undetermined = await ask().findUndetermined('acme-inc', 100)
    expect(undetermined.findings.find((one) => one.number === 2)).toMatchObject({ title: 'Sell more' })
  })
})

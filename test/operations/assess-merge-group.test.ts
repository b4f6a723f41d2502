import { describe, expect, test } from '@jest/globals'
import type { BegunMergeGroup, ObservedMergeGroup } from '#engine/merge-group.ts'
import type { ObservedChange } from '#engine/observed-change.ts'
import type { Action, WriteCheck } from '#engine/plan.ts'
import { known, unknown } from '#facts/fact.ts'
import type { ChangeSubject, MergeGroupSubject } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { assessMergeGroup, type Ports } from '#operations/assess-merge-group.ts'
import { approvalBy, ben } from '../controls/sample-change.ts'
import { blindLook, cause, observedChange, stillPorts, subject as change } from './fake-world.ts'

const subject: MergeGroupSubject = {
  kind: 'merge-group',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  headSha: 'e'.repeat(40),
  baseSha: 'b'.repeat(40),
  headBranch: `gh-readonly-queue/main/pr-12-${'b'.repeat(40)}`,
  baseBranch: 'main',
}

const approved: ObservedChange = (() => {
  const look = observedChange()
  return { ...look, facts: { ...look.facts, reviews: known([approvalBy(ben)]) } }
})()

interface Group {
  readonly changes: ObservedMergeGroup['changes']
  /** What a look at each pull request brings back, by number. */
  readonly looks: Readonly<Record<number, ObservedChange | null>>
}

const other: ChangeSubject = { ...change, number: 13 }
const bothApproved: Group = { changes: known([change, other]), looks: { 12: approved, 13: approved } }

interface Ran {
  readonly outcome: Awaited<ReturnType<typeof assessMergeGroup>>
  readonly written: readonly WriteCheck[]
  readonly entries: readonly NewEntry[]
  readonly calls: readonly string[]
}

interface Given {
  readonly group: Group | Error | null
  readonly stage?: 'retrying' | 'final'
  readonly begun?: BegunMergeGroup
  readonly posted?: ObservedMergeGroup['posted']
}

async function answer({ group, stage = 'retrying', begun, posted = [] }: Given): Promise<Ran> {
  const [written, entries, calls]: [WriteCheck[], NewEntry[], string[]] = [[], [], []]
  const ports: Ports = {
    ...stillPorts,
    beginMergeGroup: () => Promise.resolve(begun ?? { state: 'open', findingsDigest: null }),
    observeMergeGroup: () => {
      calls.push('look')
      if (group instanceof Error) return Promise.reject(group)
      return Promise.resolve(group === null ? null : { changes: group.changes, posted })
    },
    observeChange: ({ number }) => Promise.resolve(group instanceof Error ? null : (group?.looks[number] ?? null)),
    storeGroupChanges: () => Promise.resolve(),
    endMergeGroup: () => Promise.resolve(void calls.push('end')),
    recordMergeGroup: ({ entry }) => {
      calls.push('record')
      if (entry !== null) entries.push(entry)
      return Promise.resolve('recorded')
    },
    recordEntry: (entry) => Promise.resolve(void entries.push(entry)),
    apply: (_subject, action: Action) => {
      calls.push(action.do)
      if (action.do === 'write-check') written.push(action)
      return Promise.resolve(1)
    },
  }
  const outcome = await assessMergeGroup({ subject, cause, stage }, ports)
  return { outcome, written, entries, calls }
}

interface Row extends Given {
  readonly says: string
  readonly when: string
  readonly outcome?: Ran['outcome']
  /** What it says, or matchers of it; null: nothing is written. */
  readonly check: Readonly<Record<string, unknown>> | null
}

const forbidden = unknown('GitHub hid the merge queue: grant the app merge_queues: read')

const rows: readonly Row[] = [
  { says: 'success', when: 'every pull request is met', group: bothApproved, check: { conclusion: 'success' } },
  {
    says: 'failure',
    when: 'one of them has lost its approval: nobody is awaited in the queue',
    group: { ...bothApproved, looks: { 12: approved, 13: observedChange() } },
    check: {
      conclusion: 'failure',
      title: expect.stringMatching(/^#13: independent-review: It waits for 1 approval/),
    },
  },
  {
    says: 'in progress',
    when: 'something of one of them could not be seen yet',
    group: { ...bothApproved, looks: { 12: approved, 13: blindLook() } },
    outcome: 'undetermined',
    check: { status: 'in_progress' },
  },
  {
    says: 'failure',
    when: 'that could not be seen at the last look either',
    group: { ...bothApproved, looks: { 12: approved, 13: blindLook() } },
    stage: 'final',
    check: { conclusion: 'failure' },
  },
  {
    says: 'in progress',
    when: 'the queue does not tell which pull requests it merges',
    group: { changes: forbidden, looks: {} },
    outcome: 'undetermined',
    check: { status: 'in_progress' },
  },
  {
    says: 'failure with the reason',
    when: 'the queue does not tell at the last look either',
    group: { changes: forbidden, looks: {} },
    stage: 'final',
    check: { conclusion: 'failure', summary: expect.stringContaining('merge\\_queues: read') },
  },
  {
    says: 'failure with the reason',
    when: 'GitHub fails at the last look',
    group: new Error('GitHub answers 502'),
    stage: 'final',
    check: { conclusion: 'failure', summary: expect.stringContaining('GitHub answers 502') },
  },
  {
    says: 'in progress',
    when: 'one of its pull requests is gone',
    group: { ...bothApproved, looks: { 12: approved } },
    outcome: 'undetermined',
    check: { status: 'in_progress' },
  },
  { says: 'nothing', when: 'its commit is gone', group: null, outcome: 'ended', check: null },
  {
    says: 'nothing',
    when: 'it was taken apart',
    group: bothApproved,
    begun: { state: 'ended', findingsDigest: null },
    outcome: 'ended',
    check: null,
  },
]

describe('the check on a group of the merge queue says', () => {
  for (const { says, when, outcome = 'answered', check, ...given } of rows) {
    test(`${says} when ${when}`, async () => {
      const ran = await answer(given)
      expect(ran.outcome).toBe(outcome)
      expect(ran.written).toHaveLength(check === null ? 0 : 1)
      if (check !== null) expect(ran.written[0]).toMatchObject({ headSha: subject.headSha, check })
    })
  }

  test('what was recorded before it was written', async () => {
    const { calls, entries } = await answer({ group: bothApproved })
    expect(calls).toEqual(['look', 'record', 'write-check'])
    expect(entries.map(({ kind, subject: of }) => [kind, of])).toEqual([
      ['merge-group.assessed', `merge-group/10/${subject.headSha}`],
      ['check.written', `merge-group/10/${subject.headSha}`],
    ])
  })

  test('nothing anew when it says so already', async () => {
    const first = await answer({ group: bothApproved })
    const check = first.written[0]?.check
    if (check === undefined) throw new Error('The first look writes.')
    const { name, status, conclusion, digest } = check
    const posted = [{ runId: 1, name, headSha: subject.headSha, status, conclusion, digest, startedAt: null }]
    expect((await answer({ group: bothApproved, posted })).written).toEqual([])
  })

  test('nothing yet when GitHub fails: the queue tries again', async () => {
    await expect(answer({ group: new Error('GitHub answers 502') })).rejects.toThrow('GitHub answers 502')
  })
})

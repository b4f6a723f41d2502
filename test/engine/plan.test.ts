import { describe, expect, test } from '@jest/globals'
import { type CheckContent, planChange, type PostedCheck } from '#engine/plan.ts'
import type { Change } from '#facts/change-facts.ts'
import { change, headSha, oldSha } from '../controls/sample-change.ts'

const at = new Date('2026-05-20T12:00:00Z')
const sixDaysAgo = '2026-05-14T12:00:00Z'
const eightDaysAgo = '2026-05-12T12:00:00Z'

const waits: CheckContent = {
  name: 'countersign',
  status: 'in_progress',
  conclusion: null,
  title: 'Waiting for 1 approval',
  summary: '',
  detailsUrl: null,
  actions: [],
  digest: 'w',
}
const green: CheckContent = { ...waits, status: 'completed', conclusion: 'success', title: 'a is met', digest: 'g' }
const red: CheckContent = { ...green, conclusion: 'failure', title: 'a is not met', digest: 'r' }

const posted = (check: CheckContent, more: Partial<PostedCheck> = {}): PostedCheck => ({
  runId: 1,
  name: check.name,
  headSha,
  status: check.status,
  conclusion: check.conclusion,
  digest: check.digest,
  startedAt: sixDaysAgo,
  ...more,
})
const audit = { marker: '<!-- m -->', body: '<!-- m --> body' }
const merged: Partial<Change> = { state: 'merged' }

interface Row {
  readonly when: string
  readonly check: CheckContent
  readonly posted: readonly PostedCheck[]
  readonly change?: Partial<Change>
  readonly audit?: typeof audit
  /** The actions as words: a new run, an update of a numbered one, the comment. */
  readonly expect: readonly string[]
}

const rows: readonly Row[] = [
  { when: 'the commit has no check yet', check: waits, posted: [], expect: ['create'] },
  { when: 'GitHub says it already', check: waits, posted: [posted(waits)], expect: [] },
  {
    when: 'GitHub says it already, completed',
    check: red,
    posted: [posted(red, { startedAt: eightDaysAgo })],
    expect: [],
  },
  { when: 'only the text differs', check: waits, posted: [posted(waits, { digest: 'old' })], expect: ['update 1'] },
  {
    when: 'only the text of a completed one differs',
    check: red,
    posted: [posted(red, { digest: 'old' })],
    expect: ['update 1'],
  },
  { when: 'another hand wrote it', check: red, posted: [posted(red, { digest: null })], expect: ['update 1'] },
  { when: 'what waited is complete', check: green, posted: [posted(waits)], expect: ['update 1'] },
  { when: 'what was complete waits again', check: waits, posted: [posted(green)], expect: ['create'] },
  { when: 'a failure is mended', check: green, posted: [posted(red)], expect: ['create'] },
  { when: 'a success is undone', check: red, posted: [posted(green)], expect: ['create'] },
  {
    when: 'GitHub let it go stale',
    check: waits,
    posted: [posted(waits, { status: 'completed', conclusion: 'stale' })],
    expect: ['create'],
  },
  {
    when: 'it was asked for again',
    check: red,
    posted: [posted(red, { status: 'queued', conclusion: null })],
    expect: ['create'],
  },
  { when: 'it has been in progress for six days', check: waits, posted: [posted(waits)], expect: [] },
  {
    when: 'it has been in progress for eight days',
    check: waits,
    posted: [posted(waits, { startedAt: eightDaysAgo })],
    expect: ['create'],
  },
  {
    when: 'it is in progress since nobody knows when',
    check: waits,
    posted: [posted(waits, { startedAt: null })],
    expect: [],
  },
  {
    when: 'the check is on an earlier commit',
    check: waits,
    posted: [posted(waits, { headSha: oldSha })],
    expect: ['create'],
  },
  { when: 'the check has another name', check: waits, posted: [posted(waits, { name: 'other' })], expect: ['create'] },
  {
    when: 'the newest of several says it already',
    check: waits,
    posted: [posted(red), posted(waits, { runId: 3 }), posted(green, { runId: 2 })],
    expect: [],
  },
  {
    when: 'only an older one says it already',
    check: waits,
    posted: [posted(waits, { runId: 3 }), posted(red, { runId: 4 })],
    expect: ['create'],
  },
  { when: 'the change was closed without a merge', check: waits, posted: [], change: { state: 'closed' }, expect: [] },
  {
    when: 'the change was closed and a record is at hand',
    check: waits,
    posted: [],
    change: { state: 'closed' },
    audit,
    expect: [],
  },
  { when: 'the change was merged', check: green, posted: [posted(green)], change: merged, audit, expect: ['comment'] },
  {
    when: 'the change was merged unreviewed',
    check: red,
    posted: [posted(waits)],
    change: merged,
    audit,
    expect: ['update 1', 'comment'],
  },
  {
    when: 'the record of a merged change is posted',
    check: green,
    posted: [posted(green)],
    change: merged,
    expect: [],
  },
  { when: 'the change is open and a record is at hand', check: green, posted: [posted(green)], audit, expect: [] },
  { when: 'the change is a draft', check: waits, posted: [], change: { draft: true }, expect: ['create'] },
]

const inWords = (action: ReturnType<typeof planChange>[number]): string =>
  action.do === 'post-comment' ? 'comment' : action.runId === null ? 'create' : `update ${action.runId}`

describe('planChange', () => {
  for (const row of rows) {
    test(`plans ${row.expect.join(' and ') || 'nothing'} when ${row.when}`, () => {
      const actions = planChange({
        change: { ...change, ...row.change },
        contents: [row.check],
        posted: row.posted,
        audit: row.audit ?? null,
        at,
      })
      expect(actions.map((action) => inWords(action))).toEqual(row.expect)
    })
  }

  test('gives each action what it takes, and a reason', () => {
    const actions = planChange({ change: { ...change, ...merged }, contents: [red], posted: [], audit, at })
    expect(actions).toEqual([
      { do: 'write-check', headSha, runId: null, check: red, reason: 'the commit has no such check yet' },
      { do: 'post-comment', number: 12, ...audit, reason: 'the change was merged' },
    ])
  })

  test('looks at each check by its name', () => {
    const other = { ...green, name: 'countersign/ticket-link' }
    const actions = planChange({
      change,
      contents: [waits, other],
      posted: [posted(waits), posted(other, { runId: 2, digest: 'old' })],
      audit: null,
      at,
    })
    expect(actions.map((action) => inWords(action))).toEqual(['update 2'])
  })

  test('plans nothing once its own plan has been carried out', () => {
    const carriedOut = [posted(waits, { startedAt: at.toISOString() })]
    expect(planChange({ change, contents: [waits], posted: carriedOut, audit: null, at })).toEqual([])
  })
})

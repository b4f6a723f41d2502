import { describe, expect, test } from '@jest/globals'
import type { Account, Change } from '#facts/change-facts.ts'
import { type Push, pushersOf } from '#facts/pushes.ts'
import { type Activity, toPushes } from '#github/to-pushes.ts'

const person = (id: number, login: string): Account => ({ id, login, kind: 'user' })
const [ada, bob] = [person(1, 'ada'), person(2, 'bob')]

const now = new Date('2026-02-01T00:00:00Z')
const nothing = '0'.repeat(40)

const change = (headSha: string, openedAt = '2026-01-10T00:00:00Z'): Change => ({
  number: 1,
  url: 'https://github.example/acme/shop/pull/1',
  title: 'Refunds',
  body: '',
  state: 'open',
  draft: false,
  author: ada,
  baseBranch: 'main',
  headBranch: 'refunds',
  headSha,
  baseSha: null,
  crossRepository: false,
  labels: [],
  openedAt,
  merge: null,
})

const activity = (day: number, what: string, by: Account | null = bob): Activity => {
  const [type = '', before = '', after = ''] = what.split(' ')
  return { type, before, after, at: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`, actor: by }
}

interface Told {
  /** Newest first. */
  readonly activities: readonly Activity[]
  readonly head: string
}

const beforeIt = activity(9, 'push a b', ada)
const deletion = activity(13, `branch_deletion b ${nothing}`, ada)
const creationOf = (sha: string) => activity(14, `branch_creation ${nothing} ${sha}`)

describe('pushes while a change was open', () => {
  test.each<[string, Told, string[]]>([
    ['nobody pushed since it was opened', { activities: [beforeIt], head: 'b' }, []],
    ['somebody pushed since', { activities: [activity(12, 'push b c'), beforeIt], head: 'c' }, ['bob']],
    [
      'a branch made and opened at once',
      { activities: [activity(11, 'push a b'), activity(10, `branch_creation ${nothing} a`, ada)], head: 'b' },
      ['bob'],
    ],
    [
      'a push in the second of the opening counts',
      { activities: [activity(10, 'push a b'), activity(9, 'push x a', ada)], head: 'b' },
      ['bob'],
    ],
    ['a force push counts', { activities: [activity(12, 'force_push b c'), beforeIt], head: 'c' }, ['bob']],
    ['a merge into the branch counts', { activities: [activity(12, 'pr_merge b c'), beforeIt], head: 'c' }, ['bob']],
    [
      'deleting and restoring the branch is no push',
      { activities: [creationOf('b'), deletion, beforeIt], head: 'b' },
      [],
    ],
    [
      'making it anew with other content is one',
      { activities: [creationOf('c'), deletion, beforeIt], head: 'c' },
      ['bob'],
    ],
    [
      'a deleted account stays somebody',
      { activities: [activity(12, 'push b c', null), beforeIt], head: 'c' },
      ['ghost'],
    ],
  ])('%s', (_sentence, { activities, head }, logins) => {
    const pushes = toPushes(activities, change(head), now)
    if (!pushes.known) throw new Error(pushes.why)
    expect(pushersOf(pushes.value).map(({ login }) => login)).toEqual(logins)
    expect(pushes.value[0]).toMatchObject({ before: null, by: ada } satisfies Partial<Push>)
  })

  test.each<[string, Told & { openedAt?: string }, RegExp]>([
    ['the last push is not told yet', { activities: [beforeIt], head: 'c' }, /does not lead to its head c yet/],
    ['a push between is missing', { activities: [activity(12, 'push c d'), beforeIt], head: 'd' }, /does not lead/],
    ['there is no activity at all', { activities: [], head: 'b' }, /does not lead/],
    [
      'it was opened before what GitHub keeps',
      { activities: [activity(12, 'push b c')], head: 'c', openedAt: '2024-01-01T00:00:00Z' },
      /longer ago than GitHub keeps/,
    ],
  ])('unknown when %s', (_sentence, { activities, head, openedAt }, why) => {
    const pushes = toPushes(activities, change(head, openedAt), now)
    expect(pushes).toEqual({ known: false, why: expect.stringMatching(why) })
  })
})

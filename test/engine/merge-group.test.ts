import { describe, expect, test } from '@jest/globals'
import type { Finding } from '#engine/assess.ts'
import { inMergeGroup, unreadableGroup } from '#engine/merge-group.ts'

const met: Finding = { control: 'ticket-link', mode: 'enforce', outcome: 'met', because: ['The branch carries BUG-1.'] }
const waits: Finding = {
  control: 'independent-review',
  mode: 'enforce',
  outcome: 'waiting',
  because: ['The approval by ben was dismissed.'],
  awaited: '1 approval',
}

describe('in a group of the merge queue', () => {
  test('what waits is not met, and says what it waited for', () => {
    expect(inMergeGroup([met, waits])).toEqual([
      met,
      {
        control: 'independent-review',
        mode: 'enforce',
        outcome: 'unmet',
        because: [
          'It waits for 1 approval, and the merge queue waits for nobody. Queue it again when that is there.',
          'The approval by ben was dismissed.',
        ],
        fix: [],
      },
    ])
  })

  test('what is only observed stays observed', () => {
    expect(inMergeGroup([{ ...waits, mode: 'observe' }])).toMatchObject([{ mode: 'observe', outcome: 'unmet' }])
  })
})

describe('a group that could not be read', () => {
  test('is looked at again, and then a failure with the reason: never green, never silent', () => {
    expect(unreadableGroup('grant merge_queues: read', 'retrying')).toMatchObject({
      name: 'countersign',
      status: 'in_progress',
      conclusion: null,
    })
    const last = unreadableGroup('grant merge_queues: read', 'final')
    expect(last).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect(last.summary).toContain('grant merge\\_queues: read')
  })
})

import { describe, expect, test } from '@jest/globals'
import { type Answer, toPause } from '#github/heed-limits.ts'

const date = 'Thu, 01 Jan 2026 00:00:00 GMT'
const atMidnight = Date.parse(date) / 1_000
const answer = (changes: Partial<Answer>): Answer => ({ api: 'rest', status: 200, headers: {}, said: '', ...changes })
const exhausted = { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(atMidnight + 600) }
const both = ['rest', 'graphql']

describe('how long GitHub asks us to wait', () => {
  test.each<[string, Answer, unknown]>([
    ['not at all, usually', answer({ headers: { 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '1' } }), null],
    ['not for want of a permission', answer({ status: 403, said: 'Resource not accessible by integration' }), null],
    ['not when it has failed', answer({ status: 502 }), null],
    [
      'as retry-after says',
      answer({ status: 403, headers: { 'retry-after': '42' } }),
      { apis: both, forMs: 42_000, refused: true },
    ],
    [
      'as retry-after says, also when it is down',
      answer({ status: 503, headers: { 'retry-after': '5' } }),
      { apis: both, forMs: 5_000, refused: true },
    ],
    [
      'a minute for a secondary limit without a time',
      answer({ status: 403, said: 'You have exceeded a secondary rate limit.' }),
      { apis: both, forMs: 60_000, refused: true },
    ],
    ['a minute for 429 without a time', answer({ status: 429 }), { apis: both, forMs: 60_000, refused: true }],
    [
      'to the reset when the hour is used up',
      answer({ status: 403, headers: exhausted }),
      { apis: ['rest'], forMs: 600_000, refused: true },
    ],
    [
      'to the reset after the last that went through',
      answer({ headers: exhausted }),
      { apis: ['rest'], forMs: 600_000, refused: false },
    ],
    [
      "in GraphQL by GraphQL's own hour",
      answer({ api: 'graphql', headers: { ...exhausted, 'x-ratelimit-resource': 'graphql' }, said: 'RATE_LIMITED' }),
      { apis: ['graphql'], forMs: 600_000, refused: true },
    ],
    [
      'by our own clock when the answer has no date',
      answer({ headers: { ...exhausted, date: undefined } }),
      { apis: ['rest'], forMs: 660_000, refused: false },
    ],
    [
      'a second at least',
      answer({ status: 403, headers: { 'retry-after': '0' } }),
      { apis: both, forMs: 1_000, refused: true },
    ],
  ])('%s', (_sentence, given, pause) => {
    const aMinuteBehind = new Date((atMidnight - 60) * 1_000)
    expect(toPause(given, aMinuteBehind)).toEqual(pause)
  })
})

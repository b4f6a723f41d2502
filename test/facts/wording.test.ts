import { describe, expect, test } from '@jest/globals'
import { commitsAre, fewOf, listed } from '#facts/wording.ts'

const letters = (count: number): readonly string[] => Array.from('abcdefghijkl').slice(0, count)

describe('a list in a sentence', () => {
  test.each([
    ['nothing', 0, ''],
    ['one', 1, 'a'],
    ['two', 2, 'a or b'],
    ['all, however many', 6, 'a, b, c, d, e or f'],
  ])('names %s', (_what, count, words) => {
    expect(listed(letters(count), 'or')).toBe(words)
  })
})

describe('a list cut short', () => {
  test.each([
    ['nothing', 0, ''],
    ['one', 1, 'a'],
    ['four', 4, 'a, b, c and d'],
    ['five, of which it never leaves out a single one', 5, 'a, b, c and 2 more'],
    ['twelve', 12, 'a, b, c and 9 more'],
  ])('names %s', (_what, count, words) => {
    expect(fewOf(letters(count), 'and')).toBe(words)
  })
})

test.each([
  ['one', ['abc12345'], 'Commit abc1234 is'],
  ['one that is named twice', ['abc12345', 'abc12345'], 'Commit abc1234 is'],
  ['two', ['abc12345', 'def56789'], 'Commits abc1234 and def5678 are'],
  ['many', letters(6), 'Commits a, b, c and 3 more are'],
])('commits are named by the beginning of their shas: %s', (_what, shas, words) => {
  expect(commitsAre(shas)).toBe(words)
})

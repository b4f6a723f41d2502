import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type KeyRules,
  keysHintedIn,
  keysInBranch,
  keysInText,
  lookalikesInBranch,
  shapesInText,
  trackerOf,
} from '#facts/ticket-keys.ts'
import type { Tracker } from '#facts/ticket.ts'

const rules = (projects: readonly string[], ...trackers: readonly Tracker[]): KeyRules => ({
  projects: new Map(projects.map((project) => [project, trackers.find((one) => one === 'linear') ?? 'jira'])),
  trackers: new Set(trackers),
})

const jira = rules(['BUG', 'ENG', 'MY_APP', 'A1'], 'jira')
const everything: KeyRules = {
  projects: new Map([['BUG', 'jira']]),
  trackers: new Set(['jira', 'linear', 'shortcut', 'github-issues']),
}

const texts: readonly (readonly [text: string, keys: readonly string[]])[] = [
  ['BUG-12', ['BUG-12']],
  ['BUG-12: fix the dropdown', ['BUG-12']],
  ['[BUG-12] fix', ['BUG-12']],
  ['fix(BUG-12): dropdown', ['BUG-12']],
  ['bug-12 in lower case', ['BUG-12']],
  ['BUG-12, ENG-3 and BUG-12 again', ['BUG-12', 'ENG-3']],
  ['Closes BUG-12.', ['BUG-12']],
  ['https://acme.atlassian.net/browse/BUG-12', ['BUG-12']],
  ['BUG-12-fix-dropdown', ['BUG-12']],
  ['a\nBUG-12\nb', ['BUG-12']],
  ['DEBUG-12', []],
  ['XBUG-12', []],
  ['CVE-BUG-12', []],
  ['my_BUG-12', []],
  ['éBUG-12', []],
  ['𝐁BUG-12', []],
  ['BUG-12a', []],
  ['BUG-12é', []],
  ['BUG-12_3', []],
  ['BUG 12', []],
  ['BUG‑12 with a non-breaking hyphen', []],
  ['ВUG-12 with a Cyrillic В', []],
  ['BUG-１２ with full-width digits', []],
  ['BUG-012', []],
  ['BUG-12345678901', []],
  ['UTF-8 and CVE-2026-1234', []],
  ['#12', []],
  ['', []],
]

describe('a title or message', () => {
  test.each(texts)('%j carries %j', (text, keys) => {
    expect(keysInText(text, jira)).toEqual(keys)
  })

  test.each([
    ['Fixes #12', ['#12']],
    ['gh-12 and GH-13', ['#12', '#13']],
    ['shop#12 is of another repository', []],
    ['12 dropdowns', []],
    ['sc-77 for the story', ['sc-77']],
    ['BUG-1, #2, sc-3', ['BUG-1', '#2', 'sc-3']],
  ])('%j carries %j when every tracker is configured', (text, keys) => {
    expect(keysInText(text, everything)).toEqual(keys)
  })
})

describe('a key', () => {
  const shared: KeyRules = {
    projects: new Map([
      ['BUG', 'jira'],
      ['ENG', 'linear'],
      ['SC', 'jira'],
    ]),
    trackers: new Set(['jira', 'linear', 'shortcut', 'github-issues']),
  }

  test.each([
    ['bug-12', 'BUG-12', 'jira'],
    ['eng-7-rename', 'ENG-7', 'linear'],
    ['sc-12, where a project is called so', 'SC-12', 'jira'],
    ['gh-12', '#12', 'github-issues'],
    ['#12', '#12', 'github-issues'],
  ])('in %j is %s of %s', (text, key, tracker) => {
    expect(keysInText(text, shared)).toEqual([key])
    expect(trackerOf(key, shared)).toBe(tracker)
  })

  test('of Shortcut is Shortcut’s, where no project is called so', () => {
    expect(keysInBranch('SC-12', everything)).toEqual(['sc-12'])
    expect(trackerOf('sc-12', everything)).toBe('shortcut')
  })

  test('of a project whose tracker is not configured is none', () => {
    const rest: KeyRules = { ...shared, trackers: new Set(['linear']) }
    expect(keysInText('BUG-1, ENG-2, sc-3, #4', rest)).toEqual(['ENG-2'])
  })
})

describe('a hint', () => {
  test.each([
    ['fix-BUG-12-dropdown', ['BUG-12']],
    ['fix_BUG-12', ['BUG-12']],
    ['DEBUG-12', []],
    ['UTF-8', []],
  ])('in %j is %j', (text, keys) => {
    expect(keysHintedIn(text, jira)).toEqual(keys)
  })

  test('of another project is a look-alike, wherever a key could stand', () => {
    expect(lookalikesInBranch('RELEASE-3/utf-8-names')).toEqual(['RELEASE-3', 'UTF-8'])
    expect(lookalikesInBranch('fix-UTF-8')).toEqual([])
  })
})

describe('what has the shape of a key', () => {
  const numbers = (count: number): string => Array.from({ length: count }, (_, index) => `#${index + 1}`).join(' ')

  test.each<[text: string, shapes: readonly string[]]>([
    ['BUG-12, bug-12, BUG-12 and #7', ['BUG-12', 'bug-12', '#7']],
    ['UTF-8, DEBUG 1, x#7, 12', ['UTF-8']],
    ['', []],
  ])('in %j is %j', (text, shapes) => {
    expect(shapesInText(text)).toEqual(shapes)
  })

  test('is told of up to 50 different ones, and of more not at all', () => {
    expect(shapesInText(`${numbers(50)} ${numbers(50)}`)).toHaveLength(50)
    expect(shapesInText(numbers(51))).toBeNull()
  })
})

describe('any text at all', () => {
  const piece = fc.constantFrom(
    'BUG',
    'bug',
    '-',
    '_',
    '/',
    '1',
    '0',
    '12',
    '#',
    'gh',
    'sc',
    ' ',
    'é',
    '\u202e',
    '𝐁',
    'x',
  )
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))

  test('gives only well-formed keys of listed projects', () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const key of [...keysInBranch(any, everything), ...keysInText(any, everything)]) {
          expect(key).toMatch(/^(BUG-|sc-|#)[1-9][0-9]{0,9}$/)
        }
      }),
    )
  })

  test('whose branch carries a key of a project has it as a hint as well', () => {
    fc.assert(
      fc.property(text, (any) => {
        const hinted = keysHintedIn(any, jira)
        // A combining or foreign letter cannot follow: the branch grammar is the narrower one.
        expect(keysInBranch(any, jira).filter((key) => !hinted.includes(key) && !any.includes('_'))).toEqual([])
      }),
    )
  })

  test('has as shapes whatever is a key in it', () => {
    fc.assert(
      fc.property(text, (any) => {
        const shapes = (shapesInText(any) ?? []).join(' ')
        expect(keysInText(shapes, everything)).toEqual(keysInText(any, everything))
      }),
    )
  })

  test.each(['BUG-', 'a-', 'BUG-1/', '#', '1', '_', 'BUG', 'a_'])('is read once, even 100,000 times %j', (piece_) => {
    const long = piece_.repeat(100_000)
    expect(keysInText(long, everything).length).toBeLessThanOrEqual(1)
    expect(keysInBranch(long, everything).length).toBeLessThanOrEqual(1)
    expect(keysHintedIn(long, everything).length).toBeLessThanOrEqual(1)
    expect(shapesInText(long)?.length).toBeLessThanOrEqual(1)
  })
})

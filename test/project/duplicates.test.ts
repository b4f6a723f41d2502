import { describe, expect, test } from '@jest/globals'
import { listFiles, readProjectFile } from './files.ts'

interface Line {
  readonly where: string
  readonly text: string
}

const run = 6
/** Lines that any two files may share: imports, and lines of brackets only. */
const ignored = /^(import\b.*|export type \{.*|\} from .*|[)\]}({[;,]*|\* ?.*|\/\*\*.*|\/\/.*)$/
/** A row of a table: literals between brackets and commas, without a call, an operator or a statement. */
const tableRow = /^[[{]?\s*(['"`\w$.-]+:?\s*)?(['"`\d[{].*)?,$/

describe('src/', () => {
  test(`says nothing twice: no run of ${run} lines is found in two places`, () => {
    expect(findDuplicates(listFiles('src/**/*.ts').map(toLines))).toEqual([])
  })
})

describe('the search for duplicates', () => {
  const text = ['a()', 'b(1)', 'if (c) return', 'd = e', 'throw f', 'return g'].join('\n')

  test.each([
    ['finds a run of six in two files', [text, `x()\n${text}`], 1],
    ['finds a run of six twice in one file', [`${text}\ny()\n${text}`], 1],
    ['sees through indentation, blank lines and comments', [text, text.replaceAll('\n', '\n\n  // why\n    ')], 1],
    ['lets a run of five pass', [text, text.replace('return g', 'return h')], 0],
    ['lets the rows of a table pass', ["['a', 1],\n", "['a', 1],\n"].map((row) => row.repeat(8)), 0],
    [
      'lets the same imports pass',
      ["import { a } from '#b/c.ts'\n", "import { a } from '#b/c.ts'\n"].map((line) => line.repeat(8)),
      0,
    ],
  ])('%s', (_name, texts, expected) => {
    const files = texts.map((content, index) => normalize(`file-${index}`, content))
    expect(findDuplicates(files)).toHaveLength(expected)
  })
})

const toLines = (path: string): readonly Line[] => normalize(path, readProjectFile(path))

function normalize(path: string, text: string): readonly Line[] {
  return withoutImports(text)
    .split('\n')
    .map((line, index) => ({ where: `${path}:${index + 1}`, text: line.trim().replace(/\s+/g, ' ') }))
    .filter((line) => line.text !== '' && !ignored.test(line.text))
}

/** Imports over several lines are blanked, so that line numbers stay. */
const withoutImports = (text: string): string =>
  text.replace(/^import (type )?\{[^}]*\} from .*$/gm, (statement) => statement.replace(/[^\n]/g, ''))

/** One line for each place where such a run begins a second time. */
function findDuplicates(files: readonly (readonly Line[])[]): readonly string[] {
  const seen = new Map<string, string>()
  const found: string[] = []
  for (const lines of files) {
    let covered = -1
    for (let start = 0; start + run <= lines.length; start += 1) {
      const window = lines.slice(start, start + run)
      if (window.every((line) => tableRow.test(line.text))) continue
      const key = window.map((line) => line.text).join('\n')
      const first = seen.get(key)
      const where = window[0]?.where ?? ''
      if (first === undefined) seen.set(key, where)
      else if (start > covered) {
        found.push(`${where} repeats ${first}`)
        covered = start + run - 1
      }
    }
  }
  return found
}

import { describe, expect, test } from '@jest/globals'
import { listFiles, readProjectFile } from './files.ts'

const topOfSrc = [
  ...['facts', 'criteria', 'review', 'tickets', 'controls', 'policy', 'engine', 'ledger', 'evidence'],
  'operations',
  ...['github', 'trackers', 'store', 'queue'],
  ...['jobs', 'http', 'ui', 'cli'],
  ...['twin', 'demo', 'bin', 'config.ts', 'config', 'app.ts', 'worker.ts', 'command-line.ts', 'doctor.ts'],
]

/** Names that say nothing of what is inside. */
const empty = /([/-](utils?|helpers?|services?|managers?|handlers?|process|data|base)|\/(common|types|index))(\.ts|\/)/

const sources = listFiles('src/**/*.ts')

describe('the tree', () => {
  test('src/ holds the folders of docs/architecture.md and no other', () => {
    const found = new Set(listFiles('src').map((path) => path.split('/')[1] ?? ''))
    expect([...found].filter((name) => !topOfSrc.includes(name))).toEqual([])
  })

  test('no file or folder has a name that says nothing', () => {
    expect(sources.filter((path) => empty.test(path))).toEqual([])
  })

  test.each([
    ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'package.json', 'tsconfig.json'],
    ...['app.yml', 'Dockerfile', 'compose.yaml', '.ci/run', '.dependency-cruiser.cjs'],
    ...['docs/architecture.md', 'docs/glossary.md', 'docs/adding-a-control.md', 'docs/criteria.md'],
  ])('%s is there', (path) => {
    expect(readProjectFile(path).length).toBeGreaterThan(0)
  })
})

describe('a file of src/', () => {
  test('that starts a process is three lines long, imports aside', () => {
    const long = sources.filter((path) => path.startsWith('src/bin/')).filter((path) => statementsOf(path).length > 3)
    expect(long).toEqual([])
  })

  test('never silences the compiler or the linter without saying why', () => {
    const silenced = /@ts-(ignore|nocheck)|@ts-expect-error\s*$|eslint-disable(?!.* -- )/m
    expect(sources.filter((path) => silenced.test(readProjectFile(path)))).toEqual([])
  })
})

function statementsOf(path: string): readonly string[] {
  const lines = readProjectFile(path).split('\n')
  return lines.filter((line) => line.trim() !== '' && !/^(#!|import |\/\*\*| \*|\/\/)/.test(line))
}

import { describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles, readProjectFile, readProjectJson, root } from './files.ts'

const readme = readProjectFile('README.md')
const architecture = readProjectFile('docs/architecture.md')
const { scripts } = readProjectJson('package.json') as { readonly scripts: Readonly<Record<string, string>> }
const documents = listFiles('*.md')

test('the generated documents are fresh', () => {
  const run = spawnSync(process.execPath, ['scripts/docs.ts', '--check'], { cwd: root, encoding: 'utf8' })
  expect(`${run.stdout}${run.stderr}`.replace(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, '')).toBe('')
  expect(run.status).toBe(0)
}, 60_000)

describe('README.md', () => {
  const commands = [...readme.matchAll(/^```sh\n([^`]*)^```$/gm)].flatMap((block) =>
    (block[1] ?? '').trim().split('\n'),
  )

  test('begins with the demo and the tests', () => {
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
  })

  test.each(['npm ci && npm test', 'npm run demo'])('CI runs `%s` itself', (command) => {
    expect(readProjectFile('.ci/run')).toContain(command)
  })

  test('has a row for every variable that config.ts reads, and for no other', () => {
    const read = [...readProjectFile('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(
      (match) => match[1] ?? '',
    )
    const told = [...readme.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1] ?? '')
    // `PRIVATE_KEY_PATH` is Probot's other name for PRIVATE_KEY_FILE.
    expect(new Set(told)).toEqual(new Set([...read, 'PRIVATE_KEY_PATH']))
  })
})

describe('the documents', () => {
  test.each(documents)('%s asks only for scripts that exist', (path) => {
    const asked = [...readProjectFile(path).matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1] ?? '')
    expect(asked.filter((name) => !(name in scripts))).toEqual([])
  })

  test.each(documents)('%s links only to files that exist', (path) => {
    const links = [...readProjectFile(path).matchAll(/\]\(([^)#:\s]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  const invariants = architecture.split('\n').filter((line) => /^\d+\. /.test(line))

  test('numbers the sixteen invariants', () => {
    expect(invariants.map((line) => Number.parseInt(line, 10))).toEqual(
      Array.from({ length: 16 }, (_, index) => index + 1),
    )
  })

  test.each(invariants)('%s: the test that holds it is there', (invariant) => {
    const paths = [...invariant.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? '')
    const later = invariant.includes('(later)')
    expect(paths.length > 0).not.toBe(later)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('its code map has a line for every folder of src/', () => {
    const folders = new Set(listFiles('src/*/**').map((path) => path.split('/')[1] ?? ''))
    expect([...folders].filter((folder) => !architecture.includes(`\`${folder}/\``))).toEqual([])
  })
})

describe('docs/decisions/', () => {
  const records = listFiles('docs/decisions/*.md')

  test('are numbered from 0001 without a gap', () => {
    const numbers = records.map((path) => Number(/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]))
    expect(numbers).toEqual(records.map((_, index) => index + 1))
  })

  test.each(records)('%s says context, decision and consequences', (path) => {
    const record = readProjectFile(path)
    expect(record).toMatch(/^# \d{4} \S/)
    const parts = [...record.matchAll(/^\*\*(\w+)\.\*\* /gm)].map((match) => match[1])
    expect(parts).toEqual(['Context', 'Decision', 'Consequences'])
  })
})

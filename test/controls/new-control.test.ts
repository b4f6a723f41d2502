import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const project = join(import.meta.dirname, '../..')
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'new-control-'))
  cpSync(join(project, 'src/controls'), join(root, 'src/controls'), { recursive: true })
  mkdirSync(join(root, 'test/controls'), { recursive: true })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function newControl(...words: readonly string[]): { status: number | null; said: string } {
  const script = join(project, 'scripts/new-control.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--root', root, ...words], {
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const listOf = (catalogue: string): readonly string[] =>
  /(?<=^export const catalogue\b[^=]*= \[)[^\]]*/m.exec(catalogue)?.[0].match(/\w+/g) ?? []

describe('npm run new-control', () => {
  test.each([
    ['change/aardvark-count', 'aardvarkCount'],
    ['change/paired-commits', 'pairedCommits'],
    ['change/zebra-crossing', 'zebraCrossing'],
  ])('%s puts %s into the catalogue in alphabetical place', (name, variable) => {
    const before = listOf(read('src/controls/catalogue.ts'))
    expect(newControl(name).status).toBe(0)
    const catalogue = read('src/controls/catalogue.ts')
    expect(listOf(catalogue)).toEqual([...before, variable].toSorted())
    const imports = catalogue.split('\n').filter((line) => line.includes("from './change/"))
    expect(imports).toContain(`import { ${variable} } from './${name}.ts'`)
    expect(imports).toEqual(imports.toSorted((a, b) => (a.split("'")[1] ?? '').localeCompare(b.split("'")[1] ?? '')))
  })

  test('writes a control and its table', () => {
    newControl('change/paired-commits')
    expect(read('src/controls/change/paired-commits.ts')).toContain("id: 'paired-commits',")
    expect(read('test/controls/change/paired-commits.test.ts')).toContain('checkControl(pairedCommits, [')
  })

  test('twice gives two controls', () => {
    const before = listOf(read('src/controls/catalogue.ts'))
    newControl('change/paired-commits')
    newControl('change/tested-change')
    expect(listOf(read('src/controls/catalogue.ts'))).toEqual([...before, 'pairedCommits', 'testedChange'].toSorted())
  })

  test.each([
    [[], 'Name one control.'],
    [['change/a', 'change/b'], 'Name one control.'],
    [['paired-commits'], '"paired-commits" is not <subject>/<id>. Subjects: change.'],
    [['planet/paired-commits'], 'Subjects: change.'],
    [['change/deep/er'], 'is not <subject>/<id>'],
    [['change/SignedCommits'], '"SignedCommits" is no id: lower-case words joined by hyphens'],
    [['change/signed_commits'], 'is no id'],
    [['change/..'], 'is no id'],
    [['change/'], 'is no id'],
    [[`change/${'a'.repeat(41)}`], 'at most 40 characters'],
    [['change/ticket-link'], 'A control called ticket-link exists already.'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j is refused, with a sentence and nothing written', (words, sentence) => {
    const before = read('src/controls/catalogue.ts')
    const { status, said } = newControl(...words)
    expect(status).toBe(1)
    expect(said).toContain(sentence)
    expect(said).not.toContain('    at ')
    expect(read('src/controls/catalogue.ts')).toBe(before)
  })

  test('--help shows how, with an example', () => {
    const { status, said } = newControl('--help')
    expect(status).toBe(0)
    expect(said).toContain('npm run new-control change/paired-work')
  })
})

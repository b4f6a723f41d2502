import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './files.ts'

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[]
  }
}

const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')

test('every import of the project keeps the rules', () => {
  const folders = ['src', 'test', 'scripts', 'bench']
  const run = spawnSync(process.execPath, [command, '--config', '.dependency-cruiser.cjs', ...folders], { cwd: root })
  expect(`${run.stdout.toString()}${run.stderr.toString()}`).toContain('no dependency violations found')
}, 60_000)

/** What a file imports, and the rule that catches it; null where the import is welcome. */
const rows: readonly (readonly [file: string, line: string, rule: string | null])[] = [
  ['facts/a.ts', `import type { X } from '#engine/x.ts'`, 'facts-stand-alone'],
  ['criteria/a.ts', `import '#facts/x.ts'`, 'criteria-stand-alone'],
  ['controls/change/a.ts', `import '#facts/x.ts'`, null],
  ['controls/change/b.ts', `import type { X } from '#policy/x.ts'`, 'controls-see-facts-and-criteria'],
  ['controls/change/c.ts', `import './a.ts'`, 'controls-stand-alone'],
  ['controls/change/d.ts', `import '../control.ts'`, null],
  ['controls/change/e.ts', `import 'zod'`, null],
  ['controls/change/f.ts', `import 'pino'`, 'core-uses-four-pure-packages'],
  ['controls/change/g.ts', `import 'node:fs'`, 'core-only-hashes'],
  ['controls/change/h.ts', `import 'node:crypto'`, null],
  ['policy/a.ts', `import '#controls/x.ts'`, null],
  ['policy/b.ts', `import '#engine/x.ts'`, 'policy-sees-controls-and-facts'],
  ['policy/c.ts', `import 'yaml'`, 'core-uses-four-pure-packages'],
  ['policy/read-yaml.ts', `import 'yaml'`, null],
  ['engine/a.ts', `import type { X } from '#controls/control.ts'`, null],
  ['engine/b.ts', `import type { X } from '#controls/x.ts'`, 'engine-sees-policy-and-control-types'],
  ['engine/c.ts', `import '#controls/control.ts'`, 'the-engine-takes-the-catalogue-as-an-argument'],
  ['ledger/a.ts', `import type { X } from '#engine/x.ts'`, null],
  ['ledger/b.ts', `import type { X } from '#policy/x.ts'`, 'ledger-and-evidence-see-what-was-judged'],
  ['operations/a.ts', `import '#engine/x.ts'`, null],
  ['operations/b.ts', `import type { X } from '#store/x.ts'`, 'operations-see-core'],
  ['operations/c.ts', `import 'node:fs'`, 'operations-touch-nothing'],
  ['operations/d.ts', `import 'pino'`, 'operations-touch-nothing'],
  ['github/a.ts', `import '#facts/x.ts'`, null],
  ['github/b.ts', `import type { X } from '#engine/x.ts'`, null],
  ['github/c.ts', `import '#engine/x.ts'`, 'adapters-decide-nothing'],
  ['github/d.ts', `import type { X } from '#store/x.ts'`, 'github-sees-core-types'],
  ['store/a.ts', `import type { X } from '#jobs/x.ts'`, 'store-sees-core-types'],
  ['queue/a.ts', `import type { X } from '#store/x.ts'`, 'queue-sees-core-types'],
  ['trackers/a.ts', `import type { X } from '#github/x.ts'`, 'trackers-sees-core-types'],
  ['jobs/a.ts', `import '#operations/x.ts'`, null],
  ['jobs/b.ts', `import '#store/x.ts'`, 'doors-see-operations-and-config'],
  ['cli/a.ts', `import '#engine/x.ts'`, 'doors-decide-nothing'],
  ['cli/b.ts', `import '#http/x.ts'`, 'doors-see-operations-and-config'],
  ['http/a.ts', `import '../ui/x.ts'`, null],
  ['http/b.ts', `import '#github/x.ts'`, 'http-sees-operations-config-and-ui'],
  ['ui/a.ts', `import '#operations/x.ts'`, 'ui-sees-core-types'],
  ['twin/a.ts', `import type { X } from '#facts/x.ts'`, 'the-twin-stands-alone'],
  ['twin/b.ts', `import 'graphql'`, null],
  ['store/b.ts', `import 'nock'`, 'the-product-ships-what-it-imports'],
  ['jobs/c.ts', `import '#app.ts'`, 'doors-see-operations-and-config'],
  ['bin/a.ts', `import '#twin/x.ts'`, 'the-twin-stays-out-of-the-product'],
  ['bin/twin.ts', `import '#twin/x.ts'`, null],
  ['bin/b.ts', `import '#demo/x.ts'`, null],
  ['bin/c.ts', `import 'nock'`, 'the-product-ships-what-it-imports'],
  ['app.ts', `import '#demo/x.ts'`, 'the-demo-stays-out-of-the-product'],
  ['config.ts', `import '#operations/x.ts'`, 'config-stands-alone'],
  ['facts/b.ts', `import '#facts/missing.ts'`, 'nothing-unresolved'],
  ['store/c.ts', `import './c.ts'`, 'no-cycles'],
]

describe('the import rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-imports-'))
  let caught: ReadonlyMap<string, readonly string[]>

  beforeAll(() => {
    copyRules(folder)
    for (const [file, line] of rows) place(folder, file, `${line}\nexport type Y = number\n`)
    caught = cruise(folder)
  }, 60_000)
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  for (const [file, line, rule] of rows) {
    test(`src/${file}: ${line} ${rule === null ? 'is welcome' : `breaks ${rule}`}`, () => {
      expect(caught.get(`src/${file}`) ?? []).toEqual(rule === null ? [] : [rule])
    })
  }
})

function copyRules(folder: string): void {
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    cpSync(join(root, name), join(folder, name))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const core = ['facts', 'policy', 'engine', 'controls', 'operations']
  const shell = ['store', 'github', 'jobs', 'http', 'ui', 'twin', 'demo']
  for (const target of [...core, ...shell]) place(folder, `${target}/x.ts`, 'export type X = number\n')
  place(folder, 'controls/control.ts', 'export type X = number\n')
}

function place(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, 'src', file)), { recursive: true })
  writeFileSync(join(folder, 'src', file), text)
}

/** The rules that each file breaks. */
function cruise(folder: string): ReadonlyMap<string, readonly string[]> {
  const arguments_ = [command, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src']
  const { stdout } = spawnSync(process.execPath, arguments_, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  const { summary } = JSON.parse(stdout) as Report
  const rules = new Map<string, Set<string>>()
  for (const { from, rule } of summary.violations) {
    rules.set(from, (rules.get(from) ?? new Set<string>()).add(rule.name))
  }
  return new Map([...rules].map(([from, names]) => [from, [...names]]))
}

import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { catalogue } from '#controls/catalogue.ts'
import { renderControlDoc, renderCriteriaDoc } from '#controls/render-docs.ts'
import { renderOpenApi } from '#http/routes/api.ts'
import { renderFactsSchema } from '#operations/facts-document.ts'
import { renderPolicySchema } from '#policy/policy-schema.ts'
import { dumpSchema } from '#store/schema-dump.ts'

/**
 * Writes the generated documents of docs/. With `--check` it writes nothing, lists those that are stale and exits 1.
 *
 * A document is generated when its truth is in the code: nobody edits it, and review sees what a change of code does.
 */
interface Page {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
}

const root = join(import.meta.dirname, '..')

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const pages = await renderPages()
if (values.check) report(findStale(pages))
else write(pages)

async function renderPages(): Promise<readonly Page[]> {
  return [
    ...catalogue.map((control) => ({ path: `docs/controls/${control.id}.md`, text: renderControlDoc(control) })),
    { path: 'docs/criteria.md', text: renderCriteriaDoc(catalogue) },
    { path: 'docs/policy.schema.json', text: renderPolicySchema(catalogue) },
    { path: 'docs/facts.schema.json', text: renderFactsSchema() },
    { path: 'docs/openapi.json', text: await renderOpenApi() },
    { path: 'docs/schema.sql', text: await dumpSchema() },
  ]
}

/** Paths whose text is not what the code says now: changed, missing, or left behind by a control that is gone. */
function findStale(expected: readonly Page[]): readonly string[] {
  const changed = expected.filter(({ path, text }) => !existsSync(join(root, path)) || read(path) !== text)
  return [...changed.map((page) => page.path), ...findLeftBehind(expected)]
}

function findLeftBehind(expected: readonly Page[]): readonly string[] {
  const kept = new Set(expected.map((page) => page.path))
  return globSync('docs/controls/*.md', { cwd: root }).filter((path) => !kept.has(path))
}

function write(expected: readonly Page[]): void {
  for (const path of findLeftBehind(expected)) rmSync(join(root, path))
  for (const { path, text } of expected) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  console.log(`${expected.length} generated documents are up to date.`)
}

function report(stale: readonly string[]): void {
  if (stale.length === 0) return
  console.error('These documents are not what the code says now. Run `npm run docs` and commit the result:')
  for (const path of stale) console.error(`  ${path}`)
  process.exitCode = 1
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const usage = `Starts a new control: its file, its table of tests, and its line in the catalogue.

  npm run new-control <subject>/<id>

  npm run new-control change/paired-work

The id is a noun phrase in lower case with hyphens, and is never reused. Subjects: the folders of src/controls.
Then follow docs/adding-a-control.md. --root DIR works on another checkout.
`

try {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean' }, root: { type: 'string', default: join(import.meta.dirname, '..') } },
    allowPositionals: true,
  })
  if (values.help === true) process.stdout.write(usage)
  else process.stdout.write(createControl(values.root, positionals))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

/** Everything is checked before anything is written. */
function createControl(root: string, words: readonly string[]): string {
  const { subject, id } = parseName(root, words)
  const control = join(root, 'src', 'controls', subject, `${id}.ts`)
  const test = join(root, 'test', 'controls', subject, `${id}.test.ts`)
  const taken = [control, test].find((file) => existsSync(file))
  if (taken !== undefined) throw new Error(`${taken} exists already. Choose another id: an id is never reused.`)
  const catalogue = join(root, 'src', 'controls', 'catalogue.ts')
  const extended = extendCatalogue(readFileSync(catalogue, 'utf8'), subject, id)

  for (const [file, text] of [
    [control, controlText(id)],
    [test, testText(subject, id)],
    [catalogue, extended],
  ] as const) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return `Written:\n  ${control}\n  ${test}\n  ${catalogue}\nNext: docs/adding-a-control.md; then npm run check.\n`
}

function parseName(root: string, words: readonly string[]): { subject: string; id: string } {
  const [name, ...rest] = words
  if (name === undefined || rest.length > 0) throw new Error(`Name one control.\n\n${usage}`)
  const [subject = '', id = '', ...deeper] = name.split('/')
  const subjects = readdirSync(join(root, 'src', 'controls'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  if (!subjects.includes(subject) || deeper.length > 0) {
    throw new Error(`"${name}" is not <subject>/<id>. Subjects: ${subjects.join(', ')}. Example: change/paired-work.`)
  }
  if (!/^[a-z]+(-[a-z0-9]+)*$/.test(id) || id.length > 40) {
    throw new Error(
      `"${id}" is no id: lower-case words joined by hyphens, at most 40 characters, as in signed-commits.`,
    )
  }
  if (subjects.some((other) => existsSync(join(root, 'src', 'controls', other, `${id}.ts`)))) {
    throw new Error(`A control called ${id} exists already. Choose another id: an id is never reused.`)
  }
  return { subject, id }
}

/** Puts the import and the name in alphabetical place. */
function extendCatalogue(text: string, subject: string, id: string): string {
  const imports = [...text.matchAll(/^import \{ \w+ \} from '\.\/\w+\/([a-z0-9-]+)\.ts'$/gm)].map((match) => ({
    id: match[1] ?? '',
    line: match[0],
  }))
  const declared = /^export const catalogue: readonly Control\[\] = \[[^\]]*\]$/m
  if (imports.length === 0 || !declared.test(text)) {
    throw new Error('src/controls/catalogue.ts does not look as expected: add the control to it by hand.')
  }
  const all = [...imports, { id, line: `import { ${camelCase(id)} } from './${subject}/${id}.ts'` }]
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const importBlock = imports.map(({ line }) => line).join('\n')
  return text
    .replace(importBlock, () => sorted.map(({ line }) => line).join('\n'))
    .replace(declared, () => declarationOf(sorted.map((entry) => camelCase(entry.id))))
}

/** On one line while it fits, as prettier would have it. */
function declarationOf(names: readonly string[]): string {
  const start = 'export const catalogue: readonly Control[] = ['
  const line = `${start}${names.join(', ')}]`
  return line.length <= 120 ? line : `${start}\n${names.map((name) => `  ${name},\n`).join('')}]`
}

function camelCase(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

function controlText(id: string): string {
  return `import { z } from 'zod'
import { defineChangeControl, met, notApplicable } from '../control.ts'

/**
 * The claim in plain words.
 *
 * How it is judged and why so; what does not count; what is judged elsewhere.
 */
export const ${camelCase(id)} = defineChangeControl({
  id: '${id}',
  title: 'A sentence that is true exactly when the control is met',
  satisfies: ['SOC2/CC8.1'],
  needs: ['change'],
  settings: z.object({}),
  strictness: {},

  evaluate({ change }) {
    if (change.labels.length === 0) return notApplicable('The change has no label.')
    return met('The change has a label.')
  },

  remediation: \`
    What a person does about it.
  \`,
})
`
}

function testText(subject: string, id: string): string {
  return `import { met, notApplicable } from '#controls/control.ts'
import { ${camelCase(id)} } from '#controls/${subject}/${id}.ts'
import { checkControl } from '../check-control.ts'
import { change } from '../sample-change.ts'

checkControl(${camelCase(id)}, [
  {
    when: 'it has a label',
    facts: { change: { ...change, labels: ['any'] } },
    expect: met('The change has a label.'),
  },
  {
    when: 'it has no label',
    facts: { change },
    expect: notApplicable('The change has no label.'),
  },
])
`
}

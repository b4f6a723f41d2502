import type { FileImport } from './differences-of-file.ts'
import type { Imported } from './name-drafts.ts'
import { comment, toYaml } from './yaml-text.ts'

/** The text of a `countersign.yml`: each rule in its order, and above it what is to be known about it. */
export function renderPolicy(rules: readonly Imported[], file: FileImport): string {
  const inside = '    '
  const isEmpty = rules.every(({ rule }) => rule === null)
  return [
    ...heading.map((line) => `# ${line}`.trimEnd()),
    ...file.notes.flatMap((note) => comment(note, { indent: '', head: '- ' })),
    '#',
    '# The rules observe and block nobody. When the result is what you want: mode: enforce.',
    'version: 1',
    'controls:',
    '  independent-review:',
    `${inside}mode: observe`,
    ...file.differs.flatMap((difference) => marked(difference, inside)),
    ...(file.dropsOnAnyPush ? [`${inside}stale-approvals: drop-on-any-push`] : []),
    ...(isEmpty ? [] : [`${inside}rules:`]),
    ...rules.flatMap((imported) => renderRule(imported, `${inside}  `)),
    '',
  ].join('\n')
}

const heading = [
  'Imported from the .policy.yml of policy-bot. Lines are those of that file.',
  '',
  'Look at each comment marked "differs:", decide, and remove it. What is other for every rule:',
]

const marked = (difference: string, indent: string): readonly string[] =>
  comment(difference, { indent, head: 'differs: ' })

function renderRule({ called, line, notes, differs, rule }: Imported, indent: string): readonly string[] {
  const head =
    rule === null ? [comment(`line ${line}, rule ${JSON.stringify(called)}`, { indent, head: '' })].flat() : []
  return [
    ...head,
    ...notes.flatMap((note) => comment(note, { indent, head: '' })),
    ...differs.flatMap((difference) => marked(difference, indent)),
    ...(rule === null ? [] : toYaml([rule], indent)),
  ]
}

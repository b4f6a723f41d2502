import { criteria } from '#criteria/criteria.ts'
import type { Control } from './control.ts'
import { renderSettings } from './render-settings.ts'

const generated = '<!-- Generated from src/controls. Edit the control, then run `npm run docs`. -->'

/** The page about one control, as Markdown: what it claims, what it helps to satisfy, what can be set, what to do. */
export function renderControlDoc(control: Control): string {
  const satisfies = control.satisfies.map((criterion) => `[${criterion}](../criteria.md)`).join(', ')
  return paragraphs([
    generated,
    `# ${control.id}`,
    `**${control.title}.**`,
    `Judges: a ${control.subject}. Looks at: ${quoted(control.needs)}. When one of these cannot be seen, the finding is ` +
      `\`undetermined\`, never met and never unmet.${mayLookAt(control)}`,
    `Helps to satisfy: ${satisfies}.`,
    '## When it is not met',
    unindented(control.remediation),
    '## Settings',
    `In \`countersign.yml\`, under \`controls.${control.id}\`, beside \`mode\` (\`off\`, \`observe\` or \`enforce\`):`,
    renderSettings(control.settings),
  ])
}

/** The page that maps every clause we know of to the controls that help to satisfy it, as Markdown. */
export function renderCriteriaDoc(catalogue: readonly Control[]): string {
  const rows = criteria.map((criterion) => {
    const controls = catalogue.filter(({ satisfies }) => satisfies.includes(criterion))
    const links = controls.map(({ id }) => `[${id}](controls/${id}.md)`).join(', ')
    return `| ${criterion} | ${links === '' ? 'none yet' : links} |`
  })
  return paragraphs([
    generated,
    '# Criteria',
    'Which controls help to satisfy which clause. The clauses are named by id: their wording belongs to those who publish ' +
      'them. A control that is met is evidence towards a clause, not proof of all of it.',
    ['| Clause | Controls |', '|---|---|', ...rows].join('\n'),
  ])
}

const mayLookAt = ({ mayNeed = [] }: Control): string =>
  mayNeed.length === 0
    ? ''
    : ` So it is for ${quoted(mayNeed)}, where its settings or the change itself make the answer rest on them.`

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

const paragraphs = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`

const unindented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')

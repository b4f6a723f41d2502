import { z } from 'zod'
import { criteria } from '#criteria/criteria.ts'
import type { Control } from './control.ts'

const generated = '<!-- Generated from src/controls. Edit the control, then run `npm run docs`. -->'

/** The page about one control, as Markdown: what it claims, what it helps to satisfy, what can be set, what to do. */
export function renderControlDoc(control: Control): string {
  const satisfies = control.satisfies.map((criterion) => `[${criterion}](../criteria.md)`).join(', ')
  return paragraphs([
    generated,
    `# ${control.id}`,
    `**${control.title}.**`,
    `Judges: a ${control.subject}. Looks at: ${control.needs.map((need) => `\`${need}\``).join(', ')}. When one of these ` +
      'cannot be seen, the finding is `undetermined`, never met and never unmet.',
    `Helps to satisfy: ${satisfies}.`,
    '## When it is not met',
    unindented(control.remediation),
    '## Settings',
    `In \`countersign.yml\`, under \`controls.${control.id}\`, beside \`mode\` (\`off\`, \`observe\` or \`enforce\`):`,
    settingsTable(control.settings),
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

function settingsTable(settings: z.ZodObject): string {
  const { properties } = z.toJSONSchema(settings, { io: 'input' }) as SettingSchema
  const rows = Object.entries(properties ?? {}).map(
    ([name, setting]) =>
      `| \`${name}\` | ${typeOf(setting)} | \`${JSON.stringify(setting.default)}\` | ${cell(setting.description ?? '')} |`,
  )
  if (rows.length === 0) return 'It has no settings of its own.'
  return ['| Setting | Type | Default | What it does |', '|---|---|---|---|', ...rows].join('\n')
}

/** The part of JSON Schema in which settings are written. */
interface SettingSchema {
  readonly type?: string
  readonly const?: string
  readonly enum?: readonly string[]
  readonly items?: SettingSchema
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly default?: unknown
  readonly description?: string
}

function typeOf({ type, const: only, enum: choices, items, properties }: SettingSchema): string {
  if (only !== undefined) return `\`${only}\``
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (items !== undefined) return `list of ${typeOf(items)}`
  if (properties === undefined) return type ?? 'anything'
  return `{ ${Object.entries(properties)
    .map(([name, schema]) => `${name}: ${typeOf(schema)}`)
    .join('; ')} }`
}

const paragraphs = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`

const unindented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replace(/\s+/g, ' ')

import { z } from 'zod'

/** The settings of a control as tables in Markdown: one for the settings, and one for each structure within them. */
export function renderSettings(settings: z.ZodObject): string {
  const { $defs = {}, ...schema } = z.toJSONSchema(settings, { io: 'input' }) as SettingSchema
  if (Object.keys(schema.properties ?? {}).length === 0) return 'It has no settings of its own.'
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, setting]) =>
      `| \`${name}\` | ${typeOf(setting, $defs)} | \`${JSON.stringify(setting.default)}\` | ${cell(setting.description)} |`,
  )
  const table = ['| Setting | Type | Default | What it does |', '|---|---|---|---|', ...rows].join('\n')
  return [table, ...structuresOf(schema, $defs)].join('\n\n')
}

/** The part of JSON Schema in which settings are written. */
interface SettingSchema {
  readonly type?: string
  readonly const?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly SettingSchema[]
  readonly items?: SettingSchema
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly additionalProperties?: SettingSchema | false
  readonly required?: readonly string[]
  readonly $ref?: string
  readonly $defs?: Definitions
  readonly default?: unknown
  readonly description?: string
}

type Definitions = Readonly<Record<string, SettingSchema>>

/** A table for each object whose members are described, once, at the first place where it stands. */
function structuresOf(schema: SettingSchema, definitions: Definitions): readonly string[] {
  const sections: string[] = []
  const shown = new Set<string>()
  const visit = (within: SettingSchema, path: string): void => {
    if (within.$ref !== undefined && shown.has(within.$ref)) return
    if (within.$ref !== undefined) shown.add(within.$ref)
    const object = resolved(within, definitions)
    if (path !== '' && isStructure(object)) sections.push(structure(object, path, definitions))
    for (const [name, member] of Object.entries(object.properties ?? {})) {
      const place = path === '' ? name : `${path}.${name}`
      visit(member.items ?? member, member.items === undefined ? place : `${place}[]`)
    }
  }
  visit(schema, '')
  return sections
}

function structure({ properties = {}, required = [] }: SettingSchema, path: string, definitions: Definitions): string {
  const rows = Object.entries(properties).map(([name, member]) => {
    const needed = required.includes(name) && member.default === undefined ? ' (required)' : ''
    const text = member.description ?? resolved(member, definitions).description
    return `| \`${name}\`${needed} | ${typeOf(member, definitions)} | ${cell(text)} |`
  })
  return [`### \`${path}\``, ['| Key | Type | What it does |', '|---|---|---|', ...rows].join('\n')].join('\n\n')
}

function resolved(schema: SettingSchema, definitions: Definitions): SettingSchema {
  const name = schema.$ref?.replace('#/$defs/', '')
  return (name === undefined ? undefined : definitions[name]) ?? schema
}

const isStructure = ({ properties }: SettingSchema): boolean =>
  properties !== undefined && Object.values(properties).every(({ description }) => description !== undefined)

function typeOf(schema: SettingSchema, definitions: Definitions): string {
  const {
    type,
    const: only,
    enum: choices,
    anyOf,
    items,
    properties,
    additionalProperties,
  } = resolved(schema, definitions)
  const inner = (one: SettingSchema): string => typeOf(one, definitions)
  if (only !== undefined) return `\`${only}\``
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (anyOf !== undefined) return anyOf.map(inner).join(' or ')
  if (items !== undefined) return `list of ${inner(items)}`
  if (properties === undefined)
    return additionalProperties ? `${inner(additionalProperties)} by name` : (type ?? 'anything')
  if (isStructure(resolved(schema, definitions))) return 'entries, see below'
  return `{ ${Object.entries(properties)
    .map(([name, member]) => `${name}: ${inner(member)}`)
    .join('; ')} }`
}

const cell = (text = ''): string => text.replaceAll('|', String.raw`\|`).replace(/\s+/g, ' ')

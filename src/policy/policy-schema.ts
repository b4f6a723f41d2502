import { z } from 'zod'
import type { Control } from '#controls/control.ts'
import { compileNameGlob } from './name-glob.ts'
import { defaultPreset, presets } from './presets.ts'

export type PolicySchema = ReturnType<typeof buildSchema>

/**
 * What `countersign.yml` may say, for the controls of a catalogue. An unknown key is a fault at every level.
 *
 * One schema serves both layers: that `locked` and `groups` are the organization's alone is told by `parsePolicy`, in a
 * sentence that says why.
 */
export function policySchema(catalogue: readonly Control[]): PolicySchema {
  const built = schemas.get(catalogue) ?? buildSchema(catalogue)
  schemas.set(catalogue, built)
  return built
}

/** JSON Schema (2020-12) of a policy file, for editors and other people's tools. */
export function policyJsonSchema(catalogue: readonly Control[]): z.core.JSONSchema.BaseSchema {
  // `unrepresentable`: a refinement of a control is checked by us, and merely not shown by the editor.
  return z.toJSONSchema(policySchema(catalogue), { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' })
}

/** The same as text, stable from run to run, as it is kept in docs/policy.schema.json. */
export const renderPolicySchema = (catalogue: readonly Control[]): string =>
  `${JSON.stringify(policyJsonSchema(catalogue), null, 2)}\n`

/** Every name that `locked` may hold, the general before the particular. */
export const lockNames = (catalogue: readonly Control[]): readonly string[] => [
  '*',
  ...catalogue.flatMap(({ id, settings }) => [
    id,
    `${id}.mode`,
    ...Object.keys(settings.shape).map((key) => `${id}.${key}`),
  ]),
]

/** Building takes milliseconds and a catalogue never changes, so each is built once. */
const schemas = new WeakMap<readonly Control[], PolicySchema>()

const presetNames = Object.values(presets).map(({ name }) => name)

const mode = z.enum(['off', 'observe', 'enforce'])
const modeMeaning = '`off`: not judged. `observe`: recorded, never blocks. `enforce`: decides the check.'

function buildSchema(catalogue: readonly Control[]) {
  const controls = controlsSchema(catalogue)
  const locked = z
    .array(z.enum(lockNames(catalogue)))
    .describe(
      "Organization's file only. What a repository may tighten but not weaken: a control, one setting (`control.setting` or `control.mode`), or `*`.",
    )
  return z
    .strictObject({
      version: z.literal(1).optional().describe('The version of this format. There is one so far.'),
      preset: z
        .enum(presetNames)
        .optional()
        .describe(`Where to start from; ${defaultPreset} when absent. ${presetMeanings()}`),
      mode: mode.optional().describe(`The mode of the controls that say none themselves. ${modeMeaning}`),
      checks: z
        .enum(['single', 'per-control'])
        .optional()
        .describe('`single` (default): one check run. `per-control`: one more for each control.'),
      controls: controls.optional(),
      locked: locked.optional(),
      groups: groupsSchema(controls, locked).optional(),
    })
    .meta({
      title: 'Countersign policy',
      description: 'countersign.yml: which controls apply, in which mode, with which settings.',
    })
}

const presetMeanings = (): string =>
  Object.values(presets)
    .map(({ name, summary }) => `\`${name}\`: ${summary}`)
    .join(' ')

function controlsSchema(catalogue: readonly Control[]) {
  const byId = catalogue.map((control): [string, z.ZodOptional<ReturnType<typeof controlSchema>>] => [
    control.id,
    controlSchema(control).optional(),
  ])
  return z.strictObject(Object.fromEntries(byId)).describe('Controls by id. Those not named here keep their defaults.')
}

function controlSchema({ title, settings }: Control) {
  const fields: Readonly<Record<string, z.core.$ZodType>> = settings.shape
  const stated = Object.entries(fields).map(([key, field]): [string, z.ZodOptional] => [key, z.optional(field)])
  return z
    .strictObject({ mode: mode.optional().describe(modeMeaning), ...Object.fromEntries(stated) })
    .describe(`${title}.`)
}

function groupsSchema(controls: ReturnType<typeof controlsSchema>, locked: z.ZodType<readonly string[]>) {
  const group = z.strictObject({
    name: z.string().min(1).max(100).describe('For people: it is named where the group decides.'),
    repositories: selectorSchema(),
    mode: mode.optional().describe('The mode, in these repositories, of the controls that say none themselves.'),
    controls: controls.optional(),
    locked: locked.optional(),
  })
  return z
    .array(group)
    .describe("Organization's file only. What holds for some repositories; where several fit, the later one decides.")
}

const selectorSchema = () =>
  z
    .strictObject({
      names: z.array(nameGlob()).optional().describe("Globs over the repository's name, without its owner."),
      topics: z.array(z.string().min(1)).optional().describe('Topics of the repository.'),
      properties: z
        .record(z.string(), z.array(z.string()))
        .optional()
        .describe('Custom properties of the repository, each with the values that fit.'),
    })
    .refine(
      ({ names, topics, properties }) => names !== undefined || topics !== undefined || properties !== undefined,
      'Say which repositories: names, topics or properties.',
    )
    .describe('A repository belongs when any one entry fits.')

const nameGlob = () =>
  z.string().superRefine((glob, context) => {
    const compiled = compileNameGlob(glob)
    if (!compiled.ok)
      context.addIssue({ code: 'custom', message: `This is no glob that can be used: ${compiled.why}.` })
  })

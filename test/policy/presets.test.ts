import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { catalogue } from '#controls/catalogue.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import { fieldsOf, isAsStrict } from '#policy/keep-locked.ts'
import { presets } from '#policy/presets.ts'
import { renderPolicySchema } from '#policy/policy-schema.ts'
import { resolvePolicy } from '#policy/resolve-policy.ts'
import { originOf } from './sample-catalogue.ts'

const target = { name: 'api', topics: [], properties: {} }

function resolve(text: string) {
  const parsed = parsePolicy({ text, layer: 'organization', catalogue })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const organization = { document: parsed.policy, origin: originOf('organization') }
  return resolvePolicy({ catalogue, organization, repository: null, target })
}

describe('on the controls we ship', () => {
  test.each(Object.values(presets))(
    'the preset $name is taken by every control it speaks of',
    ({ name, settings, mode }) => {
      const { policy, faults } = resolve(`preset: ${name}`)
      expect(faults).toEqual([])
      for (const { id } of catalogue) {
        expect(policy.controls[id]).toMatchObject({ mode, settings: settings[id] ?? {} })
      }
    },
  )

  test.each(Object.values(presets))('the preset $name speaks only of controls that exist', ({ settings }) => {
    const ids = catalogue.map(({ id }) => id)
    expect(Object.keys(settings).filter((id) => !ids.includes(id))).toEqual([])
  })

  test('strict is at least as strict as soc2 in every field', () => {
    const [soc2, strict] = [resolve('preset: soc2').policy, resolve('preset: strict').policy]
    for (const control of catalogue) {
      const [agreed, proposed] = [soc2.controls[control.id], strict.controls[control.id]]
      if (agreed === undefined || proposed === undefined) throw new Error(`${control.id} is missing`)
      const weaker = fieldsOf(control).filter((field) => !isAsStrict(control, field, { agreed, proposed }))
      expect(weaker.map((field) => field.name)).toEqual([])
    }
  })

  test('every setting says how strict it is', () => {
    for (const control of catalogue) {
      expect(Object.keys(control.strictness).sort()).toEqual(Object.keys(control.settings.shape).sort())
    }
  })

  test('settings read back as they were read: a policy can be resolved from what was resolved', () => {
    for (const control of catalogue) {
      const once = control.settings.parse({})
      expect(control.settings.parse(once)).toEqual(once)
    }
  })

  test("the sample of the operator's guide is a sound policy, and nothing in it is without effect", () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/operations/policy.md'), 'utf8')
    const sample = /```yaml\n(version[^`]*)```/.exec(guide)?.[1] ?? 'missing'
    expect(resolve(sample).faults).toEqual([])
    expect(resolve(sample).policy.controls['independent-review']).toMatchObject({ mode: 'enforce' })
  })

  test('the schema for editors can be written', () => {
    expect(JSON.parse(renderPolicySchema(catalogue))).toMatchObject({
      properties: { controls: { properties: Object.fromEntries(catalogue.map(({ id }) => [id, { type: 'object' }])) } },
    })
  })
})

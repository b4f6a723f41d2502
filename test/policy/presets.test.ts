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

test.each(['policy', 'install'])('every policy in docs/operations/%s.md is sound', (name) => {
  const guide = readFileSync(join(import.meta.dirname, `../../docs/operations/${name}.md`), 'utf8')
  const samples = [...guide.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text)
  const policies = samples.filter((text) => text.includes('controls:'))
  expect(policies.length).toBeGreaterThan(0)
  for (const policy of policies) expect(resolve(policy).faults).toEqual([])
})

describe('on the controls we ship', () => {
  test.each(Object.values(presets))(
    'the preset $name is taken by every control it speaks of',
    ({ name, settings, mode, onlyWhenNamed }) => {
      const { policy, faults } = resolve(`preset: ${name}`)
      expect(faults).toEqual([])
      for (const { id } of catalogue) {
        const expected = onlyWhenNamed.includes(id) ? 'off' : mode
        expect(policy.controls[id]).toMatchObject({ mode: expected, settings: settings[id] ?? {} })
      }
    },
  )

  test.each(Object.values(presets))(
    'the preset $name speaks only of controls that exist',
    ({ settings, onlyWhenNamed }) => {
      const ids = catalogue.map(({ id }) => id)
      expect([...Object.keys(settings), ...onlyWhenNamed].filter((id) => !ids.includes(id))).toEqual([])
    },
  )

  test.each([
    ['nobody names it', 'mode: enforce', 'off'],
    ['a file names it, with the mode of all', 'mode: enforce\ncontrols: { signed-commits: {} }', 'enforce'],
    ['a file names it, with a mode of its own', 'controls: { signed-commits: { mode: enforce } }', 'enforce'],
    ['everything is strict', 'preset: strict', 'enforce'],
  ])('signed-commits judges as it should when %s', (_when, text, mode) => {
    expect(resolve(text).policy.controls['signed-commits']?.mode).toBe(mode)
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

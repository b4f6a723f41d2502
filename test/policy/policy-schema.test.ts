import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { parsePolicy } from '#policy/parse-policy.ts'
import { lockNames, policyJsonSchema, renderPolicySchema } from '#policy/policy-schema.ts'
import { sampleCatalogue } from './sample-catalogue.ts'

describe('the JSON Schema of a policy', () => {
  const schema = policyJsonSchema(sampleCatalogue)
  const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema)

  test('is JSON Schema 2020-12 with a title', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Countersign policy',
      type: 'object',
      additionalProperties: false,
    })
  })

  test('describes every key of the file, every control by its title, and every described setting', () => {
    const properties = Object.entries(schema.properties ?? {})
    expect(properties.map(([key]) => key)).toEqual([
      'version',
      'preset',
      'mode',
      'checks',
      'controls',
      'locked',
      'groups',
    ])
    expect(properties).toEqual(
      properties.map(([key]) => [key, expect.objectContaining({ description: expect.stringMatching(/\.$/) })]),
    )
    expect(schema).toMatchObject({
      properties: {
        controls: {
          properties: {
            'ticket-link': {
              description: 'The change names its ticket.',
              properties: { projects: { description: 'Project keys.', default: [] } },
            },
          },
        },
      },
    })
  })

  test.each<[sentence: string, text: string]>([
    ['an empty mapping', '{}'],
    ['a preset and a mode', '{ version: 1, preset: strict, mode: observe, checks: single }'],
    ['controls with some of their settings', 'controls: { ticket-link: { projects: [BUG] }, plain: { mode: off } }'],
    ['either of two alternatives', 'controls: { independent-review: { from: { teams: [a] } } }'],
    ['locks', 'locked: ["*", plain, ticket-link.mode, ticket-link.projects]'],
    [
      'groups',
      'groups: [{ name: a, repositories: { names: ["api-*"], properties: { tier: ["1"] } }, locked: [plain] }]',
    ],
  ])('accepts %s, as does the parser', (_sentence, text) => {
    expect([validate(parse(text)), validate.errors]).toEqual([true, null])
    expect(parsePolicy({ text, layer: 'organization', catalogue: sampleCatalogue })).toMatchObject({ ok: true })
  })

  test.each<[sentence: string, text: string]>([
    ['an unknown key', 'colour: red'],
    ['an unknown control', 'controls: { ticket-lnk: {} }'],
    ['an unknown setting', 'controls: { ticket-link: { projets: [] } }'],
    ['an unknown key in a list', 'controls: { independent-review: { rules: [{ name: a, aprovals: 2 }] } }'],
    ['an unknown mode', 'mode: maybe'],
    ['an unknown lock', 'locked: [nothing]'],
    ['a setting of another type', 'controls: { ticket-link: { projects: BUG } }'],
    ['a group without a name', 'groups: [{ repositories: { topics: [a] } }]'],
    ['a list', '[]'],
  ])('refuses %s, as does the parser', (_sentence, text) => {
    expect(validate(parse(text))).toBe(false)
    expect(parsePolicy({ text, layer: 'organization', catalogue: sampleCatalogue })).toMatchObject({ ok: false })
  })

  test('renders to the same text every time, ending in one line feed', () => {
    expect(renderPolicySchema([...sampleCatalogue])).toBe(renderPolicySchema(sampleCatalogue))
    expect(JSON.parse(renderPolicySchema(sampleCatalogue))).toEqual(schema)
    expect(renderPolicySchema(sampleCatalogue)).toMatch(/[^\n]\n$/)
  })
})

test('what can be locked is everything, each control, its mode and each of its settings', () => {
  expect(lockNames(sampleCatalogue.filter(({ id }) => id !== 'independent-review'))).toEqual([
    '*',
    'plain',
    'plain.mode',
    'ticket-link',
    'ticket-link.mode',
    'ticket-link.projects',
    'ticket-link.require',
    'ticket-link.exempt',
  ])
})

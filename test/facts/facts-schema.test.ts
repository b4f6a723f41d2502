import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { z } from 'zod'
import { changeFactsSchema, changeSubjectSchema } from '#facts/facts-schema.ts'
import { approvalBy, ben, wholeFacts } from '../controls/sample-change.ts'
import { subject } from '../operations/fake-world.ts'

/** As much of JSON Schema as ours uses. */
interface Node {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Node[]
  readonly anyOf?: readonly Node[]
  readonly format?: string
  readonly minimum?: number
  readonly items?: Node
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: Node | false
}

const published = z.toJSONSchema(changeFactsSchema, { io: 'input' })
const definitions = published.$defs as unknown as Readonly<Record<string, Node>>

/** Any value that the schema allows. */
function allowedBy(node: Node): fc.Arbitrary<unknown> {
  if (node.$ref !== undefined) return allowedBy(definitions[node.$ref.replace('#/$defs/', '')] ?? {})
  if ('const' in node) return fc.constant(node.const)
  if (node.enum !== undefined) return fc.constantFrom(...node.enum)
  const alternatives = node.oneOf ?? node.anyOf
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(allowedBy))
  if (Array.isArray(node.type)) return fc.oneof(...(node.type as string[]).map((type) => allowedBy({ ...node, type })))
  if (node.type === 'object') return allowedObject(node)
  if (node.type === 'array') return fc.array(allowedBy(node.items ?? {}), { maxLength: 3 })
  if (node.type === 'integer') return fc.integer({ min: Math.max(node.minimum ?? 0, -1_000), max: 2 ** 40 })
  if (node.type === 'boolean') return fc.boolean()
  if (node.type === 'null') return fc.constant(null)
  if (node.type === 'string') return node.format === 'date-time' ? instant : fc.string({ unit: 'grapheme' })
  throw new Error(`The schema uses what this test does not know: ${JSON.stringify(node)}`)
}

const instant = fc
  .date({ min: new Date('2008-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

function allowedObject({ properties = {}, required = [], additionalProperties }: Node): fc.Arbitrary<unknown> {
  if (additionalProperties) return fc.dictionary(fc.string(), allowedBy(additionalProperties), { maxKeys: 3 })
  const members = Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, allowedBy(node)]))
  return fc.record(members, { requiredKeys: [...required] })
}

/** What commits recorded by an earlier release lack. */
function withDefaults(facts: Readonly<Record<string, unknown>>): unknown {
  const commits = facts['commits'] as { readonly value?: readonly object[] } | undefined
  if (commits?.value === undefined) return facts
  const value = commits.value.map((commit) => ({ mentions: [], authoredAt: null, ...commit }))
  return { ...facts, commits: { ...commits, value } }
}

describe('the schema of facts', () => {
  test('takes everything that its JSON Schema allows, and gives it back as it was', () => {
    const notRecorded = Object.fromEntries(
      Object.keys(wholeFacts).map((name) => [name, { known: false, why: 'was not recorded' }]),
    )
    const property = fc.property(allowedBy(published as unknown as Node), (given) => {
      const text = JSON.stringify(given)
      const expected = withDefaults({ ...notRecorded, ...(JSON.parse(text) as object) })
      expect(changeFactsSchema.parse(JSON.parse(text))).toEqual(expected)
    })
    fc.assert(property, { numRuns: 200 })
  })

  test('names every fact that there is', () => {
    const { properties } = published
    expect(Object.keys(properties ?? {}).toSorted()).toEqual(Object.keys(wholeFacts).toSorted())
  })

  test('and its JSON Schema agree on real facts', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
    addFormats.default(ajv)
    const facts = { ...wholeFacts, reviews: { known: true, value: [approvalBy(ben), approvalBy(null)] } }
    expect(ajv.validate(published, facts)).toBe(true)
    expect(changeFactsSchema.parse(facts)).toEqual(facts)
  })

  test.each([
    ['a fact nobody knows', { pushers: { known: true, value: [] } }],
    ['a fact that does not say whether it is known', { reviews: { value: [] } }],
    ['a known fact without a value', { reviews: { known: true } }],
    ['an unknown fact that does not say why', { reviews: { known: false } }],
    ['an unknown fact with a value', { reviews: { known: false, why: 'lost', value: [] } }],
    ['a word for another one', { reviews: { known: true, value: [{ ...approvalBy(ben), state: 'APPROVED' }] } }],
    [
      'a review that does not say for which base',
      { reviews: { known: true, value: [{ ...approvalBy(ben), forBase: undefined }] } },
    ],
    [
      'a revision with mere fingerprints',
      { revisions: { known: true, value: [{ sha: 'a', files: { known: true, value: { b: 'c' } } }] } },
    ],
    ['a number in quotes', { organizationMembers: { known: true, value: ['7'] } }],
    ['half an account id', { organizationMembers: { known: true, value: [7.5] } }],
    ['a time of nowhere', { reviews: { known: true, value: [approvalBy(ben, { submittedAt: '2026-05-04 10:00' })] } }],
  ])('does not take %s', (_what, facts) => {
    expect(changeFactsSchema.safeParse({ ...wholeFacts, ...facts }).success).toBe(false)
  })

  test('takes a change as a subject, and nothing else', () => {
    expect(changeSubjectSchema.parse(subject)).toEqual(subject)
    expect(changeSubjectSchema.safeParse({ ...subject, kind: 'merge-group' }).success).toBe(false)
  })
})

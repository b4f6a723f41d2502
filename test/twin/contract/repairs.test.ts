import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { repairRules, repairSchema, type Repair } from '#twin/contract/repairs.ts'
import type { Schema } from '#twin/contract/schema.ts'

const user: Schema = { title: 'Simple User', type: 'object' }
const enterprise: Schema = { title: 'Enterprise', type: 'object' }

const slips: readonly { rule: string; described: Schema; mended: Schema }[] = [
  {
    rule: 'impossible-all-of',
    described: { allOf: [user, enterprise] },
    mended: { anyOf: [user, enterprise] },
  },
  {
    rule: 'overlapping-one-of',
    described: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    mended: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
  },
  {
    rule: 'nullable-without-type',
    described: { nullable: true, anyOf: [user, enterprise] },
    mended: { anyOf: [user, enterprise, { type: 'null' }] },
  },
  {
    rule: 'nullable-alternatives-without-null',
    described: { type: ['null', 'object'], anyOf: [user] },
    mended: { type: ['null', 'object'], anyOf: [user, { type: 'null' }] },
  },
  {
    rule: 'nullable-enum-without-null',
    described: { type: 'string', nullable: true, enum: ['a'] },
    mended: { type: ['string', 'null'], enum: ['a', null] },
  },
  {
    rule: 'homepage-not-an-address',
    described: { properties: { homepage: { type: 'string', format: 'uri' } } },
    mended: { properties: { homepage: { type: 'string' } } },
  },
  {
    rule: 'email-as-configured',
    described: { type: 'string', format: 'email' },
    mended: { type: 'string' },
  },
  {
    rule: 'open-alternative',
    described: { properties: { a: {} }, anyOf: [{ required: ['a'], additionalProperties: true }] },
    mended: { properties: { a: {} }, anyOf: [{ required: ['a'] }] },
  },
]

describe('mending the description', () => {
  test.each(slips)('$rule', ({ rule, described, mended }) => {
    expect(mend(described)).toEqual({ schema: mended, repairs: [{ rule, at: 'x' }] })
  })

  test('reaches into every part, and says where', () => {
    const { repairs } = mend({ items: { properties: { a: { oneOf: [{}] } } } })
    expect(repairs).toEqual([{ rule: 'overlapping-one-of', at: 'x/items/properties/a' }])
  })

  test('leaves what is right as it is', () => {
    const right: Schema = { type: 'object', properties: { a: { type: 'string', enum: ['a'] } }, required: ['a'] }
    expect(mend(right)).toEqual({ schema: right, repairs: [] })
  })

  test('puts `nullable` in plain JSON Schema, which is no repair', () => {
    expect(mend({ type: 'string', nullable: true })).toEqual({ schema: { type: ['string', 'null'] }, repairs: [] })
  })

  test('has a rule for each slip above, and each is still needed', () => {
    const needed = new Set([...repairsIn('rest'), ...repairsIn('webhooks')].map(({ rule }) => rule))
    const rules = repairRules.map(({ rule }) => rule)
    expect([[...needed].sort(), slips.map(({ rule }) => rule)]).toEqual([
      [...rules].sort(),
      expect.arrayContaining(rules),
    ])
  })
})

function mend(described: Schema): { schema: Schema; repairs: readonly Repair[] } {
  const repairs: Repair[] = []
  const schema = repairSchema(described, 'x', (repair) => repairs.push(repair))
  return { schema, repairs }
}

function repairsIn(name: string): readonly Repair[] {
  const text = readFileSync(new URL(`../../../src/twin/contract/${name}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly repairs: readonly Repair[] }).repairs
}

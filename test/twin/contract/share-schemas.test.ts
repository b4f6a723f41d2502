import { describe, expect, test } from '@jest/globals'
import { mapChildren, nameOf, type Schema } from '#twin/contract/schema.ts'
import { shareSchemas, type SchemaSet } from '#twin/contract/share-schemas.ts'

const address: Schema = { type: 'object', properties: { city: { type: 'string', maxLength: 100 } } }
const user: Schema = {
  type: 'object',
  properties: { login: { type: 'string' }, home: address, work: address, id: { type: 'integer', format: 'int64' } },
  required: ['home', 'id', 'login', 'work'],
}
const described: SchemaSet = {
  roots: { first: { properties: { owner: user } }, second: { properties: { sender: user } } },
  schemas: { team: { properties: { lead: user } } },
}

describe('sharing schemas', () => {
  const shared = shareSchemas(described)

  test('writes out once what was written out often', () => {
    const [first, second] = [shared.roots.first?.properties?.owner, shared.roots.second?.properties?.sender]
    expect([first?.$ref, second]).toEqual([expect.stringMatching(/^schemas:shared-/), first])
  })

  test('leaves alone what is small', () => {
    expect(Object.keys(shared.schemas)).toHaveLength(2)
  })

  test('means the same as before', () => {
    const expand = (schema: Schema): Schema => {
      const name = nameOf(schema)
      return name === undefined ? mapChildren(schema, expand) : expand(shared.schemas[name] ?? {})
    }
    expect(expand(shared.roots.first ?? {})).toEqual(described.roots.first)
  })
})

import { describe, expect, test } from '@jest/globals'
import { declaredKeys } from '#twin/contract/declared-keys.ts'
import type { Schema } from '#twin/contract/schema.ts'

const named: Readonly<Record<string, Schema>> = {
  user: { type: 'object', properties: { login: { type: 'string' } } },
  tree: { properties: { value: {}, children: { type: 'array', items: { $ref: 'schemas:tree' } } } },
}
const keysOf = declaredKeys((name) => named[name] ?? {})
const list = (...names: readonly string[]): Schema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, {}])),
})

describe('the keys a schema lists', () => {
  test.each<[string, [Schema, unknown], readonly string[]]>([
    ['a listed key is declared', [list('a'), { a: 1 }], []],
    ['another is not', [list('a'), { b: 1 }], ['/b']],
    ['nor is one deep inside', [{ properties: { a: list('b') } }, { a: { c: 1 } }], ['/a/c']],
    ['nor one of an item', [{ items: list('a') }, [{ a: 1 }, { b: 1 }]], ['/1/b']],
    ['nor one of a schema referred to', [{ properties: { a: { $ref: 'schemas:user' } } }, { a: { b: 1 } }], ['/a/b']],
    ['a tree is followed to its leaves', [{ $ref: 'schemas:tree' }, { children: [{ leaf: 1 }] }], ['/children/0/leaf']],
    ['each part of a whole may list keys', [{ allOf: [list('a'), list('b')] }, { a: 1, b: 1, c: 1 }], ['/c']],
    ['so may each alternative', [{ anyOf: [list('a'), { $ref: 'schemas:user' }] }, { login: 1, c: 1 }], ['/c']],
    ['an object that lists none may hold any', [{ type: 'object' }, { a: 1 }], []],
    ['so may one beside other alternatives', [{ anyOf: [list('a'), { type: 'object' }] }, { b: 1 }], []],
    ['not where another part lists them', [{ allOf: [list('a'), { type: 'object' }] }, { b: 1 }], ['/b']],
    ['an alternative that is no object says nothing', [{ anyOf: [list('a'), { type: 'null' }] }, { b: 1 }], ['/b']],
    ['nor does one that only narrows', [{ ...list('a'), anyOf: [{ required: ['a'] }] }, { b: 1 }], ['/b']],
    ['a list may be open', [{ ...list('a'), additionalProperties: true }, { b: 1 }], []],
    ['and its other keys described', [{ additionalProperties: list('a') }, { x: { a: 1 }, y: { b: 1 } }], ['/y/b']],
  ])('%s', (_, [schema, value], undeclared) => {
    const found: string[] = []
    keysOf(schema)(value, (at, key) => found.push(`${at}/${key}`))
    expect(found).toEqual(undeclared)
  })
})

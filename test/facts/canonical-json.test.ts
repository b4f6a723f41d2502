import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson } from '#facts/canonical-json.ts'
import { anyText } from './any-text.ts'

describe('canonicalJson', () => {
  test.each<[sentence: string, value: unknown, expected: string]>([
    ['null is itself', null, 'null'],
    ['booleans are themselves', [true, false], '[true,false]'],
    ['the empty object and array stay empty', [{}, []], '[{},[]]'],
    ['keys are sorted', { b: 1, a: 2 }, '{"a":2,"b":1}'],
    ['nested keys are sorted too', { b: [{ z: 1, y: 2 }], a: {} }, '{"a":{},"b":[{"y":2,"z":1}]}'],
    ['arrays keep their order', [3, 1, 2], '[3,1,2]'],
    [
      'keys are ordered by UTF-16 code units, as in RFC 8785',
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    ['keys that look like numbers are ordered as text', { 10: 'a', 9: 'b' }, '{"10":"a","9":"b"}'],
    ['minus zero is zero', -0, '0'],
    ['numbers are printed as ECMAScript does', [1e21, 1e-7, 0.1, 1.0, 4.5], '[1e+21,1e-7,0.1,1,4.5]'],
    ['control characters are escaped', '\u0000\b\t\n\f\r"\\\u001f', '"\\u0000\\b\\t\\n\\f\\r\\"\\\\\\u001f"'],
    ['other characters are not escaped', 'é/€😀\u007f\u2028', '"é/€😀\u007f\u2028"'],
    ['a lone surrogate is escaped', ['\ud800', 'a\udfffb'], '["\\ud800","a\\udfffb"]'],
    ['a key named __proto__ is a key', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    ['an object without prototype is an object', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['a hundred levels are fine', nest(100), `${'['.repeat(100)}null${']'.repeat(100)}`],
  ])('%s', (_sentence, value, expected) => {
    expect(canonicalJson(value)).toBe(expected)
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle

  test.each<[sentence: string, value: unknown, place: RegExp]>([
    ['undefined', undefined, /^The value is undefined/],
    ['an undefined member', { a: { b: undefined } }, /at a\.b is undefined/],
    ['a hole in an array', [1, , 2], /at 1 is undefined/],
    ['NaN', { a: [Number.NaN] }, /at a\.0 is NaN/],
    ['infinity', Number.NEGATIVE_INFINITY, /is -Infinity/],
    ['a function', { a: () => 1 }, /at a is a function/],
    ['a symbol', Symbol('s'), /is a symbol/],
    ['a big integer', 1n, /is a bigint/],
    ['a date', { at: new Date(0) }, /at at is an instance of Date/],
    ['a map', new Map(), /is an instance of Map/],
    ['a cycle', cycle, /cyclic or nested more than 1000 deep/],
    ['ten thousand levels', nest(10_000), /cyclic or nested more than 1000 deep/],
  ])('%s has no canonical form', (_sentence, value, message) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson(value)).toThrow(message)
  })

  test('says the same as JSON, and says it again when read back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  test('does not depend on the order in which keys were set', () => {
    const members = fc.uniqueArray(fc.tuple(anyText(), fc.jsonValue()), {
      selector: ([key]) => key,
    })
    fc.assert(
      fc.property(members, (entries) => {
        expect(canonicalJson(Object.fromEntries(entries.toReversed()))).toBe(canonicalJson(Object.fromEntries(entries)))
      }),
    )
  })
})

function nest(levels: number): unknown {
  let value: unknown = null
  for (let level = 0; level < levels; level += 1) value = [value]
  return value
}

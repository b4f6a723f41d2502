import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compileNameGlob } from '#policy/name-glob.ts'

const matches = (glob: string, name: string): boolean => {
  const compiled = compileNameGlob(glob)
  if (!compiled.ok) throw new Error(compiled.why)
  return compiled.matches(name)
}

describe('a glob over repository names', () => {
  test.each<[glob: string, fits: string[], doesNot: string[]]>([
    ['api', ['api', 'API'], ['api-pay', 'my-api']],
    ['*', ['api', '.github', 'a.b'], []],
    ['**', ['api', '.github'], []],
    ['api-*', ['api-', 'api-pay', 'API-x'], ['api', 'my-api-x']],
    ['*-api', ['pay-api', '.x-api'], ['pay-apis']],
    ['*a*b*', ['ab', 'xaxbx'], ['ba']],
    ['ap?', ['api', 'app'], ['ap', 'apis']],
    ['{web,app}-*', ['web-x', 'app-x'], ['ops-x']],
    ['v[1-3]', ['v1', 'v3'], ['v4']],
    ['a.b', ['a.b'], ['axb']],
    ['.*', ['.github'], ['github']],
    ['!api', ['!api'], ['web']],
  ])('%s', (glob, fits, doesNot) => {
    expect(fits.filter((name) => !matches(glob, name))).toEqual([])
    expect(doesNot.filter((name) => matches(glob, name))).toEqual([])
  })

  test.each<[glob: string, why: RegExp]>([
    ['', /^expected a non-empty string/],
    ['[a', /^missing closing/],
    ['{a,b', /^missing closing/],
    ['(?=a)', /./],
    ['acme/api', /without owner/],
    ['x'.repeat(257), /longer than 256/],
  ])('refuses %s', (glob, why) => {
    expect(compileNameGlob(glob)).toEqual({ ok: false, why: expect.stringMatching(why) })
  })

  test('never throws, and matches every name by itself when there is nothing special in it', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'X', 'Y', '0', '9', '.', '_', '-'),
      minLength: 1,
      maxLength: 100,
    })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name, (glob, text) => {
        const compiled = compileNameGlob(glob)
        if (compiled.ok) compiled.matches(text)
        expect(matches(text, text)).toBe(true)
        expect(matches('*', text)).toBe(true)
      }),
    )
  })

  test('answers at once where a backtracking engine would not', () => {
    expect(matches('*a'.repeat(40) + 'b', 'a'.repeat(100))).toBe(false)
  })
})

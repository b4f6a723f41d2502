import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { z } from 'zod'
import { compilePathPattern, compileTextPattern, fitsSomePath, pathPattern, textPattern } from '#facts/path-pattern.ts'
import { anyText } from './any-text.ts'

const compilers = { path: compilePathPattern, text: compileTextPattern }

function matches(kind: keyof typeof compilers, pattern: string, text: string): boolean {
  const compiled = compilers[kind](pattern)
  if (!compiled.ok) throw new Error(`${pattern}: ${compiled.why}`)
  return compiled.matches(text)
}

type Row = readonly [pattern: string, fits: readonly string[], doesNot: readonly string[]]

describe('a pattern over paths', () => {
  test.each<Row>([
    ['README.md', ['README.md'], ['docs/README.md', 'readme.md', 'README.mdx', 'READMEymd']],
    ['src/a.ts', ['src/a.ts'], ['a.ts', 'x/src/a.ts', 'src/a.ts/b']],
    ['**', ['a', 'a/b', '.github/x'], []],
    ['**/*', ['a', 'a/b', '.github/x'], []],
    ['src/**', ['src/a', 'src/a/b/c.ts', 'src/.env', 'src'], ['srcs/a', 'a/src/b', 'SRC/a']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/a', 'a/bx']],
    ['**/a/b.ts', ['a/b.ts', 'x/a/b.ts'], ['xa/b.ts', 'b.ts']],
    ['**/test/**', ['test/a', 'a/test/b', 'a/test'], ['a/tests/b', 'atest/b']],
    ['**/*.md', ['a.md', 'a/b/c.md', 'a/.md'], ['a.mdx', 'a.md/b']],
    ['*.md', ['a.md', '.md', '.a.md'], ['a/b.md', 'a.mdx']],
    ['src/**/*.ts', ['src/a.ts', 'src/a/b.ts'], ['a.ts', 'src/a.js', 'srcs/a.ts']],
    ['docs/*', ['docs/a.md', 'docs/.a'], ['docs/a/b.md', 'docs']],
    ['*/a', ['x/a'], ['a', 'x/y/a']],
    ['a?c', ['abc', 'a.c'], ['a/c', 'ac', 'abbc']],
    ['v[1-3].ts', ['v1.ts', 'v3.ts'], ['v4.ts']],
    ['[^a]b', ['cb'], ['ab', '/b']],
    ['{src,lib}/**/*.{js,ts}', ['src/a.js', 'lib/b/c.ts'], ['src/a.css', 'bin/a.js']],
    ['.github/**', ['.github/workflows/ci.yml'], ['github/x']],
    ['app/(shop)/**', ['app/(shop)/page.tsx'], ['app/shop/page.tsx']],
    ['pages/[id].tsx', ['pages/[id].tsx'], ['pages/id.tsx']],
    ['say "hi".md', ['say "hi".md'], ['say hi.md']],
    ['\\*.md', ['*.md'], ['a.md']],
    ['a\\d', ['ad'], ['a1']],
    ['a\\\\d', ['a\\d'], ['a1', 'ad']],
    ['a+b|c$', ['a+b|c$'], ['aab', 'c']],
    ['[ab]+', ['a+'], ['aa']],
    ['src/*.ts', ['src/line\nbreak.ts'], []],
    ['docs/**/x', ['docs/line\nbreak/x'], []],
    ['/^src/', ['src/a', 'srcs'], ['a/src']],
    ['/\\.(js|ts)$/', ['a/b.ts'], ['a.tsx']],
    ['/(?i)readme/', ['docs/README.md'], ['docs/index.md']],
    ['/a.b/', ['a\nb'], ['ab']],
  ])('%s', (pattern, fits, doesNot) => {
    expect(fits.filter((path) => !matches('path', pattern, path))).toEqual([])
    expect(doesNot.filter((path) => matches('path', pattern, path))).toEqual([])
  })

  test.each<[pattern: string, why: RegExp]>([
    ['', /is empty/],
    ['x'.repeat(513), /at most 512 characters/],
    ['!docs/**', /"not-paths" or "not"/],
    ['/src/**', /starts at the root without one/],
    ['/abc/i', /ends with a slash/],
    ['//', /ends with a slash/],
    ['src/', /everything below a folder is folder\/\*\*\.$/i],
    ['src/!(a).ts', /write \{a,b\}/],
    ['[!a]b', /write \[\^a\]/],
    ['v{1..30}', /write \[1-3\] or/],
    ['[a', /missing closing: "\]"/i],
    ['{a,b', /missing closing: "\}"/i],
    ['[z-a]', /invalid character class range/],
    ['/(/', /cannot be used: missing closing \): `\(`\.$/],
    ['/(?=a)/', /unsupported Perl syntax/],
    ['/(a)\\1/', /invalid escape sequence/],
    ['/(a{900}b){2}/', /./],
    ['/a{900}b{900}/', /repeats too much/],
  ])('%s is refused with a sentence', (pattern, why) => {
    const compiled = compilePathPattern(pattern)
    expect(compiled).toEqual({ ok: false, why: expect.stringMatching(why) })
    expect(compiled).toEqual({ ok: false, why: expect.stringMatching(/^[A-Z].*\.$/) })
  })
})

describe('a pattern over text', () => {
  test.each<Row>([
    ['main', ['main'], ['Main', 'main2', 'x/main']],
    ['release/*', ['release/1', 'release/2026/10'], ['release', 'a/release/1']],
    ['release/**', ['release/1', 'release/2026/10'], []],
    ['Revert "*"', ['Revert "Read a/b once"'], ['Revert']],
    ['*hotfix*', ['hotfix', 'a/b: hotfix for c/d'], ['fix']],
    ['a?c', ['a/c', 'abc'], ['ac']],
    ['**/main', ['main', 'x/main'], ['xmain']],
    ['(wip) *', ['(wip) a'], ['wip a']],
    ['/^release-\\d+$/', ['release-12'], ['release-', 'a-release-12', 'release-12x']],
    ['/^$/', [''], ['a']],
    ['*', ['', 'a/b'], []],
  ])('%s', (pattern, fits, doesNot) => {
    expect(fits.filter((text) => !matches('text', pattern, text))).toEqual([])
    expect(doesNot.filter((text) => matches('text', pattern, text))).toEqual([])
  })

  test.each(['', '!main', '/main', '/(/', '[a'])('%s is refused', (pattern) => {
    expect(compileTextPattern(pattern).ok).toBe(false)
  })
})

const segment = fc.constantFrom('a', 'b', 'ab', 'a.b', '.a', '.ab', 'a-b', 'B', 'a.b.a')
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'))
const part = fc.oneof(segment, fc.constantFrom('*', '**', '*.b', '?', 'a*', '*.*', '[ab]', '{a,b}', '*.{a,b}', '.*'))
const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))

describe('both', () => {
  test('a glob fits exactly the paths that picomatch says, whether it has a quick test of its own or not', () => {
    const options = { dot: true, noextglob: true, nonegate: true }
    fc.assert(
      fc.property(glob, path, (written, name) => {
        expect([written, name, matches('path', written, name)]).toEqual([
          written,
          name,
          picomatch(written, options)(name),
        ])
      }),
      { numRuns: 1_000 },
    )
  })

  test('whatever is written, compiling and matching never throw', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'ab/\\*?[]{}()!^-.,|+$"@#:<>=\n1'.split(/(?:)/)) })
    fc.assert(
      fc.property(fc.oneof(signs, anyText()), anyText(), (pattern, text) => {
        for (const written of [pattern, `/${pattern}/`]) {
          for (const compiled of [compilePathPattern(written), compileTextPattern(written)]) {
            expect(compiled.ok ? typeof compiled.matches(text) : compiled.why).toMatch(/^boolean$|^[A-Z][^]*\.$/)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  // With a backtracking engine these would not end before the test runner gives up.
  test.each(['*a'.repeat(40) + 'b', '**/'.repeat(40) + 'b', '/(a*)*b$/', '/(a|b)*a(a|b){200}c/', '/^(a+)+$/'])(
    '%s is answered on a text that is made for it',
    (pattern) => {
      expect(matches('path', pattern, `${'a'.repeat(4_000)}/x`)).toBe(false)
    },
  )

  test('more patterns than are remembered are still told apart', () => {
    for (let index = 0; index < 1_100; index += 1) {
      expect(matches('path', `src/${index}/*`, `src/${index}/a`)).toBe(true)
      expect(matches('path', `src/${index}/*`, `src/x/a`)).toBe(false)
    }
    expect(matches('path', 'src/0/*', 'src/0/a')).toBe(true)
  })

  test('a path fits some of several patterns, of which one cannot be used', () => {
    const fits = fitsSomePath(['src/**', '!docs', '*.md'])
    expect(['src/a', 'a.md', 'docs', '!docs'].filter(fits)).toEqual(['src/a', 'a.md'])
    expect(fitsSomePath([])('a')).toBe(false)
  })

  test('a schema passes what can be used, says in a sentence what cannot, and is a plain string to editors', () => {
    expect(z.array(pathPattern).parse(['src/**', '/a/'])).toEqual(['src/**', '/a/'])
    expect(pathPattern.safeParse('src/').error?.issues).toMatchObject([{ message: expect.stringMatching(/folder/) }])
    expect(textPattern.safeParse('release/').success).toBe(true)
    expect(textPattern.safeParse('!main').success).toBe(false)
    expect(z.toJSONSchema(z.object({ pathPattern, textPattern }), { io: 'input' })).toMatchObject({
      properties: { pathPattern: { type: 'string' }, textPattern: { type: 'string' } },
    })
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { OwnedPaths } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { ownedPathsOf, type ParsedCodeOwners, parseCodeOwners } from '#facts/code-owners.ts'
import { anyText } from './any-text.ts'

const parsed = (text: string): ParsedCodeOwners => valueOf(parseCodeOwners(text))
const ownedIn = (text: string, ...paths: readonly string[]): readonly OwnedPaths[] =>
  valueOf(ownedPathsOf(parsed(text), paths))

function valueOf<T>(fact: Fact<T>): T {
  if (!fact.known) throw new Error(fact.why)
  return fact.value
}

function ownersOf(text: string, path: string): readonly string[] {
  return ownedIn(text, path).flatMap(({ owners }) => owners)
}

/** Every line that GitHub's page "About code owners" explains, in its order. */
const documented = `# Default owners.
*       @global-owner1 @global-owner2
*.js    @js-owner #Behind the owner.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
`

const upToDocs = documented.split('\n').slice(0, 8).join('\n')

describe('what GitHub documents', () => {
  test.each<[path: string, owners: readonly string[], why: string]>([
    ['README', ['@global-owner1', '@global-owner2'], 'everything has the default owners'],
    ['deep/in/a/folder', ['@global-owner1', '@global-owner2'], 'at any depth'],
    ['index.js', ['@js-owner'], 'the last line that fits decides alone'],
    ['src/index.js', ['@js-owner'], 'an ending fits at any depth'],
    ['main.go', ['docs@example.com'], 'an owner may be an e-mail address'],
    ['notes.txt', ['@octo-org/octocats'], 'or a team'],
    ['scripts/run', ['@doctocat', '@octocat'], 'all owners of a line own'],
    ['apps/web/a', ['@octocat'], 'a folder of the root'],
    ['x/apps/a', ['@octocat'], 'apps/ is a folder anywhere'],
    ['docs/a.md', ['@doctocat'], 'a later line wins'],
    ['docs/build-app/troubleshooting.md', ['@doctocat'], '/docs/ holds what is below its folders'],
    ['logs/a', ['@octocat'], '**/logs is at the root too'],
    ['build/logs/a', ['@octocat'], '**/logs comes after /build/logs/'],
    ['scripts/logs/a', ['@octocat'], '**/logs in another folder'],
    ['deeply/nested/logs/a/b', ['@octocat'], '**/logs, and below it'],
    ['apps/github/a', [], 'a line without owners takes them away'],
    ['apps/github', [], 'of a file of that name too'],
    ['apps/githubber', ['@octocat'], 'not of a longer name'],
  ])('%s is owned by %j: %s', (path, owners) => {
    expect(ownersOf(documented, path)).toEqual(owners)
  })

  test.each<[path: string, owners: readonly string[], why: string]>([
    ['docs/getting-started.md', ['docs@example.com'], 'docs/* is one level'],
    ['docs/build-app/troubleshooting.md', ['@global-owner1', '@global-owner2'], 'and no deeper'],
    ['build/logs/a', ['@doctocat'], '/build/logs/ holds its files'],
    ['build/logs/a/b', ['@doctocat'], 'and those of its folders'],
    ['x/build/logs/a', ['@global-owner1', '@global-owner2'], 'and is rooted'],
  ])('before the lines that override it, %s is owned by %j: %s', (path, owners) => {
    expect(ownersOf(upToDocs, path)).toEqual(owners)
  })
})

describe('a pattern', () => {
  test.each<[pattern: string, fits: readonly string[], doesNot: readonly string[]]>([
    ['foo', ['foo', 'foo/a', 'a/foo', 'a/foo/b'], ['foo.txt', 'a/foo.txt', 'Foo', 'afoo']],
    ['/foo', ['foo', 'foo/a/b'], ['a/foo', 'foo.txt', 'a/foo/b']],
    ['foo/', ['foo/a', 'foo/a/b', 'a/foo/b'], ['foo', 'a/foo', 'afoo/b']],
    ['/foo/', ['foo/a', 'foo/a/b'], ['foo', 'a/foo/b']],
    ['foo/bar', ['foo/bar', 'foo/bar/a'], ['foo/bart', 'a/foo/bar']],
    ['foo/bar/', ['foo/bar/a'], ['foo/bar', 'a/foo/bar/b']],
    ['*', ['a', 'a/b', '.a'], []],
    ['**', ['a', 'a/b'], []],
    ['/**', ['a', 'a/b'], []],
    ['/*', ['a', '.a'], ['a/b']],
    ['f*', ['foo', 'foo/a', 'a/foo/b', 'f'], ['xfoo']],
    ['/f*', ['foo', 'foo/a'], ['a/foo']],
    ['f*/', ['foo/a', 'a/foo/b'], ['foo', 'a/foo']],
    ['/f*/', ['foo/a'], ['foo', 'a/foo/b']],
    ['/*/', ['foo/a', 'foo/a/b'], ['foo']],
    ['foo/*', ['foo/a', 'foo/.a'], ['foo', 'foo/a/b', 'a/foo/b']],
    ['foo/*.txt', ['foo/a.txt'], ['foo/a/b.txt', 'a/foo/b.txt']],
    ['foo/*/baz', ['foo/a/baz', 'foo/a/baz/b'], ['foo/baz', 'foo/a/b/baz']],
    ['f?o', ['foo', 'a/fxo'], ['fo', 'fooo', 'f/o']],
    ['*.js', ['a.js', 'a/b.js', '.js', 'lib.js/a'], ['a.jsx', 'a.JS', 'ajs']],
    ['*.*', ['a.b', 'x/a.b'], ['a']],
    ['*.test.js', ['a/b.test.js'], ['test.js', 'b.test.jsx']],
    ['**/foo/bar', ['foo/bar', 'a/foo/bar', 'a/foo/bar/b'], ['foo/a/bar', 'afoo/bar']],
    ['**/*bar*', ['bar', 'a/rebar', 'a/b/barrio'], ['a/b']],
    ['foo/bar/**', ['foo/bar/a', 'foo/bar/a/b'], ['foo/bar', 'a/foo/bar/b']],
    ['foo/**/bar', ['foo/bar', 'foo/a/bar', 'foo/a/b/bar/c'], ['a/foo/bar', 'foo/abar']],
    ['foo/**/', ['foo/a', 'foo/a/b'], ['foo']],
    ['/a**b', ['ab', 'axb'], ['a/b']],
    ['f\\*o', ['f*o'], ['foo']],
    ['with\\ space/', ['with space/a'], ['with/a', 'space/a']],
    ['a\\ b', ['a b', 'x/a b/c'], ['a', 'b']],
    ['(a+b).{js,ts}', ['(a+b).{js,ts}'], ['aab.js', 'ab.ts']],
    ['über/', ['über/a', 'x/über/😀'], ['uber/a']],
    ['😀?', ['😀a', '😀😀'], ['😀']],
    ['*.a', ['line\nbreak.a'], []],
    ['/d*', ['docs/line\nbreak'], []],
  ])('%s', (pattern, fits, doesNot) => {
    const text = `${pattern} @ana`
    expect(fits.filter((path) => ownersOf(text, path).length === 0)).toEqual([])
    expect(doesNot.filter((path) => ownersOf(text, path).length > 0)).toEqual([])
  })
})

describe('a line', () => {
  test.each<[line: string, pattern: string, owners: readonly string[]]>([
    ['a @ana', 'a', ['@ana']],
    ['  a\t @ana  @acme/web-team\tx@y.example ', 'a', ['@ana', '@acme/web-team', 'x@y.example']],
    ['a @ana # who left @ben', 'a', ['@ana']],
    ['a @ana#who', 'a', ['@ana']],
    ['a # nobody', 'a', []],
    ['a @ana_corp', 'a', ['@ana_corp']],
    ['\uFEFFa @ana', 'a', ['@ana']],
    ['@a @ana', '@a', ['@ana']],
  ])('%j says who owns what', (line, pattern, owners) => {
    const { rules, skipped } = parsed(line)
    expect(rules).toMatchObject([{ line: 1, pattern, owners }])
    expect(skipped).toEqual([])
  })

  test.each(['', '   ', '# a @ana', '  # a @ana', '#'])('%j says nothing', (line) => {
    expect(parsed(line)).toEqual({ rules: [], skipped: [] })
  })

  test.each<[line: string, why: RegExp]>([
    ['!a @ana', /negated/],
    ['[ab].js @ana', /ranges/],
    ['pages/\\[id\\].tsx @ana', /ranges/],
    ['\\#a @ana', /a #/],
    ['c#/ @ana', /a #/],
    ['a*** @ana', /three \*/],
    ['/ @ana', /fits no file/],
    ['\\', /before nothing/],
    ['a ana', /^ana is no @login/],
    ['a @ana @', /^@ is no @login/],
    ['a @ana@ben', /^@ana@ben is no/],
    ['a @ana/', /^@ana\/ is no/],
  ])('%j is skipped, and an earlier line still holds', (line, why) => {
    const { skipped, rules } = parsed(`* @cleo\n${line}\n`)
    expect(skipped).toEqual([{ line: 2, why: expect.stringMatching(why) }])
    expect(rules).toMatchObject([{ line: 1, owners: ['@cleo'] }])
  })

  test('with a name that is too long is skipped at once', () => {
    const { skipped } = parsed(`a x@${'.'.repeat(1_000_000)}@`)
    expect(skipped).toEqual([{ line: 1, why: expect.stringMatching(/^x@\.+ is no @login/) }])
  })

  test('with a pattern longer than any path is skipped', () => {
    expect(parsed(`${'x'.repeat(9_000)} @ana`)).toMatchObject({ rules: [], skipped: [{ line: 1 }] })
  })

  test('with very many wildcards makes all unknown, because nobody can tell soon what it fits', () => {
    expect(parseCodeOwners(`* @ana\n/${'a*'.repeat(11)} @ben`)).toEqual({
      known: false,
      why: expect.stringMatching(/^line 2 .* has more than 10 wildcards/),
    })
    expect(ownersOf(`/${'a*'.repeat(10)} @ben`, 'a'.repeat(200))).toEqual(['@ben'])
  })

  test('of which two stars are one wildcard', () => {
    expect(ownersOf(`/${'**/'.repeat(10)}a @ben`, 'a')).toEqual(['@ben'])
  })

  test('with wildcards in a very long pattern makes all unknown as well', () => {
    expect(parseCodeOwners(`/${'a'.repeat(400)}* @ben`)).toEqual({
      known: false,
      why: expect.stringMatching(/^line 1 .* more than 400 characters/),
    })
    expect(ownersOf(`/${'a'.repeat(398)}* @ben`, 'a'.repeat(500))).toEqual(['@ben'])
    expect(ownersOf(`/${'a'.repeat(500)} @ben`, 'a'.repeat(500))).toEqual(['@ben'])
  })

  test('of a file from Windows ends before its carriage return', () => {
    expect(ownersOf('a @ana\r\nb @ben\r\n', 'b')).toEqual(['@ben'])
  })
})

describe('the paths with owners', () => {
  test('are listed once, by the line that decides about them, in the order of the file', () => {
    const text = '* @ana\n\n/src/ @ben @cleo\n/src/free\n'
    expect(ownedIn(text, 'src/b', 'x', 'src/a', 'src/free/y', 'src/b')).toEqual([
      { line: 1, pattern: '*', owners: ['@ana'], paths: ['x'] },
      { line: 3, pattern: '/src/', owners: ['@ben', '@cleo'], paths: ['src/b', 'src/a'] },
    ])
  })

  test('are none without lines', () => {
    expect(ownedIn('', 'a')).toEqual([])
  })

  test('are unknown for a file that GitHub would not load', () => {
    expect(parseCodeOwners(`* @ana\n${'#'.repeat(3_000_000)}`)).toEqual({
      known: false,
      why: expect.stringMatching(/3 MB/),
    })
    expect(parseCodeOwners(`* @ana\n${'é'.repeat(1_600_000)}`).known).toBe(false)
  })

  test('never throw, whatever the file and the paths are', () => {
    const signs = fc.string({
      unit: fc.constantFrom('a', '/', '*', '?', '\\', ' ', '\n', '@', '#', '!', '[', '.', '\uD83D'),
    })
    const text = fc.oneof(signs, anyText({ maxLength: 20 }))
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (file, paths) => {
        const read = parseCodeOwners(file)
        const owned = (read.known ? valueOf(ownedPathsOf(read.value, paths)) : []).flatMap((group) => group.paths)
        expect(owned.every((path) => paths.includes(path))).toBe(true)
        expect(new Set(owned).size).toBe(owned.length)
      }),
      { numRuns: 300 },
    )
  })

  const folders = (length: number): string => `${'a'.repeat(40)}/`.repeat(length / 41)
  const stars = (index: number): string => `${'*a'.repeat(10)}${index}z`

  test.each<[kind: string, toLine: (index: number) => string, lines: number, length: number]>([
    ['stars and long paths', stars, 1_000, 4_000],
    ['stars and short paths', stars, 20_000, 41],
    ['two stars', (index) => `${'**/a*/'.repeat(5)}x${index}`, 1_000, 1_000],
    ['long names', (index) => `*${'a'.repeat(390)}${index}`, 1_000, 4_000],
  ])('of 3,000 are unknown where they would take very long to find: lines of %s', (_kind, toLine, ...sizes) => {
    const [lines, length] = sizes
    const read = parsed(Array.from({ length: lines }, (_, index) => `${toLine(index)} @ana`).join('\n'))
    const paths = Array.from({ length: 3_000 }, (_, index) => `${folders(length)}${index}`)
    expect(ownedPathsOf(read, paths)).toEqual({
      known: false,
      why: expect.stringMatching(/more than 15 million steps/),
    })
  })
})

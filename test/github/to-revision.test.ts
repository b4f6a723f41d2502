import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileDifference } from '#facts/change-facts.ts'
import { toFingerprints, toGitDifferences } from '#github/to-revision.ts'

const blobs = new Map([['logo.png', 'b'.repeat(40)]])

/** The differences by path; the reason when they are unknown. */
function differences(diff: string, known = blobs): Readonly<Record<string, FileDifference>> | string {
  const files = toGitDifferences(diff)
  const printed = files.known ? toFingerprints(files.value, known) : files
  return printed.known ? printed.value : printed.why
}

/** The fingerprints of the contents by path; the reason when they are unknown. */
function prints(diff: string, known = blobs): Readonly<Record<string, string>> | string {
  const found = differences(diff, known)
  if (typeof found === 'string') return found
  return Object.fromEntries(Object.entries(found).map(([path, { content }]) => [path, content]))
}

const git = (...lines: readonly string[]): string => `${lines.join('\n')}\n`
const edited = (path: string, ...hunks: readonly string[]): string =>
  git(`diff --git a/${path} b/${path}`, 'index 1111111..2222222 100644', `--- a/${path}`, `+++ b/${path}`, ...hunks)
const hunk = ['@@ -1,3 +1,3 @@', ' a', '-b', '+c', ' d']
const simple = edited('a.ts', ...hunk)

describe('two differences have the same fingerprint', () => {
  test.each([
    ['when a hunk stands elsewhere', edited('a.ts', '@@ -41,3 +52,3 @@', ...hunk.slice(1))],
    ['when only the index line differs', simple.replace('1111111..2222222', '3333333..4444444')],
  ])('%s', (_sentence, other) => {
    expect(prints(other)).toEqual(prints(simple))
  })

  test('when a rename is of another similarity', () => {
    const renamed = (similarity: number) =>
      git('diff --git a/old b/new', `similarity index ${String(similarity)}%`, 'rename from old', 'rename to new')
    expect(prints(renamed(90))).toEqual(prints(renamed(95)))
  })
})

describe('two differences have different fingerprints', () => {
  const noEnd = String.raw`\ No newline at end of file`
  test.each([
    ['when an added line differs', simple, simple.replace('+c', '+C')],
    ['when a removed line differs', simple, simple.replace('-b', '-B')],
    ['when a line around them differs', simple, simple.replace(' d', ' D')],
    [
      'when a line only loses a blank at its end',
      edited('a.ts', '@@ -1 +1 @@', '-b', '+c '),
      edited('a.ts', '@@ -1 +1 @@', '-b', '+c'),
    ],
    [
      'when the same lines stand in another function',
      simple.replace(/@@$/m, '@@ one()'),
      simple.replace(/@@$/m, '@@ two()'),
    ],
    [
      'when the last line has no end',
      edited('a', '@@ -1 +1 @@', '-b', '+c'),
      edited('a', '@@ -1 +1 @@', '-b', '+c', noEnd),
    ],
    [
      'when it was the old last line that had none',
      edited('a', '@@ -1 +1 @@', '-b', noEnd, '+c'),
      edited('a', '@@ -1 +1 @@', '-b', '+c', noEnd),
    ],
    [
      'when one hunk has become two',
      edited('a', '@@ -1,2 +1,2 @@', '-a', '+b', '-c', '+d'),
      edited('a', '@@ -1 +1 @@', '-a', '+b', '@@ -9 +9 @@', '-c', '+d'),
    ],
    [
      'when a file becomes executable',
      git('diff --git a/run b/run', 'old mode 100644', 'new mode 100755'),
      git('diff --git a/run b/run', 'old mode 100755', 'new mode 100644'),
    ],
    [
      'when an empty file is added rather than deleted',
      git('diff --git a/e b/e', 'new file mode 100644', 'index 0000000..e69de29'),
      git('diff --git a/e b/e', 'deleted file mode 100644', 'index e69de29..0000000'),
    ],
    [
      'when a file was called otherwise before',
      git('diff --git a/old b/new', 'similarity index 100%', 'rename from old', 'rename to new'),
      git('diff --git a/odd b/new', 'similarity index 100%', 'rename from odd', 'rename to new'),
    ],
  ])('%s', (_sentence, one, other) => {
    expect(typeof prints(one)).toBe('object')
    expect(prints(one)).not.toEqual(prints(other))
  })
})

describe('the exact fingerprint', () => {
  const exact = (diff: string) => {
    const found = differences(diff)
    return typeof found === 'string' ? found : found['a.ts']?.exact
  }

  test('differs when a hunk stands elsewhere, though the content does not', () => {
    const moved = edited('a.ts', '@@ -41,3 +41,3 @@', ...hunk.slice(1))
    expect(exact(simple)).toMatch(/^[0-9a-f]{32}$/)
    expect(exact(moved)).not.toEqual(exact(simple))
    expect(prints(moved)).toEqual(prints(simple))
  })

  test('is the same when only the index line differs', () => {
    expect(exact(simple.replace('1111111..2222222', '3333333..4444444'))).toEqual(exact(simple))
  })

  test('of a binary file is that of its content', () => {
    const diff = git('diff --git a/logo.png b/logo.png', 'index 1..2 100644', 'Binary files a/logo.png and b differ')
    expect(differences(diff)).toMatchObject({ 'logo.png': { exact: prints(diff)['logo.png' as never] } })
  })
})

describe('what a file was at the base', () => {
  const renamed = (...more: readonly string[]) =>
    git('diff --git a/old b/new', 'similarity index 90%', 'rename from old', 'rename to new', ...more)
  test.each<[string, string, Readonly<Record<string, string | null>>]>([
    ['is told by the index line', simple, { 'a.ts': '1111111' }],
    [
      'is the same when GitHub shows more of its name',
      simple.replace('1111111..2222222', '1111111aaa..2222222bbb'),
      { 'a.ts': '1111111' },
    ],
    [
      'is nothing for an added file',
      git('diff --git a/e b/e', 'new file mode 100644', 'index 0000000..e69de29'),
      { e: null },
    ],
    [
      'is told for a removed file',
      git('diff --git a/e b/e', 'deleted file mode 100644', 'index e69de29..0000000'),
      { e: 'e69de29' },
    ],
    ['is not told when only its mode differs', git('diff --git a/r b/r', 'old mode 1', 'new mode 2'), { r: null }],
    ['is told for both names of a renamed file', renamed('index 1111111..2222222'), { new: '1111111', old: '1111111' }],
    ['is not told for a renamed file that is the same', renamed(), { new: null, old: null }],
    [
      'is not read from a line of its content',
      git('diff --git a/e b/e', 'new file mode 100644', '--- /dev/null', '+++ b/e', '@@ -0,0 +1 @@', '+index 1..2'),
      { e: null },
    ],
  ])('%s', (_sentence, diff, before) => {
    const found = differences(diff)
    expect(
      Object.fromEntries(Object.entries(found).map(([path, of]) => [path, (of as FileDifference).before])),
    ).toEqual(before)
  })

  test('is not one thing for files that swap their names', () => {
    const swap = (from: string, to: string) =>
      git(`diff --git a/${from} b/${to}`, `rename from ${from}`, `rename to ${to}`, 'index 1111111..2222222')
    expect(differences(swap('x', 'y') + swap('y', 'x'))).toMatchObject({ x: { before: null }, y: { before: null } })
  })
})

describe('contents that a difference does not tell', () => {
  const binary = git(
    'diff --git a/logo.png b/logo.png',
    'index 1111111..2222222 100644',
    'Binary files a/logo.png and b/logo.png differ',
  )
  const latin = edited('logo.png', '@@ -1 +1 @@', '-a', '+caf\uFFFD')

  test.each([
    ['of a binary file', binary],
    ['of a text that is not UTF-8', latin],
  ])('%s count by their id', (_sentence, diff) => {
    expect(prints(diff, new Map([['logo.png', 'c'.repeat(40)]]))).not.toEqual(prints(diff))
    expect(prints(diff.replace('1111111..2222222', '3333333..4444444'))).toEqual(prints(diff))
  })

  test('are unknown when GitHub does not tell their id', () => {
    expect(prints(binary, new Map())).toBe('GitHub did not show which contents logo.png has')
  })
})

describe('the paths of a difference', () => {
  test.each([
    ['one file', simple, ['a.ts']],
    ['nothing', '', []],
    [
      'a file with blanks in its name',
      edited('my file.ts', ...hunk).replaceAll(/^(---|\+\+\+) (.*)$/gm, '$1 $2\t'),
      ['my file.ts'],
    ],
    [
      'a name that is not ASCII',
      git(
        String.raw`diff --git "a/caf\303\251 \"x\".ts" "b/caf\303\251 \"x\".ts"`,
        'index 1111111..2222222 100644',
        `${String.raw`--- "a/caf\303\251 \"x\".ts"`}\t`,
        `${String.raw`+++ "b/caf\303\251 \"x\".ts"`}\t`,
        ...hunk,
      ),
      ['café "x".ts'],
    ],
    [
      'a file that is deleted',
      git(
        'diff --git a/x b/x',
        'deleted file mode 100644',
        'index 1111111..0000000',
        '--- a/x',
        '+++ /dev/null',
        '@@ -1 +0,0 @@',
        '-a',
      ),
      ['x'],
    ],
    [
      'a file of which only the mode tells',
      git('diff --git a/a b/a b/a b/a', 'old mode 100644', 'new mode 100755'),
      ['a b/a'],
    ],
    [
      'both names of a renamed file',
      git('diff --git a/old b/new', 'similarity index 100%', 'rename from old', 'rename to new'),
      ['new', 'old'],
    ],
    ['a name that means something to JavaScript', edited('__proto__', ...hunk), ['__proto__']],
  ])('are those of %s', (_sentence, diff, paths) => {
    expect(Object.keys(prints(diff))).toEqual(paths)
  })

  test('are not made up by lines that look like headers', () => {
    const removed = ['--- a/evil', '-- b', 'diff --git a/evil b/evil', '@@ -1 +1 @@'].map((line) => `-${line}`)
    const added = ['++ b/evil', 'diff --git a/evil b/evil', 'rename to evil'].map((line) => `+${line}`)
    const diff = edited('a.ts', '@@ -1,4 +1,3 @@', ...removed, ...added) + edited('b.ts', ...hunk)
    expect(Object.keys(prints(diff))).toEqual(['a.ts', 'b.ts'])
  })

  test('that swap their names each tell of both', () => {
    const rename = (from: string, to: string) =>
      git(`diff --git a/${from} b/${to}`, 'similarity index 100%', `rename from ${from}`, `rename to ${to}`)
    expect(Object.keys(prints(rename('x', 'y') + rename('y', 'x')))).toEqual(['y', 'x'])
    expect(prints(rename('x', 'y') + rename('y', 'x'))).not.toEqual(prints(rename('x', 'y')))
  })
})

describe('a difference is not understood', () => {
  test.each([
    ['when it begins with something else', 'commit 1234\n'],
    ['when a merge is shown with all its parents', git('diff --cc a', 'index 1,2..3', '@@@ -1,1 -1,1 +1,1 @@@', '++a')],
    ['when a hunk ends before its lines', edited('a', '@@ -1,3 +1,3 @@', ' a')],
    ['when a hunk has lines that are none', edited('a', '@@ -1,2 +1,2 @@', ' a', 'b')],
    ['when lines follow a hunk', edited('a', '@@ -1 +1 @@', '-a', '+b', '+c')],
    ['when a hunk has more of one side than it says', edited('a', '@@ -1 +1,2 @@', '-a', '-b', '+c')],
    ['when it names no path', git('diff --git a/x b/y', 'old mode 100644', 'new mode 100755')],
  ])('%s', (_sentence, diff) => {
    expect(prints(diff)).toBe('GitHub showed a difference in a form that is not understood')
  })
})

describe('whatever the difference is', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '+', '@', '\\', 'é') })
  const line = fc.record({ mark: fc.constantFrom(' ', '-', '+'), text })
  const hunks = fc.array(fc.array(line, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
  type Lines = readonly { readonly mark: string; readonly text: string }[]
  const written = (all: readonly Lines[], from: number): string => {
    const headed = all.flatMap((lines, at) => {
      const count = (mark: string) => String(lines.filter((each) => each.mark !== mark).length)
      const start = String(from + at * 10)
      const body = lines.map(({ mark, text: content }) => `${mark}${content}`)
      return [`@@ -${start},${count('+')} +${start},${count('-')} @@`, ...body]
    })
    return edited('a.ts', ...headed)
  }

  test('moving its hunks changes nothing', () => {
    fc.assert(
      fc.property(hunks, fc.nat(1_000), (all, shift) => {
        expect(prints(written(all, 1 + shift))).toEqual(prints(written(all, 1)))
      }),
    )
  })

  test('changing any one line changes the fingerprint', () => {
    fc.assert(
      fc.property(
        hunks,
        fc.tuple(fc.nat(), fc.nat()),
        fc.constantFrom('x', ' ', '-'),
        (all, [inHunk, inLine], more) => {
          const h = inHunk % all.length
          const l = inLine % (all[h]?.length ?? 1)
          const other = all.map((lines, at) =>
            lines.map((each, place) => (at === h && place === l ? { ...each, text: `${each.text}${more}` } : each)),
          )
          expect(prints(written(other, 1))).not.toEqual(prints(written(all, 1)))
        },
      ),
    )
  })
})

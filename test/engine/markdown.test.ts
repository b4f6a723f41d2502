import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { codeBlock, codeSpan, escapeMarkdown, shortened, visibleText } from '#engine/markdown.ts'

/** Z stands for the zero-width space that keeps GitHub from seeing a reference. */
const withBreakers = (text: string): string => text.replaceAll('Z', '\u200b')

const hazards: readonly (readonly [hazard: string, text: string, escaped: string])[] = [
  ['plain words', 'Fix the dropdown, 2nd try (really)!', 'Fix the dropdown, 2nd try (really)!'],
  ['a ticket key', 'BUG-453: fix', 'BUG-453: fix'],
  ['a mention', 'for @cleo', 'for @Zcleo'],
  ['a team mention', '@acme/payments', '@Zacme/payments'],
  ['an e-mail address', 'a@b.example', 'a@Zb.example'],
  ['an issue reference', 'see #1', 'see #Z1'],
  ['a reference to another repository', 'acme/shop#1', 'acme/shop#Z1'],
  ['a reference by GH-', 'GH-1 and gh-2', 'GH-Z1 and gh-Z2'],
  ['a commit of somebody', 'ana@abc1234', 'ana@Zabc1234'],
  ['an emoji code', 'well :tada: done', 'well :Ztada: done'],
  ['a time', 'at 10:30', 'at 10:30'],
  ['a link', '[x](javascript:alert(1))', String.raw`\[x\](javascript:alert(1))`],
  ['an image', '![x](y.png)', String.raw`!\[x\](y.png)`],
  ['a reference link', '[x]: y', String.raw`\[x\]: y`],
  ['a footnote', 'a[^1]', String.raw`a\[^1\]`],
  ['an address', 'https://evil.example', 'https:Z//evil.example'],
  ['an address of another scheme', 'ftp://evil.example', 'ftp:Z//evil.example'],
  ['an address without scheme', 'www.evil.example WWW.evil.example', 'wwwZ.evil.example WWWZ.evil.example'],
  ['an autolink', '<https://evil.example>', '&lt;https:Z//evil.example&gt;'],
  ['HTML', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['an HTML comment', 'a <!-- b --> c', 'a &lt;!-- b --&gt; c'],
  ['an entity', '&lt;b&gt; &#64;', '&amp;lt;b&amp;gt; &amp;#Z64;'],
  ['a table pipe', 'a | b', 'a &#124; b'],
  ['an escaped table pipe', String.raw`a \| b`, String.raw`a \\&#124; b`],
  ['a code span', 'a `b` c', String.raw`a \`b\` c`],
  ['a code fence', '```sh', '\\`\\`\\`sh'],
  ['emphasis', '*a* _b_ **c**', String.raw`\*a\* \_b\_ \*\*c\*\*`],
  ['a strike', '~~a~~', String.raw`\~\~a\~\~`],
  ['a backslash', String.raw`a\b`, String.raw`a\\b`],
  ['a backslash before a bracket', String.raw`\[x](y)`, String.raw`\\\[x\](y)`],
  ['a formula', '$x$', '<span>$</span>x<span>$</span>'],
  ['a heading', '# a', '#Z a'],
  ['a quotation', '> a', '&gt; a'],
  ['an alert', '> [!NOTE]', String.raw`&gt; \[!NOTE\]`],
  ['a list', '- a', String.raw`\- a`],
  ['a list by plus', '+ a', String.raw`\+ a`],
  ['a task list', '- [ ] a', String.raw`\- \[ \] a`],
  ['a numbered list', '1. a', String.raw`1\. a`],
  ['a numbered list by bracket', '12) a', String.raw`12\) a`],
  ['a rule', '---', String.raw`\---`],
  ['an underline of a heading', '===', String.raw`\===`],
  ['an indented block', '    a', 'a'],
  ['a line break', 'a\nb\r\nc', 'a b c'],
  ['other line breaks', 'a\u2028b\u2029c\u0085d\u000be', 'a b c d e'],
  ['a tab', 'a\tb', 'a b'],
  ['a control character', 'a\u0007b\u001b[31m', String.raw`a‹U+0007›b‹U+001B›\[31m`],
  ['a null character', 'a\u0000b', 'a‹U+0000›b'],
  ['text from right to left', 'a\u202egnp.exe', 'a‹U+202E›gnp.exe'],
  ['an isolate', 'a\u2066b\u2069', 'a‹U+2066›b‹U+2069›'],
  ['a zero-width space', '@\u200bcleo', '@Z‹U+200B›cleo'],
  ['a soft hyphen', 'a\u00adb', 'a‹U+00AD›b'],
  ['a filler that shows as nothing', 'a\u3164b', 'a‹U+3164›b'],
  ['a tag character', 'a\u{e0041}b', 'a‹U+E0041›b'],
  ['half a character', 'a\ud83d', 'a\ufffd'],
  ['letters of other scripts', 'Größe 日本語 عربى', 'Größe 日本語 عربى'],
  ['an emoji', '👍🏽 and 👩\u200d💻', '👍🏽 and 👩\u200d💻'],
  ['nothing', '', ''],
]

describe('escapeMarkdown shows as text', () => {
  test.each(hazards)('%s', (_hazard, text, escaped) => {
    expect(escapeMarkdown(text)).toBe(withBreakers(escaped))
  })

  test('anything at all: no line break, bare pipe, tag, mention or reference is left', () => {
    const piece = fc.constantFrom(
      '@',
      '#',
      '1',
      'a',
      '|',
      '\\',
      '`',
      '<',
      '>',
      '[',
      ']',
      '(',
      ':',
      '/',
      '$',
      '&',
      '\n',
      'www.',
      'gh-',
      '\u202e',
    )
    const text = fc
      .array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 30 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (any) => {
        const escaped = escapeMarkdown(any)
        expect(escaped).not.toMatch(/[\n\r|]/)
        expect(escaped.replaceAll('<span>$</span>', '')).not.toMatch(/[<>$]/)
        expect(escaped).not.toMatch(/[@][^\u200b]/)
        expect(escaped.replace(/&#124;/g, '')).not.toMatch(/#[^\u200b]/)
        expect(escaped).not.toMatch(/(?<!\\)(\\\\)*[`*_~[\]]/)
        expect(escaped).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})

describe('codeSpan', () => {
  test.each([
    ['plain', 'BUG-1-fix', '`BUG-1-fix`'],
    ['a mention, which GitHub leaves alone there', '@cleo', '`@cleo`'],
    ['a backtick', 'a`b', '``a`b``'],
    ['two backticks', 'a``b', '```a``b```'],
    ['a backtick at the edge', '`a', '`` `a ``'],
    ['a backtick alone', '`', '`` ` ``'],
    ['a pipe', 'a|b', '<code>a&#124;b</code>'],
    ['a pipe and more', '`|<b>@x', withBreakers(String.raw`<code>\`&#124;&lt;b&gt;@Zx</code>`)],
    ['a line break', 'a\nb', '`a b`'],
    ['text from right to left', '\u202ea', '`‹U+202E›a`'],
    ['nothing', '', ''],
  ])('of %s', (_name, text, span) => {
    expect(codeSpan(text)).toBe(span)
  })
})

test('codeBlock has a fence that its content cannot close', () => {
  expect(codeBlock(['git switch x'])).toBe('```sh\ngit switch x\n```')
  expect(codeBlock(['a ``` b', '````'])).toBe('`````sh\na ``` b\n````\n`````')
  expect(codeBlock(['a\n```\nb'])).toBe('````sh\na ``` b\n````')
})

test('visibleText is one line in which every character shows', () => {
  expect(visibleText('  a \n b\u202e ')).toBe('a b‹U+202E›')
})

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['😀😀😀', 3, '😀😀😀'],
  ['😀😀😀😀', 3, '😀😀…'],
])('shortened leaves whole characters of %s, at most %d', (text, most, short) => {
  expect(shortened(text, most)).toBe(short)
})

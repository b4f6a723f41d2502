import picomatch from 'picomatch'
import { RE2JS } from 're2js'

export type NameGlob =
  { readonly ok: true; readonly matches: (name: string) => boolean } | { readonly ok: false; readonly why: string }

/**
 * Turns a glob over repository names (`api-*`, `{web,app}-?`) into a test that takes linear time, whatever was written.
 *
 * picomatch knows the language of globs; its regular expressions backtrack, so RE2 runs them. What RE2 cannot run is
 * refused. Names are compared without regard to case, as GitHub does.
 */
export function compileNameGlob(glob: string): NameGlob {
  if (glob.length > longest) return { ok: false, why: `it is longer than ${String(longest)} characters` }
  if (glob.includes('/')) return { ok: false, why: "it is matched against the repository's name alone, without owner" }
  try {
    const source = picomatch.makeRe(glob, options).source
    const pattern = RE2JS.compile(withoutGuards(source), RE2JS.CASE_INSENSITIVE)
    return { ok: true, matches: (name) => pattern.matches(name) }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? lowerFirst(error.message) : String(error) }
  }
}

const longest = 256

const options: picomatch.PicomatchOptions = { dot: true, noextglob: true, nonegate: true, strictBrackets: true }

/** Look-aheads that keep a star from matching nothing, `.` or `..`: no repository has such a name. */
const guards = ['(?!(?:^|\\/)\\.{1,2}(?:\\/|$))', '(?!\\.{1,2}(?:\\/|$))', '(?!\\.)', '(?=.)']

const withoutGuards = (source: string): string =>
  guards.reduce((remaining, guard) => remaining.replaceAll(guard, ''), source)

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

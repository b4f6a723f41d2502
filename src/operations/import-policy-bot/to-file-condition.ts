import type { Condition } from '#review/condition-schema.ts'
import { always, type Bounds, exactly, never, some, unsayable } from './extent.ts'
import type { Predicates } from './policy-bot-file.ts'
import { toGlobs, toPathPatterns, type Translated } from './to-pattern.ts'

type Files = NonNullable<Predicates['changed_files']>
type Lines = NonNullable<Predicates['modified_lines']>

/** That a touched file fits, or that every one does; both count a rename as its old and its new path. */
export function toFileBounds(files: Files, key: 'paths' | 'only-paths' = 'paths'): Bounds {
  const wanted = both(toPathPatterns(files.paths ?? []), toGlobs(files.globs ?? []))
  const ignored = both(toPathPatterns(files.ignore ?? []), toGlobs(files.ignore_globs ?? []))
  if (!wanted.ok) return unsayable(wanted.why)
  if (!ignored.ok) return unsayable(ignored.why)
  if (wanted.value.every((pattern) => ignored.value.includes(pattern))) return exactly(never)
  const but = ignored.value.length > 0 ? { 'not-paths': [...ignored.value] } : {}
  return exactly({ [key]: [...wanted.value], ...but })
}

function both(one: Translated<readonly string[]>, other: Translated<readonly string[]>): Translated<readonly string[]> {
  if (!one.ok || !other.ok) return one.ok ? other : one
  return { ok: true, value: [...one.value, ...other.value] }
}

/** Any one of the three is enough. We count added and removed lines of all files together, whatever they are. */
export function toLineBounds({ additions, deletions, total, files }: Lines): Bounds {
  const isOfAllFiles = Object.values(files ?? {}).flat().length === 0
  const parts = [additions, deletions].flatMap((written) => (written === undefined ? [] : [ofAPart(written)]))
  const whole = total === undefined ? [] : [isOfAllFiles ? exactly(lines(total)) : ofAPart(total)]
  return some([...parts, ...whole])
}

const why = 'Countersign counts the added and removed lines of all files together.'

/** What is so of a part bounds what can be so of the whole. */
function ofAPart(written: string): Bounds {
  const { sign, limit } = read(written)
  if (sign === '<') return { wide: always, narrow: lines(written), differs: [why] }
  return { wide: lines(sign === '>' ? written : `>=${limit}`), narrow: never, differs: [why] }
}

/** A comparison of ours; no change has less than nothing, and none as many lines as fill ten digits. */
function lines(written: string): Condition | null {
  const { sign, limit } = read(written)
  const [least, most] = [0, 999_999_999]
  if (limit < least) return sign === '>' || sign === '>=' ? always : never
  if (limit > most) return sign === '<' ? always : never
  return sign === '<' && limit === least ? never : { 'lines-changed': `${sign}${limit}` }
}

function read(written: string): { readonly sign: string; readonly limit: number } {
  const [, sign = '', limit = ''] = /^\s*([<>]=?|=)\s*(-?\d+)\s*$/.exec(written) ?? []
  return { sign, limit: Number(limit) }
}

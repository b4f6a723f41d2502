import type { ChangedFile } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import { fitsSomePath } from '#facts/path-pattern.ts'
import { lacksOldPath, touchedPaths } from '#facts/touched-paths.ts'
import type { Condition } from './condition-schema.ts'
import { no, notAsked, notSeen, type Truth, yes } from './truth.ts'

type Wanted = Pick<Condition, 'paths' | 'not-paths' | 'only-paths'>

/**
 * Whether the touched paths are as a condition wants them, a renamed file counting as its old and its new path.
 *
 * What `not-paths` leaves out, `paths` and `only-paths` do not fit. That some other file is among the touched ones takes
 * no change out of a rule on `paths`: else a line in a README would switch it off.
 */
export function touchedPathsFit(wanted: Wanted, files: Fact<readonly ChangedFile[]>): Truth {
  const { paths, 'not-paths': excluded, 'only-paths': only } = wanted
  if (paths === undefined && excluded === undefined && only === undefined) return yes
  if (!files.known) return notSeen(`files: ${files.why}`)
  const touched = touchedPaths(files.value)
  const isExcluded = fitsSomePath(excluded ?? [])
  const fits = (patterns: readonly string[]) => {
    const isFitting = fitsSomePath(patterns)
    return (path: string) => isFitting(path) && !isExcluded(path)
  }
  const stray = only === undefined ? false : touched.length === 0 || !touched.every(fits(only))
  if (stray) return no
  const isOneFitting = (patterns: readonly string[]) => touched.some(fits(patterns))
  const asksForOne = paths !== undefined || only === undefined
  if (asksForOne && !isOneFitting(paths ?? ['**'])) return unlessRenamed(files.value, no)
  return only === undefined ? yes : unlessRenamed(files.value, yes)
}

/** Null in the place of an old path: GitHub has not been asked for it yet. */
export const unlessRenamed = (files: readonly ChangedFile[], truth: Truth): Truth =>
  files.some(lacksOldPath)
    ? notAsked('what renamed files were called before has not been looked for', { wants: ['previous-paths'] })
    : truth

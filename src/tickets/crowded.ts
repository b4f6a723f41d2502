import type { Commit } from '#facts/change-facts.ts'
import { mostShapes, shapesInText } from '#facts/ticket-keys.ts'
import { fewOf, shortSha } from '#facts/wording.ts'

/**
 * What counts of a commit's message: what its first line and the rest mention, each unless that is more than 50
 * different ticket keys. Such a text is a list, and says of no ticket that the commit is for it.
 */
export const countedText = ({ headline, mentions }: Commit): string =>
  [...(shapesInText(headline) ?? []), ...(mentions ?? [])].join(' ')

/** Whether less than the whole message counts. */
export const isCrowded = ({ headline, mentions }: Commit): boolean => mentions === null || isList(headline)

export const isList = (text: string): boolean => shapesInText(text) === null

/** Says of which commits less than the whole message counts. Empty when there is none. */
export function crowdedNote(commits: readonly Commit[]): readonly string[] {
  const crowded = commits.filter((commit) => isCrowded(commit))
  return crowded.length === 0 ? [] : [`Not all of ${namesOf(crowded)} counts: ${listsAreNone}.`]
}

/** `commit abc1234`, `commits abc1234 and def5678`. */
export function namesOf(commits: readonly Commit[]): string {
  const shas = commits.map(({ sha }) => shortSha(sha))
  return `${shas.length === 1 ? 'commit' : 'commits'} ${fewOf(shas, 'and')}`
}

export const listsAreNone = `a first line, or a text below it, with more than ${mostShapes} different ticket keys is left out`

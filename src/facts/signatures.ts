import type { Commit, Signature } from './change-facts.ts'
import { commitsAre, quotedName } from './wording.ts'

/** Everyone whose name a commit carries: its author, its co-authors and, unless that was GitHub itself, its committer. */
export const signaturesOf = ({ authors, committer }: Commit): readonly Signature[] =>
  committer === null ? authors : [...authors, committer]

/**
 * Says of each name that belongs to no account which commits are signed with it, as the beginning of a sentence.
 *
 * Once for each name, so that a hundred commits by one unknown machine stay readable; in an order of its own, so that
 * the same commits read the same however they are listed.
 */
export function unattributed(commits: readonly Commit[]): readonly string[] {
  const nameless = commits.flatMap((commit) =>
    signaturesOf(commit).flatMap(({ name, account }) => (account === null ? [{ name, sha: commit.sha }] : [])),
  )
  return [...Map.groupBy(nameless, ({ name }) => name)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, signed]) => {
      const shas = signed.map(({ sha }) => sha).toSorted()
      return `${commitsAre(shas)} signed ${quotedName(name)}, whose e-mail belongs to no GitHub account`
    })
}

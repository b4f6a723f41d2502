import type { Change, Commit } from '#facts/change-facts.ts'
import { ghost, leadsToHead, type Push } from '#facts/pushes.ts'
import { unattributed } from '#facts/signatures.ts'

export type UnattributedCommits = 'refuse' | 'allow-if-pushers-are-known'

interface Signed {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly pushes: readonly Push[]
}

/** What keeps us from telling who had a hand in the change, a sentence each. */
export const faultsOfAttribution = (signed: Signed, setting: UnattributedCommits): readonly string[] => [
  ...unknownAuthor(signed.change),
  ...(setting === 'allow-if-pushers-are-known' && arePushersKnown(signed) ? [] : unknownWriters(signed.commits)),
]

/** Somebody answers for what was pushed: every push is known, and each was by an account that is still there. */
const arePushersKnown = ({ change, pushes }: Signed): boolean =>
  leadsToHead(pushes, change.headSha) && pushes.every(({ by }) => by.id !== ghost.id)

const unknownAuthor = ({ author }: Change): readonly string[] =>
  author === null
    ? ['The account that opened the pull request has been deleted, so nobody can tell it from its approvers.']
    : []

const unknownWriters = (commits: readonly Commit[]): readonly string[] =>
  unattributed(commits).map(
    (clause) =>
      `${clause}, so an approver may have written it. Add the e-mail to the account, or commit again with one that is.`,
  )

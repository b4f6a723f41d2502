import type { Account, Commit } from '#facts/change-facts.ts'
import { leadsToHead } from '#facts/pushes.ts'
import { compareRevisions, type Comparison } from './revision.ts'
import type { Sight } from './sight.ts'
import type { Unseen } from './truth.ts'

/** Somebody who had a hand in the change, or may have had one. */
export interface Contributor {
  readonly account: Account
  /** What they surely did, as clauses that complete "ben …". Empty: what is unseen decides whether they did anything. */
  readonly did: readonly string[]
  readonly unseen: readonly Unseen[]
}

export interface Contributors {
  readonly byId: ReadonlyMap<number, Contributor>
  /** Whether we know of every push since the change was opened. */
  readonly arePushesKnown: boolean
}

/**
 * Everyone who had a hand in the change, by account id, and what they did.
 *
 * Taking in what the base branch holds by now, without changing what the change is, makes nobody a contributor: neither
 * the push nor the merge commit. Where that cannot be told, it counts as a hand: an account too many could not have
 * reviewed, one too few would be a hole.
 */
export function contributorsOf(sight: Sight): Contributors {
  const byAccount = Map.groupBy(deedsIn(sight), ({ account }) => account.id)
  const found = [...byAccount.values()].flatMap((deeds) => toContributor(deeds, sight) ?? [])
  return {
    byId: new Map(found.map((contributor) => [contributor.account.id, contributor])),
    arePushesKnown: leadsToHead(sight.pushes, sight.change.headSha),
  }
}

interface Deed {
  readonly account: Account
  readonly act: 'opened' | 'wrote' | 'committed' | 'pushed'
  /** The versions before and after it, where it can be a clean update from the base at all; equal where it did nothing. */
  readonly update: readonly [before: string, after: string] | null
}

/** First what GitHub itself tells of an account: a commit may claim the same one as of another login or kind. */
function deedsIn({ change, commits, pushes }: Sight): readonly Deed[] {
  const shas = new Set(commits.map(({ sha }) => sha))
  return [
    ...(change.author === null ? [] : [{ account: change.author, act: 'opened' as const, update: null }]),
    ...pushes.map(({ before, after, by }): Deed => ({ account: by, act: 'pushed', update: [before ?? after, after] })),
    ...commits.flatMap((commit) => {
      const update = updateBy(commit, shas)
      return actsIn(commit).map(({ account, act }): Deed => ({ account, act, update }))
    }),
  ]
}

/**
 * Only a merge of two parents can be an update: one of this change, and one that the base branch holds, which is every
 * commit that is not among the change's own.
 */
function updateBy({ sha, parents }: Commit, shas: ReadonlySet<string>): Deed['update'] {
  const own = parents.filter((parent) => shas.has(parent))
  const [before] = own
  return parents.length !== 2 || own.length !== 1 || before === undefined ? null : [before, sha]
}

/** Each person once: who wrote a commit did not only commit it. */
function actsIn({ authors, committer }: Commit): readonly Pick<Deed, 'account' | 'act'>[] {
  const acts = new Map<number, Pick<Deed, 'account' | 'act'>>()
  for (const { account } of authors) if (account !== null) acts.set(account.id, { account, act: 'wrote' })
  const account = committer?.account ?? null
  if (account !== null && !acts.has(account.id)) acts.set(account.id, { account, act: 'committed' })
  return [...acts.values()]
}

/** Of the deeds of one account. Null when they only took in the base branch. */
function toContributor(deeds: readonly Deed[], sight: Sight): Contributor | null {
  const account = deeds[0]?.account
  const compared = compareUpdates(deeds, sight)
  const unseen = compared.flatMap(({ comparison }) => (comparison.is === 'unseen' ? comparison.unseen : []))
  const hands = compared.filter(({ comparison: { is } }) => is === 'different' || is === 'unknown')
  if (account === undefined || hands.length + unseen.length === 0) return null
  const count = (act: Deed['act']) => hands.filter((hand) => hand.act === act).length
  const total = sight.commits.length
  const did = [
    ...(count('opened') > 0 ? ['opened the pull request'] : []),
    ...(count('wrote') > 0 ? [`wrote ${share(count('wrote'), total)}`] : []),
    ...(count('wrote') === 0 && count('committed') > 0 ? [`committed ${share(count('committed'), total)}`] : []),
    ...(count('pushed') > 0 ? ['pushed to the branch'] : []),
  ]
  return { account, did: withDoubts(did, hands), unseen }
}

interface Compared {
  readonly act: Deed['act']
  /** Of what the change was before the deed and after it. */
  readonly comparison: Comparison
}

function compareUpdates(deeds: readonly Deed[], sight: Sight): readonly Compared[] {
  const isUpdate = ({ update }: Deed) => update !== null && update[0] !== update[1]
  const areTooMany = deeds.filter(isUpdate).length > mostUpdates
  return deeds.map((deed) => {
    const { act, update } = deed
    if (update === null) return { act, comparison: noUpdate }
    return { act, comparison: areTooMany && isUpdate(deed) ? tooManyUpdates : compareRevisions(...update, sight) }
  })
}

const noUpdate: Comparison = { is: 'different', files: 0 }

/** Each has to be looked up twice, before and after. */
const mostUpdates = 25
const tooManyUpdates: Comparison = {
  is: 'unknown',
  why: `more than ${mostUpdates} merges and pushes of one person are not compared`,
}

/** Says what could not be compared, unless something else is sure. */
function withDoubts(did: readonly string[], hands: readonly Compared[]): readonly string[] {
  if (hands.some(({ comparison }) => comparison.is === 'different')) return did
  const whys = new Set(hands.flatMap(({ comparison }) => (comparison.is === 'unknown' ? [comparison.why] : [])))
  if (whys.size === 0) return did
  const doubt = `(whether that only took in the base branch cannot be told: ${[...whys].toSorted().join('; ')})`
  return did.with(-1, `${did.at(-1) ?? ''} ${doubt}`)
}

const share = (count: number, total: number): string =>
  total === 1 ? 'the commit' : `${count} of the ${total} commits`

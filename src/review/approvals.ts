import type { Account } from '#facts/change-facts.ts'
import { listed, shortSha } from '#facts/wording.ts'
import type { Contributors } from './contributors.ts'
import type { Opinion } from './opinions.ts'
import { compareRevisions } from './revision.ts'
import type { Sight } from './sight.ts'
import { no, type Truth, type Unseen, yes } from './truth.ts'

export type StaleApprovals = 'keep-if-diff-unchanged' | 'drop-on-any-push'

/** An approval that nothing speaks against, whatever a rule may ask for beside. */
export interface Approval {
  readonly account: Account
  /** Never no. Unseen: whether the approver had a hand in the change, or whether they saw what it holds now. */
  readonly truth: Truth
  /** A clause: `ben approved def5678, the head`. */
  readonly what: string
}

/** What becomes of one person's opinion. `because` explains it, unless there is an approval for the rules to judge. */
export type Weighed =
  | { readonly is: 'silent' | 'block'; readonly because: string }
  | { readonly is: 'approval'; readonly approval: Approval }

export interface Weighing {
  readonly sight: Sight
  readonly contributors: Contributors
  readonly staleApprovals: StaleApprovals
}

/**
 * Weighs one person's opinion: is it an approval of what the change holds now, by a person who may write and had no
 * hand in it?
 *
 * A request for changes blocks whoever it is by, contributors included: if pushing to the branch took the block away, a
 * reviewer could be silenced by their own fix.
 */
export function weigh(opinion: Opinion, weighing: Weighing): Weighed {
  const { author, says } = opinion
  const who = author?.login ?? 'a deleted account'
  if (says === 'commented') return silent(`${who} commented, which approves nothing.`)
  if (says === 'dismissed') return silent(`The latest review by ${who} was dismissed and no longer says anything.`)
  const powerless = powerlessness(opinion)
  if (says === 'changes-requested') {
    return powerless.length > 0
      ? silent(`${who} requested changes, which does not block: ${who} ${listed(powerless, 'and')}.`)
      : {
          is: 'block',
          because: `${who} requested changes; this blocks until ${who} approves or the review is dismissed.`,
        }
  }
  const contributor = author === null ? undefined : weighing.contributors.byId.get(author.id)
  const coverage = coverageOf(opinion, weighing)
  const surelyAgainst = [...(contributor?.did ?? []), ...powerless]
  const isStale = coverage.truth.is === 'no' || (coverage.truth.is === 'unseen' && surelyAgainst.length > 0)
  const against = isStale ? [...surelyAgainst, coverage.clause] : surelyAgainst
  if (author === null || against.length > 0) {
    return silent(`The approval by ${who} does not count: ${who} ${listed(against, 'and')}.`)
  }
  const unseen = [...(contributor?.unseen ?? []), ...(coverage.truth.is === 'unseen' ? coverage.truth.unseen : [])]
  const truth: Truth = unseen.length === 0 ? yes : { is: 'unseen', unseen }
  return { is: 'approval', approval: { account: author, truth, what: `${who} ${coverage.clause}` } }
}

const silent = (because: string): Weighed => ({ is: 'silent', because })

function powerlessness({ author, canWrite }: Opinion): readonly string[] {
  if (author === null) return ['is nobody we could name']
  if (author.kind === 'bot') return ['is an app']
  if (author.kind === 'other') return ["is not a person's account"]
  return canWrite ? [] : ['has no write access']
}

interface Coverage {
  /** Whether what was approved is what the change holds now. */
  readonly truth: Truth
  /** Completes "ben …". */
  readonly clause: string
}

function coverageOf({ approved }: Opinion, { sight, staleApprovals }: Weighing): Coverage {
  const { headSha } = sight.change
  if (approved.length === 0) {
    return { truth: no, clause: 'approved it for another base branch: look again and approve' }
  }
  if (approved.includes(headSha)) return { truth: yes, clause: `approved ${shortSha(headSha)}, the head` }
  const shas = approved.filter((sha) => sha !== null).toReversed()
  const [latest] = shas
  if (latest === undefined) return { truth: no, clause: 'approved a commit that GitHub no longer knows' }
  const earlier = `approved an earlier version, ${shortSha(latest)}`
  if (staleApprovals === 'drop-on-any-push') {
    return { truth: no, clause: `${earlier}, and the head is now ${shortSha(headSha)}` }
  }
  return comparedCoverage(shas.slice(0, mostCompared), earlier, sight)
}

/** How many commits that one person approved are compared with the head: the latest. Each has to be looked up. */
const mostCompared = 25

function comparedCoverage(shas: readonly string[], earlier: string, sight: Sight): Coverage {
  const head = shortSha(sight.change.headSha)
  const compared = shas.map((sha) => ({ sha, comparison: compareRevisions(sha, sight.change.headSha, sight) }))
  const same = compared.find(({ comparison }) => comparison.is === 'same')
  if (same !== undefined) {
    return { truth: yes, clause: `approved ${shortSha(same.sha)}, which holds the same as the head ${head}` }
  }
  const unseen = compared.flatMap(({ comparison }): readonly Unseen[] =>
    comparison.is === 'unseen' ? comparison.unseen : [],
  )
  if (unseen.length > 0) return { truth: { is: 'unseen', unseen }, clause: earlier }
  const latest = compared[0]?.comparison
  if (latest?.is === 'different') {
    const files = `${latest.files} ${latest.files === 1 ? 'file' : 'files'}`
    return { truth: no, clause: `${earlier}: ${files} changed since` }
  }
  const why = latest?.is === 'unknown' ? latest.why : ''
  return { truth: no, clause: `${earlier}, and whether the head ${head} holds the same cannot be told (${why})` }
}

import { z } from 'zod'
import type { Account, Change, Commit, Review, Signature } from '#facts/change-facts.ts'
import { defineChangeControl, met, unmet, waiting } from '../control.ts'

const rule = z.strictObject({
  name: z.string().trim().min(1).max(100),
  approvals: z.int().min(1).max(100),
})

const settings = z.object({
  rules: z
    .array(rule)
    .min(1)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'Give each rule its own name.')
    .default([{ name: 'every change', approvals: 1 }])
    .describe('How many independent people must approve. Every rule must be met.'),
  'stale-approvals': z
    .enum(['drop-on-any-push'])
    .default('drop-on-any-push')
    .describe('`drop-on-any-push`: an approval counts for the commit it was given for, and for no other.'),
})

type Rule = z.output<typeof rule>

/**
 * Somebody who had no hand in a change looked at exactly what is merged, and agreed.
 *
 * A hand in it had the author of the pull request, every author, co-author and committer of every commit whichever
 * parent it came through, and whoever pushed to the branch; all by account id, so that a rename hides nobody. A commit
 * whose e-mail belongs to no account makes this unmet: an approver may have written it.
 *
 * What counts is the latest opinion of each person, approval or request for changes, on the head commit, by somebody
 * with write access now. A dismissed review is gone and revives nothing before it. A request for changes blocks, also
 * one by a contributor: if pushing to the branch took the block away, a reviewer could be silenced by their own fix.
 *
 * What does not count: comments, apps, approvals of an earlier commit. Not judged here: whether GitHub's own rules would
 * have stopped the merge.
 */
export const independentReview = defineChangeControl({
  id: 'independent-review',
  title: 'Enough people who had no hand in the change approved exactly what it holds now',
  satisfies: ['ISO27001/A.5.3', 'ISO27001/A.8.32', 'NIST800-53/CM-3', 'SOC2/CC8.1', 'SSDF/PW.7.2'],
  needs: ['change', 'commits', 'reviews', 'pushers'],
  settings,

  strictness: {
    rules: (agreed, proposed) =>
      agreed.every(({ name, approvals }) =>
        proposed.some((stricter) => stricter.name === name && stricter.approvals >= approvals),
      ),
    // One choice so far: there is nothing weaker to propose.
    'stale-approvals': () => true,
  },

  evaluate({ change, commits, reviews, pushers }, { rules }) {
    const hands = handsIn(change, commits, pushers)
    const opinions = opinionsIn(reviews).map((opinion) => weigh(opinion, change.headSha, hands))
    const explained = opinions.map(({ because }) => because)
    const faults = [...unknownAuthor(change), ...unattributed(commits)]
    const blocks = opinions.filter(({ blocks }) => blocks).length
    const approvals = opinions.filter(({ counts }) => counts).length
    const [strictest] = rules.filter((rule) => rule.approvals > approvals).toSorted((a, b) => b.approvals - a.approvals)

    if (faults.length > 0 || blocks > 0) return unmet([...faults, ...explained])
    if (strictest === undefined) return met(...explained)
    if (change.state !== 'open') return unmet([tooLate(change.state, strictest, approvals), ...explained])
    const awaited = phrase(strictest, strictest.approvals - approvals, rules)
    return waiting(awaited, [stillMissing(awaited, change.headSha), ...explained])
  },

  remediation: `
    Ask somebody with write access who wrote, committed and pushed none of it to review the change as it is now. After
    another push they need to approve again. Whoever requested changes has to approve, or their review be dismissed.
  `,
})

/** What each account did, as clauses that complete "ben …". */
type Hands = ReadonlyMap<number, readonly string[]>

function handsIn(change: Change, commits: readonly Commit[], pushers: readonly Account[]): Hands {
  const hands = new Map<number, string[]>()
  const add = (id: number, clause: string) => hands.set(id, [...(hands.get(id) ?? []), clause])
  if (change.author !== null) add(change.author.id, 'opened the pull request')
  const wrote = countCommits(commits, (commit) => commit.authors)
  const committed = countCommits(commits, ({ committer }) => (committer === null ? [] : [committer]))
  const total = commits.length
  for (const [id, count] of wrote) add(id, `wrote ${share(count, total)}`)
  for (const [id, count] of committed) if (!wrote.has(id)) add(id, `committed ${share(count, total)}`)
  for (const id of new Set(pushers.map((pusher) => pusher.id))) add(id, 'pushed to the branch')
  return hands
}

function countCommits(
  commits: readonly Commit[],
  signaturesOf: (commit: Commit) => readonly Signature[],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const commit of commits) {
    const ids = signaturesOf(commit).flatMap(({ account }) => (account === null ? [] : [account.id]))
    for (const id of new Set(ids)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

const share = (count: number, total: number): string =>
  total === 1 ? 'the commit' : `${count} of the ${total} commits`

/** What one person says with all their reviews, and the reviews that say it. */
interface Opinion {
  /** Null: deleted accounts, whose reviews cannot be told apart by person. */
  readonly author: Account | null
  readonly says: 'approved' | 'changes-requested' | 'dismissed' | 'commented'
  readonly canWrite: boolean
  /** The commits approved since the person last said anything else; null for one GitHub no longer knows. */
  readonly approved: readonly (string | null)[]
}

/** In the order in which each person last spoke. Pending reviews have not been given yet, and are nobody's opinion. */
function opinionsIn(reviews: readonly Review[]): readonly Opinion[] {
  const given = reviews.filter((review) => review.state !== 'pending').toSorted(inOrderOfTime)
  const byPerson = Map.groupBy(given, (review) => review.author?.id ?? null)
  return [...byPerson.values()].toSorted((a, b) => inOrderOfTime(a.at(-1), b.at(-1))).map((theirs) => opinionOf(theirs))
}

function opinionOf(theirs: readonly Review[]): Opinion {
  const opinionated = theirs.filter((review) => review.state !== 'commented')
  const latest = opinionated.at(-1) ?? theirs.at(-1)
  const before = opinionated.findLastIndex((review) => review.state !== 'approved')
  return {
    author: latest?.author ?? null,
    says: latest === undefined || latest.state === 'pending' ? 'commented' : latest.state,
    canWrite: latest?.authorCanWrite ?? false,
    approved: opinionated.slice(before + 1).map((review) => review.commitSha),
  }
}

/** By time, then by id: two reviews of one second are told apart as GitHub numbered them. */
function inOrderOfTime(a: Review | undefined, b: Review | undefined): number {
  const time = (review: Review | undefined) => Date.parse(review?.submittedAt ?? '') || 0
  return time(a) - time(b) || (a?.id ?? 0) - (b?.id ?? 0)
}

interface Weighed {
  readonly counts: boolean
  readonly blocks: boolean
  readonly because: string
}

function weigh(opinion: Opinion, headSha: string, hands: Hands): Weighed {
  const { author, says } = opinion
  const who = author?.login ?? 'a deleted account'
  if (says === 'commented') return silent(`${who} commented, which approves nothing.`)
  if (says === 'dismissed') return silent(`The latest review by ${who} was dismissed and no longer says anything.`)
  if (says === 'changes-requested') {
    const powerless = powerlessness(opinion)
    if (powerless.length > 0) return silent(`${who} requested changes, which does not block: ${who} ${and(powerless)}.`)
    const because = `${who} requested changes; this blocks until ${who} approves or the review is dismissed.`
    return { counts: false, blocks: true, because }
  }
  const involved = author === null ? [] : (hands.get(author.id) ?? [])
  const against = [...involved, ...powerlessness(opinion), ...staleness(opinion, headSha)]
  return against.length === 0
    ? { counts: true, blocks: false, because: `${who} approved ${short(headSha)}, the head.` }
    : silent(`The approval by ${who} does not count: ${who} ${and(against)}.`)
}

const silent = (because: string): Weighed => ({ counts: false, blocks: false, because })

function powerlessness({ author, canWrite }: Opinion): readonly string[] {
  if (author === null) return ['is nobody we could name']
  if (author.kind === 'bot') return ['is an app']
  if (author.kind === 'other') return ["is not a person's account"]
  return canWrite ? [] : ['has no write access']
}

function staleness({ approved }: Opinion, headSha: string): readonly string[] {
  if (approved.includes(headSha)) return []
  const latest = approved.at(-1) ?? null
  if (latest === null) return ['approved a commit that GitHub no longer knows']
  return [`approved an earlier version, ${short(latest)}, and the head is now ${short(headSha)}`]
}

const unknownAuthor = ({ author }: Change): readonly string[] =>
  author === null
    ? ['The account that opened the pull request has been deleted, so nobody can tell it from its approvers.']
    : []

/** One sentence per name, so that a hundred commits by one unknown machine stay readable. */
function unattributed(commits: readonly Commit[]): readonly string[] {
  const found = commits.flatMap(({ sha, authors, committer }) =>
    [...authors, ...(committer === null ? [] : [committer])]
      .filter(({ account }) => account === null)
      .map(({ name }) => ({ name, sha })),
  )
  const byName = Map.groupBy(found, ({ name }) => name)
  return [...byName]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, signed]) => {
      const shas = [...new Set(signed.map(({ sha }) => short(sha)))].toSorted()
      const more = shas.length > 3 ? ` and ${shas.length - 3} more` : ''
      return (
        `Commit ${shas.slice(0, 3).join(', ')}${more} is signed "${name}", whose e-mail belongs to no GitHub account, so an ` +
        'approver may have written it. Add the e-mail to the account, or commit again with one that is.'
      )
    })
}

const tooLate = (state: Change['state'], rule: Rule, approvals: number): string =>
  `The change was ${state} with ${approvals} of the ${rule.approvals} approvals that the rule "${rule.name}" asks for.`

const stillMissing = (awaited: string, headSha: string): string =>
  `Still missing: ${awaited} of ${short(headSha)} by somebody with write access who had no hand in the change.`

const phrase = ({ name }: Rule, count: number, rules: readonly Rule[]): string =>
  `${count} ${count === 1 ? 'approval' : 'approvals'}${rules.length > 1 ? ` for ${name}` : ''}`

const short = (sha: string): string => sha.slice(0, 7)

const and = (clauses: readonly string[]): string =>
  clauses.length < 2 ? clauses.join('') : `${clauses.slice(0, -1).join(', ')} and ${clauses.at(-1) ?? ''}`

import { type Account, type Authorship, authorshipOf, webFlow } from './account.ts'
import { authorsOf, withCoAuthors } from './authors.ts'
import { activeRules, protectionOf, requiredByRule } from './branch-rules.ts'
import { latestRuns } from './checks.ts'
import { type Commit, mergedTree, type Signature, type Tree } from './commit-graph.ts'
import { signatureOn } from './commit-signature.ts'
import type { PullRequest } from './pull-request.ts'
import { announcePush } from './push.ts'
import type { Repository } from './repository.ts'
import { latestOpinions } from './review.ts'

export interface MergeOptions {
  readonly by: Account
  /** Default `merge`. */
  readonly method?: 'merge' | 'squash' | 'rebase'
  /** An administrator merges over the rules, where these let administrators. */
  readonly bypass?: boolean
}

/** The merge button stays grey: the obstacles say why. */
export class MergeRefused extends Error {
  readonly obstacles: readonly string[]

  constructor(obstacles: readonly string[]) {
    super(`GitHub refuses to merge: ${obstacles.join(' ')}`)
    this.name = 'MergeRefused'
    this.obstacles = obstacles
  }
}

/** Merges into the base branch as the button does, obeying checks, reviews and conflicts. */
export function merge(pull: PullRequest, { by, method = 'merge', bypass = false }: MergeOptions): Commit {
  const { repository, baseBranch } = pull
  const before = repository.head(baseBranch)
  const tree = treeOf(pull, before)
  const obstacles = [
    ...(bypass && mayBypass(pull, by) ? barriers(pull, by) : obstaclesTo(pull, by)),
    ...(tree ? [] : ['There are conflicts.']),
  ]
  if (!tree || obstacles.length > 0) throw new MergeRefused(obstacles)
  const commit = writers[method]({ pull, by, tree, before })
  repository.branches.set(baseBranch, commit.sha)
  announcePush({ repository, branch: baseBranch, before, after: commit.sha, forced: false, by }, 'pr_merge')
  return commit
}

/** The pull request merged onto any commit, as the merge queue does; undefined when they conflict. */
export function mergedOnto(pull: PullRequest, by: Account, before: string): Commit | undefined {
  const tree = treeOf(pull, before)
  return tree && writers.merge({ pull, by, tree, before })
}

export const hasConflicts = (pull: PullRequest): boolean =>
  treeOf(pull, pull.repository.head(pull.baseBranch)) === undefined

/** What stands in the way of somebody who wants to merge it, conflicts aside. */
export const obstaclesTo = (pull: PullRequest, by: Account): readonly string[] => [
  ...barriers(pull, by),
  ...ruleObstacles(pull),
]

/** What required reviews and checks, classic or by ruleset, still ask for. */
export function ruleObstacles(pull: PullRequest): readonly string[] {
  const { repository, baseBranch, headSha } = pull
  return [...reviewObstacles(pull), ...checkObstacles(repository, baseBranch, headSha)]
}

/** How many approvals the strictest rule asks for. */
function requiredApprovals({ repository, baseBranch }: PullRequest): number {
  const byRuleset = activeRules(repository, baseBranch).map(({ rule }) =>
    Number(rule.type === 'pull_request' ? (rule.parameters?.['required_approving_review_count'] ?? 0) : 0),
  )
  return Math.max(0, protectionOf(repository, baseBranch)?.requiredApprovals ?? 0, ...byRuleset)
}

function barriers({ repository, number, merged, state, draft }: PullRequest, by: Account): readonly string[] {
  if (merged) return [`#${number} is merged already.`]
  if (state === 'closed') return [`#${number} is closed.`]
  return [
    ...(draft ? [`#${number} is a draft.`] : []),
    ...(repository.canWrite(by) ? [] : [`${by.login} has no write access to ${repository.fullName}.`]),
  ]
}

function mayBypass({ repository, baseBranch }: PullRequest, by: Account): boolean {
  const enforced = protectionOf(repository, baseBranch)?.enforceAdmins === true
  return repository.permissionOf(by) === 'admin' && !enforced
}

function reviewObstacles(pull: PullRequest): readonly string[] {
  const required = requiredApprovals(pull)
  const counted = latestOpinions(pull.reviews).filter(({ author }) => pull.repository.canWrite(author))
  const approvals = counted.filter(({ state }) => state === 'APPROVED').length
  const rejections = counted.filter(({ state }) => state === 'CHANGES_REQUESTED')
  if (required === 0) return []
  return [
    ...(approvals < required ? [`${required} approving reviews are required, ${approvals} given.`] : []),
    ...rejections.map(({ author }) => `${author.login} requested changes.`),
  ]
}

/** The checks a base branch requires that have not passed on a commit. */
export function checkObstacles(repository: Repository, baseBranch: string, sha: string): string[] {
  const required = [
    ...(protectionOf(repository, baseBranch)?.requiredChecks ?? []),
    ...activeRules(repository, baseBranch).flatMap(({ rule }) => requiredByRule(rule)),
  ]
  const runs = latestRuns(repository.checks.runsOf(sha))
  const statuses = new Map(repository.statusesOf(sha).map((status) => [status.context, status.state]))
  return required.flatMap(({ context, appId }) => {
    const named = runs.filter(({ name, suite }) => name === context && (appId === null || suite.app.id === appId))
    const passing = named.filter(({ conclusion }) => ['success', 'neutral', 'skipped'].includes(conclusion ?? ''))
    if (named.length > 0 && passing.length === named.length) return []
    if (named.length === 0 && appId === null && statuses.get(context) === 'success') return []
    return [`Required check "${context}" has not passed.`]
  })
}

function treeOf(pull: PullRequest, ours: string): Tree | undefined {
  const { graph } = pull.repository
  const base = graph.mergeBase(ours, pull.headSha)
  return mergedTree(
    base === undefined ? new Map() : graph.get(base).tree,
    graph.get(ours).tree,
    graph.get(pull.headSha).tree,
  )
}

interface Merging {
  readonly pull: PullRequest
  readonly by: Account
  readonly tree: Tree
  readonly before: string
}

const writers: Readonly<Record<NonNullable<MergeOptions['method']>, (merging: Merging) => Commit>> = {
  merge: ({ pull, by, tree, before }) =>
    pull.repository.graph.write({
      tree,
      parents: [before, pull.headSha],
      author: dated(pull, authorshipOf(by)),
      ...committedByGithub(pull),
      message: `Merge pull request #${pull.number} from ${pull.headRepository.owner.login}/${pull.headBranch}\n\n${pull.title}`,
    }),
  squash: ({ pull, by, tree, before }) => {
    const author = authorshipOf(pull.author.deleted ? by : pull.author)
    const others = pull
      .commits()
      .flatMap(authorsOf)
      .filter(({ email }) => email !== author.email)
    const unique = [...new Map(others.map((other) => [other.email, other])).values()]
    return pull.repository.graph.write({
      tree,
      parents: [before],
      author: dated(pull, author),
      ...committedByGithub(pull),
      message: withCoAuthors(`${pull.title} (#${pull.number})`, unique),
    })
  },
  rebase: ({ pull, by, tree, before }) => {
    const committer = dated(pull, authorshipOf(by))
    const plain = pull.commits().filter(({ parents }) => parents.length < 2)
    let tip = pull.repository.graph.get(before)
    for (const [index, { author, message, tree: own }] of plain.entries()) {
      const last = index === plain.length - 1
      tip = pull.repository.graph.write({ tree: last ? tree : own, parents: [tip.sha], author, committer, message })
    }
    return tip
  },
}

const dated = (pull: PullRequest, who: Authorship): Signature => ({ ...who, date: pull.repository.world.timestamp() })

const committedByGithub = (pull: PullRequest): Pick<Commit, 'committer' | 'signature'> => {
  const committer = dated(pull, webFlow)
  return { committer, signature: signatureOn(committer, pull.repository.world) }
}

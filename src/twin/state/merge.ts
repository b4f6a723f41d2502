import { type Account, type Authorship, authorshipOf, webFlow } from './account.ts'
import { authorsOf, withCoAuthors } from './authors.ts'
import { activeRules, protectionOf, type RequiredCheck } from './branch-rules.ts'
import { latestRuns } from './checks.ts'
import { type Commit, mergedTree, type Signature, type Tree } from './commit-graph.ts'
import type { PullRequest } from './pull-request.ts'
import { announcePush } from './push.ts'
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
  const obstacles = [...barriers(pull), ...(bypass && mayBypass(pull, by) ? [] : ruleObstacles(pull))]
  if (!repository.canWrite(by)) obstacles.push(`${by.login} has no write access to ${repository.fullName}.`)
  const tree = treeOf(pull)
  if (!tree || obstacles.length > 0) throw new MergeRefused(tree ? obstacles : [...obstacles, 'There are conflicts.'])
  const before = repository.head(baseBranch)
  const commit = writers[method]({ pull, by, tree, before })
  repository.branches.set(baseBranch, commit.sha)
  announcePush({ repository, branch: baseBranch, before, after: commit.sha, forced: false, by }, 'pr_merge')
  return commit
}

export const hasConflicts = (pull: PullRequest): boolean => treeOf(pull) === undefined

/** What required reviews and checks, classic or by ruleset, still ask for. */
export function ruleObstacles(pull: PullRequest): readonly string[] {
  return [...reviewObstacles(pull), ...checkObstacles(pull)]
}

/** How many approvals the strictest rule asks for. */
function requiredApprovals({ repository, baseBranch }: PullRequest): number {
  const byRuleset = activeRules(repository, baseBranch).map(({ rule }) =>
    Number(rule.type === 'pull_request' ? (rule.parameters?.['required_approving_review_count'] ?? 0) : 0),
  )
  return Math.max(0, protectionOf(repository, baseBranch)?.requiredApprovals ?? 0, ...byRuleset)
}

function barriers(pull: PullRequest): string[] {
  if (pull.merged) return [`#${pull.number} is merged already.`]
  if (pull.state === 'closed') return [`#${pull.number} is closed.`]
  return pull.draft ? [`#${pull.number} is a draft.`] : []
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

function checkObstacles(pull: PullRequest): readonly string[] {
  const { repository, baseBranch, headSha } = pull
  const required: RequiredCheck[] = [...(protectionOf(repository, baseBranch)?.requiredChecks ?? [])]
  for (const { rule } of activeRules(repository, baseBranch)) {
    if (rule.type === 'required_status_checks')
      required.push(...requiredByRule(rule.parameters?.['required_status_checks']))
  }
  const runs = latestRuns(repository.checks.runsOf(headSha))
  const statuses = new Map(repository.statusesOf(headSha).map((status) => [status.context, status.state]))
  return required.flatMap(({ context, appId }) => {
    const named = runs.filter(({ name, suite }) => name === context && (appId === null || suite.app.id === appId))
    const passing = named.filter(({ conclusion }) => ['success', 'neutral', 'skipped'].includes(conclusion ?? ''))
    if (named.length > 0 && passing.length === named.length) return []
    if (named.length === 0 && appId === null && statuses.get(context) === 'success') return []
    return [`Required check "${context}" has not passed.`]
  })
}

function requiredByRule(checks: unknown): readonly RequiredCheck[] {
  const list = checks as readonly { readonly context: string; readonly integration_id?: number | null }[] | undefined
  return (list ?? []).map(({ context, integration_id }) => ({ context, appId: integration_id ?? null }))
}

function treeOf(pull: PullRequest): Tree | undefined {
  const { graph } = pull.repository
  const ours = pull.repository.head(pull.baseBranch)
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
      committer: dated(pull, webFlow),
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
      committer: dated(pull, webFlow),
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

import type { ObservedChange } from '#engine/observed-change.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import {
  type ChangeAnswer,
  changeQuery,
  type HeadNode,
  type PullRequestNode,
  type RepositoryNode,
} from './change-query.ts'
import type { GitHub } from './client.ts'
import { collectHead } from './collect-head.ts'
import { collectLists } from './collect-lists.ts'
import { GitHubError, saysUninstalled } from './errors.ts'
import { findRepository } from './list-repositories.ts'
import type { Look } from './look.ts'
import { findGap, type GraphAnswer, type GraphGap, queryGraph } from './query-graph.ts'
import { toChange, toChangedFile } from './to-change-facts.ts'
import { toPostedChecks } from './to-checks.ts'
import { toPolicyText, toProposedPolicies } from './to-policies.ts'

export interface ObserveOptions {
  /** Name of the repository, of the same owner, that holds the organization's policy. `.github` when left out. */
  readonly policyRepository?: string
}

/**
 * Collects everything about a change that its controls need, in one request as long as it fits one page.
 *
 * Null when GitHub says that there is no such pull request, no such repository for this installation, or no such
 * installation (any more). A list beyond its bound, or hidden for want of a permission, is unknown and says so. Throws
 * when nothing sure can be said: GitHub failed, or the head moved while it was read.
 */
export function observeChange(
  github: GitHub,
  { policyRepository = '.github' }: ObserveOptions = {},
): (subject: ChangeSubject) => Promise<ObservedChange | null> {
  return async (subject) => {
    try {
      return await observe(github, subject, policyRepository)
    } catch (error) {
      if (saysUninstalled(error)) return null
      throw error
    }
  }
}

async function observe(
  github: GitHub,
  subject: ChangeSubject,
  policyRepository: string,
): Promise<ObservedChange | null> {
  const answer = await ask(github, subject, policyRepository)
  const { repository } = answer.data
  if (repository === null) return gone(answer, ['repository'], subject)
  if (repository.databaseId === subject.repositoryId) return toObserved({ github, subject, answer, policyRepository })
  // The name now belongs to another repository: ours was renamed, or deleted.
  const renamed = await findRepository(github, subject)
  if (renamed === null) return null
  const again = await ask(github, { ...subject, ...renamed }, policyRepository)
  return toObserved({ github, subject: { ...subject, ...renamed }, answer: again, policyRepository })
}

interface Answered {
  readonly github: GitHub
  readonly subject: ChangeSubject
  readonly answer: GraphAnswer<ChangeAnswer>
  readonly policyRepository: string
}

function ask(github: GitHub, subject: ChangeSubject, policyRepository: string): Promise<GraphAnswer<ChangeAnswer>> {
  const { owner, repository: name, number } = subject
  const variables = { owner, name, number, policyRepository, appId: github.appId }
  const client = github.forInstallation(subject.installationId)
  return queryGraph<ChangeAnswer>(client, { operationName: 'Change', document: changeQuery, variables })
}

async function toObserved({ github, subject, answer, policyRepository }: Answered): Promise<ObservedChange | null> {
  const { repository } = answer.data
  if (repository === null) return gone(answer, ['repository'], subject)
  const { pullRequest: pull } = repository
  if (pull === null) return gone(answer, ['repository', 'pullRequest'], subject)
  const look: Look = { github, subject, gaps: answer.gaps }
  const head = await collectHead(pull, look)
  const { files, ...lists } = await collectLists(pull, head, look)
  const policies = policiesOf(answer, { repository, pull }, policyRepository)
  const isPolicyRepository = isSameName(repository.name, policyRepository)
  return {
    facts: {
      change: known(toChange(pull)),
      files: files.known ? known(files.value.map(toChangedFile)) : files,
      ...lists,
    },
    repository: {
      id: repository.databaseId,
      owner: repository.owner.login,
      name: repository.name,
      topics: repository.repositoryTopics.nodes.map(({ topic }) => topic.name),
      visibility: repository.isPrivate ? 'private' : 'public',
    },
    policies,
    proposedPolicies: files.known
      ? toProposedPolicies(head, { files: files.value, policies, isPolicyRepository })
      : files,
    posted: postedOn(head, look),
  }
}

/** Null when GitHub says it is not there; anything else that hides a whole change is for a person to mend. */
function gone({ gaps }: GraphAnswer<ChangeAnswer>, place: readonly (string | number)[], subject: ChangeSubject): null {
  const gap = findGap(gaps, place)
  // Exactly there: something missing inside leaves nothing of what is around it either, and that is not gone.
  if (gap?.type === 'NOT_FOUND' && gap.path.length === place.length) return null
  const name = `${subject.owner}/${subject.repository}#${String(subject.number)}`
  const why = gap === null ? '' : ` GitHub says: ${gap.message}`
  throw new GitHubError(`GitHub does not show ${name}: grant the app contents: read and pull_requests: read.${why}`, {
    call: { method: 'POST', path: '/graphql Change' },
    status: 200,
  })
}

function policiesOf(
  { data, gaps }: GraphAnswer<ChangeAnswer>,
  { repository, pull }: { repository: RepositoryNode; pull: PullRequestNode },
  policyRepository: string,
): ObservedChange['policies'] {
  const ours = data.policyRepository
  const fullName = (of: Pick<RepositoryNode, 'owner' | 'name'>) => `${of.owner.login}/${of.name}`
  const hidden = hiddenPolicy(gaps)
  // A merged change's base may be deleted: then the default branch tells.
  const base = pull.baseRef ?? repository.defaultBranchRef
  const inRepository = toPolicyText(base?.target ?? null, { layer: 'repository', repository: fullName(repository) })
  const unseen = `the repository ${repository.owner.login}/${policyRepository} cannot be seen: it does not exist, or the app is not installed on it`
  const inOrganization = (): ObservedChange['policies']['organization'] => {
    if (ours === null) return unknown(unseen)
    return toPolicyText(ours.defaultBranchRef?.target ?? null, { layer: 'organization', repository: fullName(ours) })
  }
  return {
    repository: hidden(['repository', 'pullRequest', 'baseRef']) ?? inRepository,
    organization: hidden(['policyRepository', 'defaultBranchRef']) ?? inOrganization(),
  }
}

const hiddenPolicy =
  (gaps: readonly GraphGap[]) =>
  (place: readonly (string | number)[]): Fact<never> | null => {
    const gap = findGap(gaps, place)
    if (gap?.type !== 'FORBIDDEN') return null
    return unknown(`GitHub hid the policy file: grant the app contents: read (${gap.message})`)
  }

function postedOn(head: HeadNode, { gaps, subject }: Look): ObservedChange['posted'] {
  const gap = findGap(gaps, ['repository', 'pullRequest', 'head', 'nodes', 0, 'commit', 'checkSuites'])
  if (gap !== null || head.checkSuites === null) {
    const where = `${subject.owner}/${subject.repository}`
    throw new GitHubError(`GitHub does not show our own checks on ${where}: grant the app checks: write.`, {
      call: { method: 'POST', path: '/graphql Change' },
      status: 200,
    })
  }
  // "Re-run" sets the suite back to queued and leaves its runs: it waits until one of them is written.
  const runs = head.checkSuites.nodes.flatMap(({ status, checkRuns }) =>
    (checkRuns?.nodes ?? []).map((run) => (status === 'QUEUED' ? { ...run, status } : run)),
  )
  return toPostedChecks(runs, head.oid)
}

/** GitHub's names do not differ by case. */
const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

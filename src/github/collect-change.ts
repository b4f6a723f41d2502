import type { ObservedChange, ObservedPolicies } from '#engine/observed-change.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { isSameName } from '#facts/same-name.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { askUnderItsName } from './ask-under-its-name.ts'
import { type BaseCommit, collectBase, hiddenFile, tipOfBase, toCodeOwnersFile } from './base-commit.ts'
import type { ChangeAnswer, PullRequestNode, RepositoryNode } from './change-answer.ts'
import { changeQuery } from './change-query.ts'
import type { GitHub } from './client.ts'
import { collectHead } from './collect-head.ts'
import { collectLists } from './collect-lists.ts'
import type { Look } from './look.ts'
import { confirmMissing } from './missing.ts'
import { findGap, type GraphAnswer, queryGraph } from './query-graph.ts'
import { toChange, toChangedFile, toCommits } from './to-change-facts.ts'
import { toLabelings } from './to-labelings.ts'
import { toPolicyText, toProposedPolicies } from './to-policies.ts'
import { toPostedChecks } from './to-posted-checks.ts'
import { toRequiredChecks } from './to-required-checks.ts'
import { unlessUninstalled } from './unless-refused.ts'

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
  return (subject) => unlessUninstalled(() => observe(github, subject, policyRepository))
}

async function observe(
  github: GitHub,
  subject: ChangeSubject,
  policyRepository: string,
): Promise<ObservedChange | null> {
  const asked = await askUnderItsName(github, subject, (named) => ask(github, named, policyRepository))
  return asked === null ? null : toObserved({ github, policyRepository, ...asked })
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
  const { head, gaps } = await collectHead(pull, { github, subject, gaps: answer.gaps })
  const look: Look = { github, subject, gaps }
  const { files, commits, ...lists } = await collectLists(pull, head, look)
  const base = await collectBase({ repository, pull, commits }, look)
  const isPolicyRepository = isSameName(repository.name, policyRepository)
  const policed = { answer, repository, pull, base, isPolicyRepository, policyRepository }
  const policies = policiesBefore(policed)
  return {
    facts: {
      change: known(toChange(pull, base)),
      commits: commits.known ? toCommits(commits.value) : commits,
      files: files.known ? known(files.value.map(toChangedFile)) : files,
      requiredChecks: toRequiredChecks(pull, gaps),
      labelings: toLabelings(pull, gaps),
      ...lists,
    },
    codeOwnersFile: toCodeOwnersFile(base),
    repository: {
      id: repository.databaseId,
      owner: repository.owner.login,
      name: repository.name,
      topics: repository.repositoryTopics.nodes.map(({ topic }) => topic.name),
      visibility: repository.isPrivate ? 'private' : 'public',
    },
    policies,
    policiesSince: pull.state === 'MERGED' ? policiesNow(policed) : null,
    proposedPolicies: files.known
      ? toProposedPolicies(head, { files: files.value, policies, isPolicyRepository })
      : files,
    posted: toPostedChecks(head, {
      repository: `${subject.owner}/${subject.repository}`,
      operationName: 'Change',
      gap: findGap(gaps, ['repository', 'pullRequest', 'head', 'nodes', 0, 'commit', 'checkSuites']),
    }),
  }
}

/** Null when GitHub says it is not there. */
function gone({ gaps }: GraphAnswer<ChangeAnswer>, place: readonly string[], subject: ChangeSubject): null {
  const what = `${subject.owner}/${subject.repository}#${String(subject.number)}`
  const permissions = 'contents: read and pull_requests: read'
  return confirmMissing(gaps, { what, place, operationName: 'Change', permissions })
}

interface Policed {
  readonly answer: GraphAnswer<ChangeAnswer>
  readonly repository: RepositoryNode
  readonly pull: PullRequestNode
  readonly base: BaseCommit
  readonly isPolicyRepository: boolean
  readonly policyRepository: string
}

/** Nothing that a change brings judges it, also not once it is merged. */
function policiesBefore(policed: Policed): ObservedPolicies {
  const { repository, pull, base, isPolicyRepository } = policed
  const isPolicy = isPolicyRepository && pull.baseRefName === repository.defaultBranchRef?.name
  if (pull.state !== 'MERGED' || !isPolicy)
    return { ...policiesNow(policed), repository: repositoryPolicy(policed, base) }
  return { repository: repositoryPolicy(policed, base), organization: organizationPolicyBefore(policed) }
}

const policiesNow = (policed: Policed): ObservedPolicies => ({
  repository: repositoryPolicy(policed, tipOfBase(policed.repository, policed.pull, policed.answer.gaps)),
  organization: organizationPolicy(policed),
})

function repositoryPolicy({ repository }: Policed, base: BaseCommit): ObservedPolicies['repository'] {
  if (!base.commit.known) return base.commit
  const from = { layer: 'repository', repository: fullName(repository) } as const
  return hiddenPolicy(base, 'file') ?? toPolicyText(base.commit.value, from)
}

/** In the policy repository itself. */
function organizationPolicyBefore({ repository, base }: Policed): ObservedPolicies['organization'] {
  if (!base.commit.known) return base.commit
  const commit = base.commit.value
  const before = commit === null ? null : { oid: commit.oid, file: commit.organizationPolicy }
  const from = { layer: 'organization', repository: fullName(repository) } as const
  return hiddenPolicy(base, 'organizationPolicy') ?? toPolicyText(before, from)
}

function organizationPolicy({ answer, repository, policyRepository }: Policed): ObservedPolicies['organization'] {
  const path = ['policyRepository', 'defaultBranchRef', 'target']
  const hidden = hiddenPolicy({ gaps: answer.gaps, path }, 'file')
  if (hidden !== null) return hidden
  const ours = answer.data.policyRepository
  if (ours !== null) {
    return toPolicyText(ours.defaultBranchRef?.target ?? null, { layer: 'organization', repository: fullName(ours) })
  }
  const name = `${repository.owner.login}/${policyRepository}`
  return unknown(`the repository ${name} cannot be seen: it does not exist, or the app is not installed on it`)
}

const hiddenPolicy = (at: Pick<BaseCommit, 'gaps' | 'path'>, field: string): Fact<never> | null =>
  hiddenFile(at, { field, file: 'policy file' })

const fullName = ({ owner, name }: Pick<RepositoryNode, 'owner' | 'name'>): string => `${owner.login}/${name}`

import type { ObservedMergeGroup } from '#engine/merge-group.ts'
import { known } from '#facts/fact.ts'
import type { ChangeSubject, MergeGroupSubject } from '#facts/subject.ts'
import { shortSha } from '#facts/wording.ts'
import { askUnderItsName } from './ask-under-its-name.ts'
import type { GitHub } from './client.ts'
import { type MergeGroupAnswer, mergeGroupQuery } from './merge-group-query.ts'
import { confirmMissing } from './missing.ts'
import { findGap, type GraphAnswer, queryGraph } from './query-graph.ts'
import { toGroupNumbers } from './to-merge-group.ts'
import { toPostedChecks } from './to-posted-checks.ts'
import { unlessUninstalled } from './unless-refused.ts'

/**
 * Collects which pull requests a group of the merge queue merges, with our own checks on its head, in one request.
 *
 * Null when its head commit, its repository or the installation is gone. Pull requests that cannot be told for sure are
 * unknown, never some of them.
 */
export function observeMergeGroup(github: GitHub): (subject: MergeGroupSubject) => Promise<ObservedMergeGroup | null> {
  return (subject) =>
    unlessUninstalled(async () => {
      const asked = await askUnderItsName(github, subject, (named) => ask(github, named))
      return asked === null ? null : toObserved(asked.subject, asked.answer)
    })
}

const operationName = 'MergeGroup'

function ask(github: GitHub, subject: MergeGroupSubject): Promise<GraphAnswer<MergeGroupAnswer>> {
  const { installationId, owner, repository: name, baseBranch: branch, headSha: oid } = subject
  const variables = { owner, name, branch, oid, appId: github.appId }
  return queryGraph(github.forInstallation(installationId), { operationName, document: mergeGroupQuery, variables })
}

function toObserved(
  subject: MergeGroupSubject,
  { data: { repository }, gaps }: GraphAnswer<MergeGroupAnswer>,
): ObservedMergeGroup | null {
  const where = `${subject.owner}/${subject.repository}`
  const missing = { what: `${where}@${shortSha(subject.headSha)}`, operationName, permissions: 'contents: read' }
  if (repository === null) return confirmMissing(gaps, { ...missing, place: ['repository'] })
  const objectPath = ['repository', 'object']
  const head = repository.object
  // A commit that is not there is null without a word; with one, somebody has to mend something.
  if (head === null) {
    return findGap(gaps, objectPath) === null ? null : confirmMissing(gaps, { ...missing, place: objectPath })
  }
  const numbers = toGroupNumbers({ subject, head, queue: repository.mergeQueue, gaps })
  const { installationId, repositoryId } = subject
  const toSubject = (number: number): ChangeSubject => {
    const [owner, name] = [repository.owner.login, repository.name]
    return { kind: 'change', installationId, repositoryId, owner, repository: name, number }
  }
  const gap = findGap(gaps, [...objectPath, 'checkSuites'])
  return {
    changes: numbers.known ? known(numbers.value.map(toSubject)) : numbers,
    posted: toPostedChecks(head, { repository: where, operationName, gap }),
  }
}

import type { ChangeSubject } from '#facts/subject.ts'
import type { Client, GitHub } from './client.ts'
import { listRepositories, type ListedRepository } from './list-repositories.ts'
import {
  openChangesOfOwnerQuery,
  openChangesOfRepositoryQuery,
  type OpenNode,
  type OpenRepositoryNode,
  type OwnerAnswer,
  type RepositoryAnswer,
} from './open-changes-query.ts'
import { queryGraph } from './query-graph.ts'

export interface ListedOpenChange {
  readonly subject: ChangeSubject
  readonly headSha: string
  /** ISO 8601, UTC. */
  readonly updatedAt: string
}

/**
 * Lists every open pull request that an installation sees, some repositories at a time.
 *
 * 1,000 repositories take 10 REST requests (free while nothing changed) and 20 GraphQL ones, and one more for each 100
 * open changes of a repository after its first 50. Archived repositories take no checks and are left out.
 */
export function listOpenChanges(
  github: GitHub,
): (installationId: number) => AsyncIterable<readonly ListedOpenChange[]> {
  return async function* (installationId) {
    const client = github.forInstallation(installationId)
    const installed = await readInstalled(client)
    const owners = new Set([...installed.values()].map(({ owner }) => owner))
    for (const owner of owners) {
      for await (const node of repositoriesOf(client, owner)) {
        // GitHub lists the owner's public repositories too, whether we are installed on them or not.
        if (!installed.has(node.databaseId)) continue
        yield* openChangesOf(client, node, installationId)
      }
    }
  }
}

async function readInstalled(client: Client): Promise<ReadonlyMap<number, ListedRepository>> {
  const installed = new Map<number, ListedRepository>()
  for await (const page of listRepositories(client)) {
    for (const repository of page) if (!repository.archived) installed.set(repository.id, repository)
  }
  return installed
}

async function* repositoriesOf(client: Client, owner: string): AsyncGenerator<OpenRepositoryNode, void, void> {
  let after: string | null = null
  do {
    const { data }: { data: OwnerAnswer } = await queryGraph<OwnerAnswer>(client, {
      operationName: 'OpenChanges',
      document: openChangesOfOwnerQuery,
      variables: { owner, after },
    })
    const repositories: NonNullable<OwnerAnswer['repositoryOwner']>['repositories'] | undefined =
      data.repositoryOwner?.repositories
    for (const node of repositories?.nodes ?? []) if (node !== null) yield node
    after = repositories?.pageInfo.hasNextPage === true ? repositories.pageInfo.endCursor : null
  } while (after !== null)
}

async function* openChangesOf(
  client: Client,
  repository: OpenRepositoryNode,
  installationId: number,
): AsyncGenerator<readonly ListedOpenChange[], void, void> {
  const toListed = (node: OpenNode): ListedOpenChange => toListedChange(node, repository, installationId)
  let page = repository.pullRequests
  for (;;) {
    const nodes = (page.nodes ?? []).filter((node): node is OpenNode => node !== null)
    if (nodes.length > 0) yield nodes.map(toListed)
    if (!page.pageInfo.hasNextPage) return
    const { data } = await queryGraph<RepositoryAnswer>(client, {
      operationName: 'OpenChangesOfRepository',
      document: openChangesOfRepositoryQuery,
      variables: { owner: repository.owner.login, name: repository.name, after: page.pageInfo.endCursor },
    })
    if (data.repository === null) return
    page = data.repository.pullRequests
  }
}

function toListedChange(node: OpenNode, repository: OpenRepositoryNode, installationId: number): ListedOpenChange {
  const { databaseId: repositoryId, name, owner } = repository
  const { number, headRefOid: headSha, updatedAt } = node
  const subject: ChangeSubject = {
    kind: 'change',
    installationId,
    repositoryId,
    owner: owner.login,
    repository: name,
    number,
  }
  return { subject, headSha, updatedAt }
}

import type { Subject } from '#facts/subject.ts'
import { remembered } from './answer-memory.ts'
import type { Client, GitHub } from './client.ts'
import { eachPage } from './each-page.ts'

export interface ListedRepository {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly archived: boolean
}

/** Every repository that an installation sees, a page at a time. Unchanged pages cost nothing of the hourly limit. */
export function listRepositories(client: Client): AsyncIterable<readonly ListedRepository[]> {
  return eachPage(async (page) => {
    const { data, headers } = await client.request('GET /installation/repositories', {
      per_page: 100,
      ...page,
      ...remembered,
    })
    const found = data.repositories.map(({ id, owner, name, archived }) => ({
      id: Number(id),
      owner: owner.login,
      name,
      archived,
    }))
    return { found, link: headers.link }
  })
}

/** What a repository is called now; null when the installation sees it no more. */
export async function findRepository(
  github: GitHub,
  { installationId, repositoryId }: Subject,
): Promise<Pick<Subject, 'owner' | 'repository'> | null> {
  for await (const page of listRepositories(github.forInstallation(installationId))) {
    const found = page.find(({ id }) => id === repositoryId)
    if (found !== undefined) return { owner: found.owner, repository: found.name }
  }
  return null
}

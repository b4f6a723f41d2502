import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'

interface FoundInstallation {
  readonly installationId: number
  readonly repositoryId: number
  /** As they are now: GitHub also answers to a former name. */
  readonly owner: string
  readonly repository: string
}

/** Finds the installation that sees a repository; null when there is none, or no such repository. */
export function findInstallationOf(
  github: GitHub,
): (owner: string, repository: string) => Promise<FoundInstallation | null> {
  return async (owner, repo) => {
    try {
      const { data: installation } = await github
        .asApp()
        .request('GET /repos/{owner}/{repo}/installation', { owner, repo })
      const client = github.forInstallation(installation.id)
      const { data: found } = await client.request('GET /repos/{owner}/{repo}', { owner, repo })
      return {
        installationId: installation.id,
        repositoryId: Number(found.id),
        owner: found.owner.login,
        repository: found.name,
      }
    } catch (error) {
      if (error instanceof GitHubError && error.status === 404) return null
      throw error
    }
  }
}

import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'

export interface FoundInstallation {
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

/**
 * Finds where a change lives, from what a person writes: `OWNER/REPOSITORY#NUMBER`, or the address of the pull request.
 *
 * Null when it is written otherwise, or the app is not installed there. Whether there is such a pull request shows when
 * it is looked at.
 */
export function findChange(github: GitHub): (reference: string) => Promise<ChangeSubject | null> {
  const find = findInstallationOf(github)
  return async (reference) => {
    const [, owner, repository, number] = written.exec(reference.trim()) ?? []
    if (owner === undefined || repository === undefined || number === undefined) return null
    const found = await find(owner, repository)
    return found === null ? null : { kind: 'change', ...found, number: Number(number) }
  }
}

const written = /^(?:https?:\/\/[^/]+\/)?([\w.-]+)\/([\w.-]+)(?:#|\/pull\/)([1-9]\d{0,14})(?:\/.*)?$/

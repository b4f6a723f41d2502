import type { GitHub } from './client.ts'
import { GitHubError, saysUninstalled } from './errors.ts'

/**
 * Reads an issue as GitHub's REST API has it; null when GitHub shows none: it never was, is deleted, or is hidden from
 * the app.
 *
 * GitHub answers for an issue that was transferred with where it is now, and the request goes on there. Throws
 * `GitHubError` for whatever is no answer: a permission that lacks, an installation that is gone.
 */
export function readIssue(github: GitHub): (at: IssueAt) => Promise<unknown> {
  return async ({ installationId, owner, repository: repo, number }) => {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}'
    try {
      const asked = { owner, repo, issue_number: number }
      const { data } = await github.forInstallation(installationId).request(route, asked)
      return data
    } catch (error) {
      if (error instanceof GitHubError && saysNoIssue.has(error.status ?? 0) && !saysUninstalled(error)) return null
      throw error
    }
  }
}

interface IssueAt {
  readonly installationId: number
  readonly owner: string
  readonly repository: string
  readonly number: number
}

/** 410: deleted, or the repository has no issues at all. */
const saysNoIssue = new Set([404, 410])

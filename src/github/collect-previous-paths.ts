import { type Fact, known, unknown } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { eachPage, readAll } from './each-page.ts'
import { unlessRefused } from './unless-refused.ts'

/** GitHub lists no more: whether there are is not to be seen. */
const most = 3_000

/**
 * Collects what the renamed files of a change were called before, by the path they have now.
 *
 * As the change is while it is read: whoever compares it with another look has to see the same head before and after.
 */
export function collectPreviousPaths(
  github: GitHub,
): (subject: ChangeSubject) => Promise<Fact<Readonly<Record<string, string>>>> {
  return ({ installationId, owner, repository: repo, number: pull_number }) => {
    const client = github.forInstallation(installationId)
    const pages = eachPage(async (page) => {
      const asked = { owner, repo, pull_number, per_page: 100, ...page }
      const { data, headers } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', asked)
      return { found: data, link: headers.link }
    })
    return unlessRefused(
      async () => {
        const files = await readAll(pages, most - 1)
        if (files === null) return unknown(`GitHub lists ${String(most)} changed files at most: split the change`)
        const renamed = files.map(({ filename, previous_filename: previous }) => [filename, previous] as const)
        return known(Object.fromEntries(renamed.filter((each): each is [string, string] => each[1] !== undefined)))
      },
      ({ said }) => `GitHub did not show the changed files: grant the app pull_requests: read (${said})`,
    )
  }
}

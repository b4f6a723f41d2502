import type { CustomProperties } from '#facts/change-facts.ts'
import { type Fact, known } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { unlessRefused } from './unless-refused.ts'

/** Collects the custom properties of a change's repository. */
export function collectProperties(github: GitHub): (subject: ChangeSubject) => Promise<Fact<CustomProperties>> {
  return ({ installationId, owner, repository: repo }) => {
    const client = github.forInstallation(installationId)
    return unlessRefused(
      async () => {
        const { data } = await client.request('GET /repos/{owner}/{repo}/properties/values', { owner, repo })
        return known(Object.fromEntries(data.map(({ property_name, value }) => [property_name, value])))
      },
      ({ said }) =>
        `GitHub did not show the custom properties of ${owner}/${repo}: grant the app metadata: read (${said})`,
    )
  }
}

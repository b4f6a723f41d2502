import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'

/** Custom properties by name; one with several values has a list, one without a value null. */
export type Properties = Readonly<Record<string, string | readonly string[] | null>>

/** Properties change by an administrator's hand, seldom: what was read serves that long. */
const keptMs = 10 * 60_000
const mostKept = 5_000

/** Collects the custom properties of a change's repository, once in ten minutes for each repository. */
export function collectProperties(github: GitHub): (subject: ChangeSubject) => Promise<Properties> {
  const kept = new Map<number, { readonly at: number; readonly properties: Promise<Properties> }>()
  return (subject) => {
    const now = github.now().getTime()
    const known = kept.get(subject.repositoryId)
    if (known !== undefined && now - known.at < keptMs) return known.properties
    if (kept.size >= mostKept) kept.clear()
    const properties = read(github, subject)
    kept.set(subject.repositoryId, { at: now, properties })
    // A failure is not kept: the next look asks again.
    properties.catch(() => kept.delete(subject.repositoryId))
    return properties
  }
}

async function read(github: GitHub, { installationId, owner, repository: repo }: ChangeSubject): Promise<Properties> {
  const client = github.forInstallation(installationId)
  const { data } = await client.request('GET /repos/{owner}/{repo}/properties/values', { owner, repo })
  return Object.fromEntries(data.map(({ property_name, value }) => [property_name, value]))
}

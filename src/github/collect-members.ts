import { type Fact, known, unknown } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { Client, GitHub } from './client.ts'
import { eachPage, type Page, type PageParameters, readAll } from './each-page.ts'
import { unlessRefused } from './unless-refused.ts'

/** A hundred pages. */
const most = 10_000

/**
 * Collects who is in a team, as account ids; `team` is `organization/slug`, in any case.
 *
 * Members of its child teams are in it as well; whoever was invited and has not accepted is not (GitHub's "List team
 * members"). GitHub answers alike for a team that is not there and one that is hidden.
 */
export function collectTeamMembers(
  github: GitHub,
): (subject: ChangeSubject, team: string) => Promise<Fact<readonly number[]>> {
  return async (subject, team) => {
    const [org = '', team_slug = ''] = team.toLowerCase().split('/', 2)
    if (org !== subject.owner.toLowerCase()) return unknown(`the app sees teams of ${subject.owner} only, not ${team}`)
    const client = github.forInstallation(subject.installationId)
    return unlessRefused(
      () =>
        readIds(`members of the team ${team}`, async (page) => {
          const asked = { org, team_slug, per_page: 100, ...page }
          const { data, headers } = await client.request('GET /orgs/{org}/teams/{team_slug}/members', asked)
          return { found: data, link: headers.link }
        }),
      ({ said }) =>
        `GitHub did not show the team ${team}: it does not exist, or the app lacks members: read in ${subject.owner} (${said})`,
    )
  }
}

/** Collects the slugs of the teams of the organization that owns a change's repository, in lower case. */
export function collectTeams(github: GitHub): (subject: ChangeSubject) => Promise<Fact<readonly string[]>> {
  return ({ installationId, owner: org }) => {
    const client = github.forInstallation(installationId)
    const pages = eachPage(async (page) => {
      const { data, headers } = await client.request('GET /orgs/{org}/teams', { org, per_page: 100, ...page })
      return { found: data.map(({ slug }) => slug.toLowerCase()), link: headers.link }
    })
    return unlessRefused(
      async () => {
        const slugs = await readAll(pages, most)
        return slugs === null ? unknown(tooMany(`teams of ${org}`)) : known(slugs)
      },
      ({ said }) => `GitHub did not show the teams of ${org}: grant the app members: read (${said})`,
    )
  }
}

/** Collects who is a member of the organization that owns a change's repository, as account ids. */
export function collectOrganizationMembers(
  github: GitHub,
): (subject: ChangeSubject) => Promise<Fact<readonly number[]>> {
  return ({ installationId, owner }) => {
    const client = github.forInstallation(installationId)
    return unlessRefused(
      () => readMembers(client, owner),
      ({ said }) => `GitHub did not show the members of ${owner}: grant the app members: read (${said})`,
    )
  }
}

/** GitHub sends whoever may not see all members on to the public ones: those alone say nothing about the others. */
async function readMembers(client: Client, org: string): Promise<Fact<readonly number[]>> {
  const answeredFrom: string[] = []
  const members = await readIds(`members of ${org}`, async (page) => {
    const { data, headers, url } = await client.request('GET /orgs/{org}/members', { org, per_page: 100, ...page })
    answeredFrom.push(url)
    return { found: data, link: headers.link }
  })
  const showsAll = answeredFrom.every((url) => !url.includes('/public_members'))
  return showsAll ? members : unknown(`GitHub showed the public members of ${org} only: grant the app members: read`)
}

async function readIds(
  of: string,
  read: (page: PageParameters) => Promise<Page<{ readonly id: number | bigint }>>,
): Promise<Fact<readonly number[]>> {
  const found = await readAll(eachPage(read), most)
  return found === null ? unknown(tooMany(of)) : known(found.map(({ id }) => Number(id)))
}

const tooMany = (of: string): string => `there are more ${of} than the ${String(most)} that are read`

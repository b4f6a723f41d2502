import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import { collectOrganizationMembers, collectTeamMembers, collectTeams } from '#github/collect-members.ts'
import { GitHubError } from '#github/errors.ts'
import { api, giveToken, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

const inTeam = '/orgs/acme/teams/payments/members'
const inOrganization = '/orgs/acme/members'
const people = (...ids: readonly number[]) => ids.map((id) => ({ id, login: `person-${String(id)}` }))
const next = (path: string) => ({ link: `<${api}${path}?per_page=100&page=2>; rel="next"` })
const refused = { message: 'Resource not accessible by integration' }

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
})

describe('the members of a team', () => {
  const members = (team = 'Acme/Payments') => collectTeamMembers(openGitHub())(subject, team)

  test('are those of every page, as ids', async () => {
    giveToken(subject.installationId)
    nock(api).get(inTeam).query({ per_page: 100 }).reply(200, people(1, 2), next(inTeam))
    nock(api).get(inTeam).query({ per_page: 100, page: 2 }).reply(200, people(3))
    expect(await members()).toEqual({ known: true, value: [1, 2, 3] })
  })

  test.each([403, 404])('are unknown when GitHub answers %p, and the reason names both causes', async (status) => {
    giveToken(subject.installationId)
    nock(api).get(inTeam).query(true).reply(status, refused)
    expect(await members()).toEqual({
      known: false,
      why: 'GitHub did not show the team Acme/Payments: it does not exist, or the app lacks members: read in acme (Resource not accessible by integration)',
    })
  })

  test.each(['other/payments', 'payments'])('of %p are unknown without asking', async (team) => {
    expect(await members(team)).toEqual({ known: false, why: `the app sees teams of acme only, not ${team}` })
  })

  test('are unknown beyond a hundred pages, and no page more is asked for', async () => {
    giveToken(subject.installationId)
    const page = people(...Array.from({ length: 5_001 }, (_, at) => at))
    nock(api).get(inTeam).query(true).times(2).reply(200, page, next(inTeam))
    expect(await members()).toEqual({
      known: false,
      why: 'there are more members of the team Acme/Payments than the 10000 that are read',
    })
  })

  test('are no fact when GitHub fails', async () => {
    giveToken(subject.installationId)
    nock(api).get(inTeam).query(true).reply(502)
    await expect(members()).rejects.toMatchObject({ name: GitHubError.name, status: 502 })
  })

  test('are no fact when the app is no longer installed', async () => {
    nock(api)
      .post(`/app/installations/${String(subject.installationId)}/access_tokens`)
      .reply(404, {})
    await expect(members()).rejects.toMatchObject({ name: GitHubError.name, status: 404 })
  })
})

describe('the teams of the organization', () => {
  test('are their slugs in lower case', async () => {
    giveToken(subject.installationId)
    nock(api)
      .get('/orgs/acme/teams')
      .query({ per_page: 100 })
      .reply(200, [{ slug: 'Payments' }, { slug: 'platform' }])
    expect(await collectTeams(openGitHub())(subject)).toEqual({ known: true, value: ['payments', 'platform'] })
  })

  test('are unknown without the permission', async () => {
    giveToken(subject.installationId)
    nock(api).get('/orgs/acme/teams').query(true).reply(403, refused)
    expect(await collectTeams(openGitHub())(subject)).toEqual({
      known: false,
      why: 'GitHub did not show the teams of acme: grant the app members: read (Resource not accessible by integration)',
    })
  })
})

describe('the members of the organization', () => {
  const members = () => {
    giveToken(subject.installationId)
    return collectOrganizationMembers(openGitHub())(subject)
  }

  test('are those of every page, as ids', async () => {
    nock(api).get(inOrganization).query({ per_page: 100 }).reply(200, people(1), next(inOrganization))
    nock(api).get(inOrganization).query({ per_page: 100, page: 2 }).reply(200, people(2))
    expect(await members()).toEqual({ known: true, value: [1, 2] })
  })

  test('are unknown without the permission', async () => {
    nock(api).get(inOrganization).query(true).reply(403, refused)
    expect(await members()).toMatchObject({ known: false, why: expect.stringContaining('grant the app members: read') })
  })

  test('are unknown when GitHub sends us on to the public ones', async () => {
    const location = `${api}/orgs/acme/public_members`
    nock(api).get(inOrganization).query(true).reply(302, undefined, { location })
    nock(api).get('/orgs/acme/public_members').reply(200, people(1))
    expect(await members()).toEqual({
      known: false,
      why: 'GitHub showed the public members of acme only: grant the app members: read',
    })
  })
})

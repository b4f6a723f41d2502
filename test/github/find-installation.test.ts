import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { findInstallationOf } from '#github/find-installation.ts'
import { GitHubError } from '#github/errors.ts'
import { api, giveToken, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

const installation = '/repos/acme/store/installation'
let installationId: number

useNock()

beforeEach(() => {
  installationId = sampleSubject().installationId
})

const answer = (): void => {
  nock(api).get(installation).reply(200, { id: installationId })
  giveToken(installationId)
  nock(api)
    .get('/repos/acme/store')
    .reply(200, { id: 10, name: 'shop', owner: { login: 'acme' } })
}

describe('the installation of a repository', () => {
  test('is found with the name that the repository has now', async () => {
    answer()
    const found = { installationId, repositoryId: 10, owner: 'acme', repository: 'shop' }
    expect(await findInstallationOf(openGitHub())('acme', 'store')).toEqual(found)
  })

  test('is none when the app is not installed there', async () => {
    nock(api).get(installation).reply(404, {})
    expect(await findInstallationOf(openGitHub())('acme', 'store')).toBeNull()
  })

  test('is no answer when GitHub fails', async () => {
    nock(api).get(installation).reply(500)
    await expect(findInstallationOf(openGitHub())('acme', 'store')).rejects.toMatchObject({ name: GitHubError.name })
  })
})

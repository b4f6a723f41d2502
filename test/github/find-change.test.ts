import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { findChange, findInstallationOf } from '#github/find-change.ts'
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

describe('a change', () => {
  test.each([
    'acme/store#7',
    ' acme/store#7\n',
    'https://github.test/acme/store/pull/7',
    'https://github.test/acme/store/pull/7/files',
  ])('written %p is found', async (reference) => {
    answer()
    const subject = { kind: 'change', installationId, repositoryId: 10, owner: 'acme', repository: 'shop', number: 7 }
    expect(await findChange(openGitHub())(reference)).toEqual(subject)
  })

  test.each(['', 'acme#7', 'acme/store', 'acme/store#0', 'acme/store#seven', 'a/b/c#7'])(
    'written %p is none, and nobody is asked',
    async (reference) => {
      expect(await findChange(openGitHub())(reference)).toBeNull()
    },
  )
})

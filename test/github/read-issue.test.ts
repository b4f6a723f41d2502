import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { GitHubError } from '#github/errors.ts'
import { readIssue } from '#github/read-issue.ts'
import { api, giveToken, openGitHub } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

const installationId = 5
const path = '/repos/acme/shop/issues/7'
const ask = (repository = 'shop') => readIssue(openGitHub())({ installationId, owner: 'acme', repository, number: 7 })

useNock()

describe('an issue', () => {
  beforeEach(() => {
    giveToken(installationId)
  })

  test('is what GitHub has of it', async () => {
    nock(api).get(path).reply(200, { number: 7, title: 'Fix the dropdown' })
    expect(await ask()).toEqual({ number: 7, title: 'Fix the dropdown' })
  })

  test('that was transferred is read where it is now, with the same token', async () => {
    nock(api)
      .get(path)
      .reply(301, { message: 'Moved Permanently' }, { location: `${api}/repositories/9/issues/3` })
    nock(api, { reqheaders: { authorization: /^token ghs_/ } })
      .get('/repositories/9/issues/3')
      .reply(200, { number: 3, repository_url: `${api}/repos/acme/other` })
    expect(await ask()).toEqual({ number: 3, repository_url: `${api}/repos/acme/other` })
  })

  test('that was transferred out of sight is null', async () => {
    nock(api)
      .get(path)
      .reply(301, {}, { location: `${api}/repositories/9/issues/3` })
    nock(api).get('/repositories/9/issues/3').reply(404, { message: 'Not Found' })
    expect(await ask()).toBeNull()
  })

  test('that is said to be on another host is asked for there without the token', async () => {
    nock(api).get(path).reply(301, {}, { location: 'https://elsewhere.example/issues/3' })
    nock('https://elsewhere.example', { badheaders: ['authorization'] })
      .get('/issues/3')
      .reply(404, {})
    expect(await ask()).toBeNull()
  })

  test.each([404, 410])('of which GitHub says %p is null', async (status) => {
    nock(api).get(path).reply(status, { message: 'This issue was deleted' })
    expect(await ask()).toBeNull()
  })

  test('of a repository whose name needs encoding is asked for by that name', async () => {
    nock(api).get('/repos/acme/a%2Fb/issues/7').reply(404, {})
    expect(await ask('a/b')).toBeNull()
  })

  test.each([401, 403, 451, 500, 502])('is no fact when GitHub answers %p', async (status) => {
    if (status === 401) giveToken(installationId)
    nock(api)
      .get(path)
      .times(status === 401 ? 2 : 1)
      .reply(status, { message: 'Resource not accessible by integration' })
    await expect(ask()).rejects.toMatchObject({ name: GitHubError.name, status })
  })

  test('is no fact when GitHub asks to be left alone', async () => {
    nock(api).get(path).reply(429, { message: 'slow down' }, { 'retry-after': '30' })
    await expect(ask()).rejects.toMatchObject({ name: 'RateLimited', retryAfterMs: 30_000 })
  })

  test('is no fact when the connection is cut', async () => {
    nock(api).get(path).replyWithError('cut')
    await expect(ask()).rejects.toMatchObject({ name: GitHubError.name, status: null })
  })
})

test('nothing is said of an issue by an installation that is gone', async () => {
  nock(api)
    .post(`/app/installations/${String(installationId)}/access_tokens`)
    .reply(404, { message: 'Not Found' })
  await expect(ask()).rejects.toMatchObject({ name: GitHubError.name, status: 404 })
})

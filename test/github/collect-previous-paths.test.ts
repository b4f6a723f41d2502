import { beforeEach, expect, test } from '@jest/globals'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import { collectPreviousPaths } from '#github/collect-previous-paths.ts'
import { api, giveToken, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
  giveToken(subject.installationId)
})

const files = '/repos/acme/shop/pulls/7/files'
const link = `<${api}${files}?per_page=100&page=2>; rel="next"`
const previousPaths = () => collectPreviousPaths(openGitHub())(subject)

test('renamed files of every page are told with what they were called before', async () => {
  nock(api)
    .get(files)
    .query({ per_page: 100 })
    .reply(200, [{ filename: 'a' }, { filename: 'new', previous_filename: 'old' }], { link })
  nock(api)
    .get(files)
    .query({ per_page: 100, page: 2 })
    .reply(200, [{ filename: 'z', previous_filename: 'y' }])
  expect(await previousPaths()).toEqual({ known: true, value: { new: 'old', z: 'y' } })
})

test('as many files as GitHub lists at most may not be all of them', async () => {
  const page = Array.from({ length: 1_500 }, (_, at) => ({ filename: String(at) }))
  nock(api).get(files).query(true).times(2).reply(200, page, { link })
  expect(await previousPaths()).toEqual({
    known: false,
    why: 'GitHub lists 3000 changed files at most: split the change',
  })
})

test('files that GitHub hides are unknown, and the reason names the permission', async () => {
  nock(api).get(files).query(true).reply(403, { message: 'no' })
  expect(await previousPaths()).toEqual({
    known: false,
    why: 'GitHub did not show the changed files: grant the app pull_requests: read (no)',
  })
})

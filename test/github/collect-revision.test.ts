import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { ChangeSubject } from '#facts/subject.ts'
import { collectMergeBase, collectRevision } from '#github/collect-revision.ts'
import { GitHubError } from '#github/errors.ts'
import { api, giveToken, openGitHub, sampleSubject } from './sample-answer.ts'
import { useNock } from './use-nock.ts'

const [base, commit] = ['b'.repeat(40), 'c'.repeat(40)]
const compare = `/repos/acme/shop/compare/${base}...${commit}`
const noCommit =
  'GitHub did not show the commit ccccccc: it no longer has it, or the app lacks contents: read (Not Found)'

let subject: ChangeSubject

useNock()

beforeEach(() => {
  subject = sampleSubject()
  giveToken(subject.installationId)
})

describe('the merge base', () => {
  const mergeBase = () => collectMergeBase(openGitHub())(subject, { base, commit })

  test('is read from the page that lists no files', async () => {
    nock(api)
      .get(compare)
      .query({ per_page: 1, page: 2 })
      .reply(200, { merge_base_commit: { sha: 'a'.repeat(40) } })
    expect(await mergeBase()).toEqual({ known: true, value: 'a'.repeat(40) })
  })

  test('is unknown when GitHub has no such commit', async () => {
    nock(api).get(compare).query(true).reply(404, { message: 'Not Found' })
    expect(await mergeBase()).toEqual({ known: false, why: noCommit })
  })
})

describe('a revision', () => {
  const revision = () => collectRevision(openGitHub())(subject, { mergeBase: base, commit })
  const showing = (diff: string) =>
    nock(api, { reqheaders: { accept: 'application/vnd.github.diff' } })
      .get(compare)
      .reply(200, diff, { 'content-type': 'application/vnd.github.diff; charset=utf-8' })
  const print = expect.stringMatching(/^[0-9a-f]{32}$/)
  const binary = 'diff --git a/x.png b/x.png\nindex 1111111..2222222 100644\nBinary files a/x.png and b/x.png differ\n'

  test('is fingerprints of each file, from one request', async () => {
    showing('diff --git a/a b/a\nindex 1111111..2222222 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n')
    expect(await revision()).toEqual({ known: true, value: { a: { content: print, exact: print, before: '1111111' } } })
  })

  test('of a change that changes nothing is known', async () => {
    showing('')
    expect(await revision()).toEqual({ known: true, value: {} })
  })

  test('with a binary file takes a second request, for the ids of the contents', async () => {
    showing(binary)
    nock(api)
      .get(compare)
      .query({ per_page: 1, page: 1 })
      .reply(200, { files: [{ filename: 'x.png', sha: 'd'.repeat(40) }] })
    expect(await revision()).toMatchObject({ known: true, value: { 'x.png': { content: print, exact: print } } })
  })

  test('with a binary file is unknown when GitHub lists no files', async () => {
    showing(binary)
    nock(api).get(compare).query(true).reply(200, {})
    expect(await revision()).toEqual({ known: false, why: 'GitHub did not show which contents x.png has' })
  })

  test.each([
    [406, 'the difference is larger than GitHub shows (300 files or 20,000 lines)'],
    [404, noCommit],
  ])('is unknown when GitHub answers %p', async (status, why) => {
    nock(api).get(compare).reply(status, { message: 'Not Found' })
    expect(await revision()).toEqual({ known: false, why })
  })

  test('is no fact when GitHub fails', async () => {
    nock(api).get(compare).reply(500)
    await expect(revision()).rejects.toMatchObject({ name: GitHubError.name, status: 500 })
  })
})

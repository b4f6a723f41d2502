import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { Action, PostComment, React, WriteCheck } from '#engine/plan.ts'
import type { MergeGroupSubject } from '#facts/subject.ts'
import { applyAction } from '#github/apply-actions.ts'
import { GitHubError, Refused } from '#github/errors.ts'
import { api, appId, giveToken, headSha, openGitHub, sampleSubject } from './sample-answer.ts'
import { silentLogger } from './silent-logger.ts'
import { useNock } from './use-nock.ts'

const writeCheck: WriteCheck = {
  do: 'write-check',
  headSha,
  runId: null,
  reason: 'the findings changed',
  check: {
    name: 'countersign',
    status: 'in_progress',
    conclusion: null,
    title: 'Waiting for 1 approval',
    summary: 'Somebody has to look.',
    detailsUrl: null,
    actions: [],
    digest: 'a'.repeat(64),
  },
}
const postComment: PostComment = {
  do: 'post-comment',
  number: 7,
  marker: '<!-- countersign:1 -->',
  body: 'Merged. <!-- countersign:1 -->',
  reason: 'the change was merged',
}
const react: React = { do: 'react', commentId: 31, content: '+1', reason: 'ada asked for it' }
const reactions = '/repos/acme/shop/issues/comments/31/reactions'
const checks = '/repos/acme/shop/check-runs'
const comments = '/repos/acme/shop/issues/7/comments'

useNock()

const apply = (action: Action, knowledge: 'fresh' | 'uncertain' = 'fresh', logger = silentLogger) => {
  const subject = sampleSubject()
  giveToken(subject.installationId)
  return applyAction(openGitHub({ logger }))(subject, action, knowledge)
}

describe('a check', () => {
  const { name, status, title, summary, digest: external_id } = writeCheck.check
  const sent = { name, status, external_id, output: { title, summary }, actions: [] }

  test('that waits is made without a conclusion and without a link', async () => {
    nock(api)
      .post(checks, { ...sent, head_sha: headSha })
      .reply(201, { id: 99 })
    expect(await apply(writeCheck)).toBe(99)
  })

  test('that is there is rewritten', async () => {
    nock(api).patch(`${checks}/98`, sent).reply(200, { id: 98 })
    expect(await apply({ ...writeCheck, runId: 98 })).toBe(98)
  })
})

describe('a check on a group of the merge queue', () => {
  test('is written on its head, and is called by it', async () => {
    const { kind: _kind, number: _number, ...where } = sampleSubject()
    const branches = { headBranch: 'gh-readonly-queue/main/pr-7-b', baseBranch: 'main', baseSha: 'b'.repeat(40) }
    const group: MergeGroupSubject = { kind: 'merge-group', ...where, headSha, ...branches }
    giveToken(group.installationId)
    nock(api).post(checks).reply(403, { message: 'no' })
    await expect(applyAction(openGitHub())(group, writeCheck, 'fresh')).rejects.toThrow(
      'GitHub refused the check on acme/shop@ccccccc (403).',
    )
  })
})

describe('a reaction', () => {
  test('answers a comment', async () => {
    nock(api).post(reactions, { content: '+1' }).reply(201, { id: 12 })
    expect(await apply(react)).toBe(12)
  })

  test('that is there already is the same one', async () => {
    nock(api).post(reactions).reply(200, { id: 12 })
    expect(await apply(react, 'uncertain')).toBe(12)
  })

  test('to a comment that has been deleted is not needed', async () => {
    nock(api).post(reactions).reply(404, { message: 'Not Found' })
    expect(await apply(react)).toBe(0)
  })
})

describe('a comment', () => {
  const of = (id: number, app: number | null, body: string) => ({
    id,
    body,
    performed_via_github_app: app === null ? null : { id: app },
  })

  test('that is surely new is posted without looking', async () => {
    nock(api).post(comments, { body: postComment.body }).reply(201, { id: 5 })
    expect(await apply(postComment)).toBe(5)
  })

  test('that may be there is looked for on every page, by its marker and our app', async () => {
    const link = `<${api}${comments}?per_page=100&page=2>; rel="next"`
    const others = [of(1, null, postComment.marker), of(2, 1, postComment.marker), of(3, appId, 'something else')]
    nock(api).get(comments).query({ per_page: 100 }).reply(200, others, { link })
    nock(api)
      .get(comments)
      .query({ per_page: 100, page: 2 })
      .reply(200, [of(4, appId, postComment.body)])
    expect(await apply(postComment, 'uncertain')).toBe(4)
  })

  test('that is not there is posted', async () => {
    nock(api).get(comments).query({ per_page: 100 }).reply(200, [])
    nock(api).post(comments).reply(201, { id: 6 })
    expect(await apply(postComment, 'uncertain')).toBe(6)
  })
})

describe('a refusal', () => {
  test.each([
    ['a check without the permission', writeCheck, 403, /Grant the app checks: write/],
    ['a comment without the permission', postComment, 403, /Grant the app pull_requests: write/],
    ['a reaction without the permission', react, 403, /Grant the app issues: write/],
    ['a check that GitHub hides', writeCheck, 404, /repository is gone, or the app is not installed/],
    ['a comment on what is deleted', postComment, 410, /deleted or switched off/],
    ['a check that is too long', writeCheck, 422, /breaks a rule or a limit of GitHub/],
  ] as const)('of %s is for good', async (...[, action, status, message]) => {
    nock(api)
      .post({ 'write-check': checks, 'post-comment': comments, react: reactions }[action.do])
      .reply(status, { message: 'GitHub says so' })
    const applied = apply(action)
    await expect(applied).rejects.toThrow(message)
    await expect(applied).rejects.toThrow(/acme\/shop#7 \(\d+\)\. .*GitHub says: GitHub says so/)
    await expect(applied).rejects.toMatchObject({ name: Refused.name, permanent: true, status })
  })

  test('that is a failure of GitHub is not', async () => {
    nock(api).post(checks).reply(502)
    await expect(apply(writeCheck)).rejects.toMatchObject({ name: GitHubError.name, status: 502 })
  })
})

test('each write is logged with its actor and its reason', async () => {
  const lines: unknown[] = []
  nock(api).post(checks).reply(201, { id: 99 })
  await apply(writeCheck, 'fresh', { ...silentLogger, info: (fields, message) => void lines.push([message, fields]) })
  const fields = expect.objectContaining({
    actor: 'countersign',
    reason: 'the findings changed',
    subject: 'acme/shop#7',
    check: 'countersign',
  })
  expect(lines).toEqual([['Writing a check', fields]])
})

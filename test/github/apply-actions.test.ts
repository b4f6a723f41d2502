import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { Action, AppendToComment, PostComment, React, WriteCheck } from '#engine/plan.ts'
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
const append: AppendToComment = {
  do: 'append-to-comment',
  commentId: 31,
  marker: '<!-- countersign:addition d1 -->',
  text: '<!-- countersign:addition d1 -->\n\n**Added 2026-11-10T12:00:00.000Z.**',
  shortText: '**Added 2026-11-10T12:00:00.000Z.** See entry 52 of the ledger. <!-- countersign:addition d1 -->',
  reason: 'the merged change was judged again',
}
const react: React = { do: 'react', commentId: 31, content: '+1', reason: 'ada asked for it' }
const reactions = '/repos/acme/shop/issues/comments/31/reactions'
const posted = '/repos/acme/shop/issues/comments/31'
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

describe('an addition to a comment', () => {
  const found = (body: string, app: number | null = appId) =>
    nock(api)
      .get(posted)
      .reply(200, { id: 31, body, performed_via_github_app: app === null ? null : { id: app } })

  test.each(['fresh', 'uncertain'] as const)('stands below what was there, when it is %s', async (knowledge) => {
    found('The record.')
    const written = nock(api)
      .patch(posted, { body: `The record.\n\n${append.text}` })
      .reply(200, { id: 31 })
    expect(await apply(append, knowledge)).toBe(31)
    expect(written.isDone()).toBe(true)
  })

  test('that is there already is not written again', async () => {
    found(`The record.\n\n${append.text}\n\nAnother addition.`)
    expect(await apply(append, 'uncertain')).toBe(31)
  })

  test.each([
    ['whole where it just fits', 65_536 - 2 - append.text.length, append.text],
    ['as one line where it does not', 65_536 - 2 - append.text.length + 1, append.shortText],
  ])('is written %s', async (_name, length, added) => {
    const short = { ...append, text: added === append.text ? append.text : append.text + 'x'.repeat(40) }
    const body = 'r'.repeat(added === append.text ? length : length - 40)
    found(body)
    const written = nock(api)
      .patch(posted, { body: `${body}\n\n${added}` })
      .reply(200, { id: 31 })
    expect(await apply(short)).toBe(31)
    expect(written.isDone()).toBe(true)
  })

  test('that does not fit at all is left to the ledger, and the log says so', async () => {
    const warned: string[] = []
    found('r'.repeat(65_500))
    const logger = { ...silentLogger, warn: (_fields: unknown, message?: string) => void warned.push(message ?? '') }
    expect(await apply(append, 'fresh', logger)).toBe(0)
    expect(warned).toEqual(['A comment has no room for what was to be added: only the ledger has it'])
  })

  test.each([
    ['before it is read', 404],
    ['before it is read, for good', 410],
  ])('to a comment that was deleted %s is not needed', async (_name, status) => {
    nock(api).get(posted).reply(status, { message: 'Not Found' })
    expect(await apply(append)).toBe(0)
  })

  test('to a comment that was deleted before it is written is not needed', async () => {
    found('The record.')
    nock(api).patch(posted).reply(404, { message: 'Not Found' })
    expect(await apply(append)).toBe(0)
  })

  test.each([
    ['of a person', null],
    ['of another app', 1],
  ])('to a comment %s is refused for good', async (_name, app) => {
    found('Somebody else wrote this.', app)
    const applied = apply(append)
    await expect(applied).rejects.toThrow(
      "Comment 31 on acme/shop#7 is not one of this app's own, so nothing was added to it.",
    )
    await expect(applied).rejects.toMatchObject({ name: Refused.name, permanent: true })
  })

  test('that GitHub refuses names the permission', async () => {
    found('The record.')
    nock(api).patch(posted).reply(403, { message: 'Resource not accessible by integration' })
    await expect(apply(append)).rejects.toThrow(
      /refused the addition to the comment on acme\/shop#7 \(403\)\. Grant the app pull_requests: write/,
    )
  })

  test('while GitHub fails is tried again', async () => {
    found('The record.')
    nock(api).patch(posted).reply(502)
    await expect(apply(append)).rejects.toMatchObject({ name: GitHubError.name, status: 502 })
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

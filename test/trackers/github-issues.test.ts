import { describe, expect, test } from '@jest/globals'
import { type GithubIssuesOptions, openGithubIssues } from '#trackers/github-issues.ts'
import { TrackerUnavailable } from '#trackers/tracker.ts'

type GetIssue = GithubIssuesOptions['getIssue']

const issue = (more: object = {}) => ({
  number: 7,
  title: 'Fix the dropdown',
  state: 'open',
  state_reason: null,
  closed_at: null,
  created_at: '2026-03-01T09:00:00Z',
  html_url: 'https://github.com/acme/shop/issues/7',
  repository_url: 'https://api.github.com/repos/Acme/Shop',
  user: { login: 'ada' },
  ...more,
})

const unasked: GetIssue = () => {
  throw new Error('GitHub is not to be asked')
}
const answering =
  (body: unknown): GetIssue =>
  () =>
    Promise.resolve(body)
const failing =
  (error: Error): GetIssue =>
  () =>
    Promise.reject(error)

const find = (getIssue: GetIssue, key = 'acme/shop#7', signal = new AbortController().signal) =>
  openGithubIssues({ getIssue }).findTicket(key, { signal, installationId: 5 })

describe('an issue', () => {
  test('is told as GitHub has it, and asked for through the installation of the change', async () => {
    const asked: unknown[] = []
    const ticket = await find((at) => {
      asked.push(at)
      return Promise.resolve(issue())
    })
    expect(ticket).toEqual({
      key: 'acme/shop#7',
      title: 'Fix the dropdown',
      type: null,
      status: 'open',
      category: 'open',
      categorySince: null,
      creator: 'ada',
      createdAt: '2026-03-01T09:00:00.000Z',
      url: 'https://github.com/acme/shop/issues/7',
    })
    expect(asked).toEqual([{ installationId: 5, owner: 'acme', repository: 'shop', number: 7 }])
  })

  const closed = { state: 'closed', closed_at: '2026-03-05T09:00:00Z' }
  const closedAt = '2026-03-05T09:00:00.000Z'
  test.each([
    ['reopened is open, since nobody knows when', { state_reason: 'reopened' }, ['open', 'open', null]],
    ['done is closed', { ...closed, state_reason: 'completed' }, ['closed as completed', 'closed', closedAt]],
    ['declined is closed', { ...closed, state_reason: 'not_planned' }, ['closed as not planned', 'closed', closedAt]],
    ['told twice is closed', { ...closed, state_reason: 'duplicate' }, ['closed as duplicate', 'closed', closedAt]],
    ['closed for no reason is closed', closed, ['closed', 'closed', closedAt]],
    ['closed at a time that is not told', { state: 'closed' }, ['closed', 'closed', null]],
  ])('%s', async (_sentence, more, [status, category, categorySince]) => {
    expect(await find(answering(issue(more)))).toMatchObject({ status, category, categorySince })
  })

  test('has the type that its organization gave it', async () => {
    expect(await find(answering(issue({ type: { id: 1, name: 'Bug' } })))).toMatchObject({ type: 'Bug' })
  })

  test('of an account that is gone has no creator', async () => {
    expect(await find(answering(issue({ user: null })))).toMatchObject({ creator: null })
  })

  test('that was transferred has the key of where it is now, in lower case', async () => {
    const moved = issue({ number: 3, repository_url: 'https://ghe.example/api/v3/repos/Acme/Other.js' })
    expect(await find(answering(moved))).toMatchObject({ key: 'acme/other.js#3' })
  })

  test('that is a pull request is none', async () => {
    expect(await find(answering(issue({ pull_request: { url: 'https://api.github.com/x' } })))).toBeNull()
  })

  test('that GitHub does not show is null', async () => {
    expect(await find(answering(null))).toBeNull()
  })

  test.each([
    '#7',
    'shop#7',
    'acme/shop',
    'acme/shop#0',
    'acme/shop#07',
    'acme/shop#12345678901',
    'acme/shop#7/x',
    'acme/../shop#7',
    'acme/..#7',
    'acme/.#7',
    'Acme/shop#7',
    '-acme/shop#7',
    'acme/sh%6fp#7',
    '',
  ])('called %p is null without a question', async (key) => {
    expect(await find(unasked, key)).toBeNull()
  })

  test.each(['acme/.github#7', 'acme/..x#7', 'ada_acme/my_shop.js#7'])('may be called %p', async (key) => {
    expect(await find(answering(issue()), key)).not.toBeNull()
  })
})

describe('GitHub is unavailable', () => {
  test.each([
    ['401', 401, /^does not accept the credentials of the app \(401\): check APP_ID/],
    ['403', 403, /^refuses the app what was asked \(403\): grant it issues: read/],
    ['404, which is of the installation here', 404, /^does not know the installation any more$/],
    ['429', 429, /^failed \(429\)$/],
    ['502', 502, /^failed \(502\)$/],
    ['no answer', null, /^did not answer$/],
  ])('for %s', async (_sentence, status, message) => {
    const error = Object.assign(new Error('Fix the dropdown'), { status })
    await expect(find(failing(error))).rejects.toMatchObject({
      name: 'TrackerUnavailable',
      message: expect.stringMatching(message) as unknown,
      retryAfterMs: null,
      cause: error,
    })
  })

  test('for as long as a limit says', async () => {
    const limit = Object.assign(new Error('GitHub asked this installation to wait.'), { retryAfterMs: 9_000 })
    await expect(find(failing(limit))).rejects.toMatchObject({
      name: 'TrackerUnavailable',
      message: 'asks us to wait',
      retryAfterMs: 9_000,
    })
  })

  test('when it takes longer than it may', async () => {
    const controller = new AbortController()
    const found = find(() => new Promise(() => undefined), 'acme/shop#7', controller.signal)
    controller.abort()
    await expect(found).rejects.toEqual(new TrackerUnavailable('did not answer in time'))
  })

  test('without a question when there is no time left', async () => {
    await expect(find(unasked, 'acme/shop#7', AbortSignal.abort())).rejects.toEqual(
      new TrackerUnavailable('did not answer in time'),
    )
  })

  test.each([
    ['no issue', 'an issue'],
    ['no title', issue({ title: undefined })],
    ['another state', issue({ state: 'locked' })],
    ['a time that is none', issue({ created_at: 'yesterday' })],
    ['an address that runs', issue({ html_url: 'javascript:x' })],
    ['no repository', issue({ repository_url: 'https://api.github.com/acme' })],
    ['a number that is none', issue({ number: '7' })],
  ])('for an answer with %s', async (_sentence, body) => {
    await expect(find(answering(body))).rejects.toMatchObject({
      name: 'TrackerUnavailable',
      message: 'answered something that cannot be read',
    })
  })

  test('not for a mistake of ours', async () => {
    const mistake = new TypeError('ours')
    await expect(find(failing(mistake))).rejects.toBe(mistake)
  })
})

describe('GitHub Issues', () => {
  test('needs no link, for GitHub shows who refers to an issue', () => {
    expect(openGithubIssues({ getIssue: unasked }).linkBack).toBeNull()
  })

  test('is asked with the credentials of the app', async () => {
    expect(await openGithubIssues({ getIssue: unasked }).findSelf(new AbortController().signal)).toBe('GitHub')
  })
})

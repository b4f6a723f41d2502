import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account } from '#twin/state/account.ts'
import type { Organization } from '#twin/state/organization.ts'
import type { Repository } from '#twin/state/repository.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation, type Listener, listen } from './ask.ts'

let twin: Twin
let app: Listener
let acme: Organization
let ana: Account
let shop: Repository
let ask: ReturnType<typeof asking>

beforeEach(async () => {
  app = await listen()
  twin = await startTwin()
  acme = twin.organization('acme')
  ana = acme.person('ana')
  shop = acme.repository('shop')
  acme.install()
  twin.webhooks.setTarget(app.url)
  ask = await askingAsInstallation(twin)
})

afterEach(async () => {
  twin.assertClean()
  await twin.stop()
  app.stop()
})

describe('reading an issue', () => {
  test('shows an issue with its type', async () => {
    shop.openIssue({ title: 'Dropdown is broken', by: ana, type: 'Bug' })
    const { status, body } = await ask('GET /repos/acme/shop/issues/1')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      number: 1,
      title: 'Dropdown is broken',
      state: 'open',
      state_reason: null,
      closed_at: null,
      user: { login: 'ana' },
      type: { name: 'Bug' },
      html_url: `${twin.url}/acme/shop/issues/1`,
    })
    expect(body).not.toHaveProperty('pull_request')
  })

  test('counts issues and pull requests together, and tells them apart', async () => {
    shop.openIssue({ title: 'First', by: ana })
    shop.commit({ branch: 'work', author: ana, files: { 'a.txt': 'a\n' } })
    expect(shop.openPullRequest({ head: 'work', title: 'Second', by: ana }).number).toBe(2)
    expect(shop.openIssue({ title: 'Third', by: ana }).number).toBe(3)
    const pull = await ask('GET /repos/acme/shop/issues/2')
    expect(pull.body).toMatchObject({
      number: 2,
      title: 'Second',
      pull_request: { url: `${twin.url}/api/v3/repos/acme/shop/pulls/2`, merged_at: null },
    })
    expect((await ask('GET /repos/acme/shop/pulls/1')).status).toBe(404)
    expect((await ask('GET /repos/acme/shop')).body).toMatchObject({ open_issues_count: 3 })
  })

  test('follows it being closed and opened again', async () => {
    const issue = shop.openIssue({ title: 'Work', by: ana })
    issue.close(ana, 'not_planned')
    const closed = await ask('GET /repos/acme/shop/issues/1')
    expect(closed.body).toMatchObject({ state: 'closed', state_reason: 'not_planned', closed_by: { login: 'ana' } })
    expect(closed.body['closed_at']).toEqual(expect.any(String))
    issue.reopen(ana)
    const again = await ask('GET /repos/acme/shop/issues/1')
    expect(again.body).toMatchObject({ state: 'open', state_reason: 'reopened', closed_at: null, closed_by: null })
  })

  test('knows no number that was never given out', async () => {
    expect(await ask('GET /repos/acme/shop/issues/404')).toMatchObject({ status: 404, body: { message: 'Not Found' } })
  })

  test('says that a deleted issue is gone, and gives its number to nobody else', async () => {
    shop.openIssue({ title: 'Work', by: ana }).delete(ana)
    expect(await ask('GET /repos/acme/shop/issues/1')).toMatchObject({
      status: 410,
      body: { message: 'This issue was deleted' },
    })
    expect(shop.openIssue({ title: 'Next', by: ana }).number).toBe(2)
    expect((await ask('GET /repos/acme/shop')).body).toMatchObject({ open_issues_count: 1 })
  })

  test('leads from a transferred issue to where it is now', async () => {
    const docs = acme.repository('docs')
    docs.openIssue({ title: 'Older', by: ana })
    const moved = shop.openIssue({ title: 'Work', by: ana, type: 'Bug' }).transfer(docs, ana)
    expect(moved.number).toBe(2)
    const token = (await ask('GET /repos/acme/shop/issues/1')).body
    expect(token).toMatchObject({ number: 2, title: 'Work', type: { name: 'Bug' } })
    expect(twin.requests.all({ method: 'GET' }).map(({ status, template }) => [status, template])).toEqual([
      [301, '/repos/{owner}/{repo}/issues/{issue_number}'],
      [200, '/repos/{owner}/{repo}/issues/{issue_number}'],
    ])
  })

  test('hides where an issue went from an app that may not see that place', async () => {
    const other = twin.organization('other').repository('vault', { private: true })
    shop.openIssue({ title: 'Work', by: ana }).transfer(other, ana)
    expect((await ask('GET /repos/acme/shop/issues/1')).status).toBe(404)
  })

  test('shows an app pull requests by the permission for these, and no issues', async () => {
    shop.commit({ branch: 'work', author: ana, files: { 'a.txt': 'a\n' } })
    shop.openPullRequest({ head: 'work', title: 'First', by: ana })
    shop.openIssue({ title: 'Second', by: ana })
    acme.installation?.grant({ metadata: 'read', pull_requests: 'read' })
    ask = await askingAsInstallation(twin)
    expect((await ask('GET /repos/acme/shop/issues/1')).status).toBe(200)
    expect((await ask('GET /repos/acme/shop/issues/2')).status).toBe(403)
  })
})

describe('the webhooks of issues', () => {
  const told = async (): Promise<readonly Record<string, unknown>[]> => {
    await twin.webhooks.settle()
    return app.received.filter(({ headers }) => headers['x-github-event'] === 'issues').map(({ payload }) => payload)
  }

  test('tell of everything that people do to one', async () => {
    const issue = shop.openIssue({ title: 'Work', by: ana })
    issue.edit({ title: 'Better', body: 'More' }, ana)
    issue.setType('Bug', ana)
    issue.setType(null, ana)
    issue.close(ana)
    issue.reopen(ana)
    issue.delete(ana)
    const payloads = await told()
    expect(payloads.map(({ action }) => action)).toEqual([
      ...['opened', 'edited', 'typed', 'untyped', 'closed', 'reopened', 'deleted'],
    ])
    expect(payloads[1]).toMatchObject({
      changes: { title: { from: 'Work' }, body: { from: '' } },
      issue: { number: 1 },
    })
    expect(payloads[2]).toMatchObject({ type: { name: 'Bug' }, issue: { type: { name: 'Bug' } } })
    expect(payloads[4]).toMatchObject({ issue: { state: 'closed', state_reason: 'completed' } })
    expect(payloads[6]).toMatchObject({ repository: { full_name: 'acme/shop' }, sender: { login: 'ana' } })
  })

  test('tell of a transfer in both places', async () => {
    const docs = acme.repository('docs')
    shop.openIssue({ title: 'Work', by: ana }).transfer(docs, ana)
    const [, opened, transferred] = await told()
    expect(opened).toMatchObject({
      action: 'opened',
      issue: { number: 1 },
      repository: { full_name: 'acme/docs' },
      changes: { old_issue: { number: 1 }, old_repository: { full_name: 'acme/shop' } },
    })
    expect(transferred).toMatchObject({
      action: 'transferred',
      repository: { full_name: 'acme/shop' },
      changes: { new_issue: { number: 1 }, new_repository: { full_name: 'acme/docs' } },
    })
  })

  test('reach no app that did not ask for them', async () => {
    const quiet = await startTwin({ app: { events: ['pull_request'] } })
    try {
      const other = quiet.organization('acme')
      const repository = other.repository('shop')
      other.install()
      quiet.webhooks.setTarget(app.url)
      repository.openIssue({ title: 'Work', by: other.owner })
      expect(await told()).toEqual([])
    } finally {
      await quiet.stop()
    }
  })
})

describe('comments', () => {
  test('can be reworded by the app that wrote them, and by no other', async () => {
    shop.commit({ branch: 'work', author: ana, files: { 'a.txt': 'a\n' } })
    const pull = shop.openPullRequest({ head: 'work', title: 'Work', by: ana })
    const theirs = pull.comment({ by: ana, body: 'Fine' })
    const posted = await ask('POST /repos/acme/shop/issues/1/comments', { body: { body: 'Ticket' } })
    const path = (id: unknown): string => `/repos/acme/shop/issues/comments/${String(id)}`
    expect((await ask(`PATCH ${path(posted.body['id'])}`, { body: { body: 'Newer' } })).status).toBe(200)
    expect((await ask(`GET ${path(posted.body['id'])}`)).body).toMatchObject({ body: 'Newer' })
    expect((await ask(`PATCH ${path(theirs.id)}`, { body: { body: 'Mine' } })).status).toBe(403)
    expect((await ask(`GET ${path(theirs.id)}`)).body).toMatchObject({ body: 'Fine' })
    expect((await ask(`PATCH ${path(404)}`, { body: { body: 'Mine' } })).status).toBe(404)
  })
})

describe('commits', () => {
  test('may claim to have been written at another time than they were committed', async () => {
    const authoredAt = new Date('2020-02-29T12:00:00Z')
    shop.branch('work')
    const { sha } = shop.push({ branch: 'work', by: ana, authoredAt, files: { 'a.txt': 'a\n' } })
    const query = `{ repository(owner: "acme", name: "shop") { object(oid: "${sha}") {
      ... on Commit { authoredDate committedDate author { name } committer { name } }
    } } }`
    const { body } = await ask('POST /api/graphql', { body: { query } })
    const { object } = (body['data'] as { readonly repository: { readonly object: Record<string, unknown> } })
      .repository
    expect(object).toMatchObject({ authoredDate: '2020-02-29T12:00:00Z', committer: object['author'] })
    expect(object['committedDate']).not.toBe(object['authoredDate'])
    const rest = await ask(`GET /repos/acme/shop/commits/${sha}`)
    expect(rest.body).toMatchObject({ commit: { author: { date: '2020-02-29T12:00:00Z' } } })
  })
})

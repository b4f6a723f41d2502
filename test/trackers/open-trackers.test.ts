import { afterEach, describe, expect, jest, test } from '@jest/globals'
import nock from 'nock'
import type { Tracker } from '#facts/ticket.ts'
import { openTrackers, type TrackerOptions, type Trackers } from '#trackers/open-trackers.ts'
import { useNock } from '../github/use-nock.ts'

useNock()

const opened: Trackers[] = []
afterEach(() => Promise.all(opened.splice(0).map((trackers) => trackers.close())))

const getIssue = jest.fn<TrackerOptions['githubIssues']['getIssue']>()

function open(changes: Partial<TrackerOptions> = {}): Trackers {
  const trackers = openTrackers({
    jira: null,
    linear: null,
    shortcut: null,
    githubIssues: { getIssue },
    network: 'public',
    organizations: null,
    now: () => new Date(),
    ...changes,
  })
  opened.push(trackers)
  return trackers
}

const jira = { url: 'https://acme.atlassian.net', email: 'bot@acme.example', token: 'planted-token' }
const asking = { installationId: 1, organization: 'Acme', generation: 0 }
const missing = { errorMessages: ['Issue does not exist.'], errors: {} }
const answerMissing = () =>
  nock(jira.url)
    .get(/^\/rest\/api\/3\/issue\/BUG-1\?/)
    .reply(404, missing)
    .get('/rest/api/3/myself')
    .reply(200, { displayName: 'Countersign Bot' })

describe('the trackers', () => {
  test.each<[tracker: Tracker, why: string]>([
    ['jira', 'Set JIRA_URL and JIRA_TOKEN_FILE, and JIRA_EMAIL for Jira Cloud, to connect Jira.'],
    ['linear', 'Set LINEAR_TOKEN_FILE to connect Linear.'],
    ['shortcut', 'Set SHORTCUT_TOKEN_FILE to connect Shortcut.'],
  ])('say what connects %s', async (tracker, why) => {
    const trackers = open()
    await expect(trackers.askTracker({ tracker, key: 'BUG-1' }, asking)).resolves.toEqual({
      outcome: 'not-connected',
      why,
    })
    await expect(trackers.findSelf(tracker)).rejects.toThrow(`is not connected: ${why}`)
    expect(trackers.connected).toEqual(new Set(['github-issues']))
  })

  test('are connected when they are configured', async () => {
    const token = { url: 'https://tracker.example', token: 'planted-token' }
    const trackers = open({ jira, linear: token, shortcut: token })
    expect([...trackers.connected].sort()).toEqual(['github-issues', 'jira', 'linear', 'shortcut'])
    answerMissing()
    const answer = trackers.askTracker({ tracker: 'jira', key: 'BUG-1' }, asking)
    await expect(answer).resolves.toEqual({ outcome: 'not-found-or-hidden' })
  })

  test('are asked on behalf of listed organizations alone, however they are written', async () => {
    const trackers = open({ jira, organizations: ['acme'] })
    answerMissing()
    await expect(trackers.askTracker({ tracker: 'jira', key: 'BUG-1' }, asking)).resolves.toMatchObject({
      outcome: 'not-found-or-hidden',
    })
    const other = { ...asking, organization: 'other' }
    await expect(trackers.askTracker({ tracker: 'jira', key: 'BUG-1' }, other)).resolves.toEqual({
      outcome: 'not-connected',
      why: 'This organization is not on TRACKER_ORGANIZATIONS.',
    })
  })

  test('tell the metrics', async () => {
    const onAnswer = jest.fn()
    const now = () => new Date('2026-05-04T10:00:00.000Z')
    answerMissing()
    await open({ jira, onAnswer, now }).askTracker({ tracker: 'jira', key: 'BUG-1' }, asking)
    expect(onAnswer.mock.calls).toEqual([[{ tracker: 'jira', outcome: 'answered', durationMs: 0 }]])
  })

  test('tell nobody their tokens', async () => {
    nock(jira.url).get(/./).reply(500, 'planted-token')
    const answer = await open({ jira }).askTracker({ tracker: 'jira', key: 'BUG-1' }, asking)
    expect(answer).toEqual({ outcome: 'unavailable', why: 'failed (500)' })
  })
})

describe('issues on GitHub', () => {
  const key = 'acme/shop#7'

  test('are read for every organization, with its own installation', async () => {
    getIssue.mockResolvedValueOnce(null)
    const trackers = open({ organizations: [] })
    await expect(trackers.askTracker({ tracker: 'github-issues', key }, asking)).resolves.toEqual({
      outcome: 'not-found-or-hidden',
    })
    expect(getIssue).toHaveBeenCalledWith({ installationId: 1, owner: 'acme', repository: 'shop', number: 7 })
  })

  test('that one installation cannot read are no trouble of others', async () => {
    const refused = Object.assign(new Error('refused'), { status: 403 })
    const trackers = open({ failures: 1 })
    getIssue.mockRejectedValueOnce(refused)
    await expect(trackers.askTracker({ tracker: 'github-issues', key }, asking)).resolves.toMatchObject({
      outcome: 'unavailable',
    })
    getIssue.mockResolvedValueOnce(null)
    const other = { ...asking, installationId: 2 }
    await expect(trackers.askTracker({ tracker: 'github-issues', key }, other)).resolves.toEqual({
      outcome: 'not-found-or-hidden',
    })
  })
})

describe('a link', () => {
  const link = {
    tracker: 'jira' as const,
    key: 'BUG-1',
    url: 'https://github.com/acme/shop/pull/1',
    title: 'acme/shop#1',
    subject: { installationId: 1, owner: 'acme' },
  }

  test('is put', async () => {
    nock(jira.url).post('/rest/api/3/issue/BUG-1/remotelink').reply(201, { id: 1 })
    await expect(open({ jira }).linkTicket(link)).resolves.toEqual({ outcome: 'linked' })
  })

  test('waits for a connection', async () => {
    await expect(open().linkTicket(link)).resolves.toMatchObject({ outcome: 'unavailable' })
  })

  test('of an organization that is not listed holds up no others', async () => {
    await expect(open({ jira, organizations: ['other'] }).linkTicket(link)).resolves.toEqual({
      outcome: 'refused',
      why: 'This organization is not on TRACKER_ORGANIZATIONS.',
    })
  })
})

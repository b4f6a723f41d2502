import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Fault } from '#twin/faults.ts'
import type { Limits } from '#twin/limits.ts'
import type { PullRequest } from '#twin/state/pull-request.ts'
import { startTwin, type Twin } from '#twin/twin.ts'
import { type asking, askingAsInstallation, type Reply } from './ask.ts'

const start = new Date('2026-03-02T09:00:00Z')

let twin: Twin
let now: Date
let pull: PullRequest
let ask: ReturnType<typeof asking>

beforeEach(async () => {
  now = start
  twin = await startTwin({ now: () => now })
  const acme = twin.organization('acme')
  const alice = acme.person('alice')
  const repository = acme.repository('payments')
  repository.commit({ branch: 'feature', author: alice, files: { 'a.txt': 'one\n' } })
  pull = repository.openPullRequest({ head: 'feature', title: 'Work', by: alice })
  acme.install()
  ask = await askingAsInstallation(twin, now)
})

afterEach(() => twin.stop())

const later = (ms: number): void => void (now = new Date(now.getTime() + ms))
const read = (): Promise<Reply> => ask('GET /repos/acme/payments')
const check = (): Promise<Reply> =>
  ask('POST /repos/acme/payments/check-runs', { body: { name: 'countersign', head_sha: pull.headSha } })
const comment = (): Promise<Reply> => ask('POST /repos/acme/payments/issues/1/comments', { body: { body: 'Audit' } })

describe('limits', () => {
  const rows: readonly {
    what: string
    limits: Partial<Limits>
    act: () => Promise<Reply>
    allowed: number
    waitMs: number
  }[] = [
    { what: 'requests an hour', limits: { requestsPerHour: 3 }, act: read, allowed: 3, waitMs: 3_600_000 },
    { what: 'points a minute, a read being 1', limits: { pointsPerMinute: 4 }, act: read, allowed: 4, waitMs: 60_000 },
    {
      what: 'points a minute, a write being 5',
      limits: { pointsPerMinute: 10 },
      act: check,
      allowed: 2,
      waitMs: 60_000,
    },
    { what: 'comments a minute', limits: { contentPerMinute: 2 }, act: comment, allowed: 2, waitMs: 60_000 },
    { what: 'comments an hour', limits: { contentPerHour: 2 }, act: comment, allowed: 2, waitMs: 3_600_000 },
  ]

  for (const { what, limits, act, allowed, waitMs } of rows) {
    test(`${what} are refused above the limit and allowed again in the next window`, async () => {
      twin.setLimits(limits)
      for (let count = 0; count < allowed; count += 1) expect((await act()).status).toBeLessThan(300)
      const refusal = await act()
      expect(refusal.status).toBe(403)
      if (limits.requestsPerHour === undefined) {
        expect(refusal.body['message']).toMatch(/secondary rate limit/)
        expect(refusal.headers.get('retry-after')).toBe(String(waitMs / 1000))
      } else {
        expect(refusal.body['message']).toMatch(/API rate limit exceeded for installation ID/)
        expect(refusal.headers.get('x-ratelimit-remaining')).toBe('0')
        expect(Number(refusal.headers.get('x-ratelimit-reset'))).toBe((now.getTime() + waitMs) / 1000)
      }
      later(waitMs - 1)
      expect((await act()).status).toBe(403)
      later(1)
      if (waitMs === 3_600_000) ask = await askingAsInstallation(twin, now)
      expect((await act()).status).toBeLessThan(300)
      twin.assertClean()
    })
  }

  test('a check run creates no content', async () => {
    twin.setLimits({ contentPerMinute: 0 })
    expect((await check()).status).toBe(201)
    expect((await comment()).status).toBe(403)
  })

  test('GraphQL has an hour and a minute of its own', async () => {
    const query = (): Promise<Reply> => ask('POST /api/graphql', { body: { query: '{ viewer { login } }' } })
    twin.setLimits({ graphqlPointsPerHour: 1 })
    expect((await query()).status).toBe(200)
    expect((await query()).status).toBe(403)
    expect((await read()).status).toBe(200)
  })

  test('too many at once are refused', async () => {
    twin.setLimits({ concurrent: 2 })
    twin.fault({ delayMs: 100 })
    const statuses = (await Promise.all([read(), read(), read()])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 200, 403].sort())
  })

  test('lifted limits let everything through', async () => {
    twin.setLimits('lifted')
    for (let count = 0; count < 200; count += 1) expect((await check()).status).toBe(201)
  })

  test('one installation does not use up what another has', async () => {
    twin.setLimits({ requestsPerHour: 2 })
    await read()
    await read()
    expect((await read()).status).toBe(403)
    const other = twin.organization('other')
    other.repository('docs')
    other.install()
    const [first] = twin.world.installations
    twin.world.installations.reverse()
    const asOther = await askingAsInstallation(twin, now)
    expect((await asOther('GET /repos/other/docs')).status).toBe(200)
    expect(twin.requests.all().at(-1)?.installationId).not.toBe(first?.id)
  })
})

describe('faults', () => {
  test('a status with body and headers is given as often as asked', async () => {
    const fault = twin.fault({
      match: { method: 'POST', template: '/repos/{owner}/{repo}/check-runs' },
      status: 502,
      body: 'Bad Gateway',
      headers: { 'retry-after': '3' },
      times: 2,
    })
    const strike = await ask('GET /repos/acme/payments')
    expect(strike.status).toBe(200)
    const first = await fetch(`${twin.url}/repos/acme/payments/check-runs`, { method: 'POST' })
    expect([first.status, first.headers.get('retry-after'), await first.text()]).toEqual([502, '3', 'Bad Gateway'])
    await fetch(`${twin.url}/repos/acme/payments/check-runs`, { method: 'POST' })
    expect((await check()).status).toBe(201)
    expect(fault.count).toBe(2)
    expect(pull.checks()).toHaveLength(1)
  })

  test('a GraphQL operation can be struck by name', async () => {
    const fault: Fault = twin.fault({ match: { graphql: /^Change/ }, status: 500 })
    const query = (name: string): Promise<Reply> =>
      ask('POST /api/graphql', { body: { query: `query ${name} { viewer { login } }` } })
    expect((await query('ChangeFacts')).status).toBe(500)
    expect((await query('Other')).status).toBe(200)
    fault.clear()
    expect((await query('ChangeFacts')).status).toBe(200)
  })

  test('a cut connection gives no answer, and the request has no effect', async () => {
    twin.fault({ match: { path: /check-runs$/ }, cut: true, times: 1 })
    await expect(check()).rejects.toThrow()
    expect(pull.checks()).toEqual([])
  })

  test('an answer can be lost after the request took effect', async () => {
    twin.fault({ match: { path: /check-runs$/ }, cut: true, afterEffect: true, times: 1 })
    await expect(check()).rejects.toThrow()
    expect(pull.checks()).toHaveLength(1)
  })

  test('a hanging request is answered by nobody, until the client gives up', async () => {
    const fault = twin.fault({ hang: true })
    const given = fetch(`${twin.url}/api/v3/repos/acme/payments`, { signal: AbortSignal.timeout(100) })
    await expect(given).rejects.toThrow(/timeout|aborted/)
    expect(fault.count).toBe(1)
    twin.clearFaults()
    expect((await read()).status).toBe(200)
  })
})

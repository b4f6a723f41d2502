import { beforeAll, expect, test } from '@jest/globals'
import { listApiCalls, recordApiCall } from '#store/api-calls.ts'
import type { Database } from '#store/database.ts'
import { readLedger } from '#store/ledger.ts'
import { tokenPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { listTokens, type StoredToken } from '#store/tokens.ts'
import { describeOnBothDatabases } from './databases.ts'
import { anEntry } from './samples.ts'

const token: StoredToken = {
  id: 't1',
  organization: 'acme',
  role: 'viewer',
  reason: 'the weekly report',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-04-01T00:00:00.000Z',
  revokedAt: null,
  lastUsedAt: null,
}

describeOnBothDatabases('tokens', (current) => {
  let database: Database
  let ports: ReturnType<typeof tokenPorts>
  beforeAll(async () => {
    database = await current().open()
    ports = tokenPorts(database)
    await ports.storeToken(token, 'h1', anEntry({ kind: 'token.created', subject: 'token/t1' }))
  })
  const entries = async () => (await readLedger(database.kysely, 0, 100)).length

  test('are found by their hash and by nothing else', async () => {
    expect(await ports.findToken('h1')).toEqual(token)
    expect(await ports.findToken("' or '1'='1")).toBeNull()
    expect(await listTokens(database.kysely)).toEqual([token])
  })

  test('of a hash that is there already are refused, and nothing is entered', async () => {
    const again = ports.storeToken({ ...token, id: 't2' }, 'h1', anEntry({ kind: 'token.created' }))
    await expect(again).rejects.toThrow(/unique/i)
    expect(await entries()).toBe(1)
  })

  test('remember their last use to the minute', async () => {
    const at = (time: string) => new Date(`2026-01-02T${time}Z`)
    for (const time of ['00:00:00', '00:00:59', '00:01:00', '00:01:30']) await ports.recordUse('t1', at(time))
    expect((await ports.findToken('h1'))?.lastUsedAt).toBe('2026-01-02T00:01:00.000Z')
  })

  test('are revoked once, and that is entered', async () => {
    const at = new Date('2026-01-03T00:00:00Z')
    const entry = anEntry({ kind: 'token.revoked', subject: 'token/t1' })
    expect(await ports.revokeToken('t1', at, entry)).toBe(true)
    expect(await ports.revokeToken('t1', new Date(), entry)).toBe(false)
    expect(await ports.revokeToken('nobody', at, entry)).toBe(false)
    expect((await ports.findToken('h1'))?.revokedAt).toBe(at.toISOString())
    expect(await entries()).toBe(2)
  })

  test('every call is logged, and forgotten after 400 days', async () => {
    const call = { tokenId: 't1', account: 'acme', method: 'GET', path: '/api/v1', status: 200, at: new Date(1_000) }
    const recent = { ...call, tokenId: null, account: null, status: 401, at: new Date('2026-01-03T00:00:00Z') }
    await recordApiCall(database.kysely, call)
    await recordApiCall(database.kysely, recent)
    expect(await listApiCalls(database.kysely, 10)).toEqual([recent, call])
    expect((await pruneStore(database.kysely, recent.at)).apiCalls).toBe(1)
    expect(await listApiCalls(database.kysely, 10)).toEqual([recent])
  })
})

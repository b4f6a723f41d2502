import { describe, expect, test } from '@jest/globals'
import { createHash, randomBytes } from 'node:crypto'
import { authenticate, issueToken, type Ports, revokeToken, type Token } from '#operations/issue-token.ts'

function memory() {
  const tokens = new Map<string, Token>()
  const entries: string[] = []
  let now = new Date('2026-11-01T00:00:00.000Z')
  const ports: Ports = {
    now: () => now,
    randomText: () => randomBytes(32).toString('base64url'),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    storeToken: (token, hash, entry) => {
      tokens.set(hash, token)
      entries.push(`${entry.kind} by ${entry.actor}: ${entry.reason}`)
      return Promise.resolve()
    },
    revokeToken: (id, at, entry) => {
      const found = [...tokens].find(([, token]) => token.id === id && token.revokedAt === null)
      if (found === undefined) return Promise.resolve(false)
      tokens.set(found[0], { ...found[1], revokedAt: at.toISOString() })
      entries.push(`${entry.kind} by ${entry.actor}: ${entry.reason}`)
      return Promise.resolve(true)
    },
    findToken: (hash) => Promise.resolve(tokens.get(hash) ?? null),
    recordUse: () => Promise.resolve(),
  }
  return { ports, tokens, entries, sleepUntil: (at: string) => (now = new Date(at)) }
}

const request = {
  organization: 'acme',
  role: 'viewer',
  expiresAt: new Date('2027-01-30T00:00:00.000Z'),
  actor: 'root',
  reason: 'dashboard',
} as const

describe('tokens', () => {
  test('a token is accepted until it expires', async () => {
    const { ports, sleepUntil } = memory()
    const { text } = await issueToken(request, ports)
    expect((await authenticate(text, ports))?.organization).toBe('acme')
    sleepUntil('2027-01-29T23:59:59.999Z')
    expect(await authenticate(text, ports)).not.toBeNull()
    sleepUntil('2027-01-30T00:00:00.000Z')
    expect(await authenticate(text, ports)).toBeNull()
  })

  test('only its hash is kept', async () => {
    const { ports, tokens } = memory()
    const { text } = await issueToken(request, ports)
    expect(JSON.stringify([...tokens])).not.toContain(text)
    expect(text).toMatch(/^cst_[\w-]{43}$/)
  })

  test('a revoked token is refused at once, and revoking it again says so', async () => {
    const { ports, entries } = memory()
    const { text, token } = await issueToken(request, ports)
    expect(await revokeToken(token, { actor: 'root', reason: 'leaked' }, ports)).toBe(true)
    expect(await authenticate(text, ports)).toBeNull()
    expect(await revokeToken(token, { actor: 'root', reason: 'leaked' }, ports)).toBe(false)
    expect(entries).toEqual(['token.created by root: dashboard', 'token.revoked by root: leaked'])
  })

  test.each(['', 'cst_', 'cst_unknown', 'ghp_something', 'cst_' + 'x'.repeat(10_000)])('%j is nobody', async (text) => {
    expect(await authenticate(text, memory().ports)).toBeNull()
  })
})

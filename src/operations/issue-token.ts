import type { NewEntry } from '#ledger/entry.ts'

/** A bearer token for the API, as it is listed: its text is shown once, when it is made, and only its hash is kept. */
export interface Token {
  readonly id: string
  readonly organization: string
  readonly role: Role
  readonly reason: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

/** `viewer` reads summaries. */
export type Role = 'viewer'

export interface Ports {
  readonly now: () => Date
  /** A new unguessable text of 256 bits, base64url. */
  readonly randomText: () => string
  readonly hash: (text: string) => string
  /** One transaction with its entry. */
  readonly storeToken: (token: Token, hash: string, entry: NewEntry) => Promise<void>
  /** One transaction with its entry; false when there is no such token, or it is revoked already. */
  readonly revokeToken: (id: string, at: Date, entry: NewEntry) => Promise<boolean>
  readonly findToken: (hash: string) => Promise<Token | null>
  readonly recordUse: (id: string, at: Date) => Promise<void>
}

export interface TokenRequest {
  readonly organization: string
  readonly role: Role
  readonly expiresAt: Date
  readonly actor: string
  readonly reason: string
}

const prefix = 'cst_'

/** Makes a token and returns its text, which is kept nowhere. */
export async function issueToken(request: TokenRequest, ports: Ports): Promise<{ token: Token; text: string }> {
  const text = `${prefix}${ports.randomText()}`
  const hash = ports.hash(text)
  const token: Token = {
    id: hash.slice(0, 12),
    organization: request.organization,
    role: request.role,
    reason: request.reason,
    createdAt: ports.now().toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    revokedAt: null,
    lastUsedAt: null,
  }
  await ports.storeToken(token, hash, entryFor(token, { kind: 'token.created', ...request }, ports))
  return { token, text }
}

/** Ends a token at once; false when there is none with that id that could be ended. */
export async function revokeToken(
  token: { readonly id: string; readonly organization: string },
  by: { readonly actor: string; readonly reason: string },
  ports: Ports,
): Promise<boolean> {
  return ports.revokeToken(token.id, ports.now(), entryFor(token, { kind: 'token.revoked', ...by }, ports))
}

/** The token behind a text, when it is in force now. */
export async function authenticate(text: string, ports: Ports): Promise<Token | null> {
  if (!text.startsWith(prefix)) return null
  const token = await ports.findToken(ports.hash(text))
  const now = ports.now()
  if (token?.revokedAt !== null || Date.parse(token.expiresAt) <= now.getTime()) return null
  await ports.recordUse(token.id, now)
  return token
}

interface Act {
  readonly kind: 'token.created' | 'token.revoked'
  readonly actor: string
  readonly reason: string
}

function entryFor(
  token: { readonly id: string; readonly organization: string },
  { kind, actor, reason }: Act,
  ports: Ports,
): NewEntry {
  const at = ports.now().toISOString()
  return {
    kind,
    occurredAt: at,
    receivedAt: at,
    actor,
    reason,
    organization: token.organization,
    subject: `token/${token.id}`,
    policyDigest: null,
    payloadDigest: null,
  }
}

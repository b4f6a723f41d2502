import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto'
import { unauthorized } from './refusal.ts'

let keyPair: { readonly privateKey: string; readonly publicKey: KeyObject } | undefined

/** The app's RSA key, made once per process: making one takes longer than most tests. */
export function appKey(): { readonly privateKey: string; readonly publicKey: KeyObject } {
  if (!keyPair) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    keyPair = { privateKey: pem, publicKey: createPublicKey(pem) }
  }
  return keyPair
}

/** What a JSON web token has to be signed by and for. */
export interface Issuer {
  readonly publicKey: KeyObject
  /** The app's id and client id: either may be the `iss`. */
  readonly names: readonly string[]
}

const undecodable = 'A JSON web token could not be decoded'
const longestLifeSeconds = 600
const clockSkewSeconds = 60

/**
 * Accepts a JSON web token of the app, or throws the 401 that GitHub gives.
 *
 * The sentences about `iat` and `exp` are GitHub's: Octokit reads them to find out that clocks differ, together with
 * the `date` header.
 */
export function verifyAppToken(token: string, issuer: Issuer, now: Date): void {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = readPart(payload)
  if (readPart(header)['alg'] !== 'RS256') throw unauthorized(undecodable)
  const text = Buffer.from(`${header}.${payload}`)
  if (!verify('RSA-SHA256', text, issuer.publicKey, Buffer.from(signature, 'base64url')))
    throw unauthorized(undecodable)
  checkClaims(claims, issuer, now.getTime() / 1000)
}

function checkClaims({ iat, exp, iss }: Record<string, unknown>, issuer: Issuer, seconds: number): void {
  if (typeof iat !== 'number' || !Number.isInteger(iat) || iat > seconds + clockSkewSeconds) {
    throw unauthorized(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
  if (typeof exp !== 'number' || exp <= seconds) {
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > seconds + longestLifeSeconds) {
    throw unauthorized("'Expiration time' claim ('exp') is too far in the future")
  }
  if (typeof iss !== 'string' && typeof iss !== 'number')
    throw unauthorized("Missing 'issuer' claim ('iss') in assertion")
  if (!issuer.names.includes(String(iss))) throw unauthorized('Integration not found')
}

function readPart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  } catch {
    throw unauthorized(undecodable)
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `ghs_` and 36 letters and digits. */
export const shortToken = (): string =>
  `ghs_${[...randomBytes(36)].map((byte) => alphabet[byte % alphabet.length] ?? '0').join('')}`

/** `ghs_<app id>_<JSON web token>`, 520 characters: dots, dashes and underscores included. */
export function longToken(appId: number, installationId: number, expiresAt: Date): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = { iss: 'github', sub: `installation:${installationId}`, exp: Math.floor(expiresAt.getTime() / 1000) }
  const start = `ghs_${appId}_${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.`
  return (
    start +
    randomBytes(400)
      .toString('base64url')
      .slice(0, 520 - start.length)
  )
}

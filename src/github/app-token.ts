import { createPrivateKey, createSign, type KeyObject } from 'node:crypto'

/** Clocks differ: GitHub refuses a token issued in its future. */
const issuedBeforeMs = 60_000
/** GitHub takes at most ten minutes from now. */
const expiresAfterMs = 9 * 60_000
const renewedAfterMs = 5 * 60_000

export interface AppToken {
  readonly jwt: string
  readonly expiresAt: string
}

/**
 * The app's own token, a JWT signed with its private key; made anew every few minutes, or when asked for.
 *
 * Throws at once when the key is none, with a sentence that does not show it.
 */
export function createAppToken(app: {
  appId: number
  privateKey: string
  now: () => Date
}): (freshness: 'kept' | 'fresh') => AppToken {
  const key = readKey(app.privateKey)
  let made: { token: AppToken; at: number } | null = null
  return (freshness) => {
    const at = app.now().getTime()
    const isKept = made !== null && at >= made.at && at - made.at < renewedAfterMs
    if (made === null || !isKept || freshness === 'fresh') made = { token: sign(app.appId, { key, at }), at }
    return made.token
  }
}

function sign(appId: number, { key, at }: { key: KeyObject; at: number }): AppToken {
  const inSeconds = (time: number) => Math.floor(time / 1_000)
  const claims = { iat: inSeconds(at - issuedBeforeMs), exp: inSeconds(at + expiresAfterMs), iss: String(appId) }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  const signature = createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url')
  return { jwt: `${unsigned}.${signature}`, expiresAt: new Date(claims.exp * 1_000).toISOString() }
}

function readKey(privateKey: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(privateKey)
  } catch {
    // The reason is left out on purpose: it can quote the key.
    throw new Error(
      'PRIVATE_KEY is not a PEM private key. Give the whole .pem file that GitHub made for the app, line breaks included.',
    )
  }
  if (key.asymmetricKeyType !== 'rsa') throw new Error('PRIVATE_KEY is not an RSA key. GitHub makes RSA keys for apps.')
  return key
}

import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'

/** Takes a PEM, one with `\n` written out as in an `.env` file, or the base64 of one. */
export function toPrivateKey(text: string, context: z.RefinementCtx): string {
  const written = text.trim().replaceAll('\\r', '').replaceAll('\\n', '\n')
  const pem = written.includes('-----BEGIN') ? written : Buffer.from(written, 'base64').toString('utf8')
  const fault = faultOfKey(pem)
  if (fault === null) return createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString()
  context.addIssue(fault)
  return z.NEVER
}

function faultOfKey(pem: string): string | null {
  if (pem.includes('PUBLIC KEY-----')) return 'PRIVATE_KEY is a public key: give the private key that GitHub generated.'
  if (pem.includes('ENCRYPTED')) return 'PRIVATE_KEY is protected by a passphrase: give it without one.'
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return null
    return 'PRIVATE_KEY is not an RSA key: give the private key that GitHub generated.'
  } catch {
    return 'PRIVATE_KEY is not a whole PEM file: it must reach from -----BEGIN to the end of the -----END line.'
  }
}

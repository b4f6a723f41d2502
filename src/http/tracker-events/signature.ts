import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Secret } from '#config.ts'
import type { TrackerDoor } from './tracker-door.ts'

/** The signature that a request carries; null when there is none of the kind this tracker makes. */
export function findSignature(headers: IncomingHttpHeaders, door: TrackerDoor): Buffer | null {
  const header = headers[door.signatureHeader.toLowerCase()]
  if (typeof header !== 'string' || !header.startsWith(door.signaturePrefix)) return null
  const digest = header.slice(door.signaturePrefix.length)
  return /^[0-9a-f]{64}$/.test(digest) ? Buffer.from(digest, 'hex') : null
}

/** Whether it is the body's, by the secret. Takes as long for every signature that is wrong. */
export const isSignedBy = (secret: Secret, body: Buffer, signature: Buffer): boolean => {
  const expected = createHmac('sha256', secret.reveal()).update(body).digest()
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}

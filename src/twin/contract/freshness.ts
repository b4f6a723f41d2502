import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { operations, webhookEvents } from './operations.ts'

/** A published description of GitHub: the package that carries it and the one file of it that is read. */
export interface Source {
  readonly package: string
  readonly version: string
  readonly file: string
}

/** Where the cuts come from. Raise a version here and run `npm run contracts` to follow GitHub. */
export const sources: Readonly<Record<'rest' | 'webhooks', Source>> = {
  rest: { package: '@octokit/openapi', version: '23.0.2', file: 'generated/api.github.com.json' },
  webhooks: { package: '@octokit/openapi-webhooks', version: '12.1.0', file: 'generated/api.github.com.json' },
}

const cutters = ['cut-description.ts', 'repairs.ts', 'schema.ts', 'share-schemas.ts']

/**
 * A digest of everything a cut is made from: the lists, the sources' versions and the code that cuts.
 *
 * Each cut carries the digest of its making, so that a test tells a stale one without a network.
 */
export function inputsDigest(): string {
  const code = cutters.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8').replaceAll('\r\n', '\n'))
  const inputs = JSON.stringify({ sources, operations, webhookEvents, code })
  return createHash('sha256').update(inputs).digest('hex')
}

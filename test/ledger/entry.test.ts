import { expect, test } from '@jest/globals'
import { encodeEntry } from '#ledger/entry.ts'

test('an entry is encoded as canonical JSON: the same bytes in whatever order it was put together', () => {
  const encoded =
    '{"actor":"ada","kind":"token.created","occurredAt":"2026-01-02T03:04:05.000Z","organization":"acme",' +
    '"payloadDigest":null,"policyDigest":null,"reason":"an audit","receivedAt":"2026-01-02T03:04:05.000Z",' +
    '"sequence":7,"subject":"token/1"}'
  const entry = {
    sequence: 7,
    subject: 'token/1',
    reason: 'an audit',
    kind: 'token.created',
    organization: 'acme',
    occurredAt: '2026-01-02T03:04:05.000Z',
    receivedAt: '2026-01-02T03:04:05.000Z',
    actor: 'ada',
    policyDigest: null,
    payloadDigest: null,
  } as const
  expect(encodeEntry(entry)).toBe(encoded)
})

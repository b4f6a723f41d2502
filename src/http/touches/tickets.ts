import type { Touch } from '#operations/receive-delivery.ts'
import { issueMovedFromPayload, issueMovedToPayload, issuePayload, read } from '../payloads.ts'

/** An issue on GitHub, which changes may name as their ticket; of one that was moved, both places. */
export function ticket(payload: unknown): readonly Touch[] {
  const here = read(issuePayload, payload)
  if (here === null) return []
  const elsewhere = [issueMovedToPayload, issueMovedFromPayload].flatMap((schema) => read(schema, payload) ?? [])
  return [here, ...elsewhere].map((key) => ({ touches: 'ticket', name: { tracker: 'github-issues', key } }))
}

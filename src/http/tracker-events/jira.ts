import { z } from 'zod'
import { read } from '../payloads.ts'
import { lenient } from './payload-parts.ts'
import type { Told, TrackerDoor } from './tracker-door.ts'

/** Jira Cloud and Data Center sign alike, where the webhook has a secret. */
export const jiraDoor: TrackerDoor = {
  tracker: 'jira',
  name: 'Jira',
  signatureHeader: 'X-Hub-Signature',
  signaturePrefix: 'sha256=',
  findTold,
}

const issuePayload = z.object({
  webhookEvent: z.enum(['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted']),
  timestamp: lenient(z.number()),
  issue: z.object({ key: lenient(z.unknown()) }),
  changelog: lenient(z.object({ items: z.array(z.unknown()) })),
})

/** A move writes both keys into the change log; the issue itself then has the new one. */
const keyChange = z.object({
  field: z.string().regex(/^key$/i),
  fromString: lenient(z.string()),
  toString: lenient(z.string()),
})

function findTold(payload: object): Told | null {
  const told = read(issuePayload, payload)
  if (told === null) return null
  const moves = (told.changelog?.items ?? []).flatMap((item) => {
    const change = read(keyChange, item)
    return change === null ? [] : [change.fromString, change.toString]
  })
  return { event: told.webhookEvent, keys: [told.issue.key, ...moves], occurredAt: told.timestamp }
}

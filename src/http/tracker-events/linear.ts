import { z } from 'zod'
import { read } from '../payloads.ts'
import { lenient, verb } from './payload-parts.ts'
import type { Told, TrackerDoor } from './tracker-door.ts'

export const linearDoor: TrackerDoor = {
  tracker: 'linear',
  name: 'Linear',
  signatureHeader: 'Linear-Signature',
  signaturePrefix: '',
  findTold,
  findSentAt: (payload) => read(sentPayload, payload)?.webhookTimestamp ?? null,
}

const sentPayload = z.object({ webhookTimestamp: z.number() })

const texts = lenient(z.array(z.unknown()))

const issuePayload = z.object({
  type: z.literal('Issue'),
  action: verb,
  createdAt: lenient(z.string()),
  data: z.object({
    identifier: lenient(z.unknown()),
    previousIdentifiers: texts,
    number: lenient(z.number()),
    team: lenient(z.object({ key: z.string() })),
  }),
  updatedFrom: lenient(z.object({ identifier: lenient(z.unknown()), previousIdentifiers: texts })),
})

/** An issue that moves to another team has another identifier, and keeps the former ones: changes may name any of them. */
function findTold(payload: object): Told | null {
  const told = read(issuePayload, payload)
  if (told === null) return null
  const { data, updatedFrom, action, createdAt } = told
  // Workspaces that pinned an old version of the payload get no identifier, only what it is made of.
  const identifier = data.identifier ?? `${data.team?.key ?? ''}-${String(data.number ?? '')}`
  const former = [
    ...(data.previousIdentifiers ?? []),
    updatedFrom?.identifier,
    ...(updatedFrom?.previousIdentifiers ?? []),
  ]
  return { event: `Issue.${action}`, keys: [identifier, ...former], occurredAt: createdAt }
}

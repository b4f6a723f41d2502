import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { read } from './payloads.ts'
import { Problem } from './problem.ts'
import { actionOf } from './touches.ts'
import type { Delivery } from '#facts/delivery.ts'

/** What the headers of a webhook say. */
export interface Envelope {
  readonly guid: string
  readonly event: string
}

/** Names that Probot's event emitter keeps for itself. No event of GitHub's is called so. */
const reserved = new Set(['error', 'constructor'])

/** Throws a `Problem` when a header is missing or is not what GitHub sends. */
export function parseEnvelope(headers: IncomingHttpHeaders): Envelope {
  const guid = headers['x-github-delivery']
  const event = headers['x-github-event']
  if (typeof guid !== 'string' || !/^[0-9A-Za-z-]{1,64}$/.test(guid)) {
    throw new Problem(400, 'X-GitHub-Delivery must be the GUID that GitHub gives each delivery.')
  }
  if (typeof event !== 'string' || !/^[a-z][a-z0-9_]{0,63}$/.test(event) || reserved.has(event)) {
    throw new Problem(400, 'X-GitHub-Event must be the name of an event, such as pull_request.')
  }
  return { guid, event }
}

/**
 * The payload as an object, or a `Problem`.
 *
 * An `action` that is no text is left out: Probot would make a name of it, and the name could throw.
 */
export function parsePayload(body: string): object {
  const payload = parseJson(body)
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new Problem(400, 'The body must be a JSON object.')
  }
  if (!('action' in payload) || typeof payload.action === 'string') return payload
  const { action: _notText, ...rest } = payload
  return rest
}

/** What we keep of a webhook whose signature has been verified. */
export function toDelivery(envelope: Envelope, payload: object, { body, receivedAt }: Arrival): Delivery {
  const named = read(namesPayload, payload)
  const at = receivedAt.toISOString()
  return {
    ...envelope,
    action: actionOf(payload),
    installationId: named?.installation?.id ?? null,
    organization:
      named?.organization?.login ?? named?.installation?.account?.login ?? named?.repository?.owner?.login ?? null,
    sender: named?.sender?.login ?? null,
    occurredAt: occurredAt(envelope.event, payload) ?? at,
    receivedAt: at,
    body,
  }
}

export interface Arrival {
  /** The raw JSON text. */
  readonly body: string
  readonly receivedAt: Date
}

/** One part that is missing or not as expected leaves the others readable. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

const login = optional(z.object({ login: z.string() }))

const namesPayload = z.object({
  organization: login,
  sender: login,
  installation: optional(z.object({ id: optional(z.int().positive()), account: login })),
  repository: optional(z.object({ owner: login })),
})

const time = optional(z.iso.datetime({ offset: true }))

const timesPayload = z.object({
  action: optional(z.string()),
  pull_request: optional(z.object({ updated_at: time })),
  review: optional(z.object({ submitted_at: time })),
  repository: optional(z.object({ pushed_at: optional(z.int().positive().max(253_402_300_799)) })),
})

/** When it happened by GitHub's own clock; null where no field of the payload says so for certain. */
function occurredAt(event: string, payload: object): string | null {
  const times = read(timesPayload, payload)
  // Never the time in a commit: whoever committed chose it.
  if (event === 'push') return toTime((times?.repository?.pushed_at ?? Number.NaN) * 1000)
  if (event === 'pull_request') return toTime(times?.pull_request?.updated_at)
  if (event !== 'pull_request_review') return null
  return toTime(times?.action === 'submitted' ? times.review?.submitted_at : times?.pull_request?.updated_at)
}

function toTime(value: string | number | undefined): string | null {
  const at = new Date(value ?? Number.NaN)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Problem(400, 'The body is not JSON.')
  }
}

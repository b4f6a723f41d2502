import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Secret } from '#config.ts'
import type { TicketEvent } from '#operations/receive-ticket-event.ts'
import { parsePayload } from './delivery.ts'
import { Problem, storeAway } from './problem.ts'
import { jiraDoor } from './tracker-events/jira.ts'
import { linearDoor } from './tracker-events/linear.ts'
import { shortcutDoor } from './tracker-events/shortcut.ts'
import { findSignature, isSignedBy } from './tracker-events/signature.ts'
import { toTicketEvent } from './tracker-events/to-ticket-event.ts'
import type { TellingTracker, TrackerDoor } from './tracker-events/tracker-door.ts'
import { answerUntaken, type WebhookOptions, type WebhookPorts } from './webhooks.ts'

export interface TrackerWebhookPorts extends Pick<WebhookPorts, 'now' | 'isStoreAway'> {
  /** Has every change judged again that rests on these tickets, in one transaction. Returns how many. */
  readonly receiveTicketEvent: (event: TicketEvent) => Promise<number>
}

export interface TrackerWebhookOptions extends Pick<WebhookOptions, 'countDelivery'> {
  /** Null: that tracker is not connected. */
  readonly trackers: Readonly<Record<TellingTracker, { readonly webhookSecret: Secret | null } | null>>
  readonly ports: TrackerWebhookPorts
}

const doors: readonly TrackerDoor[] = [jiraDoor, linearDoor, shortcutDoor]

/** A ticket with a long description and a long history fits. */
const largestBodyBytes = 5 * 1024 * 1024

/** A message may be sent again by whoever caught it, for as long as this. */
const freshForMs = 60_000

/**
 * The doors trackers knock at, when a ticket is another now: verify, forget what we kept of it, queue, acknowledge.
 *
 * The body stays the bytes that were signed until they are verified. Neither it nor the signature is logged or answered.
 * The same message again does the same again, which is nothing when nothing changed.
 */
export const trackerWebhookRoutes = (options: TrackerWebhookOptions): FastifyPluginCallback => {
  return (scope, _options, done) => {
    for (const door of doors) scope.register(doorRoute(door, options))
    done()
  }
}

function doorRoute(
  door: TrackerDoor,
  { trackers, ports, countDelivery }: TrackerWebhookOptions,
): FastifyPluginCallback {
  const secret = trackers[door.tracker]?.webhookSecret ?? null
  const options = { bodyLimit: largestBodyBytes, onRequest: requireSignature(door, secret) }
  return (scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    )
    scope.setErrorHandler(answerUntaken(countDelivery, () => ({ from: door.name })))
    scope.post(`/api/${door.tracker}/webhooks`, options, async (request, reply) => {
      const payload = verify(request, door, secret)
      refuseUnlessFresh(payload, door, ports.now())
      await receive(payload, door, ports)
      countDelivery('stored')
      // Linear takes nothing but 200 for an acknowledgement.
      return reply.code(200).send({})
    })
    done()
  }
}

/** Turns away, before its body is read, what is not signed, and everything while there is no secret to check it with. */
const requireSignature =
  (door: TrackerDoor, secret: Secret | null) =>
  (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    if (!isUsable(secret)) done(notConfigured(door))
    else done(findSignature(request.headers, door) === null ? notSigned(door) : undefined)
  }

/** By an empty secret everybody could sign. */
const isUsable = (secret: Secret | null): secret is Secret => secret !== null && secret.reveal() !== ''

function verify(request: FastifyRequest, door: TrackerDoor, secret: Secret | null): object {
  const { body } = request
  const signature = findSignature(request.headers, door)
  if (!isUsable(secret) || signature === null || !Buffer.isBuffer(body) || !isSignedBy(secret, body, signature)) {
    throw notSigned(door)
  }
  return parsePayload(body.toString('utf8'))
}

function refuseUnlessFresh(payload: object, { name, findSentAt }: TrackerDoor, now: Date): void {
  if (findSentAt === undefined) return
  const sentAt = findSentAt(payload)
  if (sentAt !== null && Math.abs(now.getTime() - sentAt) <= freshForMs) return
  const sentence = `This must come within a minute of when ${name} sent it: check the clock of this server.`
  throw new Problem(401, sentence)
}

async function receive(payload: object, { tracker, findTold }: TrackerDoor, ports: TrackerWebhookPorts): Promise<void> {
  const told = findTold(payload)
  if (told === null) return
  const event = toTicketEvent(tracker, told, ports.now())
  if (event.names.length === 0) return
  await ports.receiveTicketEvent(event).catch((error: unknown) => {
    throw ports.isStoreAway(error) ? storeAway(error) : error
  })
}

function notConfigured({ tracker, name }: TrackerDoor): Problem {
  const variable = `${tracker.toUpperCase()}_WEBHOOK_SECRET`
  const sentence = `Webhooks from ${name} are not taken here: set ${variable} or ${variable}_FILE.`
  return new Problem(404, sentence)
}

const notSigned = ({ signatureHeader }: TrackerDoor): Problem =>
  new Problem(401, `${signatureHeader} does not fit the body and our secret: set the same secret on both sides.`)

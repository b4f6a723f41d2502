import { Webhooks } from '@octokit/webhooks'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Probot } from 'probot'
import type { Config } from '#config.ts'
import type { Touch } from '#operations/receive-delivery.ts'
import { parseEnvelope, parsePayload, toDelivery } from './delivery.ts'
import type { DeliveryOutcome } from './metrics.ts'
import { answerError, Problem, storeAway } from './problem.ts'
import { countersignApp } from './webhook-app.ts'
import type { Delivery } from '#facts/delivery.ts'

export interface WebhookPorts {
  readonly now: () => Date
  /** Stores the delivery and queues what it touches, in one transaction. */
  readonly receive: (delivery: Delivery, touches: readonly Touch[]) => Promise<'stored' | 'duplicate'>
  /** Whether an error says that the store cannot be reached, as against a fault of ours. */
  readonly isStoreAway: (error: unknown) => boolean
}

export interface WebhookOptions {
  readonly config: Config
  readonly probot: Probot
  readonly ports: WebhookPorts
  readonly countDelivery: (outcome: DeliveryOutcome) => void
}

const webhookPath = '/api/github/webhooks'

/** GitHub sends no larger payload. */
const largestBodyBytes = 25 * 1024 * 1024

/**
 * The door GitHub knocks at: verify, store and queue, acknowledge. Nothing is judged inside the request.
 *
 * The body stays the bytes that were signed until they are verified. Neither it nor the signature is logged or answered.
 */
export const webhookRoutes = ({ config, probot, ports, countDelivery }: WebhookOptions): FastifyPluginAsync => {
  return async (scope) => {
    const isSigned = signatureCheck(config)
    const emit = await deliveriesThrough(probot, { config, ports })

    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.setErrorHandler(
      answerUntaken(countDelivery, ({ headers }) => ({ delivery: cut(headers['x-github-delivery']) })),
    )

    scope.post(webhookPath, { bodyLimit: largestBodyBytes, onRequest: requireSignature }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
      if (!(await isSigned(body, signatureOf(request) ?? ''))) throw notSigned()
      const envelope = parseEnvelope(request.headers)
      const payload = parsePayload(body)
      countDelivery(await emit(toDelivery(envelope, payload, { body, receivedAt: ports.now() }), payload))
      return acknowledge(reply)
    })
  }
}

/** Counts a webhook that was not taken, logs why, and answers it. `named`: which one it was, for the log. */
export function answerUntaken(
  countDelivery: WebhookOptions['countDelivery'],
  named: (request: FastifyRequest) => Readonly<Record<string, string>>,
) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const outcome = outcomeOf(error)
    const fields = { outcome, ...named(request) }
    countDelivery(outcome)
    if (outcome === 'refused') request.log.warn({ ...fields, reason: messageOf(error) }, 'A webhook was refused.')
    if (outcome === 'store-away' && error instanceof Error) {
      const reason = messageOf(error.cause)
      request.log.error({ ...fields, reason }, 'A webhook could not be stored: the store is away.')
    }
    return answerError(error, request, reply)
  }
}

const acknowledge = (reply: FastifyReply): FastifyReply => reply.code(202).send({})

const notSigned = (): Problem =>
  new Problem(
    401,
    'X-Hub-Signature-256 does not fit the body and our webhook secret: set the same secret on both sides.',
  )

function signatureOf(request: FastifyRequest): string | null {
  const signature = request.headers['x-hub-signature-256']
  return typeof signature === 'string' && /^sha256=[0-9a-f]{64}$/.test(signature) ? signature : null
}

/** Turns the unsigned away before their body is read. A SHA-1 signature alone is none. */
function requireSignature(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  done(signatureOf(request) === null ? notSigned() : undefined)
}

/** Compares in constant time with the secret, then with the previous one while it is being replaced. */
function signatureCheck({ webhookSecret, webhookSecretPrevious }: Config) {
  const secrets = [webhookSecret, ...(webhookSecretPrevious === null ? [] : [webhookSecretPrevious])]
  const signers = secrets.map((secret) => new Webhooks({ secret: secret.reveal() }))
  return async (body: string, signature: string): Promise<boolean> => {
    if (body === '') return false
    for (const signer of signers) if (await signer.verify(body, signature)) return true
    return false
  }
}

type Outcome = { readonly is: 'stored' | 'duplicate' } | { readonly is: 'thrown'; readonly error: unknown }

interface Pending {
  readonly delivery: Delivery
  outcome: Outcome | null
}

/**
 * Sends deliveries through Probot's app function and waits for what became of each.
 *
 * A delivery finds its way back by its payload's identity. An error of the store's is carried around Probot, which
 * would log it together with the whole payload.
 */
async function deliveriesThrough(probot: Probot, { config, ports }: Pick<WebhookOptions, 'config' | 'ports'>) {
  const underWay = new WeakMap<object, Pending>()
  const self = { id: config.appId, policyRepository: config.policyRepository }
  await probot.load(
    countersignApp(async ({ payload }, touches) => {
      const pending = underWay.get(payload)
      if (pending === undefined) return
      pending.outcome = await ports.receive(pending.delivery, touches).then(
        (is): Outcome => ({ is }),
        (error: unknown): Outcome => ({ is: 'thrown', error: ports.isStoreAway(error) ? storeAway(error) : error }),
      )
    }, self),
  )
  return async (delivery: Delivery, payload: object): Promise<'stored' | 'duplicate'> => {
    const pending: Pending = { delivery, outcome: null }
    underWay.set(payload, pending)
    const event = { id: delivery.guid, name: delivery.event, payload } as Parameters<Probot['receive']>[0]
    // Probot's own error holds the payload: it goes no further.
    await probot.receive(event).catch(() => undefined)
    return settle(pending)
  }
}

function settle({ outcome }: Pending): 'stored' | 'duplicate' {
  if (outcome === null) throw new Error('Probot did not hand a delivery over.')
  if (outcome.is === 'thrown') throw outcome.error
  return outcome.is
}

function outcomeOf(error: unknown): DeliveryOutcome {
  const statusCode = (error as { readonly statusCode?: number }).statusCode ?? 500
  if (statusCode >= 500) return statusCode === 503 ? 'store-away' : 'failed'
  return 'refused'
}

/** The guid of a refused delivery may be anybody's text: it is cut, and the logger escapes it. */
const cut = (guid: unknown): string => String(guid).slice(0, 64)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')

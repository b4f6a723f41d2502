import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Probot } from 'probot'
import type { Config } from '#config.ts'
import type { DeliveryOutcome } from './metrics.ts'
import { answerError, answerNotFound } from './problem.ts'
import { type ApiPorts, apiRoutes } from './routes/api.ts'
import { type HealthPorts, healthRoutes } from './routes/health.ts'
import { type TrackerWebhookPorts, trackerWebhookRoutes } from './tracker-webhooks.ts'
import { type WebhookPorts, webhookRoutes } from './webhooks.ts'

export interface ServerPorts extends WebhookPorts, TrackerWebhookPorts, ApiPorts, HealthPorts {}

export interface ServerOptions {
  readonly config: Config
  readonly logger: FastifyBaseLogger
  /** One of `createProbot`; the server loads the app function into it. */
  readonly probot: Probot
  readonly ports: ServerPorts
  readonly countDelivery: (outcome: DeliveryOutcome) => void
}

/** The one public server: webhooks, the API, and health. Every error it answers is problem JSON. */
export function createServer({ config, logger, probot, ports, countDelivery }: ServerOptions): FastifyInstance {
  const server = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    // A sender that trickles its request keeps no connection; 25 MiB over a slow line fits.
    requestTimeout: 60_000,
  })
  endConnectionsOnClose(server)
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(answerNotFound)
  server.register(helmet, { contentSecurityPolicy: strictContentSecurity })
  server.register(webhookRoutes({ config, probot, ports, countDelivery }))
  server.register(trackerWebhookRoutes({ trackers: config.trackers, ports, countDelivery }))
  server.register(healthRoutes(answeringInTime(ports)))
  server.register(apiRoutes(ports), { prefix: '/api/v1' })
  return server
}

/** Nothing here is a page. */
const strictContentSecurity = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
}

const readinessMs = 3_000

/** Whoever asks whether we are ready is answered, also while a store that fell silent is still waited for. */
const answeringInTime = ({ readiness }: HealthPorts): HealthPorts => ({
  readiness: () =>
    Promise.race([readiness(), delay(readinessMs, [{ name: 'answers in time', ready: false }], { ref: false })]),
})

const readingGraceMs = 2_000
/** GitHub waits no longer for an answer. */
const answeringGraceMs = 10_000

/**
 * Lets closing end: connections that are half way through a request, or send none, are cut after a short grace; what
 * was read in full is answered first.
 */
function endConnectionsOnClose(fastify: FastifyInstance): void {
  const { server } = fastify
  const latest = new Map<Socket, ServerResponse | null>()
  server.on('connection', (socket: Socket) => {
    latest.set(socket, null)
    socket.once('close', () => latest.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => latest.set(socket, response))
  fastify.addHook('preClose', (done) => {
    for (const response of latest.values()) if (response !== null) response.shouldKeepAlive = false
    if (server.listening) cutLater(server, latest)
    done()
  })
}

function cutLater(server: FastifyInstance['server'], latest: ReadonlyMap<Socket, ServerResponse | null>): void {
  const cutUnread = (): void => {
    for (const [socket, response] of latest) if (response?.req.complete !== true) socket.destroy()
  }
  const cutAll = (): void => {
    server.closeAllConnections()
  }
  const timers = [setTimeout(cutUnread, readingGraceMs).unref(), setTimeout(cutAll, answeringGraceMs).unref()]
  server.closeIdleConnections()
  server.once('close', () => {
    for (const timer of timers) clearTimeout(timer)
  })
}

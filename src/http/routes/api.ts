import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import underPressure from '@fastify/under-pressure'
import type { FastifyPluginAsync } from 'fastify'
import Fastify from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { type AccessPorts, guardAccess } from '../access.ts'
import { answerError, storeAway } from '../problem.ts'
import { type SummaryPorts, summaryRoutes } from './summary.ts'

export interface ApiPorts extends AccessPorts, SummaryPorts {
  readonly isStoreAway: (error: unknown) => boolean
}

/**
 * The API for people and their tools, version 1, behind bearer tokens; only its own description is open.
 *
 * A busy server refuses here and nowhere else: webhooks come before questions.
 */
export const apiRoutes = (ports: ApiPorts): FastifyPluginAsync => {
  return async (scope) => {
    await scope.register(swagger, { openapi: description, transform: jsonSchemaTransform })
    await scope.register(underPressure, { maxEventLoopDelay: 1_000, retryAfter: 10 })
    scope.setErrorHandler((error, request, reply) => {
      return answerError(ports.isStoreAway(error) ? storeAway(error) : error, request, reply)
    })
    scope.get('/openapi.json', { schema: { hide: true } }, () => scope.swagger())
    await scope.register(async (guarded) => {
      guardAccess(guarded, ports)
      await guarded.register(rateLimit, {
        max: requestsPerMinute,
        timeWindow: 60_000,
        keyGenerator: (request) => request.account?.id ?? `from ${request.ip}`,
      })
      await guarded.register(summaryRoutes(ports))
    })
  }
}

/** The description of the API as text that is the same each time, for `docs/openapi.json`. */
export async function renderOpenApi(): Promise<string> {
  const unasked = () => Promise.reject(new Error('Nothing is asked while the API is described.'))
  const server = Fastify()
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  const ports = { now: () => new Date(0), authenticate: unasked, recordCall: unasked, summarize: unasked }
  await server.register(apiRoutes({ ...ports, isStoreAway: () => false }), { prefix: '/api/v1' })
  const { body } = await server.inject('/api/v1/openapi.json')
  await server.close()
  return `${JSON.stringify(JSON.parse(body), null, 2)}\n`
}

const requestsPerMinute = 120

const description = {
  openapi: '3.1.0',
  info: {
    title: 'Countersign',
    version: '1.0.0',
    description:
      'How the changes of a GitHub organization stand against its controls. ' +
      'Tokens are made with `countersign token create`. Every error is `application/problem+json` (RFC 9457).',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  components: {
    securitySchemes: {
      token: { type: 'http' as const, scheme: 'bearer', description: 'A token that begins with cst_.' },
    },
  },
  security: [{ token: [] }],
}

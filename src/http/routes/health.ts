import type { FastifyPluginAsync } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'

/** One thing that must work before webhooks can be taken: the store, its migrations, the queue. */
export interface Readiness {
  readonly name: string
  readonly ready: boolean
}

export interface HealthPorts {
  /** Asks each at once and never throws: what fails is not ready. */
  readonly readiness: () => Promise<readonly Readiness[]>
}

/**
 * Whether the process runs, and whether it can take work. Open to all, so they say no more than that: the reasons are
 * in the log and in `countersign doctor`.
 */
export const healthRoutes = ({ readiness }: HealthPorts): FastifyPluginAsync => {
  const routes: FastifyPluginAsyncZod = async (scope) => {
    await Promise.resolve()
    scope.get('/health/live', () => ({ status: 'live' }))

    scope.get('/health/ready', async (_request, reply) => {
      const all = await readiness()
      const isReady = all.every(({ ready }) => ready)
      void reply.code(isReady ? 200 : 503)
      return { status: isReady ? 'ready' : 'not ready', checks: all.map(({ name, ready }) => ({ name, ready })) }
    })
  }
  return routes
}

import type { FastifyInstance } from 'fastify'
import type { Token } from '#operations/issue-token.ts'
import { Problem, routeOf } from './problem.ts'

export interface AccessPorts {
  readonly now: () => Date
  /** The token behind this text when it is in force; null otherwise. */
  readonly authenticate: (text: string) => Promise<Token | null>
  /** Keeps who asked for what. Called once the answer is on its way; a failure is logged and changes nothing. */
  readonly recordCall: (call: ApiCall) => Promise<void>
}

/** One request to the API, answered or refused. */
export interface ApiCall {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Id of the token; null for a caller we do not know. */
  readonly account: string | null
  /** The organization the token is for. */
  readonly organization: string | null
  /** `GET /api/v1/organizations/:org/summary` */
  readonly route: string
  /** The organization asked about, as the caller wrote it. */
  readonly asked: string | null
  readonly status: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The token that was shown, when it is in force. */
    account: Token | null
  }
}

/**
 * Lets nobody in without a token in force, and keeps every call.
 *
 * Who asks is found first and refused later, so that the rate limit in between counts both: a token's calls by token,
 * and the guesses of strangers by address.
 */
export function guardAccess(scope: FastifyInstance, ports: AccessPorts): void {
  scope.decorateRequest('account', null)
  scope.addHook('onRequest', async (request) => {
    const text = bearerOf(request.headers.authorization)
    request.account = text === null ? null : await ports.authenticate(text)
  })
  scope.addHook('preValidation', async (request, reply) => {
    if (request.account !== null) return
    void reply.header('www-authenticate', 'Bearer')
    throw new Problem(401, 'A token in force is needed: send `Authorization: Bearer cst_…`.')
  })
  scope.addHook('onResponse', async (request, reply) => {
    const { org } = request.params as { readonly org?: string }
    await ports
      .recordCall({
        at: ports.now().toISOString(),
        account: request.account?.id ?? null,
        organization: request.account?.organization ?? null,
        route: routeOf(request),
        asked: org?.slice(0, 100) ?? null,
        status: reply.statusCode,
      })
      .catch((error: unknown) => request.log.error({ err: error }, 'A call to the API could not be recorded.'))
  })
}

/** What each role may do. A role this version does not know may do nothing. */
const roles: Readonly<Record<Token['role'], { readonly reads: readonly string[] }>> = { viewer: { reads: ['summary'] } }

/**
 * Refuses whoever may not read this of that organization.
 *
 * Another organization's token gets the same 404 as for one that does not exist: it cannot learn which do.
 */
export function requireReader(account: Token | null, { organization, what }: Wanted): void {
  if (account?.organization.toLowerCase() !== organization.toLowerCase()) throw noOrganization()
  if (Object.hasOwn(roles, account.role) && roles[account.role].reads.includes(what)) return
  throw new Problem(403, `This token's role may not read a ${what}: ask for one whose role may.`)
}

interface Wanted {
  readonly organization: string
  readonly what: string
}

export const noOrganization = (): Problem =>
  new Problem(404, 'There is no such organization here, or this token is for another.')

function bearerOf(header: string | undefined): string | null {
  return /^Bearer (cst_[\w-]{16,128})$/i.exec(header ?? '')?.[1] ?? null
}

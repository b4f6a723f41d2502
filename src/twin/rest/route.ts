import { forbidden, notFound, unauthorized } from '../refusal.ts'
import { covers, type Grant, holds, type InstallationTokens, type Need } from '../installation-tokens.ts'
import type { Allowance } from '../limits.ts'
import type { Json } from '../shapes/json.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../state/world.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

/** Who asks: the app itself by its JSON web token, or one of its installations. */
export type Caller = { readonly kind: 'app' } | { readonly kind: 'installation'; readonly grant: Grant }

/** A request that was authenticated and found to keep the contract. */
export interface Call {
  readonly world: World
  readonly webhooks: Webhooks
  readonly tokens: InstallationTokens
  readonly allowance: Allowance
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** The media type asked for. */
  readonly accept: string
  /** The path with its prefix: for links to other pages. */
  readonly path: string
  readonly body: Json
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One operation of the REST API. */
export interface Route {
  /** Method and GitHub's template. */
  readonly operation: string
  readonly answer: (call: Call) => Answer
}

export const ok = (body: unknown): Answer => ({ status: 200, body })

export const created = (body: unknown): Answer => ({ status: 201, body })

/** An operation for the app's JSON web token. */
export const appRoute = (operation: string, answer: (call: Call) => Answer): Route => ({
  operation,
  answer: (call) => {
    if (call.caller.kind !== 'app') throw unauthorized('A JSON web token could not be decoded')
    return answer(call)
  },
})

/** A call with an installation token. */
export interface InstallationCall extends Call {
  readonly grant: Grant
}

export const installationRoute = (operation: string, answer: (call: InstallationCall) => Answer): Route => ({
  operation,
  answer: (call) => answer(inInstallation(call)),
})

/** An operation on a repository that the installation sees, with one of these permissions. */
export const repositoryRoute = (
  operation: string,
  needs: readonly Need[],
  answer: (call: InstallationCall, repository: Repository) => Answer,
): Route => ({
  operation,
  answer: (call) => {
    const inside = inInstallation(call)
    const { owner = '', repo = '' } = call.params
    const repository = visibleRepository(call.world, inside.grant, `${owner}/${repo}`)
    if (!isGranted(inside.grant, repository, needs)) throw forbidden()
    return answer(inside, repository)
  },
})

/** The repository of this name if the grant may know of it: its own, and public ones. */
function visibleRepository(world: World, grant: Grant, fullName: string): Repository {
  const [owner = '', name = ''] = fullName.split('/')
  const repository = world.findRepository(owner, name)
  if (!repository || (repository.private && !covers(grant, repository))) throw notFound()
  return repository
}

function isGranted(grant: Grant, repository: Repository, needs: readonly Need[]): boolean {
  if (needs.length === 0) return true
  if (covers(grant, repository)) return holds(grant, needs)
  return !repository.private && needs.every((need) => need.endsWith(':read') && !need.startsWith('administration'))
}

function inInstallation(call: Call): InstallationCall {
  const { caller } = call
  if (caller.kind === 'app') throw forbidden('Resource not accessible by integration')
  if (caller.grant.installation.suspendedAt) throw forbidden('This installation has been suspended')
  return { ...call, grant: caller.grant }
}

/** A positive whole number out of a path or query. */
export function numberOf(text: string | undefined, fallback = 0): number {
  const value = Number(text ?? fallback)
  return Number.isSafeInteger(value) ? value : fallback
}

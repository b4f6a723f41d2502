import { longToken, shortToken } from './app-credentials.ts'
import { unauthorized } from './refusal.ts'
import type { Installation } from './state/installation.ts'
import type { Repository } from './state/repository.ts'
import type { World } from './state/world.ts'

/** What a token lets its holder do: at most what its installation may. */
export interface Grant {
  readonly installation: Installation
  readonly expiresAt: Date
  /** Narrower than the installation's when the app asked so. */
  readonly permissions: Readonly<Record<string, string>> | null
  readonly repositories: readonly Repository[] | null
}

/** A permission with its level, such as `checks:write`; any one of several is enough. */
export type Need = `${string}:${'read' | 'write'}`

/** Whether a grant holds one of the needed permissions, here or anywhere. */
export function holds(grant: Grant, needs: readonly Need[]): boolean {
  return needs.some((need) => {
    const [permission = '', level] = need.split(':')
    const wanted = level === 'write' ? 'write' : 'read'
    const narrowed = grant.permissions?.[permission]
    const within = !grant.permissions || narrowed === 'write' || (narrowed === 'read' && wanted === 'read')
    return within && grant.installation.may(permission, wanted)
  })
}

/** Whether the grant covers a repository: chosen by the owner, and by the token if that was narrowed. */
export const covers = (grant: Grant, repository: Repository): boolean =>
  grant.installation.covers(repository) && (grant.repositories?.includes(repository) ?? true)

const lifeMs = 3_600_000

/** The installation tokens given out, each good for an hour of the twin's clock. */
export class InstallationTokens {
  /** Which of GitHub's two forms new tokens have. */
  form: 'short' | 'long'
  readonly #world: World
  readonly #grants = new Map<string, Grant>()

  constructor(world: World, form: 'short' | 'long') {
    this.#world = world
    this.form = form
  }

  issue(scope: Omit<Grant, 'expiresAt'>): { readonly token: string; readonly grant: Grant } {
    const grant = { ...scope, expiresAt: new Date(this.#world.now().getTime() + lifeMs) }
    const { app } = this.#world
    const token = this.form === 'short' ? shortToken() : longToken(app.id, scope.installation.id, grant.expiresAt)
    this.#grants.set(token, grant)
    return { token, grant }
  }

  /** The grant of a token, or GitHub's 401 when it is unknown, expired or of an installation that is gone. */
  grantOf(token: string): Grant {
    const grant = this.#grants.get(token)
    const gone = grant && !this.#world.installations.includes(grant.installation)
    if (!grant || gone || grant.expiresAt <= this.#world.now()) throw unauthorized('Bad credentials')
    return grant
  }

  /** Makes every token given out so far invalid, as after a leak. */
  revokeAll(): void {
    this.#grants.clear()
  }
}

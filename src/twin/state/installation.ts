import type { Account } from './account.ts'
import { nodeIdOf } from './ids.ts'
import type { Organization } from './organization.ts'
import type { Repository } from './repository.ts'
import type { World } from './world.ts'

export interface InstallationOptions {
  /** `all` (the default), or the names of the chosen repositories. */
  readonly repositories?: 'all' | readonly string[]
  /** What the owner granted. Default: what the app asks for. */
  readonly permissions?: Readonly<Record<string, string>>
}

/** The app under test on one organization: what it may see, do and hear there. */
export class Installation {
  readonly id: number
  readonly nodeId: string
  readonly organization: Organization
  permissions: Readonly<Record<string, string>>
  readonly createdAt: Date
  updatedAt: Date
  suspendedAt: Date | null = null
  suspendedBy: Account | null = null
  readonly #world: World
  #selected: Set<Repository> | 'all'

  constructor(organization: Organization, options: InstallationOptions) {
    this.#world = organization.world
    this.organization = organization
    this.id = this.#world.ids.next()
    this.nodeId = nodeIdOf('IN', this.id)
    this.permissions = options.permissions ?? this.#world.app.permissions
    this.createdAt = this.#world.now()
    this.updatedAt = this.createdAt
    const names = options.repositories ?? 'all'
    this.#selected = names === 'all' ? 'all' : new Set(names.map((name) => this.#named(name)))
  }

  get selection(): 'all' | 'selected' {
    return this.#selected === 'all' ? 'all' : 'selected'
  }

  get repositories(): readonly Repository[] {
    return this.organization.repositories.filter((repository) => this.covers(repository))
  }

  /** Whether the owner let the app into this repository. */
  covers(repository: Repository): boolean {
    if (repository.owner !== this.organization.account) return false
    return this.#selected === 'all' || this.#selected.has(repository)
  }

  /** Whether it holds a permission at a level; `write` includes `read`. */
  may(permission: string, level: 'read' | 'write'): boolean {
    const granted = this.permissions[permission]
    return granted === 'admin' || granted === 'write' || (granted === 'read' && level === 'read')
  }

  suspend(): void {
    this.suspendedAt = this.#world.now()
    this.suspendedBy = this.organization.owner
    this.#announce('suspend')
  }

  unsuspend(): void {
    this.suspendedAt = null
    this.suspendedBy = null
    this.#announce('unsuspend')
  }

  addRepositories(...names: readonly string[]): void {
    const repositories = names.map((name) => this.#named(name))
    const selected = this.#selected === 'all' ? new Set<Repository>() : this.#selected
    for (const repository of repositories) selected.add(repository)
    this.#selected = selected
    this.#announceSelection('added', repositories)
  }

  removeRepositories(...names: readonly string[]): void {
    const repositories = names.map((name) => this.#named(name))
    const selected = new Set(this.repositories)
    for (const repository of repositories) selected.delete(repository)
    this.#selected = selected
    this.#announceSelection('removed', repositories)
  }

  /** The owner accepts other permissions. */
  grant(permissions: Readonly<Record<string, string>>): void {
    this.permissions = permissions
    this.#announce('new_permissions_accepted')
  }

  /** The owner removes the app; the last webhook says so. */
  uninstall(): void {
    this.#announce('deleted')
    const { installations } = this.#world
    installations.splice(installations.indexOf(this), 1)
  }

  #named(name: string): Repository {
    const repository = this.#world.findRepository(this.organization.login, name)
    if (!repository) throw new Error(`${this.organization.login} has no repository ${name}. Make it first.`)
    return repository
  }

  #announce(action: string): void {
    this.updatedAt = this.#world.now()
    const sender = this.organization.owner
    this.#world.announce({ event: 'installation', action, installation: this, sender })
  }

  #announceSelection(action: 'added' | 'removed', repositories: readonly Repository[]): void {
    const sender = this.organization.owner
    this.#world.announce({ event: 'installation_repositories', action, installation: this, repositories, sender })
  }
}

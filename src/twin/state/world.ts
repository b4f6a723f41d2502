import type { Account, AppIdentity, Authorship } from './account.ts'
import { noreplyEmail, webFlow } from './account.ts'
import type { Happening } from './happening.ts'
import { Ids, nodeIdOf } from './ids.ts'
import type { Installation } from './installation.ts'
import { Organization } from './organization.ts'
import type { Repository } from './repository.ts'

export interface WorldOptions {
  readonly now: () => Date
  readonly announce: (happening: Happening) => void
  readonly app: {
    readonly slug: string
    readonly permissions: Readonly<Record<string, string>>
    readonly events: readonly string[]
  }
}

/** Apps whose ids everyone knows. */
const knownApps: Readonly<Record<string, number>> = { 'github-actions': 15_368, dependabot: 29_110 }

/** Everything this GitHub knows: accounts, organizations, repositories, the app and where it is installed. */
export class World {
  /** Where this GitHub answers, without a slash at the end. */
  origin = 'http://127.0.0.1'
  readonly now: () => Date
  readonly announce: (happening: Happening) => void
  readonly ids = new Ids()
  readonly organizations: Organization[] = []
  readonly repositories: Repository[] = []
  readonly installations: Installation[] = []
  /** What `node(id:)` and database ids lead to, by global id. */
  readonly nodes = new Map<string, object>()
  readonly ghost: Account
  /** The app under test. */
  readonly app: AppIdentity
  readonly #accounts = new Map<string, Account>()
  readonly #accountsByEmail = new Map<string, Account>()
  readonly #apps = new Map<string, AppIdentity>()
  readonly #repositoriesByName = new Map<string, Repository>()

  constructor({ now, announce, app }: WorldOptions) {
    this.now = now
    this.announce = announce
    this.ghost = this.account('ghost', {})
    this.account('web-flow', { name: webFlow.name, email: webFlow.email })
    this.app = this.otherApp(app.slug)
    this.app.permissions = app.permissions
    this.app.events = app.events
  }

  /** The account with this login, made on first mention. Logins are case-insensitive. */
  account(login: string, made: Partial<Pick<Account, 'type' | 'name' | 'email' | 'twoFactor'>>): Account {
    const known = this.findAccount(login)
    if (known) return known
    const id = this.ids.next()
    const type = made.type ?? 'User'
    const account: Account = {
      id,
      nodeId: nodeIdOf(type === 'Organization' ? 'O' : type === 'Bot' ? 'BOT' : 'U', id),
      login,
      type,
      name: made.name ?? null,
      email: made.email ?? `${login.replace(/[^a-z0-9-]/gi, '')}@people.example`,
      twoFactor: made.twoFactor ?? true,
      deleted: false,
      createdAt: this.now(),
    }
    this.#accounts.set(login.toLowerCase(), account)
    this.#accountsByEmail.set(account.email.toLowerCase(), account)
    this.#accountsByEmail.set(noreplyEmail(account).toLowerCase(), account)
    this.nodes.set(account.nodeId, account)
    return account
  }

  findAccount(login: string): Account | undefined {
    return this.#accounts.get(login.toLowerCase())
  }

  /** The account a commit's address belongs to; undefined when it belongs to nobody, or to nobody any more. */
  accountOf({ email }: Pick<Authorship, 'email'>): Account | undefined {
    const account = this.#accountsByEmail.get(email.toLowerCase())
    return account?.deleted ? undefined : account
  }

  rename(account: Account, login: string): void {
    this.#accounts.delete(account.login.toLowerCase())
    account.login = login
    this.#accounts.set(login.toLowerCase(), account)
    this.#accountsByEmail.set(noreplyEmail(account).toLowerCase(), account)
  }

  /** An app by its slug, with its bot account; made on first mention. */
  otherApp(slug: string): AppIdentity {
    const known = this.#apps.get(slug)
    if (known) return known
    const id = knownApps[slug] ?? this.ids.next()
    const app: AppIdentity = {
      id,
      nodeId: nodeIdOf('A', id),
      slug,
      name: slug,
      clientId: `Iv23li${String(id)}`,
      owner: this.account('app-makers', { type: 'Organization' }),
      bot: this.account(`${slug}[bot]`, { type: 'Bot' }),
      permissions: { metadata: 'read', checks: 'write' },
      events: [],
      createdAt: this.now(),
    }
    this.#apps.set(slug, app)
    this.nodes.set(app.nodeId, app)
    return app
  }

  /** The app with this id; undefined for one that was never mentioned. */
  findApp(id: number): AppIdentity | undefined {
    return [...this.#apps.values()].find((app) => app.id === id)
  }

  organization(login: string, options: { readonly twoFactorRequired?: boolean | null }): Organization {
    const organization = new Organization(this, login)
    organization.twoFactorRequired = options.twoFactorRequired ?? true
    this.organizations.push(organization)
    return organization
  }

  findOrganization(login: string): Organization | undefined {
    return this.organizations.find(({ account }) => account.login.toLowerCase() === login.toLowerCase())
  }

  addRepository(repository: Repository): void {
    this.repositories.push(repository)
    this.#repositoriesByName.set(repository.fullName.toLowerCase(), repository)
    this.nodes.set(repository.nodeId, repository)
  }

  /** By owner and name in any case. A renamed repository answers to its old names until another takes them. */
  findRepository(owner: string, name: string): Repository | undefined {
    return this.#repositoriesByName.get(`${owner}/${name}`.toLowerCase())
  }

  noteRename(repository: Repository): void {
    this.#repositoriesByName.set(repository.fullName.toLowerCase(), repository)
  }

  findInstallation(id: number): Installation | undefined {
    return this.installations.find((installation) => installation.id === id)
  }

  timestamp(at: Date = this.now()): string {
    return toTimestamp(at)
  }
}

/** GitHub's timestamps have whole seconds. */
export const toTimestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

import type { Account } from './account.ts'
import type { Ruleset, RulesetOptions } from './branch-rules.ts'
import { applyToRuleset, makeRuleset } from './branch-rules.ts'
import type { Changes } from './happening.ts'
import { Installation, type InstallationOptions } from './installation.ts'
import type { Permission } from './permission.ts'
import { Repository, type RepositoryOptions } from './repository.ts'
import { Team } from './team.ts'
import type { World } from './world.ts'

export interface PersonOptions {
  /** Whether the account has two-factor authentication. Default true. */
  readonly twoFactor?: boolean
  /** `outside` makes an account that is not a member. Default `member`. */
  readonly role?: 'owner' | 'member' | 'outside'
  readonly name?: string
  readonly email?: string
}

/** An organization with its members, teams and repositories. */
export class Organization {
  readonly world: World
  readonly account: Account
  readonly members = new Map<Account, 'owner' | 'member'>()
  readonly teams: Team[] = []
  /** Who was invited and has not accepted, with the teams that wait for them. */
  readonly invitations = new Map<Account, readonly Team[]>()
  readonly rulesets: Ruleset[] = []
  /** Null stands for an owner's setting that GitHub does not show. */
  twoFactorRequired: boolean | null = true
  /** What every member may do in every repository. */
  basePermission: Permission = 'read'
  readonly createdAt: Date
  /** Who sets things up, and is the sender of what has no other. */
  readonly owner: Account

  constructor(world: World, login: string) {
    this.world = world
    this.account = world.account(login, { type: 'Organization', name: login })
    this.createdAt = world.now()
    this.owner = world.account(`${login}-owner`, {})
    this.members.set(this.owner, 'owner')
    world.nodes.set(this.account.nodeId, this)
  }

  get nodeId(): string {
    return this.account.nodeId
  }

  get login(): string {
    return this.account.login
  }

  get repositories(): readonly Repository[] {
    return this.world.repositories.filter(({ owner }) => owner === this.account)
  }

  get installation(): Installation | undefined {
    return this.world.installations.find(({ organization }) => organization === this)
  }

  /** A person with this login, as a member unless told otherwise. The same login is the same person everywhere. */
  person(login: string, { role = 'member', ...made }: PersonOptions = {}): Account {
    const account = this.world.account(login, made)
    if (role === 'outside') return account
    this.members.set(account, role)
    this.#announceMember('member_added', account)
    return account
  }

  /** An app's account such as `dependabot[bot]`; it never is a member. */
  bot(login: string): Account {
    return this.world.account(login.endsWith('[bot]') ? login : `${login}[bot]`, { type: 'Bot' })
  }

  /** Invites somebody, who is in no list before they accept; sends `organization.member_invited`. */
  invite(login: string, teams: readonly Team[] = []): Account {
    const invited = this.world.account(login, {})
    this.invitations.set(invited, teams)
    this.#announceMember('member_invited', invited)
    return invited
  }

  /** The invited one accepts, and is in the organization and its teams from now on. */
  acceptInvitation(invited: Account): void {
    const teams = this.invitations.get(invited)
    if (!teams) throw new Error(`${invited.login} has no invitation to ${this.login}. Send one with invite().`)
    this.invitations.delete(invited)
    this.members.set(invited, 'member')
    this.#announceMember('member_added', invited)
    for (const team of teams) team.add(invited)
  }

  removeMember(member: Account): void {
    if (!this.members.delete(member)) return
    for (const team of this.teams) team.remove(member)
    this.#announceMember('member_removed', member)
  }

  team(name: string, members: readonly Account[] = [], parent: Team | null = null): Team {
    const team = new Team(this, name, parent)
    this.teams.push(team)
    this.world.announce({ event: 'team', action: 'created', team, sender: this.owner })
    for (const member of members) team.add(member)
    return team
  }

  repository(name: string, options: RepositoryOptions = {}): Repository {
    const repository = new Repository({ world: this.world, owner: this.account, name }, options)
    this.world.announce({ event: 'repository', action: 'created', repository, sender: this.owner })
    return repository
  }

  /** Installs the app under test; sends `installation.created`. */
  install(options: InstallationOptions = {}): Installation {
    if (this.installation) throw new Error(`The app is already installed on ${this.login}. Uninstall it first.`)
    const installation = new Installation(this, options)
    this.world.installations.push(installation)
    this.world.announce({ event: 'installation', action: 'created', installation, sender: this.owner })
    return installation
  }

  /** A ruleset of the organization, for all its repositories. */
  ruleset(options: RulesetOptions): Ruleset {
    const ruleset = makeRuleset(this, options)
    this.rulesets.push(ruleset)
    this.#announceRuleset('created', ruleset)
    return ruleset
  }

  /** Changes what the options name; sends `repository_ruleset.edited`. */
  editRuleset(ruleset: Ruleset, options: RulesetOptions): void {
    this.#announceRuleset('edited', ruleset, applyToRuleset(ruleset, options))
  }

  removeRuleset(ruleset: Ruleset): void {
    this.rulesets.splice(this.rulesets.indexOf(ruleset), 1)
    this.#announceRuleset('deleted', ruleset)
  }

  #announceRuleset(action: string, ruleset: Ruleset, changes?: Changes): void {
    const event = 'repository_ruleset'
    this.world.announce({ event, action, ruleset, sender: this.owner, ...(changes && { changes }) })
  }

  #announceMember(action: string, member: Account): void {
    this.world.announce({ event: 'organization', action, organization: this, member, sender: this.owner })
  }
}

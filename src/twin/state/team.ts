import type { Account } from './account.ts'
import type { Changes } from './happening.ts'
import { nodeIdOf } from './ids.ts'
import type { Organization } from './organization.ts'
import type { Permission } from './permission.ts'
import type { Repository } from './repository.ts'

/** A team of an organization, and what it may do in which repository; its child teams may do the same. */
export class Team {
  readonly id: number
  readonly nodeId: string
  readonly organization: Organization
  readonly parent: Team | null
  name: string
  slug: string
  /** Those in the team itself; those only invited are not in it. */
  readonly members: Account[] = []
  readonly grants = new Map<Repository, Permission>()

  constructor(organization: Organization, name: string, parent: Team | null) {
    this.organization = organization
    this.parent = parent
    this.name = name
    this.slug = slugOf(name)
    this.id = organization.world.ids.next()
    this.nodeId = nodeIdOf('T', this.id)
    organization.world.nodes.set(this.nodeId, this)
  }

  get children(): readonly Team[] {
    return this.organization.teams.filter(({ parent }) => parent === this)
  }

  /** The team's own members and those of its child teams, each once: what GitHub's lists show. */
  get allMembers(): readonly Account[] {
    return [...new Set([...this.members, ...this.children.flatMap(({ allMembers }) => allMembers)])]
  }

  add(member: Account): void {
    if (this.members.includes(member)) return
    this.members.push(member)
    this.#announceMembership('added', member)
  }

  remove(member: Account): void {
    const index = this.members.indexOf(member)
    if (index < 0) return
    this.members.splice(index, 1)
    this.#announceMembership('removed', member)
  }

  /** Another name, and with it another slug; sends `team.edited`. */
  rename(name: string): void {
    const changes = { name: { from: this.name } }
    this.name = name
    this.slug = slugOf(name)
    this.#announce('edited', { changes })
  }

  /** Lets the team into a repository, or changes what it may do there. */
  grant(repository: Repository, permission: Permission): void {
    const before = this.grants.get(repository)
    this.grants.set(repository, permission)
    if (before !== undefined) {
      const from = { pull: true, push: before !== 'read' && before !== 'triage', admin: before === 'admin' }
      this.#announce('edited', { repository, changes: { repository: { permissions: { from } } } })
      return
    }
    const { world, owner: sender } = this.organization
    this.#announce('added_to_repository', { repository })
    world.announce({ event: 'team_add', action: null, team: this, repository, sender })
  }

  revoke(repository: Repository): void {
    if (this.grants.delete(repository)) this.#announce('removed_from_repository', { repository })
  }

  /** Takes the team and its child teams away. */
  delete(): void {
    for (const child of this.children) child.delete()
    const { teams, world } = this.organization
    teams.splice(teams.indexOf(this), 1)
    world.nodes.delete(this.nodeId)
    this.#announce('deleted')
  }

  #announce(action: string, extras: { readonly repository?: Repository; readonly changes?: Changes } = {}): void {
    const { world, owner: sender } = this.organization
    world.announce({ event: 'team', action, team: this, ...extras, sender })
  }

  #announceMembership(action: 'added' | 'removed', member: Account): void {
    const { world, owner: sender } = this.organization
    world.announce({ event: 'membership', action, team: this, member, sender })
  }
}

const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_]+/g, '-')

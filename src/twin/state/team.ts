import type { Account } from './account.ts'
import { nodeIdOf } from './ids.ts'
import type { Organization } from './organization.ts'
import type { Permission } from './permission.ts'
import type { Repository } from './repository.ts'

/** A team of an organization, and what it may do in which repository. */
export class Team {
  readonly id: number
  readonly nodeId: string
  readonly organization: Organization
  readonly slug: string
  readonly members: Account[] = []
  readonly grants = new Map<Repository, Permission>()

  constructor(organization: Organization, slug: string) {
    this.organization = organization
    this.slug = slug
    this.id = organization.world.ids.next()
    this.nodeId = nodeIdOf('T', this.id)
    organization.world.nodes.set(this.nodeId, this)
  }

  add(member: Account): void {
    if (this.members.includes(member)) return
    this.members.push(member)
    this.#announce('added', member)
  }

  remove(member: Account): void {
    const index = this.members.indexOf(member)
    if (index < 0) return
    this.members.splice(index, 1)
    this.#announce('removed', member)
  }

  grant(repository: Repository, permission: Permission): void {
    this.grants.set(repository, permission)
    const { world } = this.organization
    world.announce({ event: 'team', action: 'added_to_repository', team: this, sender: this.organization.owner })
  }

  #announce(action: 'added' | 'removed', member: Account): void {
    const { world, owner } = this.organization
    world.announce({ event: 'membership', action, team: this, member, sender: owner })
  }
}

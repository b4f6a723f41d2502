import type { Account } from './account.ts'
import type { Changes } from './happening.ts'
import { nodeIdOf } from './ids.ts'
import type { Repository } from './repository.ts'

export interface IssueOptions {
  readonly title: string
  readonly by: Account
  readonly body?: string | null
  /** One of the organization's issue types, by its name; made on first use. Default: none. */
  readonly type?: string | null
}

/** What has become of an issue in this place. */
type Fate =
  { readonly kind: 'here' } | { readonly kind: 'transferred'; readonly to: Issue } | { readonly kind: 'deleted' }

/** Opens an issue; sends `issues.opened`. */
export function openIssue(repository: Repository, options: IssueOptions): Issue {
  const issue = new Issue(repository, options)
  issue.announce('opened', options.by)
  return issue
}

/** An issue and everything people do to it; each act sends the webhook that GitHub would. Its comments are not kept. */
export class Issue {
  readonly repository: Repository
  /** Issues and pull requests of a repository are counted together. */
  readonly number: number
  readonly id: number
  readonly nodeId: string
  readonly author: Account
  title: string
  body: string | null
  type: string | null
  state: 'open' | 'closed' = 'open'
  stateReason: 'completed' | 'not_planned' | 'reopened' | null = null
  closedAt: Date | null = null
  closedBy: Account | null = null
  readonly createdAt: Date
  updatedAt: Date
  fate: Fate = { kind: 'here' }

  constructor(repository: Repository, { title, by, body = null, type = null }: IssueOptions) {
    const { world } = repository
    this.repository = repository
    this.id = world.ids.next()
    this.nodeId = nodeIdOf('I', this.id)
    this.number = repository.nextNumber()
    this.author = by
    this.title = title
    this.body = body
    this.type = type
    this.createdAt = world.now()
    this.updatedAt = this.createdAt
    repository.issues.set(this.number, this)
    world.nodes.set(this.nodeId, this)
  }

  /** Rewords it; sends `issues.edited` with what was there before. */
  edit({ title, body }: { readonly title?: string; readonly body?: string }, by: Account): void {
    const changes = {
      ...(title !== undefined && { title: { from: this.title } }),
      ...(body !== undefined && { body: { from: this.body ?? '' } }),
    }
    this.title = title ?? this.title
    this.body = body ?? this.body
    this.#touch()
    this.announce('edited', by, changes)
  }

  /** Gives it another type, or none; sends `issues.typed` or `issues.untyped`. */
  setType(type: string | null, by: Account): void {
    const former = this.type
    this.type = type
    this.#touch()
    this.repository.world.announce({
      event: 'issues',
      action: type === null ? 'untyped' : 'typed',
      issue: this,
      typeName: type ?? former ?? '',
      sender: by,
    })
  }

  close(by: Account, reason: 'completed' | 'not_planned' = 'completed'): void {
    this.state = 'closed'
    this.stateReason = reason
    this.closedAt = this.repository.world.now()
    this.closedBy = by
    this.#touch()
    this.announce('closed', by)
  }

  reopen(by: Account): void {
    this.state = 'open'
    this.stateReason = 'reopened'
    this.closedAt = null
    this.closedBy = null
    this.#touch()
    this.announce('reopened', by)
  }

  /** It is gone for good, and its number is not used again. */
  delete(by: Account): void {
    this.announce('deleted', by)
    this.fate = { kind: 'deleted' }
  }

  /** Moves it to another repository, where it gets a new number: sends `issues.opened` there and `issues.transferred` here. */
  transfer(to: Repository, by: Account): Issue {
    const { title, body, type, author, state, stateReason, closedAt, closedBy } = this
    const moved = new Issue(to, { title, body, type, by: author })
    Object.assign(moved, { state, stateReason, closedAt, closedBy, createdAt: this.createdAt })
    this.repository.world.announce({ event: 'issues', action: 'opened', issue: moved, former: this, sender: by })
    this.repository.world.announce({ event: 'issues', action: 'transferred', issue: this, latter: moved, sender: by })
    this.fate = { kind: 'transferred', to: moved }
    return moved
  }

  announce(action: string, sender: Account, changes?: Changes): void {
    this.repository.world.announce({ event: 'issues', action, issue: this, ...(changes && { changes }), sender })
  }

  #touch(): void {
    this.updatedAt = this.repository.world.now()
  }
}

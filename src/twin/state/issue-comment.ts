import type { Account, AppIdentity } from './account.ts'
import { nodeIdOf } from './ids.ts'
import type { PullRequest } from './pull-request.ts'

export interface Reaction {
  readonly id: number
  readonly nodeId: string
  readonly content: string
  readonly by: Account
  readonly createdAt: Date
}

/** A comment in the conversation of a pull request. */
export interface IssueComment {
  readonly id: number
  readonly nodeId: string
  readonly pullRequest: PullRequest
  readonly author: Account
  /** The app that wrote it, when one did. */
  readonly app: AppIdentity | null
  body: string
  readonly createdAt: Date
  updatedAt: Date
  readonly reactions: Reaction[]
}

export interface CommentOptions {
  readonly by: Account
  readonly body: string
  /** The app that writes it, when one does. */
  readonly app?: AppIdentity
}

export function makeComment(pullRequest: PullRequest, { by, body, app }: CommentOptions): IssueComment {
  const { world } = pullRequest.repository
  const id = world.ids.next()
  const comment: IssueComment = {
    id,
    nodeId: nodeIdOf('IC', id),
    pullRequest,
    author: by,
    app: app ?? null,
    body,
    createdAt: world.now(),
    updatedAt: world.now(),
    reactions: [],
  }
  world.nodes.set(comment.nodeId, comment)
  return comment
}

import type { Connection, Counted, OwnChecksNode } from './change-nodes.ts'
import { ownChecks, page } from './change-query.ts'

/** Which pull requests a group of the merge queue merges, and our own checks on its head. */
export const mergeGroupQuery = `
query MergeGroup($owner: String!, $name: String!, $branch: String!, $oid: GitObjectID!, $appId: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId name owner { login }
    object(oid: $oid) { ...GroupHead }
    mergeQueue(branch: $branch) {
      entries(first: 100) {
        ${page}
        nodes { position headCommit { oid } baseCommit { oid } pullRequest { number } }
      }
    }
  }
}
fragment GroupHead on Commit { parents(first: 10) { totalCount nodes { oid } } ...OwnChecks }
${ownChecks}`

export interface MergeGroupAnswer {
  readonly repository: {
    readonly databaseId: number
    readonly name: string
    readonly owner: { readonly login: string }
    readonly object: GroupHeadNode | null
    readonly mergeQueue: { readonly entries: Connection<QueueEntryNode> | null } | null
  } | null
}

export interface GroupHeadNode extends OwnChecksNode {
  readonly parents: Counted<{ readonly oid: string }>
}

export interface QueueEntryNode {
  /** 1 is next to be merged. */
  readonly position: number
  /** Both are null until the queue has built the entry. */
  readonly headCommit: { readonly oid: string } | null
  readonly baseCommit: { readonly oid: string } | null
  readonly pullRequest: { readonly number: number } | null
}

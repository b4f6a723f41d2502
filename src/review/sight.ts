import type { Change, ChangeFacts, Commit, FileDifference, Permission, Review } from '#facts/change-facts.ts'
import type { Fact } from '#facts/fact.ts'
import type { Push } from '#facts/pushes.ts'

/** What a review is judged by: what every look at a change brings, and what only some policies call for. */
export interface ReviewEvidence extends Pick<ChangeFacts, Perhaps> {
  readonly change: Change
  readonly commits: readonly Commit[]
  readonly reviews: readonly Review[]
  readonly pushes: readonly Push[]
}

type Perhaps =
  'files' | 'checks' | 'requiredChecks' | 'codeOwners' | 'teams' | 'permissions' | 'revisions' | 'properties'

/** The same, ready to be asked by name: built once, so that no rule walks a list of another's length. */
export interface Sight extends ReviewEvidence {
  /** By `organization/slug` in lower case. */
  readonly membersOf: Lookup<string, ReadonlySet<number>>
  /** By account id. */
  readonly permissionOf: Lookup<number, Permission>
  /** By commit. */
  readonly filesAt: Lookup<string, Differences>
}

/** The difference in each touched path. */
export type Differences = Readonly<Record<string, FileDifference>>

/** Null: it has not been looked for. */
export type Lookup<Key, Value> = (key: Key) => Fact<Value> | null

export const toSight = (evidence: ReviewEvidence): Sight => ({
  ...evidence,
  membersOf: lookup(evidence.teams, ({ name, members }) => [
    name.toLowerCase(),
    members.known ? { known: true, value: new Set(members.value) } : members,
  ]),
  permissionOf: lookup(evidence.permissions, ({ accountId, permission }) => [accountId, permission]),
  filesAt: lookup(evidence.revisions, ({ sha, files }) => [sha, files]),
})

function lookup<Item, Key, Value>(
  fact: Fact<readonly Item[]>,
  toEntry: (item: Item) => readonly [Key, Fact<Value>],
): Lookup<Key, Value> {
  if (!fact.known) return () => fact
  const found = new Map(fact.value.map(toEntry))
  return (key) => found.get(key) ?? null
}

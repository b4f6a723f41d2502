import type { Generated, Kysely, Transaction } from 'kysely'
import type { AskedCommand, KeptKind } from '#engine/assessment.ts'

/** Every table, as both homes have it. Times are ISO 8601 in UTC, with milliseconds, so that text order is time order. */
export interface Tables {
  schema_versions: { number: number; name: string; applied_at: string }
  deliveries: DeliveriesTable
  installations: InstallationsTable
  pushes: PushesTable
  changes: ChangesTable
  findings: FindingsTable
  acts: ActsTable
  blobs: { digest: string; content: string }
  ledger: LedgerTable
  ledger_head: { id: number; sequence: number }
  policies: PoliciesTable
  tokens: TokensTable
  api_calls: ApiCallsTable
  passes: { name: string; at: string }
  kept_answers: KeptAnswersTable
  /** When we last heard that what is kept of a kind no longer holds. */
  dropped_answers: { kind: KeptKind; installation_id: number; dropped_at: string }
  postponed: PostponedTable
  /** How many postponed changes of an installation may be queued at that time. */
  release_buckets: { installation_id: number; tokens: number; at: string }
  commands: CommandsTable
  merge_groups: MergeGroupsTable
}

/** What a query is run on. Inside a transaction it is the transaction: the embedded home has one connection. */
export type Connection = Kysely<Tables> | Transaction<Tables>

interface DeliveriesTable {
  guid: string
  event: string
  action: string | null
  installation_id: number | null
  organization: string | null
  sender: string | null
  occurred_at: string
  received_at: string
  body: string
}

interface InstallationsTable {
  id: number
  account: string
  /** The login in lower case: GitHub's logins differ in case and mean the same. */
  account_key: string
  standing: 'active' | 'suspended' | 'removed'
  changed_at: string
  /** Null: a reconcile pass is due. */
  reconciled_at: string | null
}

interface PushesTable {
  repository_id: number
  number: number
  /** Empty: the change was opened with `after_sha` as its head. */
  before_sha: string
  after_sha: string
  by_id: number
  by_login: string
  by_kind: 'user' | 'bot' | 'other'
}

interface ChangesTable {
  repository_id: number
  number: number
  installation_id: number
  owner: string
  repository: string
  /** `gone`: GitHub no longer knows it. */
  state: 'open' | 'closed' | 'merged' | 'gone'
  /** Null: not looked at yet, as everything below. */
  head_sha: string | null
  title: string | null
  url: string | null
  author_login: string | null
  opened_at: string | null
  merged_at: string | null
  looked_at: string | null
  /** The latest that has begun: what an earlier one writes is refused. */
  assessment: number
  findings_digest: string | null
  conclusion: 'met' | 'unmet' | 'waiting' | 'undetermined' | null
  policy_digest: string | null
  /** JSON: its repository as it was last judged. */
  judged_repository: string | null
  /** JSON: the facts last seen. */
  facts: string | null
  /** Null while it is looked at: until that is recorded, nobody knows which branch its answer goes by. */
  base_branch: string | null
  /** 1: its answer was found by comparing commits with the tip of the base branch. */
  rests_on_base: Generated<number>
  /** The last look failed: since when the answer may be older than it should be, and why. */
  stale_since: string | null
  stale_why: string | null
}

interface FindingsTable {
  repository_id: number
  number: number
  control: string
  mode: 'observe' | 'enforce'
  outcome: 'met' | 'unmet' | 'waiting' | 'not-applicable' | 'undetermined'
  /** When the control began to come out so. */
  since: string
  /** JSON: the finding. */
  finding: string
}

interface ActsTable {
  repository_id: number
  number: number
  key: string
  assessment: number
  digest: string
  state: 'intended' | 'done'
  at: string
  external_id: number | null
}

interface LedgerTable {
  sequence: number
  kind: string
  occurred_at: string
  received_at: string
  actor: string
  reason: string
  organization: string
  subject: string
  policy_digest: string | null
  payload_digest: string | null
  /** The canonical JSON of the whole: the leaf of the tree. */
  entry: string
  /** RFC 6962, hex. */
  leaf_hash: string
}

interface PoliciesTable {
  layer: 'organization' | 'repository'
  organization_key: string
  /** 0 for an organization's own. */
  repository_id: number
  /** Empty for an organization's. */
  branch: string
  /** JSON: the last good text and where it came from. Null: there is no policy file. */
  policy: string | null
  /** SHA-256 of the text refused last, hex. */
  refused_digest: string | null
}

interface TokensTable {
  id: string
  /** SHA-256 of its text, hex. The text is kept nowhere. */
  hash: string
  organization: string
  role: 'viewer'
  reason: string
  created_at: string
  expires_at: string
  revoked_at: string | null
  last_used_at: string | null
}

interface ApiCallsTable {
  id: Generated<number>
  /** Null: nobody we know. */
  token_id: string | null
  account: string | null
  method: string
  path: string
  status: number
  at: string
}

interface KeptAnswersTable {
  kind: KeptKind
  installation_id: number
  /** 0 for what belongs to the whole organization. */
  repository_id: number
  key: string
  /** JSON. */
  value: string
  /** When GitHub was asked. */
  read_at: string
}

interface PostponedTable {
  repository_id: number
  number: number
  installation_id: number
  owner: string
  repository: string
  /** JSON: the newest cause. */
  cause: string
  /** Since the oldest: its place in the line. */
  postponed_at: string
}

interface CommandsTable {
  repository_id: number
  comment_id: number
  number: number
  command: AskedCommand['command']
  asked_by: string
  asked_at: string
}

interface MergeGroupsTable {
  repository_id: number
  head_sha: string
  installation_id: number
  owner: string
  repository: string
  head_branch: string
  base_branch: string
  base_sha: string
  /** The pull requests it merges, each between commas: `,12,13,`. */
  numbers: string
  state: 'open' | 'ended'
  /** Null: never recorded. */
  findings_digest: string | null
  /** When something of it was last recorded. */
  at: string
}

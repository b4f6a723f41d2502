import type { Generated, Kysely, Transaction } from 'kysely'
import type { AskedCommand, KeptKind } from '#engine/assessment.ts'
import type { Trace } from '#engine/traceability.ts'
import type { TicketAnswer, Tracker } from '#facts/ticket.ts'

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
  tickets: TicketsTable
  ticket_links: TicketLinksTable
  link_claims: LinkClaimsTable
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
  /** How it traces to tracked work. Null: recorded before there were traces. */
  trace: Trace | null
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

/** What we keep of a tracker's answers about one ticket. */
interface TicketsTable {
  tracker: Tracker
  key: string
  /** How often we were told that the ticket is another now. */
  touches: number
  /** How often somebody wanted it read anew. */
  requests: number
  /** JSON: the latest. Null: never read. */
  reading: string | null
  read_at: string | null
  /** What `touches` and `requests` were when the question began that `reading` answers. */
  read_touches: number
  read_requests: number
  /** The key it was found to have; null when that is its own. */
  found_key: string | null
  /** When it was first touched since `reading` was asked for; null when it was not. */
  touched_at: string | null
  /** When it was first touched of the touches that `reading` answers. */
  answers_touch_at: string | null
  last_touched_at: string | null
}

/** A ticket on which one of our processes writes links, or did lately in vain. */
interface LinkClaimsTable {
  tracker: Tracker
  /** What the ticket is called now. */
  key: string
  claimed_at: string
}

/** A ticket that a change was last recorded to rest on. */
interface TicketLinksTable {
  repository_id: number
  number: number
  tracker: Tracker
  key: string
  named: string
  /** What the ticket is called now. Null: it was not found. */
  found_key: string | null
  outcome: TicketAnswer['outcome']
  /** JSON: the reading. */
  reading: string
  rests_on_outage: number
  read_at: string
  /** When the tracker was last asked whether that is still so. */
  rechecked_at: string | null
  /** Whether the ticket is to carry the address of the change, or does; `refused`: the tracker does not take it. */
  link_back: 'no' | 'wanted' | 'linked' | 'refused'
  wanted_at: string | null
}

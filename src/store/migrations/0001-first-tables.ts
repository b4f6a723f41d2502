import type { Dialect, Migration } from './migration.ts'
import { ledgerGuards } from './ledger-guards.ts'

export const firstTables: Migration = {
  number: 1,
  name: 'first-tables',
  statements: (dialect) => [
    ...incoming,
    ...judged,
    ...ledger,
    ...ledgerGuards(dialect),
    ...asked(dialect),
    ...(dialect === 'sqlite' ? embeddedQueue : []),
  ],
}

/** What GitHub told us. */
const incoming: readonly string[] = [
  `create table deliveries (
    guid text primary key,
    event text not null,
    action text,
    installation_id bigint,
    organization text,
    sender text,
    occurred_at text not null,
    received_at text not null,
    body text not null
  )`,
  'create index deliveries_received on deliveries (received_at)',
  `create table installations (
    id bigint primary key,
    account text not null,
    account_key text not null,
    standing text not null check (standing in ('active', 'suspended', 'removed')),
    changed_at text not null,
    reconciled_at text
  )`,
  'create index installations_account on installations (account_key)',
  `create table pushes (
    repository_id bigint not null,
    number integer not null,
    before_sha text not null,
    after_sha text not null,
    by_id bigint not null,
    by_login text not null,
    by_kind text not null,
    primary key (repository_id, number, after_sha, before_sha, by_id)
  )`,
]

/** What we know, found and did. */
const judged: readonly string[] = [
  `create table changes (
    repository_id bigint not null,
    number integer not null,
    installation_id bigint not null,
    owner text not null,
    repository text not null,
    state text not null check (state in ('open', 'closed', 'merged', 'gone')),
    head_sha text,
    title text,
    url text,
    author_login text,
    opened_at text,
    merged_at text,
    looked_at text,
    assessment integer not null,
    findings_digest text,
    conclusion text,
    policy_digest text,
    judged_repository text,
    facts text,
    primary key (repository_id, number)
  )`,
  'create index changes_head on changes (repository_id, head_sha)',
  'create index changes_standing on changes (installation_id, state, merged_at)',
  `create table findings (
    repository_id bigint not null,
    number integer not null,
    control text not null,
    mode text not null,
    outcome text not null,
    since text not null,
    finding text not null,
    primary key (repository_id, number, control),
    foreign key (repository_id, number) references changes (repository_id, number)
  )`,
  `create table acts (
    repository_id bigint not null,
    number integer not null,
    key text not null,
    assessment integer not null,
    digest text not null,
    state text not null check (state in ('intended', 'done')),
    at text not null,
    external_id bigint,
    primary key (repository_id, number, key),
    foreign key (repository_id, number) references changes (repository_id, number)
  )`,
  `create table policies (
    layer text not null check (layer in ('organization', 'repository')),
    organization_key text not null,
    repository_id bigint not null,
    branch text not null,
    policy text,
    refused_digest text,
    primary key (layer, organization_key, repository_id, branch)
  )`,
]

const ledger: readonly string[] = [
  'create table blobs (digest text primary key, content text not null)',
  `create table ledger (
    sequence bigint primary key,
    kind text not null,
    occurred_at text not null,
    received_at text not null,
    actor text not null,
    reason text not null,
    organization text not null,
    subject text not null,
    policy_digest text,
    payload_digest text references blobs (digest),
    entry text not null,
    leaf_hash text not null
  )`,
  'create index ledger_subject on ledger (subject, kind, sequence)',
  'create table ledger_head (id integer primary key check (id = 1), sequence bigint not null)',
  'insert into ledger_head (id, sequence) values (1, 0)',
]

/** Who may ask, who asked, and how far our own rounds have come. */
const asked = (dialect: Dialect): readonly string[] => [
  `create table tokens (
    id text primary key,
    hash text not null unique,
    organization text not null,
    role text not null,
    reason text not null,
    created_at text not null,
    expires_at text not null,
    revoked_at text,
    last_used_at text
  )`,
  `create table api_calls (
    id ${dialect === 'sqlite' ? 'integer primary key autoincrement' : 'bigint generated always as identity primary key'},
    token_id text,
    account text,
    method text not null,
    path text not null,
    status integer not null,
    at text not null
  )`,
  'create index api_calls_at on api_calls (at)',
  'create table passes (name text primary key, at text not null)',
]

/** The embedded work queue. On PostgreSQL pg-boss keeps its own schema. */
const embeddedQueue: readonly string[] = [
  `create table queue_entries (
    subject_key text primary key,
    installation_id bigint not null,
    entry text not null,
    state text not null check (state in ('waiting', 'active')),
    place integer not null,
    due_at integer not null,
    tries integer not null,
    offered_again text,
    worker text,
    leased_until integer
  )`,
  'create index queue_entries_due on queue_entries (state, due_at)',
  'create index queue_entries_line on queue_entries (state, installation_id, place)',
  `create table queue_dead_letters (
    id text primary key,
    entry text not null,
    attempts integer not null,
    error text not null,
    died_at text not null
  )`,
]

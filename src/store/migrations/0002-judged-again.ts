import type { Migration } from './migration.ts'

/** What it takes to judge a change again when something around it has changed. */
export const judgedAgain: Migration = {
  number: 2,
  name: 'judged-again',
  statements: () => [...looks, ...kept, ...postponed, ...asked],
}

const looks: readonly string[] = [
  'alter table changes add column base_branch text',
  'alter table changes add column rests_on_base integer not null default 0',
  'alter table changes add column stale_since text',
  'alter table changes add column stale_why text',
  'create index pushes_after on pushes (repository_id, after_sha)',
]

/** What we keep of GitHub's answers, and when we last heard that they no longer hold. */
const kept: readonly string[] = [
  `create table kept_answers (
    kind text not null,
    installation_id bigint not null,
    repository_id bigint not null,
    key text not null,
    value text not null,
    read_at text not null,
    primary key (kind, installation_id, repository_id, key)
  )`,
  'create index kept_answers_read on kept_answers (read_at)',
  `create table dropped_answers (
    kind text not null,
    installation_id bigint not null,
    dropped_at text not null,
    primary key (kind, installation_id)
  )`,
]

/** Changes put by, and how many of an installation's may be queued now. */
const postponed: readonly string[] = [
  `create table postponed (
    repository_id bigint not null,
    number integer not null,
    installation_id bigint not null,
    owner text not null,
    repository text not null,
    cause text not null,
    postponed_at text not null,
    primary key (repository_id, number)
  )`,
  'create index postponed_line on postponed (installation_id, postponed_at)',
  `create table release_buckets (
    installation_id bigint primary key,
    tokens double precision not null,
    at text not null
  )`,
]

/** What people and the merge queue ask of us. */
const asked: readonly string[] = [
  `create table commands (
    repository_id bigint not null,
    comment_id bigint not null,
    number integer not null,
    command text not null,
    asked_by text not null,
    asked_at text not null,
    primary key (repository_id, comment_id)
  )`,
  'create index commands_change on commands (repository_id, number)',
  `create table merge_groups (
    repository_id bigint not null,
    head_sha text not null,
    installation_id bigint not null,
    owner text not null,
    repository text not null,
    head_branch text not null,
    base_branch text not null,
    base_sha text not null,
    numbers text not null,
    state text not null check (state in ('open', 'ended')),
    findings_digest text,
    at text not null,
    primary key (repository_id, head_sha)
  )`,
  'create index merge_groups_at on merge_groups (at)',
]

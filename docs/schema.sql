CREATE TABLE acts (
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
);

CREATE TABLE api_calls (
  id integer primary key autoincrement,
  token_id text,
  account text,
  method text not null,
  path text not null,
  status integer not null,
  at text not null
);

CREATE TABLE blobs (digest text primary key, content text not null);

CREATE TABLE changes (
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
  facts text, base_branch text, rests_on_base integer not null default 0, stale_since text, stale_why text, trace text,
  primary key (repository_id, number)
);

CREATE TABLE commands (
  repository_id bigint not null,
  comment_id bigint not null,
  number integer not null,
  command text not null,
  asked_by text not null,
  asked_at text not null,
  primary key (repository_id, comment_id)
);

CREATE TABLE deliveries (
  guid text primary key,
  event text not null,
  action text,
  installation_id bigint,
  organization text,
  sender text,
  occurred_at text not null,
  received_at text not null,
  body text not null
);

CREATE TABLE dropped_answers (
  kind text not null,
  installation_id bigint not null,
  dropped_at text not null,
  primary key (kind, installation_id)
);

CREATE TABLE findings (
  repository_id bigint not null,
  number integer not null,
  control text not null,
  mode text not null,
  outcome text not null,
  since text not null,
  finding text not null,
  primary key (repository_id, number, control),
  foreign key (repository_id, number) references changes (repository_id, number)
);

CREATE TABLE installations (
  id bigint primary key,
  account text not null,
  account_key text not null,
  standing text not null check (standing in ('active', 'suspended', 'removed')),
  changed_at text not null,
  reconciled_at text
);

CREATE TABLE kept_answers (
  kind text not null,
  installation_id bigint not null,
  repository_id bigint not null,
  key text not null,
  value text not null,
  read_at text not null,
  primary key (kind, installation_id, repository_id, key)
);

CREATE TABLE ledger (
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
);

CREATE TABLE ledger_head (id integer primary key check (id = 1), sequence bigint not null);

CREATE TABLE link_claims (
  tracker text not null,
  key text not null,
  claimed_at text not null,
  primary key (tracker, key)
);

CREATE TABLE merge_groups (
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
);

CREATE TABLE passes (name text primary key, at text not null);

CREATE TABLE policies (
  layer text not null check (layer in ('organization', 'repository')),
  organization_key text not null,
  repository_id bigint not null,
  branch text not null,
  policy text,
  refused_digest text,
  primary key (layer, organization_key, repository_id, branch)
);

CREATE TABLE postponed (
  repository_id bigint not null,
  number integer not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  cause text not null,
  postponed_at text not null,
  primary key (repository_id, number)
);

CREATE TABLE pushes (
  repository_id bigint not null,
  number integer not null,
  before_sha text not null,
  after_sha text not null,
  by_id bigint not null,
  by_login text not null,
  by_kind text not null,
  primary key (repository_id, number, after_sha, before_sha, by_id)
);

CREATE TABLE queue_dead_letters (
  id text primary key,
  entry text not null,
  attempts integer not null,
  error text not null,
  died_at text not null
);

CREATE TABLE queue_entries (
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
);

CREATE TABLE release_buckets (
  installation_id bigint primary key,
  tokens double precision not null,
  at text not null
);

CREATE TABLE schema_versions (
  number integer primary key, name text not null, applied_at text not null
);

CREATE TABLE ticket_links (
  repository_id bigint not null,
  number integer not null,
  tracker text not null,
  key text not null,
  named text not null,
  found_key text,
  outcome text not null,
  reading text not null,
  rests_on_outage integer not null,
  read_at text not null,
  rechecked_at text,
  link_back text not null check (link_back in ('no', 'wanted', 'linked', 'refused')),
  wanted_at text,
  primary key (repository_id, number, tracker, key),
  foreign key (repository_id, number) references changes (repository_id, number)
);

CREATE TABLE tickets (
  tracker text not null,
  key text not null,
  touches integer not null,
  requests integer not null,
  reading text,
  read_at text,
  read_touches integer not null,
  read_requests integer not null,
  found_key text,
  touched_at text,
  answers_touch_at text,
  last_touched_at text,
  primary key (tracker, key)
);

CREATE TABLE tokens (
  id text primary key,
  hash text not null unique,
  organization text not null,
  role text not null,
  reason text not null,
  created_at text not null,
  expires_at text not null,
  revoked_at text,
  last_used_at text
);

CREATE INDEX api_calls_at on api_calls (at);

CREATE TRIGGER blobs_not_deleted before delete on blobs begin select raise(abort, 'The ledger is append-only: entries are added, never changed or removed.'); end;

CREATE TRIGGER blobs_not_replaced before insert on blobs
 when exists (select 1 from blobs where digest = new.digest and content <> new.content)
 begin select raise(abort, 'The ledger is append-only: entries are added, never changed or removed.'); end;

CREATE TRIGGER blobs_not_updated before update on blobs begin select raise(abort, 'The ledger is append-only: entries are added, never changed or removed.'); end;

CREATE INDEX changes_awaited on changes (repository_id, number) where state = 'open' and conclusion <> 'met';

CREATE INDEX changes_head on changes (repository_id, head_sha);

CREATE INDEX changes_standing on changes (installation_id, state, merged_at);

CREATE INDEX commands_change on commands (repository_id, number);

CREATE INDEX deliveries_received on deliveries (received_at);

CREATE INDEX installations_account on installations (account_key);

CREATE INDEX kept_answers_read on kept_answers (read_at);

CREATE TRIGGER ledger_in_sequence before insert on ledger
 when new.sequence is not (select sequence from ledger_head)
   or exists (select 1 from ledger where sequence = new.sequence)
 begin select raise(abort, 'A ledger entry takes the next place in the sequence, and no other.'); end;

CREATE TRIGGER ledger_not_deleted before delete on ledger begin select raise(abort, 'The ledger is append-only: entries are added, never changed or removed.'); end;

CREATE TRIGGER ledger_not_updated before update on ledger begin select raise(abort, 'The ledger is append-only: entries are added, never changed or removed.'); end;

CREATE INDEX ledger_subject on ledger (subject, kind, sequence);

CREATE TRIGGER ledger_head_grows before update on ledger_head
 when new.id is not old.id or new.sequence is not old.sequence + 1
 begin select raise(abort, 'A ledger entry takes the next place in the sequence, and no other.'); end;

CREATE TRIGGER ledger_head_not_deleted before delete on ledger_head
 begin select raise(abort, 'The ledger is append-only: entries are added, never changed or removed.'); end;

CREATE TRIGGER ledger_head_not_inserted before insert on ledger_head
 begin select raise(abort, 'A ledger entry takes the next place in the sequence, and no other.'); end;

CREATE INDEX merge_groups_at on merge_groups (at);

CREATE INDEX postponed_line on postponed (installation_id, postponed_at);

CREATE INDEX pushes_after on pushes (repository_id, after_sha);

CREATE INDEX queue_entries_due on queue_entries (state, due_at);

CREATE INDEX queue_entries_line on queue_entries (state, installation_id, place);

CREATE INDEX ticket_links_found on ticket_links (tracker, found_key);

CREATE INDEX ticket_links_key on ticket_links (tracker, key);

CREATE INDEX ticket_links_outage on ticket_links (repository_id, number) where rests_on_outage = 1;

CREATE INDEX ticket_links_wanted on ticket_links (wanted_at) where link_back = 'wanted';

CREATE INDEX tickets_found on tickets (tracker, found_key) where found_key is not null;

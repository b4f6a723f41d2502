import type { Migration } from './migration.ts'

/** What trackers say of tickets, and which changes rest on it. */
export const tickets: Migration = {
  number: 3,
  name: 'tickets',
  statements: () => [...answers, ...links, ...traces],
}

/** What we keep of trackers' answers, how often we heard that they no longer hold, and how often when they were asked. */
const answers: readonly string[] = [
  `create table tickets (
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
  )`,
  'create index tickets_found on tickets (tracker, found_key) where found_key is not null',
]

/** What each change was last recorded to rest on. The indexes with a condition hold the few rows that rounds look for. */
const links: readonly string[] = [
  `create table ticket_links (
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
  )`,
  // Until a minute later nobody else writes links on that ticket.
  `create table link_claims (
    tracker text not null,
    key text not null,
    claimed_at text not null,
    primary key (tracker, key)
  )`,
  'create index ticket_links_key on ticket_links (tracker, key)',
  'create index ticket_links_found on ticket_links (tracker, found_key)',
  'create index ticket_links_outage on ticket_links (repository_id, number) where rests_on_outage = 1',
  "create index ticket_links_wanted on ticket_links (wanted_at) where link_back = 'wanted'",
  "create index changes_awaited on changes (repository_id, number) where state = 'open' and conclusion <> 'met'",
]

/** How changes trace to tracked work; null: recorded before that was known. Their figures read along `changes_standing`. */
const traces: readonly string[] = ['alter table changes add column trace text']

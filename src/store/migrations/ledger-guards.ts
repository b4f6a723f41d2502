import type { Dialect } from './migration.ts'

/**
 * Triggers that let the ledger grow and nothing else, whoever is connected.
 *
 * Entries and blobs can be inserted; the head can only go one further; an entry must take the place the head names.
 */
export const ledgerGuards = (dialect: Dialect): readonly string[] =>
  dialect === 'sqlite' ? sqliteGuards : postgresGuards

const refusal = 'The ledger is append-only: entries are added, never changed or removed.'
const outOfPlace = 'A ledger entry takes the next place in the sequence, and no other.'

const sqliteGuards: readonly string[] = [
  ...['ledger', 'blobs'].flatMap((table) => [
    `create trigger ${table}_not_updated before update on ${table} begin select raise(abort, '${refusal}'); end`,
    `create trigger ${table}_not_deleted before delete on ${table} begin select raise(abort, '${refusal}'); end`,
  ]),
  // `insert or replace` would remove a row without a delete trigger seeing it, unless the insert itself is refused.
  `create trigger blobs_not_replaced before insert on blobs
   when exists (select 1 from blobs where digest = new.digest and content <> new.content)
   begin select raise(abort, '${refusal}'); end`,
  `create trigger ledger_in_sequence before insert on ledger
   when new.sequence is not (select sequence from ledger_head)
     or exists (select 1 from ledger where sequence = new.sequence)
   begin select raise(abort, '${outOfPlace}'); end`,
  `create trigger ledger_head_grows before update on ledger_head
   when new.id is not old.id or new.sequence is not old.sequence + 1
   begin select raise(abort, '${outOfPlace}'); end`,
  `create trigger ledger_head_not_inserted before insert on ledger_head
   begin select raise(abort, '${outOfPlace}'); end`,
  `create trigger ledger_head_not_deleted before delete on ledger_head
   begin select raise(abort, '${refusal}'); end`,
]

const postgresGuards: readonly string[] = [
  `create function ledger_refuse() returns trigger language plpgsql as $$
   begin raise exception '${refusal}'; end $$`,
  `create function ledger_in_sequence() returns trigger language plpgsql as $$
   begin
     if new.sequence is distinct from (select sequence from ledger_head) then raise exception '${outOfPlace}'; end if;
     return new;
   end $$`,
  `create function ledger_head_grows() returns trigger language plpgsql as $$
   begin
     if new.id <> old.id or new.sequence <> old.sequence + 1 then raise exception '${outOfPlace}'; end if;
     return new;
   end $$`,
  ...['ledger', 'blobs'].map(
    (table) => `create trigger ${table}_append_only before update or delete or truncate on ${table}
     for each statement execute function ledger_refuse()`,
  ),
  `create trigger ledger_head_append_only before insert or delete or truncate on ledger_head
   for each statement execute function ledger_refuse()`,
  `create trigger ledger_in_sequence before insert on ledger for each row execute function ledger_in_sequence()`,
  `create trigger ledger_head_grows before update on ledger_head for each row execute function ledger_head_grows()`,
]

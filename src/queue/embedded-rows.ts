import { randomUUID } from 'node:crypto'
import { type QueryExecutorProvider, sql } from 'kysely'
import { subjectKey, type DeadLetter } from '#facts/subject.ts'
import { type AfterFailure, triesAfterLosses } from './after-failure.ts'
import type { QueuedSubject } from './work-queue.ts'

/**
 * The rows of the embedded queue: `queue_entries`, one for each subject that waits or runs, and `queue_dead_letters`.
 *
 * Made by the store's first migration. Times are milliseconds since 1970; `place` orders those of one installation.
 */
interface EntryRow {
  readonly subject_key: string
  readonly installation_id: number
  readonly entry: string
  readonly tries: number
}

export interface EmbeddedClaim {
  readonly key: string
  readonly entry: QueuedSubject
  readonly attempt: number
}

/** Queues a subject to be worked at once; one that waits already keeps its place and takes the newest cause. */
export async function upsertEntry(on: QueryExecutorProvider, entry: QueuedSubject, now: Date): Promise<void> {
  const { installationId } = entry.subject
  const json = JSON.stringify(entry)
  await sql`
    insert into queue_entries (subject_key, installation_id, entry, state, place, due_at, tries)
    values (${subjectKey(entry.subject)}, ${installationId}, ${json}, 'waiting', ${nextPlace(now)}, ${now.getTime()}, 0)
    on conflict (subject_key) do update set
      installation_id = excluded.installation_id,
      offered_again = case when state = 'active' then excluded.entry end,
      entry = case when state = 'active' then entry else excluded.entry end,
      due_at = case when state = 'active' then due_at else excluded.due_at end,
      tries = case when state = 'active' then tries else 0 end
  `.execute(on)
}

let latestPlace = 0

/** Time order, and the order of the offers within a millisecond. */
function nextPlace(now: Date): number {
  latestPlace = Math.max(latestPlace + 1, now.getTime() * 1_000)
  return latestPlace
}

export interface HeldRow {
  readonly key: string
  readonly worker: string
  readonly leasedUntil: number
}

/** Whether anything is due, and what is being worked by whom. */
export async function findFreeRows(
  on: QueryExecutorProvider,
  now: Date,
): Promise<{ readonly hasDue: boolean; readonly active: readonly HeldRow[] }> {
  const due = await sql`
    select 1 from queue_entries where state = 'waiting' and due_at <= ${now.getTime()} limit 1
  `.execute(on)
  const active = await sql<HeldRow>`
    select subject_key as key, worker, leased_until as "leasedUntil" from queue_entries where state = 'active'
  `.execute(on)
  return { hasDue: due.rows.length > 0, active: active.rows }
}

interface Lease {
  readonly worker: string
  readonly now: Date
  readonly until: Date
}

/** Takes due entries, each time of the installation that has the fewest running, and among those waited longest for a turn. */
export async function claimFrom(
  within: QueryExecutorProvider,
  { atMost, lease, served }: { readonly atMost: number; readonly lease: Lease; readonly served: Map<number, number> },
): Promise<readonly EmbeddedClaim[]> {
  const lines = await findLines(within)
  const taken: EmbeddedClaim[] = []
  let turn = Math.max(0, ...served.values())
  while (taken.length < atMost && lines.length > 0) {
    lines.sort((a, b) => a.active - b.active || (served.get(a.installation) ?? 0) - (served.get(b.installation) ?? 0))
    const [next] = lines
    if (next === undefined) break
    const claim = await claimOldest(within, next.installation, lease)
    if (claim === null) {
      lines.shift()
      continue
    }
    taken.push(claim)
    next.active += 1
    turn += 1
    served.set(next.installation, turn)
  }
  return taken
}

interface Line {
  readonly installation: number
  active: number
}

/** The installations that have entries waiting, found by steps through the index: there are few, and their entries are many. */
async function findLines(within: QueryExecutorProvider): Promise<Line[]> {
  const { rows } = await sql<Line>`
    with recursive line (installation) as (
      select min(installation_id) from queue_entries where state = 'waiting'
      union all
      select (select min(installation_id) from queue_entries where state = 'waiting' and installation_id > line.installation)
      from line where line.installation is not null
    )
    select installation,
      (select count(*) from queue_entries where state = 'active' and installation_id = line.installation) as active
    from line where installation is not null
  `.execute(within)
  return [...rows]
}

async function claimOldest(
  within: QueryExecutorProvider,
  installation: number,
  { worker, now, until }: Lease,
): Promise<EmbeddedClaim | null> {
  const { rows } = await sql<EntryRow>`
    update queue_entries set state = 'active', worker = ${worker}, leased_until = ${until.getTime()}
    where subject_key = (
      select subject_key from queue_entries
      where state = 'waiting' and installation_id = ${installation} and due_at <= ${now.getTime()}
      order by place limit 1
    )
    returning subject_key, installation_id, entry, tries
  `.execute(within)
  const [row] = rows
  if (row === undefined) return null
  return { key: row.subject_key, entry: parseEntry(row.entry), attempt: row.tries + 1 }
}

/** Writes how a claim ended, unless the entry was taken from this worker meanwhile. */
export async function settleRow(
  within: QueryExecutorProvider,
  { key, entry, attempt }: EmbeddedClaim,
  { worker, now, after }: { readonly worker: string; readonly now: Date; readonly after: AfterFailure | undefined },
): Promise<void> {
  const { rows } = await sql<{ offered_again: string | null }>`
    select offered_again from queue_entries where subject_key = ${key} and state = 'active' and worker = ${worker}
  `.execute(within)
  const [row] = rows
  if (row === undefined) return
  if (after?.then === 'dead') await buryEntry(within, { entry, attempts: attempt, error: after.error }, now)
  if (row.offered_again !== null) {
    // "Not now" is said of the installation, so it holds for the newer cause too.
    const waitMs = after?.then === 'not-now' ? after.waitMs : 0
    await waitAgain(within, key, { entry: row.offered_again, tries: 0, dueAt: now.getTime() + waitMs })
  } else if (after === undefined || after.then === 'dead') {
    await sql`delete from queue_entries where subject_key = ${key}`.execute(within)
  } else {
    const tries = after.then === 'not-now' ? attempt - 1 : attempt
    await waitAgain(within, key, { entry: JSON.stringify(entry), tries, dueAt: now.getTime() + after.waitMs })
  }
}

/** Gives a lost worker's entry back. */
export async function loseRow(
  within: QueryExecutorProvider,
  { key, worker }: HeldRow,
  { now, waitsMs }: { readonly now: Date; readonly waitsMs: readonly number[] },
): Promise<void> {
  const { rows } = await sql<EntryRow>`
    select subject_key, installation_id, entry, tries from queue_entries
    where subject_key = ${key} and state = 'active' and worker = ${worker}
  `.execute(within)
  const [row] = rows
  if (row === undefined) return
  const attempt = triesAfterLosses(row.tries, 1, waitsMs)
  const after: AfterFailure = { then: 'again', waitMs: attempt <= fewLosses ? 0 : lossWaitMs }
  await settleRow(within, { key, entry: parseEntry(row.entry), attempt }, { worker, now, after })
}

/** More losses in a row than happen by chance: the entry may be what kills its workers, so others go first. */
const fewLosses = 3
const lossWaitMs = 2_000

interface Waiting {
  readonly entry: string
  readonly tries: number
  readonly dueAt: number
}

async function waitAgain(within: QueryExecutorProvider, key: string, { entry, tries, dueAt }: Waiting): Promise<void> {
  await sql`
    update queue_entries set state = 'waiting', entry = ${entry}, tries = ${tries}, due_at = ${dueAt},
      offered_again = null, worker = null, leased_until = null
    where subject_key = ${key}
  `.execute(within)
}

export async function renewLeases(
  on: QueryExecutorProvider,
  worker: string,
  { keys, until }: { readonly keys: readonly string[]; readonly until: Date },
): Promise<void> {
  await sql`
    update queue_entries set leased_until = ${until.getTime()}
    where state = 'active' and worker = ${worker} and subject_key in (${sql.join(keys)})
  `.execute(on)
}

async function buryEntry(
  within: QueryExecutorProvider,
  { entry, attempts, error }: { readonly entry: QueuedSubject; readonly attempts: number; readonly error: string },
  now: Date,
): Promise<void> {
  await sql`
    insert into queue_dead_letters (id, entry, attempts, error, died_at)
    values (${randomUUID()}, ${JSON.stringify(entry)}, ${attempts}, ${error}, ${now.toISOString()})
  `.execute(within)
}

export async function listDeadLetters(on: QueryExecutorProvider): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<{ id: string; entry: string; attempts: number; error: string; died_at: string }>`
    select id, entry, attempts, error, died_at from queue_dead_letters order by died_at, id
  `.execute(on)
  return rows.map(({ id, entry, attempts, error, died_at }) => ({
    id,
    ...parseEntry(entry),
    attempts,
    error,
    diedAt: died_at,
  }))
}

/** Queues dead letters again, all when no ids are given, and returns how many. */
export async function requeueDeadLetters(
  within: QueryExecutorProvider,
  now: Date,
  ids?: readonly string[],
): Promise<number> {
  if (ids?.length === 0) return 0
  const chosen = ids === undefined ? sql`` : sql`where id in (${sql.join(ids)})`
  const { rows } = await sql<{ entry: string }>`delete from queue_dead_letters ${chosen} returning entry`.execute(
    within,
  )
  for (const { entry } of rows) await reviveEntry(within, parseEntry(entry), now)
  return rows.length
}

/** As `upsertEntry`, but a cause that is there already is newer than the dead one, and stays. */
async function reviveEntry(within: QueryExecutorProvider, entry: QueuedSubject, now: Date): Promise<void> {
  const json = JSON.stringify(entry)
  await sql`
    insert into queue_entries (subject_key, installation_id, entry, state, place, due_at, tries)
    values (${subjectKey(entry.subject)}, ${entry.subject.installationId}, ${json}, 'waiting', ${nextPlace(now)},
      ${now.getTime()}, 0)
    on conflict (subject_key) do update set
      offered_again = case when state = 'active' then coalesce(offered_again, excluded.entry) end,
      due_at = case when state = 'active' then due_at else excluded.due_at end,
      tries = case when state = 'active' then tries else 0 end
  `.execute(within)
}

export async function countEntries(
  on: QueryExecutorProvider,
): Promise<{ waiting: number; active: number; dead: number }> {
  const { rows } = await sql<{ waiting: number; active: number; dead: number }>`
    select
      (select count(*) from queue_entries where state = 'waiting') as waiting,
      (select count(*) from queue_entries where state = 'active') as active,
      (select count(*) from queue_dead_letters) as dead
  `.execute(on)
  const [counts] = rows
  if (counts === undefined) throw new Error('A query for counts returned no row.')
  return counts
}

/** Only for what this file wrote. */
const parseEntry = (json: string): QueuedSubject => JSON.parse(json) as QueuedSubject

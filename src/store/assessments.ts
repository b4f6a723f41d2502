import { canonicalJson } from '#facts/canonical-json.ts'
import type { Change } from '#facts/change-facts.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { sql, type Transaction, type UpdateObject } from 'kysely'
import { findActs, intendAct } from './acts.ts'
import { changeIs, findChangesAtHead } from './changes.ts'
import { findCommands } from './commands.ts'
import type { Standing } from '#engine/standing.ts'
import type { Trace } from '#engine/traceability.ts'
import { replaceFindings } from './findings.ts'
import { appendEntry } from './ledger.ts'
import { forgetPostponed } from './postponed.ts'
import { storable, storableTime } from './storable.ts'
import { forgetTicketLinks, isRestingOnOutage, replaceTicketLinks, type RestingOn } from './ticket-links.ts'
import type { Act, Assessment, BegunAssessment } from '#engine/assessment.ts'
import { SupersededAssessment } from '#facts/superseded-assessment.ts'
import type { Connection, Tables } from './tables.ts'

/**
 * Numbers an assessment within its subject, and with that supersedes those begun before.
 *
 * Until it is recorded nobody knows which base branch its answer will go by, so that a push to any touches it.
 */
export async function beginAssessment(on: Connection, subject: ChangeSubject): Promise<BegunAssessment> {
  const begun = await on
    .insertInto('changes')
    .values({
      repository_id: subject.repositoryId,
      number: subject.number,
      installation_id: subject.installationId,
      owner: storable(subject.owner),
      repository: storable(subject.repository),
      state: 'open',
      assessment: 1,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'number'])
        .doUpdateSet({ assessment: sql<number>`changes.assessment + 1`, base_branch: null }),
    )
    .returning(['assessment', 'findings_digest', 'state', 'conclusion'])
    .executeTakeFirstOrThrow()
  await forgetPostponed(on, subject)
  return {
    number: begun.assessment,
    findingsDigest: begun.findings_digest,
    state: begun.findings_digest === null ? null : begun.state,
    standing: begun.conclusion,
    acts: await findActs(on, subject),
    commands: await findCommands(on, subject),
    restsOnOutage: await isRestingOnOutage(on, subject),
  }
}

interface RecordedAssessment extends Pick<RestingOn, 'tickets' | 'linkBack'> {
  readonly assessment: Assessment
  readonly findingsDigest: string
  readonly standing: Standing
  readonly trace: Trace
  readonly entry: NewEntry | null
  readonly addition: Act | null
}

/** Who is to be looked at because of what was recorded. */
interface Affected {
  /** The open changes whose check speaks for this one too, when anything of it has changed. */
  readonly sharers: readonly ChangeSubject[]
  /** `touched`: a ticket became another while it was read, so that this change is to be looked at again. */
  readonly tickets: 'recorded' | 'touched'
}

/**
 * Records what an assessment saw and found, and its ledger entry when it has one.
 *
 * The tickets recorded last stay when it could not be seen which ones the change names. Throws SupersededAssessment, and
 * writes nothing, when a later assessment of the change has begun.
 */
export async function recordAssessment(within: Transaction<Tables>, recorded: RecordedAssessment): Promise<Affected> {
  const { assessment, entry } = recorded
  const { subject, findings, facts, at } = assessment
  const before = await findHead(within, subject)
  await updateChange(within, recorded)
  const opened = facts.change.known ? facts.change.value.openedAt : at
  await replaceFindings(within, subject, { findings, at, opened })
  const { tickets, linkBack } = recorded
  const links = facts.tickets.known ? await replaceTicketLinks(within, subject, { tickets, linkBack, at }) : 'recorded'
  if (recorded.addition !== null) await intendAct(within, recorded.addition)
  if (entry === null) return { sharers: [], tickets: links }
  await appendEntry(within, entry, assessment)
  return { sharers: await findSharers(within, subject, [before, await findHead(within, subject)]), tickets: links }
}

async function updateChange(within: Transaction<Tables>, recorded: RecordedAssessment): Promise<void> {
  const { subject, number, policy, facts, repository, at } = recorded.assessment
  const { numUpdatedRows } = await within
    .updateTable('changes')
    .set({
      ...(facts.change.known ? columnsOf(facts.change.value) : {}),
      installation_id: subject.installationId,
      owner: storable(subject.owner),
      repository: storable(subject.repository),
      looked_at: storableTime(at),
      findings_digest: recorded.findingsDigest,
      conclusion: recorded.standing,
      policy_digest: policy.digest,
      judged_repository: canonicalJson(repository),
      facts: canonicalJson(facts),
      rests_on_base: facts.revisions.known && facts.revisions.value.length > 0 ? 1 : 0,
      stale_since: null,
      stale_why: null,
      trace: recorded.trace,
    })
    .where(changeIs(subject))
    .where('assessment', '=', number)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new SupersededAssessment(subject, number)
}

async function findHead(on: Connection, subject: ChangeSubject): Promise<string | null> {
  const row = await on.selectFrom('changes').select('head_sha').where(changeIs(subject)).executeTakeFirst()
  return row?.head_sha ?? null
}

/** Other open changes on these head commits: their check speaks for this change too. */
async function findSharers(
  on: Connection,
  { repositoryId, number }: ChangeSubject,
  heads: readonly (string | null)[],
): Promise<readonly ChangeSubject[]> {
  const sharers: ChangeSubject[] = []
  for (const head of new Set(heads)) {
    if (head !== null) sharers.push(...(await findChangesAtHead(on, repositoryId, head)))
  }
  return sharers.filter((sharer) => sharer.number !== number)
}

const columnsOf = (change: Change): UpdateObject<Tables, 'changes'> => ({
  state: change.state,
  head_sha: storable(change.headSha),
  base_branch: storable(change.baseBranch),
  title: storable(change.title),
  url: storable(change.url),
  author_login: change.author === null ? null : storable(change.author.login),
  opened_at: storableTime(change.openedAt),
  merged_at: change.merge === null ? null : storableTime(change.merge.at),
})

/** A look failed: the answer recorded last, if there is one, may be older than it should be since the first such look. */
export async function recordStale(
  on: Connection,
  subject: ChangeSubject,
  { why, at }: { readonly why: string; readonly at: Date },
): Promise<void> {
  await on
    .updateTable('changes')
    .set({ stale_since: sql<string>`coalesce(stale_since, ${at.toISOString()})`, stale_why: storable(why) })
    .where(changeIs(subject))
    .where('findings_digest', 'is not', null)
    .execute()
}

/** Closes a change that GitHub no longer knows; returns the open changes whose check spoke for it too. */
export async function recordGone(
  within: Transaction<Tables>,
  subject: ChangeSubject,
): Promise<readonly ChangeSubject[]> {
  await within.updateTable('changes').set({ state: 'gone' }).where(changeIs(subject)).execute()
  await forgetTicketLinks(within, subject)
  return findSharers(within, subject, [await findHead(within, subject)])
}

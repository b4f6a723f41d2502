import type { InstallationStanding } from '#facts/installation.ts'
import type { Push } from '#facts/pushes.ts'
import { type Cause, type ChangeSubject, type MergeGroupSubject, type Subject, subjectKey } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { QueryExecutorProvider } from 'kysely'
import type { Act, AskedCommand, Assessment, KeptAnswer } from '#engine/assessment.ts'
import { intendAct, isActRecorded, recordAct, recordAnswer } from './acts.ts'
import { beginAssessment, recordAssessment, recordGone, recordStale } from './assessments.ts'
import { findChangesByHead, findOpenChanges, findOpenFacts, findRecordedOpenChanges } from './changes.ts'
import { storeCommand } from './commands.ts'
import type { Database } from './database.ts'
import { findStoredDeliveries, storeDelivery } from './deliveries.ts'
import { findSharingHead } from './findings.ts'
import { isInstalledOn, storeInstallation } from './installations.ts'
import { dropKeptAnswers, findKeptAnswer, keepAnswer } from './kept-answers.ts'
import { appendEntry, findLatestAssessment, findLedgerPosition } from './ledger.ts'
import {
  beginMergeGroup,
  endMergeGroup,
  findMergeGroups,
  type RecordedMergeGroup,
  recordMergeGroup,
  storeGroupChanges,
} from './merge-groups.ts'
import { offerThrough, offerWithin, type Offering } from './offering.ts'
import { findLastPass, recordPass } from './passes.ts'
import { adoptPolicy, findLastGoodPolicy, refusePolicy } from './policies.ts'
import { findPostponedInstallations, postponeOpenChanges, type ReleaseBucket, releasePostponed } from './postponed.ts'
import { findPushes, storePushes } from './pushes.ts'
import {
  countMerged,
  countOpenChanges,
  countOpenFindings,
  countStale,
  findPolicyStanding,
  findUndetermined,
  findWaitingLongest,
} from './summaries.ts'
import { keptTicketPorts, touchPorts } from './ticket-ports.ts'
import { findToken, recordTokenUse, revokeToken, storeToken, type StoredToken } from './tokens.ts'
import { countTraces, findUntraced, type Period } from './traceability.ts'
import type { PolicyPlace } from '#policy/effective-policy.ts'
import type { PolicySource } from '#policy/policy-document.ts'

export type { Offering }

export { ticketEventPorts, ticketPorts } from './ticket-ports.ts'

/** For receiving deliveries: everything of one delivery in one transaction. */
export const deliveryPorts = (database: Database, queue: Offering, now: () => Date) => ({
  inTransaction: <T>(work: (within: ReturnType<typeof deliveryTransaction>) => Promise<T>): Promise<T> =>
    database.inTransaction((within) => work(deliveryTransaction(within, queue, now))),
})

const deliveryTransaction = (
  within: Parameters<Parameters<Database['inTransaction']>[0]>[0],
  queue: Offering,
  now: () => Date,
) => ({
  storeDelivery: (delivery: Parameters<typeof storeDelivery>[1]) => storeDelivery(within, delivery),
  storePush: (subject: ChangeSubject, push: Push) => storePushes(within, subject, [push]),
  storeInstallation: (change: InstallationStanding) => storeInstallation(within, change, now()),
  findChangesByHead: (repositoryId: number, sha: string) => findChangesByHead(within, repositoryId, sha),
  findMergeGroupAt: (repositoryId: number, headSha: string) => findMergeGroups(within, repositoryId, { headSha }),
  findOpenChanges: (of: Parameters<typeof findOpenChanges>[1]) => findOpenChanges(within, of),
  ...touchPorts(within, now),
  offer: offerWithin(within, queue),
  postponeOpenChanges: (installationId: number, cause: Cause) =>
    postponeOpenChanges(within, installationId, { cause, at: now() }),
  dropKeptAnswers: (of: Parameters<typeof dropKeptAnswers>[1]) => dropKeptAnswers(within, of, now()),
  storeCommand: (subject: ChangeSubject, command: AskedCommand) => storeCommand(within, subject, command),
  endMergeGroup: (subject: MergeGroupSubject) => endMergeGroup(within, subject, now()),
})

/** For assessing a change: what is remembered of it, and what is recorded. */
export const assessmentPorts = (database: Database, queue: Offering, now: () => Date) => {
  const { kysely, inTransaction } = database
  const offerSharers = offererOfSharers(queue, now)
  return {
    beginAssessment: (subject: ChangeSubject) => inTransaction((within) => beginAssessment(within, subject)),
    recordAssessment: (recorded: Parameters<typeof recordAssessment>[1]) =>
      inTransaction(async (within) => {
        const { subject, facts } = recorded.assessment
        const { sharers, tickets } = await recordAssessment(within, recorded)
        // Merged or closed, it is in no group any more: the queue that still told of it is gone.
        const isOpen = facts.change.known && facts.change.value.state === 'open'
        const groups =
          isOpen && recorded.entry !== null
            ? await findMergeGroups(within, subject.repositoryId, { number: subject.number })
            : []
        await offerSharers(subject, [...sharers, ...groups], within)
        // Whatever became of a ticket after the merge, a merged change rests on what it was then.
        if (isOpen && tickets === 'touched') await offerWithin(within, queue)([subject], touchedMeanwhile(now()))
      }),
    recordGone: (subject: ChangeSubject) =>
      inTransaction(async (within) => offerSharers(subject, await recordGone(within, subject), within)),
    recordStale: (subject: ChangeSubject, why: string, at: Date) => recordStale(kysely, subject, { why, at }),
    findPushes: (subject: ChangeSubject) => findPushes(kysely, subject),
    storePushes: (subject: ChangeSubject, pushes: readonly Push[]) =>
      inTransaction((within) => storePushes(within, subject, pushes)),
    findSharingHead: (subject: ChangeSubject, headSha: string) => findSharingHead(kysely, subject, headSha),
    ledgerPosition: (subject: ChangeSubject) => findLedgerPosition(kysely, subjectKey(subject)),
    findRecordedAssessment: async (subject: ChangeSubject) =>
      (await findLatestAssessment(kysely, subjectKey(subject))) as Assessment | null,
    isRecorded: (subject: ChangeSubject, written: Pick<Act, 'key' | 'digest'>) =>
      isActRecorded(kysely, subject, written),
    intendAct: (act: Act) => inTransaction((within) => intendAct(within, act)),
    recordAct: (act: Act, payload: unknown, entry: NewEntry) =>
      inTransaction((within) => recordAct(within, act, { payload, entry })),
    recordAnswer: (act: Act, command: AskedCommand, entry: NewEntry) =>
      inTransaction((within) => recordAnswer(within, act, { command, entry })),
    findKeptAnswer: (answer: KeptAnswer) => findKeptAnswer(kysely, answer),
    keepAnswer: (answer: KeptAnswer, value: unknown, askedAt: Date) =>
      inTransaction((within) => keepAnswer(within, answer, { value, askedAt })),
    ...keptTicketPorts(database),
    ...policyPorts(database),
  }
}

function touchedMeanwhile(now: Date): Cause {
  const at = now.toISOString()
  const reason = 'a ticket that it names was changed while it was looked at'
  return { actor: 'countersign', reason, occurredAt: at, receivedAt: at }
}

/** For assessing a group of the merge queue. */
export const mergeGroupPorts = ({ kysely, inTransaction }: Database, now: () => Date) => ({
  beginMergeGroup: (subject: MergeGroupSubject) => beginMergeGroup(kysely, subject, now()),
  storeGroupChanges: (subject: MergeGroupSubject, numbers: readonly number[]) =>
    storeGroupChanges(kysely, subject, numbers),
  recordMergeGroup: (recorded: RecordedMergeGroup) =>
    inTransaction((within) => recordMergeGroup(within, recorded, now())),
  ...entryPorts({ inTransaction }),
  endMergeGroup: (subject: MergeGroupSubject) => endMergeGroup(kysely, subject, now()),
})

/** For what is told by an entry alone. */
export const entryPorts = ({ inTransaction }: Pick<Database, 'inTransaction'>) => ({
  recordEntry: (entry: NewEntry, payload: unknown) =>
    inTransaction(async (within) => {
      await appendEntry(within, entry, payload)
    }),
})

/** For queueing what was put by, little by little. */
export const releasePorts = ({ kysely, inTransaction }: Database, queue: Offering) => ({
  findPostponedInstallations: () => findPostponedInstallations(kysely),
  release: (installationId: number, refill: (bucket: ReleaseBucket) => ReleaseBucket) =>
    inTransaction(async (within) => {
      const released = await releasePostponed(within, installationId, refill)
      if (released.length > 0) await queue.offer(released, within)
      return released.length
    }),
})

/** What one check says has changed for those that share the head commit, or merge it in a group: they are looked at anew. */
const offererOfSharers =
  (queue: Offering, now: () => Date) =>
  async (subject: ChangeSubject, sharers: readonly Subject[], within: QueryExecutorProvider): Promise<void> => {
    if (sharers.length === 0) return
    const at = now().toISOString()
    const reason = `shares a commit with #${subject.number}`
    const cause = { actor: 'countersign', reason, occurredAt: at, receivedAt: at }
    await offerWithin(within, queue)(sharers, cause)
  }

const policyPorts = ({ kysely, inTransaction }: Database) => ({
  findLastGoodPolicy: (place: PolicyPlace) => findLastGoodPolicy(kysely, place),
  adoptPolicy: (place: PolicyPlace, policy: PolicySource | null, entry: NewEntry) =>
    inTransaction((within) => adoptPolicy(within, { place, policy, entry })),
  refusePolicy: (place: PolicyPlace, policy: PolicySource, entry: NewEntry) =>
    inTransaction((within) => refusePolicy(within, { place, policy, entry })),
  findOpenFacts: (of: Parameters<typeof findOpenFacts>[1], limit: number) => findOpenFacts(kysely, of, limit),
})

/** For the reconcile pass. */
export const reconcilePorts = (database: Database, queue: Offering) => ({
  findRecordedOpenChanges: (installationId: number) => findRecordedOpenChanges(database.kysely, installationId),
  offer: offerThrough(database, queue),
})

/** For the recovery of deliveries. */
export const recoveryPorts = ({ kysely }: Database) => ({
  findStored: (guids: readonly string[]) => findStoredDeliveries(kysely, guids),
  lastPass: () => findLastPass(kysely, 'delivery-recovery'),
  recordPass: (at: Date) => recordPass(kysely, 'delivery-recovery', at),
})

/** For the summary of an organization. */
export const summaryPorts = ({ kysely }: Database) => ({
  isInstalled: (organization: string) => isInstalledOn(kysely, organization),
  findPolicySummary: (organization: string) => findPolicyStanding(kysely, organization),
  countOpenChanges: (organization: string) => countOpenChanges(kysely, organization),
  countOpenFindings: (organization: string) => countOpenFindings(kysely, organization),
  countStale: (organization: string) => countStale(kysely, organization),
  countMerged: (organization: string, since: Date) => countMerged(kysely, organization, since),
  findWaitingLongest: (organization: string, limit: number) => findWaitingLongest(kysely, organization, limit),
  findUndetermined: (organization: string, limit: number) => findUndetermined(kysely, organization, limit),
  countTraces: (organization: string, period: Period) => countTraces(kysely, organization, period),
  findUntraced: (organization: string, period: Period, limit: number) =>
    findUntraced(kysely, organization, { period, limit }),
})

/** For making, revoking and checking tokens. */
export const tokenPorts = ({ kysely, inTransaction }: Database) => ({
  storeToken: (token: StoredToken, hash: string, entry: NewEntry) =>
    inTransaction((within) => storeToken(within, token, { hash, entry })),
  revokeToken: (id: string, at: Date, entry: NewEntry) =>
    inTransaction((within) => revokeToken(within, id, { at, entry })),
  findToken: (hash: string) => findToken(kysely, hash),
  recordUse: (id: string, at: Date) => recordTokenUse(kysely, id, at),
})

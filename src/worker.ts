import type { Later, Parts } from '#app.ts'
import type { Config } from '#config.ts'
import type { Tracker } from '#facts/ticket.ts'
import { applyAction } from '#github/apply-actions.ts'
import { observeChange } from '#github/collect-change.ts'
import { collectOrganizationMembers, collectTeamMembers, collectTeams } from '#github/collect-members.ts'
import { observeMergeGroup } from '#github/collect-merge-group.ts'
import { collectPermission } from '#github/collect-permission.ts'
import { collectPreviousPaths } from '#github/collect-previous-paths.ts'
import { collectProperties } from '#github/collect-properties.ts'
import { collectPushes } from '#github/collect-pushes.ts'
import { collectMergeBase, collectRevision } from '#github/collect-revision.ts'
import { listDeliveries, redeliver } from '#github/hook-deliveries.ts'
import { listInstallations } from '#github/list-installations.ts'
import { listOpenChanges } from '#github/list-open-changes.ts'
import { runAssessChange } from '#jobs/assess-change.job.ts'
import { runAssessMergeGroup } from '#jobs/assess-merge-group.job.ts'
import { startRounds } from '#jobs/rounds.ts'
import { linkTickets } from '#operations/link-tickets.ts'
import { readInstallations } from '#operations/read-installations.ts'
import { type Reconciliation, reconcileChanges } from '#operations/reconcile-changes.ts'
import { reconcileInstallations } from '#operations/reconcile-installations.ts'
import { recheckTickets } from '#operations/recheck-tickets.ts'
import { recordWarnings } from '#operations/record-warnings.ts'
import { recoverDeliveries, type Recovery } from '#operations/recover-deliveries.ts'
import { releasePostponed } from '#operations/release-postponed.ts'
import {
  claimDueReconciles,
  listInstallations as knownInstallations,
  storeInstallation,
  giveReconcileBack,
} from '#store/installations.ts'
import {
  assessmentPorts,
  entryPorts,
  mergeGroupPorts,
  reconcilePorts,
  recoveryPorts,
  releasePorts,
  ticketPorts,
} from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'

/** Works the queue, and does the rounds that find what no webhook told. */
export async function startWorker(parts: Parts, later: Later): Promise<void> {
  const { config, queue, database, now, logger } = parts
  await recordWarnings(config.ledgerWarnings, { now, ...entryPorts(database) })
  const ports = assessPorts(parts)
  const working = await queue.work({
    concurrency: config.concurrency,
    run: ({ subject, cause }, attempt) =>
      subject.kind === 'change'
        ? runAssessChange({ subject, cause }, attempt, ports)
        : runAssessMergeGroup({ subject, cause }, attempt, ports),
  })
  later(() => working.stop())
  const rounds = startRounds({
    recover: () => recover(parts),
    readInstallations: () => readAll(parts),
    reconcile: (everyMs) => reconcile(parts, everyMs),
    release: () => release(parts),
    recheckTickets: () => recheck(parts),
    linkTickets: () => link(parts),
    prune: () => pruneStore(database.kysely, now()),
    onFailure: (round, error) => {
      logger.warn({ round, why: sentenceOf(error) }, 'A round failed; the next may do better.')
      logger.debug({ round, err: error }, 'A round failed.')
    },
  })
  later(() => rounds.stop())
}

function assessPorts({ database, queue, github, trackers, now, config, metrics, uncertainForMs }: Parts) {
  return {
    now,
    ...assessmentPorts(database, queue, now),
    ...mergeGroupPorts(database, now),
    ...lookingPorts({ github, trackers, config }),
    observeMergeGroup: observeMergeGroup(github),
    apply: applyAction(github),
    uncertainForMs,
    // Changes have no page of their own yet; a link that leads nowhere would be worse than none.
    detailsUrl: () => null,
    observeAssessment: (outcome: string, durationMs: number) => {
      metrics.observeAssessment({ outcome, seconds: durationMs / 1_000 })
    },
  }
}

/** Everything that is asked of GitHub and of trackers to judge a change. */
export const lookingPorts = ({ github, trackers, config }: Pick<Parts, 'github' | 'trackers' | 'config'>) => ({
  whyNotConnected: trackers.whyNotConnected,
  askTracker: trackers.askTracker,
  observeChange: observeChange(github, { policyRepository: config.policyRepository }),
  collectPushes: collectPushes(github),
  collectProperties: collectProperties(github),
  collectTeams: collectTeams(github),
  collectTeamMembers: collectTeamMembers(github),
  collectPermission: collectPermission(github),
  collectOrganizationMembers: collectOrganizationMembers(github),
  collectMergeBase: collectMergeBase(github),
  collectRevision: collectRevision(github),
  collectPreviousPaths: collectPreviousPaths(github),
  letOthersRun: () => new Promise<void>((resolve) => setImmediate(resolve)),
})

/** Queues what was put by, within its share of what GitHub grants an installation in an hour. */
const release = ({ database, queue, github, now, config }: Parts): Promise<number> =>
  releasePostponed({ now, hourlyLimitOf: github.hourlyLimitOf, ...releasePorts(database, queue) }, config.reassessShare)

/** Has changes judged again whose tickets are not what was recorded. */
export async function recheck({ config, database, queue, trackers, now, logger }: Parts): Promise<void> {
  const ports = { now, ...trackers, ...ticketPorts(database, queue) }
  const offered = await recheckTickets(ports, { toldBy: tellingTrackers(config) })
  if (offered > 0) logger.info({ offered }, 'Changes are judged again: a tracker says something else of their tickets.')
}

/** Trackers that send us webhooks. GitHub always does. */
const tellingTrackers = ({ trackers }: Config): ReadonlySet<Tracker> =>
  new Set([
    'github-issues',
    ...(['jira', 'linear', 'shortcut'] as const).filter((name) => (trackers[name]?.webhookSecret ?? null) !== null),
  ])

/** Writes changes' addresses on their tickets, where a policy asks for it. */
export const link = ({ database, queue, trackers, now }: Parts): Promise<number> =>
  linkTickets({ now, linkTicket: trackers.linkTicket, ...ticketPorts(database, queue) })

/** Asks GitHub again for deliveries that failed or are missing here. */
export async function recover({ database, github, now, logger, asked }: Parts): Promise<Recovery> {
  const recovery = await recoverDeliveries(asked, {
    now,
    ...recoveryPorts(database),
    listDeliveries: listDeliveries(github),
    redeliver: redeliver(github),
    onFailure: (guid, error) => {
      logger.warn({ guid, why: sentenceOf(error) }, 'GitHub would not send a delivery again.')
    },
  })
  const [redelivered, givenUp] = [recovery.redelivered.length, recovery.givenUp.length]
  if (redelivered > 0) logger.info({ redelivered }, 'Lost deliveries were asked for again.')
  if (givenUp > 0) logger.warn({ givenUp }, 'Some deliveries fail however often they are asked for.')
  return recovery
}

export const reconcile = (parts: Parts, everyMs: number): Promise<readonly Reconciliation[]> => {
  const { database, queue, github, now, logger } = parts
  const ports = { now, ...reconcilePorts(database, queue), listOpenChanges: listOpenChanges(github) }
  return reconcileInstallations({
    claimDue: () => claimDueReconciles(database.kysely, now(), everyMs),
    // Due again in a minute: what is down is not asked every few seconds.
    giveBack: (installationId) =>
      giveReconcileBack(database.kysely, installationId, new Date(now().getTime() - everyMs + 60_000)),
    reconcile: (installationId) => reconcileChanges(installationId, ports),
    onFailure: (installationId, error) => {
      logger.warn({ err: error, installationId }, 'An installation could not be reconciled; it stays due.')
    },
  })
}

const readAll = ({ database, github, now }: Parts): Promise<void> =>
  readInstallations({
    listInstallations: listInstallations(github),
    findKnown: () => knownInstallations(database.kysely),
    store: (installation) => storeInstallation(database.kysely, installation, now()),
  })

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

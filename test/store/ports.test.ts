import { expect, test } from '@jest/globals'
import type { Ports as AssessPorts } from '#operations/assess-change.ts'
import type { Ports as MergeGroupPorts } from '#operations/assess-merge-group.ts'
import type { Ports as TokenPorts } from '#operations/issue-token.ts'
import type { Ports as DeliveryPorts } from '#operations/receive-delivery.ts'
import type { LinkPorts } from '#operations/link-tickets.ts'
import type { TicketPorts } from '#operations/look-up-ticket.ts'
import type { Ports as TicketEventPorts } from '#operations/receive-ticket-event.ts'
import type { Ports as RecheckPorts } from '#operations/recheck-tickets.ts'
import type { Ports as ReconcilePorts } from '#operations/reconcile-changes.ts'
import type { Ports as RecoveryPorts } from '#operations/recover-deliveries.ts'
import type { Ports as ReleasePorts } from '#operations/release-postponed.ts'
import type { Ports as SummaryPorts } from '#operations/summarize-organization.ts'
import type { Database } from '#store/database.ts'
import {
  assessmentPorts,
  deliveryPorts,
  mergeGroupPorts,
  type Offering,
  reconcilePorts,
  recoveryPorts,
  releasePorts,
  summaryPorts,
  ticketEventPorts,
  ticketPorts,
  tokenPorts,
} from '#store/ports.ts'

/** The compiler is the test: each object must fit its operation, though the store may not know operations. */
const fits = (database: Database, queue: Offering) => ({
  receiving: deliveryPorts(database, queue, () => new Date()) satisfies DeliveryPorts,
  receivingTicketEvents: ticketEventPorts(database, queue, () => new Date()) satisfies TicketEventPorts,
  lookingUpTickets: assessmentPorts(database, queue, () => new Date()) satisfies Omit<
    TicketPorts,
    'now' | 'whyNotConnected' | 'askTracker'
  >,
  recheckingTickets: ticketPorts(database, queue) satisfies Omit<
    RecheckPorts,
    'now' | 'whyNotConnected' | 'askTracker'
  >,
  linkingTickets: ticketPorts(database, queue) satisfies Partial<LinkPorts>,
  assessing: assessmentPorts(database, queue, () => new Date()) satisfies Partial<AssessPorts>,
  assessingGroups: mergeGroupPorts(database, () => new Date()) satisfies Partial<MergeGroupPorts>,
  reconciling: reconcilePorts(database, queue) satisfies Partial<ReconcilePorts>,
  recovering: recoveryPorts(database) satisfies Partial<RecoveryPorts>,
  releasing: releasePorts(database, queue) satisfies Partial<ReleasePorts>,
  summarizing: summaryPorts(database) satisfies Omit<SummaryPorts, 'now'>,
  issuing: tokenPorts(database) satisfies Partial<TokenPorts>,
})

test('what the store provides fits the operations: every port of theirs that keeps or finds something', () => {
  // Never opened: making the ports touches nothing.
  const ports = fits({ kysely: {}, inTransaction: () => Promise.reject(new Error('closed')) } as unknown as Database, {
    offer: async () => undefined,
  })
  expect(Object.keys(ports.summarizing).sort()).toEqual([
    'countMerged',
    'countOpenChanges',
    'countOpenFindings',
    'countStale',
    'countTraces',
    'findPolicySummary',
    'findUndetermined',
    'findUntraced',
    'findWaitingLongest',
    'isInstalled',
  ])
})

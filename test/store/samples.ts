import type { Database } from '#store/database.ts'
import { assessmentPorts } from '#store/ports.ts'
import { standingOf } from '#engine/standing.ts'
import { traceOf } from '#engine/traceability.ts'
import type { Finding } from '#engine/assess.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import { known } from '#facts/fact.ts'
import type { ChangeSubject, MergeGroupSubject } from '#facts/subject.ts'
import type { NamedTicket, Ticket, TicketReading } from '#facts/ticket.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { Assessment } from '#engine/assessment.ts'
import { wholeFacts } from '../controls/sample-change.ts'

export const aSubject = (change: Partial<ChangeSubject> = {}): ChangeSubject => ({
  kind: 'change',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  number: 1,
  ...change,
})

export const aGroup = (group: Partial<MergeGroupSubject> = {}): MergeGroupSubject => ({
  kind: 'merge-group',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  headSha: 'c'.repeat(40),
  baseSha: 'b'.repeat(40),
  headBranch: 'gh-readonly-queue/main/pr-1-b',
  baseBranch: 'main',
  ...group,
})

type Change = Extract<ChangeFacts['change'], { known: true }>['value']

export const someFacts = (change: Partial<Change> = {}): ChangeFacts => ({
  ...wholeFacts,
  change: known({
    number: 1,
    url: 'https://github.test/acme/shop/pull/1',
    title: 'Sell more',
    body: '',
    state: 'open',
    draft: false,
    author: { id: 5, login: 'ada', kind: 'user' },
    baseBranch: 'main',
    headBranch: 'SHOP-1',
    headSha: 'a'.repeat(40),
    baseSha: 'b'.repeat(40),
    crossRepository: false,
    labels: [],
    openedAt: '2026-01-01T00:00:00Z',
    merge: null,
    ...change,
  }),
  commits: known([]),
})

/** The same, found by comparing commits with the tip of the base branch. */
export const comparedFacts = (change: Partial<Change> = {}): ChangeFacts => ({
  ...someFacts(change),
  revisions: known([{ sha: 'a'.repeat(40), files: known({ 'a.ts': { content: 'f1', exact: 'f1', before: null } }) }]),
})

export const waitsForReview: Finding = {
  control: 'independent-review',
  mode: 'enforce',
  outcome: 'waiting',
  awaited: '1 approval',
  because: ['nobody has reviewed yet'],
}
export const hasReview: Finding = {
  control: 'independent-review',
  mode: 'enforce',
  outcome: 'met',
  because: ['bob approved'],
}
export const hasNoTicket: Finding = {
  control: 'ticket-link',
  mode: 'observe',
  outcome: 'unmet',
  because: ['the branch names no ticket'],
  fix: ['git branch -m SHOP-1'],
}
export const ticketUnseen: Finding = {
  control: 'ticket-link',
  mode: 'observe',
  outcome: 'undetermined',
  because: ['pull_requests: read is missing'],
}

export const anAssessment = (change: Partial<Assessment> = {}): Assessment => ({
  subject: aSubject(),
  number: 1,
  cause: {
    actor: 'ada',
    reason: 'pull_request.opened, delivery 1',
    occurredAt: '2026-01-01T00:00:00Z',
    receivedAt: '2026-01-01T00:00:01Z',
  },
  at: '2026-01-02T00:00:00.000Z',
  facts: someFacts(),
  repository: { id: 0, owner: 'acme', name: 'shop', topics: ['payments'], visibility: 'private', properties: {} },
  findings: [waitsForReview],
  policy: { digest: 'p1', preset: 'soc2', origins: [], checks: 'single', controls: {} },
  ...change,
})

export const anEntry = (change: Partial<NewEntry> = {}): NewEntry => ({
  kind: 'change.assessed',
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-02T00:00:00.000Z',
  actor: 'countersign',
  reason: 'because',
  organization: 'acme',
  subject: 'change/10/1',
  policyDigest: 'p1',
  payloadDigest: null,
  ...change,
})

/** An assessment as an operation hands it to the store: with its standing, and what it says of tickets. */
export const recordable = (
  about: Pick<Recorded, 'assessment' | 'findingsDigest' | 'entry'> & Partial<Pick<Recorded, 'linkBack' | 'addition'>>,
): Recorded => {
  const { findings, facts } = about.assessment
  return {
    linkBack: 'no',
    addition: null,
    standing: standingOf(findings),
    trace: traceOf(findings, facts),
    tickets: facts.tickets.known ? facts.tickets.value : [],
    ...about,
  }
}

type Recorded = Parameters<ReturnType<typeof assessmentPorts>['recordAssessment']>[0]

export const aTicket = (ticket: Partial<Ticket> = {}): Ticket => ({
  key: 'SHOP-1',
  title: 'The dropdown is broken',
  type: 'Bug',
  status: 'In Review',
  category: 'in-progress',
  categorySince: null,
  creator: 'ana',
  createdAt: '2025-12-31T00:00:00.000Z',
  url: 'https://acme.atlassian.net/browse/SHOP-1',
  ...ticket,
})

/** What Jira says of SHOP-1. */
export const aReading = (reading: Partial<TicketReading> = {}): TicketReading => ({
  answer: { outcome: 'found', ticket: aTicket() },
  readAt: '2026-01-02T00:00:00.000Z',
  staleBecause: null,
  ...reading,
})

/** A ticket of Jira's that was found under the key that a change gives it. */
export const namesTicket = ({ key = 'SHOP-1', ...ticket }: Partial<NamedTicket> = {}): NamedTicket => ({
  tracker: 'jira',
  key,
  named: key,
  ...aReading({ answer: { outcome: 'found', ticket: aTicket({ key }) } }),
  ...ticket,
})

/** The books for assessing, where nobody listens to what is offered unless told otherwise. */
export const books = (
  database: Database,
  offer: Parameters<typeof assessmentPorts>[1]['offer'] = () => Promise.resolve(),
) => assessmentPorts(database, { offer }, () => new Date('2026-01-03T00:00:00.000Z'))

/** So that a test sees what it recorded alone. */
export async function forgetChanges({ kysely }: Database): Promise<void> {
  for (const table of ['ticket_links', 'findings', 'acts', 'changes'] as const) await kysely.deleteFrom(table).execute()
}

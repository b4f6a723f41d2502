import type { Act, AskedCommand } from '#engine/assessment.ts'
import type { ObservedChange } from '#engine/observed-change.ts'
import type { Action, PostComment, PostedCheck, WriteCheck } from '#engine/plan.ts'
import type { Change } from '#facts/change-facts.ts'
import { known, unknown } from '#facts/fact.ts'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import type { NewEntry } from '#ledger/entry.ts'
import type { PolicySource } from '#policy/policy-document.ts'
import type { Ports, RecordedAssessment } from '#operations/assess-change.ts'
import type { LookUpPorts } from '#operations/look-up.ts'
import { ana, ben, change, commitBy } from '../controls/sample-change.ts'
import { nothingKept } from './sample-tickets.ts'

export const subject: ChangeSubject = {
  kind: 'change',
  installationId: 1,
  repositoryId: 10,
  owner: 'acme',
  repository: 'shop',
  number: 12,
}

export const cause: Cause = {
  actor: 'ana',
  reason: 'pull_request.opened, delivery 1',
  occurredAt: '2026-05-04T09:00:00.000Z',
  receivedAt: '2026-05-04T09:00:01.000Z',
}

export const merged: Partial<Change> = {
  state: 'merged',
  merge: { at: '2026-05-05T09:00:00Z', by: ben, commitSha: 'f'.repeat(40) },
}

/** A policy as it stands at a commit whose sha says which. */
export const policyText = (
  layer: PolicySource['origin']['layer'],
  text: string,
  commitSha = 'c0ffee1'.padEnd(40, '0'),
): PolicySource => ({
  text,
  origin: {
    layer,
    repository: layer === 'organization' ? 'acme/.github' : 'acme/shop',
    path: layer === 'organization' ? 'countersign.yml' : '.github/countersign.yml',
    commitSha,
  },
})

/** Everything enforced, project BUG. */
export const enforcing = policyText(
  'organization',
  'version: 1\nmode: enforce\ncontrols: { ticket-link: { projects: [BUG] } }\n',
)

/** A look at ana's change, which nobody has reviewed yet, in a repository under an enforcing policy. */
export const observedChange = (more: Partial<Change> = {}): ObservedChange => ({
  facts: {
    change: known({ ...change, ...more }),
    commits: known([commitBy(ana)]),
    reviews: known([]),
    files: known([]),
    checks: known([]),
    requiredChecks: known([]),
    labelings: known([]),
  },
  codeOwnersFile: known(null),
  repository: { id: 10, owner: 'acme', name: 'shop', topics: [], visibility: 'private' },
  policies: { organization: known(enforcing), repository: known(null) },
  policiesSince: null,
  proposedPolicies: known([]),
  posted: [],
})

export interface FakeWorld {
  readonly ports: Ports
  /** What was asked of the ports that look, record or act, in order. */
  readonly calls: string[]
  readonly recorded: RecordedAssessment[]
  /** The ledger. */
  readonly entries: NewEntry[]
  readonly acts: Map<string, Act>
  readonly applied: { readonly action: Action; readonly knowledge: 'fresh' | 'uncertain' }[]
  /** Our checks as GitHub has them, by id. */
  readonly posted: Map<number, PostedCheck>
  /** The ids of our comments on GitHub, by marker. */
  readonly comments: Map<string, number>
  /** Commands in comments that wait for their answer. */
  readonly commands: AskedCommand[]
  /** What a look at GitHub brings back, beside the checks that were written there. Null: there is no such change. */
  look: ObservedChange | null
}

/** Books and a GitHub in memory: what is recorded is remembered, and what is written there is seen at the next look. */
export function fakeWorld(over: Partial<Ports> = {}): FakeWorld {
  const told = { calls: [], recorded: [], entries: [], acts: new Map(), applied: [], commands: [] }
  const world = { ...told, posted: new Map(), comments: new Map(), look: observedChange(), ports: stillPorts }
  return Object.assign(world, { ports: { ...stillPorts, ...bookPorts(world), ...githubPorts(world), ...over } })
}

function bookPorts({ calls, recorded, entries, acts, commands }: FakeWorld): Partial<Ports> {
  let number = 0
  return {
    beginAssessment: () => {
      number += 1
      calls.push('begin')
      const findingsDigest = recorded.at(-1)?.findingsDigest ?? null
      return Promise.resolve({
        number,
        findingsDigest,
        state: null,
        standing: null,
        acts: [...acts.values()],
        restsOnOutage: false,
        commands: [...commands],
      })
    },
    recordGone: () => Promise.resolve(void calls.push('record gone')),
    recordAssessment: (assessed) => {
      calls.push('record assessment')
      recorded.push(assessed)
      if (assessed.entry !== null) entries.push(assessed.entry)
      if (assessed.addition !== null) acts.set(assessed.addition.key, assessed.addition)
      return Promise.resolve()
    },
    recordAnswer: (act, { commentId }, entry) => {
      calls.push(`record ${kindOf(act)}`)
      commands.splice(
        commands.findIndex((command) => command.commentId === commentId),
        1,
      )
      entries.push(entry)
      return Promise.resolve()
    },
    findRecordedAssessment: () => Promise.resolve(recorded.at(-1)?.assessment ?? null),
    recordStale: (_subject, why) => Promise.resolve(void calls.push(`record stale: ${why}`)),
    intendAct: (act) => {
      calls.push(`intend ${kindOf(act)}`)
      acts.set(act.key, act)
      return Promise.resolve()
    },
    recordAct: (act, _payload, entry) => {
      calls.push(`record ${kindOf(act)}`)
      acts.set(act.key, act)
      entries.push(entry)
      return Promise.resolve()
    },
  }
}

function githubPorts(world: FakeWorld): Partial<Ports> {
  const { calls, applied } = world
  return {
    observeChange: () => {
      calls.push('look')
      const { look, posted } = world
      const newestFirst = [...posted.values()].toReversed()
      return Promise.resolve(look === null ? null : { ...look, posted: [...newestFirst, ...look.posted] })
    },
    apply: (_subject, action, knowledge) => {
      calls.push(action.do)
      applied.push({ action, knowledge })
      if (action.do === 'react' || action.do === 'append-to-comment') return Promise.resolve(action.commentId)
      return Promise.resolve(action.do === 'write-check' ? writeCheck(world, action) : postComment(world, action))
    },
  }
}

function writeCheck({ posted }: FakeWorld, { headSha, runId, check }: WriteCheck): number {
  const { name, status, conclusion, digest } = check
  const id = runId ?? 1_000 + posted.size
  posted.set(id, { runId: id, name, headSha, status, conclusion, digest, startedAt: '2026-05-06T09:00:00Z' })
  return id
}

/** Each time a new comment: to post none twice is the asker's part. */
function postComment({ comments }: FakeWorld, { marker }: PostComment): number {
  const id = 2_000 + comments.size
  comments.set(marker, id)
  return id
}

const kindOf = ({ key }: Act): string => key.split('/')[0] ?? ''

/** Nothing is kept, and GitHub answers every question with nothing. */
export function emptyLookUps(): Omit<LookUpPorts, 'now'> {
  return {
    findKeptAnswer: () => Promise.resolve(null),
    keepAnswer: () => Promise.resolve(),
    collectTeams: () => Promise.resolve(known([])),
    collectTeamMembers: () => Promise.resolve(known([])),
    collectPermission: () => Promise.resolve(known('write')),
    collectOrganizationMembers: () => Promise.resolve(known([])),
    collectProperties: () => Promise.resolve(known({})),
    collectMergeBase: () => Promise.resolve(known('ba5e000'.padEnd(40, '0'))),
    collectRevision: () => Promise.resolve(known({})),
    collectPreviousPaths: () => Promise.resolve(known({})),
    findTicket: () => Promise.resolve(nothingKept),
    keepTicket: () => Promise.resolve(),
    findRecordedTicket: () => Promise.resolve(null),
    whyNotConnected: () => null,
    askTracker: () => Promise.resolve({ outcome: 'not-found-or-hidden' }),
  }
}

/** Ports that find and keep nothing. */
export const stillPorts: Ports = {
  now: () => new Date('2026-05-06T12:00:00.000Z'),
  observeChange: () => Promise.resolve(null),
  beginAssessment: () =>
    Promise.resolve({
      number: 1,
      findingsDigest: null,
      state: null,
      standing: null,
      acts: [],
      commands: [],
      restsOnOutage: false,
    }),
  recordAssessment: () => Promise.resolve(),
  recordGone: () => Promise.resolve(),
  recordStale: () => Promise.resolve(),
  recordAnswer: () => Promise.resolve(),
  ...emptyLookUps(),
  findLastGoodPolicy: () => Promise.resolve(null),
  adoptPolicy: () => Promise.resolve(),
  refusePolicy: () => Promise.resolve(),
  findOpenFacts: () => Promise.resolve([]),
  letOthersRun: () => Promise.resolve(),
  findPushes: () => Promise.resolve([]),
  collectPushes: () => Promise.resolve(known([])),
  storePushes: () => Promise.resolve(),
  findSharingHead: () => Promise.resolve([]),
  ledgerPosition: () => Promise.resolve(41),
  findRecordedAssessment: () => Promise.resolve(null),
  intendAct: () => Promise.resolve(),
  recordAct: () => Promise.resolve(),
  apply: () => Promise.resolve(1),
  isRecorded: () => Promise.resolve(false),
  uncertainForMs: 60_000,
  detailsUrl: () => null,
}

/** A look at which the reviews could not be seen. */
export const blindLook = (): ObservedChange => {
  const look = observedChange()
  return { ...look, facts: { ...look.facts, reviews: unknown('grant the app pull_requests: read') } }
}

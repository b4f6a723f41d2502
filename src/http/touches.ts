import type { Touch } from '#operations/receive-delivery.ts'
import {
  buttonPayload,
  changePayload,
  checkRunPayload,
  checkSuitePayload,
  headPayload,
  installationPayload,
  installedPayload,
  namedPullRequest,
  pushedCommit,
  pushPayload,
  read,
  repositoryPayload,
  senderPayload,
  synchronizePayload,
  toSubject,
} from './payloads.ts'

/** Who we are, for telling our own checks and our own policy repository from others'. */
export interface Self {
  /** The App ID. */
  readonly id: number
  /** Name of the repository that holds an organization's policy: `.github`. */
  readonly policyRepository: string
}

type Row = (payload: unknown, self: Self) => readonly Touch[]

const organizationPolicyPath = 'countersign.yml'
const repositoryPolicyPath = '.github/countersign.yml'

/** GitHub cuts a push's list of commits here. */
const mostCommitsOfPush = 2048

/** Every event and action we act on, and what each may have changed. */
const rows = {
  'pull_request.opened': (payload) => [...change(payload), ...openingPush(payload)],
  'pull_request.reopened': change,
  'pull_request.edited': change,
  'pull_request.ready_for_review': change,
  'pull_request.converted_to_draft': change,
  'pull_request.synchronize': (payload) => [...change(payload), ...push(payload), ...sharingOldHead(payload)],
  'pull_request.closed': (payload) => [...change(payload), ...sharingHead(payload)],
  'pull_request_review.submitted': change,
  'pull_request_review.edited': change,
  'pull_request_review.dismissed': change,
  'check_run.rerequested': (payload, self) => checked(read(checkRunPayload, payload), self),
  'check_run.requested_action': (payload, self) =>
    read(buttonPayload, payload)?.requested_action.identifier === 'recheck'
      ? checked(read(checkRunPayload, payload), self)
      : [],
  'check_suite.rerequested': (payload, self) => checked(read(checkSuitePayload, payload), self),
  push: policyPush,
  'member.added': repository,
  'member.edited': repository,
  'member.removed': repository,
  'membership.added': organization,
  'membership.removed': organization,
  'organization.member_added': organization,
  'organization.member_removed': organization,
  'team.added_to_repository': organization,
  'team.removed_from_repository': organization,
  'team.edited': organization,
  'team.deleted': organization,
  team_add: organization,
  'installation.created': (payload) => installation(payload, null),
  'installation.deleted': (payload) => installation(payload, 'removed'),
  'installation.suspend': (payload) => installation(payload, 'suspended'),
  'installation.unsuspend': (payload) => installation(payload, 'active'),
  'installation.new_permissions_accepted': (payload) => installation(payload, null),
  'installation_repositories.added': (payload) => installation(payload, null),
  'installation_repositories.removed': (payload) => installation(payload, null),
} as const satisfies Readonly<Record<string, Row>>

export type ActedOn = keyof typeof rows

/** The events and actions we act on, as GitHub and Probot name them. */
export const actedOn: readonly ActedOn[] = Object.keys(rows) as ActedOn[]

/** The row for a webhook, by event and action; null for one we do not act on. */
export function findActedOn(event: string, payload: unknown): ActedOn | null {
  const action = actionOf(payload)
  return [`${event}.${action ?? ''}`, event].find(isActedOn) ?? null
}

export function actionOf(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, 'action')) return null
  const { action } = payload as { action: unknown }
  return typeof action === 'string' && action !== '' ? action : null
}

/**
 * What a webhook may have changed, from its payload alone.
 *
 * Never throws: a payload that lacks what a touch needs does not touch it, and the reconcile pass finds what that
 * missed. Who shares a head commit is asked of our own tables later.
 */
export function touchedBy(event: string, payload: unknown, self: Self): readonly Touch[] {
  const name = findActedOn(event, payload)
  if (name === null) return []
  const row: Row = rows[name]
  return row(payload, self)
}

function isActedOn(name: string): name is ActedOn {
  return Object.hasOwn(rows, name)
}

function change(payload: unknown): readonly Touch[] {
  const subject = read(changePayload, payload)
  return subject === null ? [] : [{ touches: 'change', subject }]
}

function openingPush(payload: unknown): readonly Touch[] {
  const subject = read(changePayload, payload)
  const head = read(headPayload, payload)
  const by = read(senderPayload, payload)?.sender
  if (subject === null || head === null || by === undefined) return []
  return [{ touches: 'pushes', subject, push: { before: null, after: head.pull_request.head.sha, by } }]
}

function push(payload: unknown): readonly Touch[] {
  const subject = read(changePayload, payload)
  const moved = read(synchronizePayload, payload)
  const by = read(senderPayload, payload)?.sender
  if (subject === null || moved === null || by === undefined) return []
  return [{ touches: 'pushes', subject, push: { before: moved.before, after: moved.after, by } }]
}

/** A check shows the worst of the changes that share its commit: those left behind are looked at again. */
function sharingOldHead(payload: unknown): readonly Touch[] {
  const moved = read(synchronizePayload, payload)
  return moved === null ? [] : [{ touches: 'head', repositoryId: moved.repository.id, sha: moved.before }]
}

function sharingHead(payload: unknown): readonly Touch[] {
  const head = read(headPayload, payload)
  if (head === null) return []
  return [{ touches: 'head', repositoryId: head.repository.id, sha: head.pull_request.head.sha }]
}

type Checked = ReturnType<typeof checkRunPayload.parse> | null

/** The pull requests that a check of ours names; it names none for forks, which are found by their head commit. */
function checked(payload: Checked, self: Self): readonly Touch[] {
  if (payload?.check.app.id !== self.id) return []
  const { check, repository: home, installation: at } = payload
  const named = (check.pull_requests ?? []).flatMap((item): readonly Touch[] => {
    const pullRequest = read(namedPullRequest, item)
    if (pullRequest?.base.repo.id !== home.id) return []
    return [{ touches: 'change', subject: toSubject(at.id, home, pullRequest.number) }]
  })
  return named.length > 0 ? named : [{ touches: 'head', repositoryId: home.id, sha: check.head_sha }]
}

type Pushed = ReturnType<typeof pushPayload.parse>

const isDefault = (ref: string, home: Pushed['repository']): boolean =>
  ref === `refs/heads/${home.default_branch ?? ''}`

/** Policies are read from base branches, so only what reaches one by a push can change how open changes are judged. */
function policyPush(payload: unknown, self: Self): readonly Touch[] {
  const pushed = read(pushPayload, payload)
  if (pushed === null || pushed.deleted === true) return []
  const { repository: home, ref } = pushed
  const touches: Touch[] = []
  if (mayTouch(repositoryPolicyPath, pushed))
    touches.push({ touches: 'open-changes-of-repository', repositoryId: home.id })
  const isPolicyRepository = home.name.toLowerCase() === self.policyRepository.toLowerCase()
  const at = read(installedPayload, payload)?.installation
  if (at !== undefined && isPolicyRepository && isDefault(ref, home) && mayTouch(organizationPolicyPath, pushed)) {
    touches.push({ touches: 'open-changes-of-organization', installationId: at.id })
  }
  return touches
}

/**
 * Where the list of commits cannot tell, the answer is yes: when it is cut or absent, or when a push by force took
 * commits away. By force counts on the default branch alone: a rebased topic branch is nobody's base.
 */
function mayTouch(path: string, { commits, forced, ref, repository: home }: Pushed): boolean {
  if (!Array.isArray(commits) || commits.length >= mostCommitsOfPush) return true
  if (forced === true && isDefault(ref, home)) return true
  return commits.some((commit) => read(pushedCommit, commit)?.includes(path) ?? true)
}

function repository(payload: unknown): readonly Touch[] {
  const home = read(repositoryPayload, payload)?.repository
  return home === undefined ? [] : [{ touches: 'open-changes-of-repository', repositoryId: home.id }]
}

/** Who may write where has changed, through a team or a membership: for which repositories, the payload does not say. */
function organization(payload: unknown): readonly Touch[] {
  const at = read(installedPayload, payload)?.installation
  return at === undefined ? [] : [{ touches: 'open-changes-of-organization', installationId: at.id }]
}

type Standing = 'active' | 'suspended' | 'removed'

/** `told`: what the action says of its standing; null where the payload itself tells. */
function installation(payload: unknown, told: Standing | null): readonly Touch[] {
  const found = read(installationPayload, payload)?.installation
  if (found === undefined) return []
  const { id, account, suspended_at: suspendedAt } = found
  const standing = told ?? (typeof suspendedAt === 'string' ? 'suspended' : 'active')
  return [{ touches: 'installation', installation: { id, account, standing } }]
}

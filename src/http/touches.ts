import type { Touch } from '#operations/receive-delivery.ts'
import { checkRunPayload, checkSuitePayload, read } from './payloads.ts'
import { groupBegun, groupEnded, pushed, repositoryEdited, rules } from './touches/branches.ts'
import { change, command, moved, opened } from './touches/changes.ts'
import { askedAgain, buttonPressed, reported, status } from './touches/checks.ts'
import { access, installation, membership, repository } from './touches/people.ts'
import type { Row, Self } from './touches/row.ts'
import { ticket } from './touches/tickets.ts'

/** Every event and action we act on, and what each may have changed. */
const rows = {
  'pull_request.opened': opened,
  'pull_request.reopened': change,
  'pull_request.edited': change,
  'pull_request.labeled': change,
  'pull_request.unlabeled': change,
  'pull_request.ready_for_review': change,
  'pull_request.converted_to_draft': change,
  'pull_request.synchronize': moved,
  'pull_request.enqueued': change,
  'pull_request.dequeued': change,
  'pull_request.closed': change,
  'pull_request_review.submitted': change,
  'pull_request_review.edited': change,
  'pull_request_review.dismissed': change,
  'issue_comment.created': command,
  'issues.opened': ticket,
  'issues.edited': ticket,
  'issues.closed': ticket,
  'issues.reopened': ticket,
  'issues.deleted': ticket,
  'issues.transferred': ticket,
  'issues.typed': ticket,
  'issues.untyped': ticket,
  'check_run.created': (payload, self) => reported(read(checkRunPayload, payload), self),
  'check_run.completed': (payload, self) => reported(read(checkRunPayload, payload), self),
  'check_run.rerequested': (payload, self) => askedAgain(read(checkRunPayload, payload), self),
  'check_run.requested_action': (payload, self) => buttonPressed(payload, read(checkRunPayload, payload), self),
  'check_suite.completed': (payload, self) => reported(read(checkSuitePayload, payload), self),
  'check_suite.rerequested': (payload, self) => askedAgain(read(checkSuitePayload, payload), self),
  status,
  'merge_group.checks_requested': groupBegun,
  'merge_group.destroyed': groupEnded,
  push: pushed,
  'repository_ruleset.created': rules,
  'repository_ruleset.edited': rules,
  'repository_ruleset.deleted': rules,
  'branch_protection_rule.created': rules,
  'branch_protection_rule.edited': rules,
  'branch_protection_rule.deleted': rules,
  'repository.edited': repositoryEdited,
  'repository.renamed': repository,
  'member.added': access,
  'member.edited': access,
  'member.removed': access,
  'membership.added': membership,
  'membership.removed': membership,
  'organization.member_added': membership,
  'organization.member_removed': membership,
  'team.created': membership,
  'team.added_to_repository': membership,
  'team.removed_from_repository': membership,
  'team.edited': membership,
  'team.deleted': membership,
  team_add: membership,
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

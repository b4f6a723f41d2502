import type { KeptKind } from '#engine/assessment.ts'
import type { Touch } from '#operations/receive-delivery.ts'
import { installationPayload, installedPayload, read, repositoryPayload } from '../payloads.ts'

/** Somebody's own access to a repository has changed. */
export function access(payload: unknown): readonly Touch[] {
  const home = read(repositoryPayload, payload)?.repository
  return home === undefined ? [] : [...kept(payload, ['permission'], home.id), ...repository(payload)]
}

/** Who is in which team or in the organization has changed: for which repositories that counts, the payload does not say. */
export const membership = (payload: unknown): readonly Touch[] => [
  ...kept(payload, ['teams', 'team-members', 'permission', 'organization-members'], null),
  ...organization(payload),
]

export function repository(payload: unknown): readonly Touch[] {
  const home = read(repositoryPayload, payload)?.repository
  return home === undefined ? [] : [{ touches: 'open-changes-of-repository', repositoryId: home.id }]
}

export function organization(payload: unknown): readonly Touch[] {
  const at = read(installedPayload, payload)?.installation
  return at === undefined ? [] : [{ touches: 'open-changes-of-organization', installationId: at.id }]
}

function kept(payload: unknown, kinds: readonly KeptKind[], repositoryId: number | null): readonly Touch[] {
  const at = read(installedPayload, payload)?.installation
  return at === undefined ? [] : [{ touches: 'kept-answers', kinds, installationId: at.id, repositoryId }]
}

type Standing = 'active' | 'suspended' | 'removed'

/** `told`: what the action says of its standing; null where the payload itself tells. */
export function installation(payload: unknown, told: Standing | null): readonly Touch[] {
  const found = read(installationPayload, payload)?.installation
  if (found === undefined) return []
  const { id, account, suspended_at: suspendedAt } = found
  const standing = told ?? (typeof suspendedAt === 'string' ? 'suspended' : 'active')
  return [{ touches: 'installation', installation: { id, account, standing } }]
}

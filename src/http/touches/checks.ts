import type { Touch, TouchedChanges } from '#operations/receive-delivery.ts'
import { buttonPayload, type checkRunPayload, namedPullRequest, read, statusPayload, toSubject } from '../payloads.ts'
import type { Self } from './row.ts'

type Checked = ReturnType<typeof checkRunPayload.parse> | null

/** Somebody asked for our own check again, on a change or on a group; that of another app is its own business. */
export function askedAgain(checked: Checked, self: Self): readonly Touch[] {
  if (checked?.check.app?.id !== self.id) return []
  const named = namedChanges(checked)
  const changes = named.length > 0 ? named : [head(checked)]
  const tickets = changes.map((of) => ({ touches: 'tickets-of', of }) as const)
  const group = { ...head(checked), touches: 'merge-group-at' } as const
  return [...tickets, ...changes, group]
}

/** The button "Re-check" on our own check. */
export const buttonPressed = (payload: unknown, checked: Checked, self: Self): readonly Touch[] =>
  read(buttonPayload, payload)?.requested_action.identifier === 'recheck' ? askedAgain(checked, self) : []

/**
 * Somebody else's check began or ended, in either direction. What we report ourselves changes nothing.
 *
 * The payload names no pull request of a fork; and those it names may be at that commit before we have recorded it.
 */
export function reported(checked: Checked, self: Self): readonly Touch[] {
  if (checked === null || checked.check.app?.id === self.id) return []
  return [head(checked), ...namedChanges(checked)]
}

/** A commit status never names a pull request. */
export function status(payload: unknown): readonly Touch[] {
  const told = read(statusPayload, payload)
  return told === null ? [] : [{ touches: 'head', repositoryId: told.repository.id, sha: told.sha }]
}

const head = ({ repository, check }: NonNullable<Checked>) => ({
  touches: 'head' as const,
  repositoryId: repository.id,
  sha: check.head_sha,
})

function namedChanges({ check, repository: home, installation: at }: NonNullable<Checked>): readonly TouchedChanges[] {
  return (check.pull_requests ?? []).flatMap((item): readonly TouchedChanges[] => {
    const pullRequest = read(namedPullRequest, item)
    if (pullRequest?.base.repo.id !== home.id) return []
    return [{ touches: 'change', subject: toSubject(at.id, home, pullRequest.number) }]
  })
}

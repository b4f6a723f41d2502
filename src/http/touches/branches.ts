import type { Touch } from '#operations/receive-delivery.ts'
import { mergeGroupPayload, pushedCommit, pushPayload, queuedNumber, read, repositoryEditPayload } from '../payloads.ts'
import { organization, repository } from './people.ts'
import type { Self } from './row.ts'

const organizationPolicyPath = 'countersign.yml'

/** What is read from the base branch of a change and decides how it is judged. GitHub looks for CODEOWNERS in three places. */
const decidingPaths = ['.github/countersign.yml', '.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

/** GitHub cuts a push's list of commits here. */
const mostCommitsOfPush = 2048

type Pushed = ReturnType<typeof pushPayload.parse>

/** The branch may be the base of open changes: its files decide how they are judged, its tip what they are compared with. */
export function pushed(payload: unknown, self: Self): readonly Touch[] {
  const push = read(pushPayload, payload)
  if (push === null || push.deleted === true) return []
  const { repository: home, ref: branch } = push
  const which = mayTouch(decidingPaths, push) ? 'all' : 'resting-on-base'
  return [
    { touches: 'open-changes-of-branch', repositoryId: home.id, branch, which },
    ...organizationPolicyPushed(payload, push, self),
  ]
}

function organizationPolicyPushed(payload: unknown, push: Pushed, self: Self): readonly Touch[] {
  const { repository: home, ref: branch } = push
  const isInForce = isPolicyRepository(home.name, self) && branch === home.default_branch
  return isInForce && mayTouch([organizationPolicyPath], push) ? organization(payload) : []
}

const isPolicyRepository = (name: string, self: Self): boolean =>
  name.toLowerCase() === self.policyRepository.toLowerCase()

/**
 * Where the list of commits cannot tell, the answer is yes: when it is cut or absent, or when a push by force took
 * commits away.
 */
function mayTouch(paths: readonly string[], { commits, forced }: Pushed): boolean {
  if (!Array.isArray(commits) || commits.length >= mostCommitsOfPush || forced === true) return true
  return commits.some((commit) => read(pushedCommit, commit)?.some((path) => paths.includes(path)) ?? true)
}

/** Rules that branches must keep. Those of an organization name no repository. */
export function rules(payload: unknown): readonly Touch[] {
  const ofRepository = repository(payload)
  return ofRepository.length > 0 ? ofRepository : organization(payload)
}

/** A repository's topics choose its policy; the default branch of the policy repository holds that of the organization. */
export function repositoryEdited(payload: unknown, self: Self): readonly Touch[] {
  const edit = read(repositoryEditPayload, payload)
  if (edit === null) return []
  return [
    ...(edit.changes.topics === undefined ? [] : repository(payload)),
    ...(edit.changes.default_branch !== undefined && isPolicyRepository(edit.repository.name, self)
      ? organization(payload)
      : []),
  ]
}

/** The merge queue asks whether a group may be merged. */
export function groupBegun(payload: unknown): readonly Touch[] {
  const subject = read(mergeGroupPayload, payload)
  return subject === null ? [] : [{ touches: 'merge-group', subject }]
}

/** Merged or taken apart: nobody waits for the group's answer, and its last change has another state. */
export function groupEnded(payload: unknown): readonly Touch[] {
  const subject = read(mergeGroupPayload, payload)
  if (subject === null) return []
  const ended: Touch = { touches: 'merge-group-ended', subject }
  const number = read(queuedNumber, subject.headBranch)
  if (number === null) return [ended]
  const { installationId, repositoryId, owner, repository: name } = subject
  const last = { kind: 'change', installationId, repositoryId, owner, repository: name, number } as const
  return [ended, { touches: 'change', subject: last }]
}

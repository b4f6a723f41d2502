import type { Action } from '#engine/plan.ts'
import { GitHubError, Refused } from './errors.ts'

/**
 * Says what a person has to change when GitHub refuses an action for good; anything else is returned as it came.
 *
 * GitHub hides behind 404 what the app may not see, so that a 404 speaks of permissions as well.
 */
export function explainRefusal(error: unknown, action: Action, where: string): unknown {
  if (!(error instanceof GitHubError) || error.status === null || error instanceof Refused) return error
  const remedy = remedies[error.status]
  if (remedy === undefined) return error
  const { thing, permission } = things[action.do]
  const said = error.said === '' ? '' : ` GitHub says: ${error.said}`
  const message = `GitHub refused the ${thing} on ${where} (${String(error.status)}). ${remedy(permission)}${said}`
  return new Refused(message, { call: error.call, status: error.status, requestId: error.requestId, said: error.said })
}

const things = {
  'write-check': { thing: 'check', permission: 'checks: write' },
  'post-comment': { thing: 'comment', permission: 'pull_requests: write' },
  'append-to-comment': { thing: 'addition to the comment', permission: 'pull_requests: write' },
  react: { thing: 'reaction', permission: 'issues: write' },
} as const satisfies Record<Action['do'], { thing: string; permission: string }>

type Remedy = (permission: string) => string

const remedies: Readonly<Partial<Record<number, Remedy>>> = {
  403: (permission) =>
    `Grant the app ${permission} and accept it in the organization; if it has that, the repository is archived or the conversation locked.`,
  404: (permission) => `The repository is gone, or the app is not installed on it, or lacks ${permission}.`,
  410: () => 'What it belongs to has been deleted or switched off.',
  422: () => 'What we sent breaks a rule or a limit of GitHub: please report it with this message.',
}

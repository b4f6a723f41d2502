import type { Change } from '#facts/change-facts.ts'
import type { AuditComment } from './audit-comment.ts'

/** Something to do on GitHub, as data: it can be shown, stored, tested and not done. */
export type Action = WriteCheck | PostComment | AppendToComment | React

/** Creates the check run `countersign` on a commit, or rewrites the one with `runId`. */
export interface WriteCheck {
  readonly do: 'write-check'
  readonly headSha: string
  /** The run to update; null to create one. */
  readonly runId: number | null
  readonly check: CheckContent
  readonly reason: string
}

/** Posts the audit comment of a merged change, once. The body carries a hidden marker by which it is found again. */
export interface PostComment {
  readonly do: 'post-comment'
  readonly number: number
  readonly marker: string
  readonly body: string
  readonly reason: string
}

/**
 * Adds a text to the end of a comment of ours, and leaves what stands there as it is.
 *
 * Done twice it leaves one addition: nothing is written to a comment that holds the marker. A comment that has been
 * deleted, or has no room left, gets none; the ledger has what it would have said.
 */
export interface AppendToComment {
  readonly do: 'append-to-comment'
  readonly commentId: number
  readonly marker: string
  /** Markdown with the marker in it. */
  readonly text: string
  /** Added instead where the comment has no room for the text: one line, with the marker in it. */
  readonly shortText: string
  readonly reason: string
}

/** Answers a command: 👍 when it was done, 😕 when there is no such command. GitHub keeps one of a kind, however often it is asked. */
export interface React {
  readonly do: 'react'
  readonly commentId: number
  readonly content: '+1' | 'confused'
  readonly reason: string
}

export interface CheckContent {
  readonly name: string
  readonly status: 'in_progress' | 'completed'
  /** Present exactly when completed. Never `neutral` or `skipped`: those satisfy a required check. */
  readonly conclusion: 'success' | 'failure' | null
  readonly title: string
  /** Markdown, at most 65,535 characters. */
  readonly summary: string
  readonly detailsUrl: string | null
  readonly actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[]
  /** SHA-256 over all of the above, hex. Goes out as `external_id`, so that GitHub itself tells whether a write is needed. */
  readonly digest: string
}

/** Our own check run as GitHub has it now. */
export interface PostedCheck {
  readonly runId: number
  readonly name: string
  readonly headSha: string
  /** `queued` also when somebody pressed "Re-run" since it was written. */
  readonly status: 'queued' | 'in_progress' | 'completed'
  readonly conclusion: string | null
  /** The digest of the content it was last given; null when another hand wrote it. */
  readonly digest: string | null
  /** ISO 8601, UTC. A check left in progress for 14 days goes stale. */
  readonly startedAt: string | null
}

interface Checking {
  readonly headSha: string
  /** What our checks should say. */
  readonly contents: readonly CheckContent[]
  /** Our check runs on the head commit as GitHub has them. */
  readonly posted: readonly PostedCheck[]
  /** When the look was taken. */
  readonly at: Date
}

interface Planning extends Omit<Checking, 'headSha'> {
  readonly change: Change
  /** The record to post on a merged change; null when it has been posted. */
  readonly audit: AuditComment | null
}

const refreshAfterMs = 7 * 24 * 3_600_000

/**
 * What to do on GitHub so that it says what was found: nothing, when it says so already.
 *
 * A change that was closed without a merge is left as it is. A merged one gets its audit comment, once.
 */
export function planChange({ change, audit, ...checking }: Planning): readonly (WriteCheck | PostComment)[] {
  const checks = change.state === 'closed' ? [] : planChecks({ ...checking, headSha: change.headSha })
  if (change.state !== 'merged' || audit === null) return checks
  const { marker, body } = audit
  const comment: PostComment = {
    do: 'post-comment',
    number: change.number,
    marker,
    body,
    reason: 'the change was merged',
  }
  return [...checks, comment]
}

/** The writes that make our checks on one commit say what they should: none for those that do already. */
export const planChecks = (checking: Checking): readonly WriteCheck[] =>
  checking.contents.flatMap((check) => writeFor(check, checking))

/**
 * At most one write, to the latest run of that name or to a new one.
 *
 * GitHub takes no completed run back to `in_progress`, and apps have seen a completed run keep its first conclusion: so
 * a completed run is rewritten while its conclusion stays, and gets a successor when that changes.
 */
function writeFor(check: CheckContent, { headSha, posted, at }: Checking): readonly WriteCheck[] {
  const write = (runId: number | null, reason: string): readonly WriteCheck[] => [
    { do: 'write-check', headSha, runId, check, reason },
  ]
  const latest = latestOf(check.name, headSha, posted)
  if (latest === null) return write(null, 'the commit has no such check yet')
  if (latest.status === 'queued') return write(null, 'somebody asked for the check again')
  if (latest.status !== check.status || latest.conclusion !== check.conclusion) {
    return write(latest.status === 'completed' ? null : latest.runId, 'the outcome has changed')
  }
  if (isGoingStale(latest, at)) return write(null, 'a check in progress for 14 days goes stale')
  return latest.digest === check.digest ? [] : write(latest.runId, 'the check would read differently')
}

/** GitHub numbers runs upwards, and of several with one name the newest is the one that counts. */
const latestOf = (name: string, headSha: string, posted: readonly PostedCheck[]): PostedCheck | null =>
  posted
    .filter((check) => check.name === name && check.headSha === headSha)
    .reduce<PostedCheck | null>((newest, check) => (newest && newest.runId > check.runId ? newest : check), null)

const isGoingStale = ({ status, startedAt }: PostedCheck, at: Date): boolean =>
  status === 'in_progress' && startedAt !== null && at.getTime() - Date.parse(startedAt) > refreshAfterMs

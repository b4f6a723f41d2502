import type { RecordedChange } from '#engine/assessment.ts'
import { type Cause, type ChangeSubject, subjectKey } from '#facts/subject.ts'

/** An open pull request, as a list of them tells. */
export interface ListedChange {
  readonly subject: ChangeSubject
  readonly headSha: string
  /** ISO 8601, UTC. */
  readonly updatedAt: string
}

export interface Ports {
  readonly now: () => Date
  readonly listOpenChanges: (installationId: number) => AsyncIterable<readonly ListedChange[]>
  readonly findRecordedOpenChanges: (installationId: number) => Promise<readonly RecordedChange[]>
  readonly offer: (subjects: readonly ChangeSubject[], cause: Cause) => Promise<void>
}

export interface Reconciliation {
  readonly listed: number
  readonly offered: number
}

const refreshAfterMs = 7 * 24 * 3_600_000

/**
 * Finds what no webhook told: open changes we do not know or know at an older state, changes that are open in our
 * books only, those that could not be determined or not be looked at, and waiting checks that would go stale. Those are queued; the rest costs nothing more.
 */
export async function reconcileChanges(installationId: number, ports: Ports): Promise<Reconciliation> {
  const now = ports.now()
  const unseen = new Map<string, RecordedChange>()
  for (const change of await ports.findRecordedOpenChanges(installationId))
    unseen.set(subjectKey(change.subject), change)
  let listed = 0
  let offered = 0
  for await (const page of ports.listOpenChanges(installationId)) {
    listed += page.length
    const due = page.filter((change) => isDue(change, unseen.get(subjectKey(change.subject)), now))
    for (const change of page) unseen.delete(subjectKey(change.subject))
    offered += await offerAll(due, ports)
  }
  offered += await offerAll([...unseen.values()], ports)
  return { listed, offered }
}

function isDue(listed: ListedChange, recorded: RecordedChange | undefined, now: Date): boolean {
  if (recorded?.headSha !== listed.headSha) return true
  if (Date.parse(listed.updatedAt) > Date.parse(recorded.lookedAt)) return true
  if (recorded.standing === null || recorded.standing === 'undetermined' || recorded.isStale) return true
  return recorded.standing === 'waiting' && now.getTime() - Date.parse(recorded.lookedAt) > refreshAfterMs
}

async function offerAll(changes: readonly { subject: ChangeSubject }[], ports: Ports): Promise<number> {
  const at = ports.now().toISOString()
  const cause = { actor: 'countersign', reason: 'reconcile pass', occurredAt: at, receivedAt: at }
  if (changes.length > 0)
    await ports.offer(
      changes.map((change) => change.subject),
      cause,
    )
  return changes.length
}

import type { NewEntry } from '#ledger/entry.ts'

export interface Ports {
  readonly now: () => Date
  readonly recordEntry: (entry: NewEntry) => Promise<void>
  /** Queues dead letters again, all when no id is given, and returns how many. */
  readonly requeue: (ids?: readonly string[]) => Promise<number>
}

export interface Requeueing {
  readonly ids: readonly string[] | 'all'
  readonly actor: string
  readonly reason: string
}

/** Queues dead letters again, on somebody's word: who and why is in the ledger before it is done. */
export async function requeueWork({ ids, actor, reason }: Requeueing, ports: Ports): Promise<number> {
  const at = ports.now().toISOString()
  await ports.recordEntry({
    kind: 'work.requeued',
    occurredAt: at,
    receivedAt: at,
    actor,
    reason,
    organization: '',
    subject: ids === 'all' ? 'work/all' : `work/${ids.join(',')}`,
    policyDigest: null,
    payloadDigest: null,
  })
  return ports.requeue(ids === 'all' ? undefined : ids)
}

import { type Recovery, retryAfterMsOf } from '#operations/recover-deliveries.ts'
import { periodically, type Round } from './periodically.ts'

export interface RoundPorts {
  /** Asks GitHub again for lost deliveries. */
  readonly recover: () => Promise<Recovery>
  /** Learns of installations whose webhooks never came. */
  readonly readInstallations: () => Promise<unknown>
  /** Reconciles the installations that changed, and those not looked at for so long. */
  readonly reconcile: (everyMs: number) => Promise<unknown>
  /** Queues changes that were put by, as many as may be queued now. */
  readonly release: () => Promise<unknown>
  /** Reads tickets again that changes wait on. */
  readonly recheckTickets: () => Promise<unknown>
  /** Writes changes' addresses on their tickets, where a policy asks for it. */
  readonly linkTickets: () => Promise<unknown>
  /** Removes what has served. */
  readonly prune: () => Promise<unknown>
  readonly onFailure: (round: string, error: unknown) => void
}

const seconds = 1_000
const minutes = 60 * seconds

const every = {
  recoverMs: 3 * minutes,
  recoverSoonMs: 10 * seconds,
  dueMs: 5 * seconds,
  releaseMs: seconds,
  ticketsMs: 5 * seconds,
  reconcileMs: 15 * minutes,
  installationsMs: 60 * minutes,
  pruneMs: 360 * minutes,
}

/** What a worker does beside its queue, at once and then again and again: it finds what no webhook told. */
export function startRounds(ports: RoundPorts): Round {
  const round = (name: string, everyMs: number, run: () => Promise<number | undefined>): Round =>
    periodically({ everyMs, run, onFailure: (error) => ports.onFailure(name, error) })
  const rounds = [
    round('recover deliveries', every.recoverMs, async () => {
      try {
        const { redelivered } = await ports.recover()
        // It may have failed again: the web process may start later than this one.
        return redelivered.length > 0 ? every.recoverSoonMs : undefined
      } catch (error) {
        // More were lost than GitHub lets us ask for in a minute: the rest follows.
        const waitMs = retryAfterMsOf(error)
        if (waitMs === null) throw error
        return waitMs
      }
    }),
    round('read installations', every.installationsMs, () => silently(ports.readInstallations())),
    round('reconcile changes', every.dueMs, () => silently(ports.reconcile(every.reconcileMs))),
    round('release postponed changes', every.releaseMs, () => silently(ports.release())),
    round('recheck tickets', every.ticketsMs, () => silently(ports.recheckTickets())),
    round('link tickets', every.ticketsMs, () => silently(ports.linkTickets())),
    round('prune the store', every.pruneMs, () => silently(ports.prune())),
  ]
  return {
    stop: async () => {
      await Promise.all(rounds.map((each) => each.stop()))
    },
  }
}

const silently = async (done: Promise<unknown>): Promise<undefined> => {
  await done
  return undefined
}

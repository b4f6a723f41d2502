import type { Cause, Subject } from '#facts/subject.ts'
import type { TicketName } from '#facts/ticket.ts'

/** What a tracker told us: that these tickets are others now. */
export interface TicketEvent {
  readonly names: readonly TicketName[]
  readonly cause: Cause
}

export interface Ports {
  /** All or nothing. Throws when the store is away. */
  readonly inTransaction: <T>(work: (within: TicketTransaction) => Promise<T>) => Promise<T>
}

export interface TicketTransaction {
  /** What we keep of them no longer holds. */
  readonly touchTickets: (names: readonly TicketName[]) => Promise<void>
  /**
   * The open changes that name one of them, under the key they gave or the one it has now, and the merged ones whose
   * finding rests on an outage.
   */
  readonly findChangesNaming: (names: readonly TicketName[]) => Promise<readonly Subject[]>
  readonly offer: (subjects: readonly Subject[], cause: Cause) => Promise<void>
}

/** Has every change judged again that rests on these tickets. Told twice, it does so twice. Returns how many. */
export const receiveTicketEvent = ({ names, cause }: TicketEvent, ports: Ports): Promise<number> =>
  ports.inTransaction(async (within) => {
    const subjects = await touchTickets(names, within)
    if (subjects.length > 0) await within.offer(subjects, cause)
    return subjects.length
  })

/** Forgets what is kept of them, and returns the changes that may come out differently. */
export async function touchTickets(
  names: readonly TicketName[],
  within: Pick<TicketTransaction, 'touchTickets' | 'findChangesNaming'>,
): Promise<readonly Subject[]> {
  if (names.length === 0) return []
  await within.touchTickets(names)
  return within.findChangesNaming(names)
}

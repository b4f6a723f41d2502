import type { InstallationStanding } from '#facts/installation.ts'
import type { Delivery } from '#facts/delivery.ts'
import type { Push } from '#facts/pushes.ts'
import type { AskedCommand, KeptKind } from '#engine/assessment.ts'
import type { Cause, ChangeSubject, MergeGroupSubject, Subject } from '#facts/subject.ts'
import type { TicketName } from '#facts/ticket.ts'
import { type TicketTransaction, touchTickets } from './receive-ticket-event.ts'

/** What a delivery may have changed, as data. */
export type Touch =
  | { readonly touches: 'change'; readonly subject: ChangeSubject }
  /** Whatever open changes have this head commit: for payloads that do not name the pull request. */
  | { readonly touches: 'head'; readonly repositoryId: number; readonly sha: string }
  | { readonly touches: 'open-changes-of-repository'; readonly repositoryId: number }
  /** `resting-on-base`: only those whose answer was found by comparing commits with the tip of that branch. */
  | {
      readonly touches: 'open-changes-of-branch'
      readonly repositoryId: number
      readonly branch: string
      readonly which: 'all' | 'resting-on-base'
    }
  /** There may be thousands: they are judged again one after another, within a share of GitHub's hourly limit. */
  | { readonly touches: 'open-changes-of-organization'; readonly installationId: number }
  /** What we keep of GitHub's answers no longer holds: of a repository, or (null) of all of the installation. */
  | {
      readonly touches: 'kept-answers'
      readonly kinds: readonly KeptKind[]
      readonly installationId: number
      readonly repositoryId: number | null
    }
  /** A ticket is another now, and with it perhaps every change that names it. */
  | { readonly touches: 'ticket'; readonly name: TicketName }
  /** Somebody wants these changes judged anew: the tickets they rest on are read anew as well, if their tracker answers. */
  | { readonly touches: 'tickets-of'; readonly of: TouchedChanges }
  | { readonly touches: 'merge-group'; readonly subject: MergeGroupSubject }
  /** The group of the merge queue with this head commit, if there is one. */
  | { readonly touches: 'merge-group-at'; readonly repositoryId: number; readonly sha: string }
  /** The group is no more: merged, or taken apart. */
  | { readonly touches: 'merge-group-ended'; readonly subject: MergeGroupSubject }
  /** Somebody wrote a command in a comment on a change. */
  | { readonly touches: 'command'; readonly subject: ChangeSubject; readonly command: AskedCommand }
  /** Somebody pushed to the head of a change, or opened it. */
  | { readonly touches: 'pushes'; readonly subject: ChangeSubject; readonly push: Push }
  | { readonly touches: 'installation'; readonly installation: InstallationStanding }

/** Changes, named themselves or by their head commit. */
export type TouchedChanges = Extract<Touch, { readonly touches: 'change' | 'head' }>

export interface Ports {
  /** All or nothing. Throws when the store is away. */
  readonly inTransaction: <T>(work: (within: DeliveryTransaction) => Promise<T>) => Promise<T>
}

export interface DeliveryTransaction extends Pick<TicketTransaction, 'touchTickets' | 'findChangesNaming'> {
  /** The tickets that these changes were last recorded to rest on, but for those of trackers that are not connected. */
  readonly findTicketsOf: (subjects: readonly Subject[]) => Promise<readonly TicketName[]>
  /** What we keep of them is read anew, and stands in while their tracker is away. */
  readonly requestTickets: (names: readonly TicketName[]) => Promise<void>
  /** `duplicate` when a delivery with this GUID was stored before. */
  readonly storeDelivery: (delivery: Delivery) => Promise<'stored' | 'duplicate'>
  readonly storePush: (subject: ChangeSubject, push: Push) => Promise<void>
  readonly storeInstallation: (change: InstallationStanding) => Promise<void>
  readonly findChangesByHead: (repositoryId: number, sha: string) => Promise<readonly Subject[]>
  readonly findMergeGroupAt: (repositoryId: number, sha: string) => Promise<readonly Subject[]>
  readonly findOpenChanges: (of: OpenChangesOf) => Promise<readonly Subject[]>
  readonly offer: (subjects: readonly Subject[], cause: Cause) => Promise<void>
  /** Puts every open change of an installation by, to be queued little by little. */
  readonly postponeOpenChanges: (installationId: number, cause: Cause) => Promise<void>
  readonly dropKeptAnswers: (of: {
    readonly kinds: readonly KeptKind[]
    readonly installationId: number
    readonly repositoryId: number | null
  }) => Promise<void>
  readonly storeCommand: (subject: ChangeSubject, command: AskedCommand) => Promise<void>
  readonly endMergeGroup: (subject: MergeGroupSubject) => Promise<void>
}

export type OpenChangesOf =
  | { readonly repositoryId: number }
  | { readonly repositoryId: number; readonly branch: string; readonly which: 'all' | 'resting-on-base' }

/**
 * Stores a delivery and queues what it touches, in one transaction: an acknowledged delivery is never lost.
 *
 * A delivery that came before does nothing twice. Nothing is judged here.
 */
export async function receiveDelivery(
  delivery: Delivery,
  touches: readonly Touch[],
  ports: Ports,
): Promise<'stored' | 'duplicate'> {
  return ports.inTransaction(async (within) => {
    if ((await within.storeDelivery(delivery)) === 'duplicate') return 'duplicate'
    const subjects: Subject[] = []
    const cause = causeOf(delivery)
    for (const touch of touches) subjects.push(...(await follow(touch, cause, within)))
    if (subjects.length > 0) await within.offer(subjects, cause)
    return 'stored'
  })
}

async function follow(touch: Touch, cause: Cause, within: DeliveryTransaction): Promise<readonly Subject[]> {
  switch (touch.touches) {
    case 'change':
    case 'merge-group':
      return [touch.subject]
    case 'head':
      return within.findChangesByHead(touch.repositoryId, touch.sha)
    case 'merge-group-at':
      return within.findMergeGroupAt(touch.repositoryId, touch.sha)
    case 'open-changes-of-repository':
      return within.findOpenChanges({ repositoryId: touch.repositoryId })
    case 'open-changes-of-branch':
      return within.findOpenChanges(touch)
    case 'open-changes-of-organization':
      await within.postponeOpenChanges(touch.installationId, cause)
      return []
    case 'kept-answers':
      await within.dropKeptAnswers(touch)
      return []
    case 'ticket':
      return touchTickets([touch.name], within)
    case 'tickets-of':
      await requestTicketsOf(await follow(touch.of, cause, within), within)
      return []
    case 'command':
      await within.storeCommand(touch.subject, touch.command)
      await requestTicketsOf([touch.subject], within)
      return [touch.subject]
    case 'merge-group-ended':
      await within.endMergeGroup(touch.subject)
      return []
    case 'pushes':
      await within.storePush(touch.subject, touch.push)
      return []
    case 'installation':
      await within.storeInstallation(touch.installation)
      return []
  }
}

const requestTicketsOf = async (subjects: readonly Subject[], within: DeliveryTransaction): Promise<void> =>
  within.requestTickets(await within.findTicketsOf(subjects))

function causeOf({ event, action, guid, sender, occurredAt, receivedAt }: Delivery): Cause {
  const name = action === null ? event : `${event}.${action}`
  return { actor: sender ?? 'github', reason: `${name}, delivery ${guid}`, occurredAt, receivedAt }
}

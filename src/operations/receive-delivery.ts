import type { InstallationStanding } from '#facts/installation.ts'
import type { Delivery } from '#facts/delivery.ts'
import type { Push } from '#facts/pushes.ts'
import type { Cause, ChangeSubject, Subject } from '#facts/subject.ts'

/** What a delivery may have changed, as data. */
export type Touch =
  | { readonly touches: 'change'; readonly subject: ChangeSubject }
  /** Whatever open changes have this head commit: for payloads that do not name the pull request. */
  | { readonly touches: 'head'; readonly repositoryId: number; readonly sha: string }
  | { readonly touches: 'open-changes-of-repository'; readonly repositoryId: number }
  | { readonly touches: 'open-changes-of-organization'; readonly installationId: number }
  /** Somebody pushed to the head of a change, or opened it. */
  | { readonly touches: 'pushes'; readonly subject: ChangeSubject; readonly push: Push }
  | { readonly touches: 'installation'; readonly installation: InstallationStanding }

export interface Ports {
  /** All or nothing. Throws when the store is away. */
  readonly inTransaction: <T>(work: (within: DeliveryTransaction) => Promise<T>) => Promise<T>
}

export interface DeliveryTransaction {
  /** `duplicate` when a delivery with this GUID was stored before. */
  readonly storeDelivery: (delivery: Delivery) => Promise<'stored' | 'duplicate'>
  readonly storePush: (subject: ChangeSubject, push: Push) => Promise<void>
  readonly storeInstallation: (change: InstallationStanding) => Promise<void>
  readonly findChangesByHead: (repositoryId: number, sha: string) => Promise<readonly Subject[]>
  readonly findOpenChanges: (
    of: { readonly repositoryId: number } | { readonly installationId: number },
  ) => Promise<readonly Subject[]>
  readonly offer: (subjects: readonly Subject[], cause: Cause) => Promise<void>
}

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
    for (const touch of touches) subjects.push(...(await follow(touch, within)))
    if (subjects.length > 0) await within.offer(subjects, causeOf(delivery))
    return 'stored'
  })
}

async function follow(touch: Touch, within: DeliveryTransaction): Promise<readonly Subject[]> {
  switch (touch.touches) {
    case 'change':
      return [touch.subject]
    case 'head':
      return within.findChangesByHead(touch.repositoryId, touch.sha)
    case 'open-changes-of-repository':
      return within.findOpenChanges({ repositoryId: touch.repositoryId })
    case 'open-changes-of-organization':
      return within.findOpenChanges({ installationId: touch.installationId })
    case 'pushes':
      await within.storePush(touch.subject, touch.push)
      return []
    case 'installation':
      await within.storeInstallation(touch.installation)
      return []
  }
}

function causeOf({ event, action, guid, sender, occurredAt, receivedAt }: Delivery): Cause {
  const name = action === null ? event : `${event}.${action}`
  return { actor: sender ?? 'github', reason: `${name}, delivery ${guid}`, occurredAt, receivedAt }
}

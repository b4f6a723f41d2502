import { digestOf } from '#facts/digest.ts'
import { type ChangeSubject, subjectKey } from '#facts/subject.ts'
import { type TicketName, type Tracker, trackerNames } from '#facts/ticket.ts'
import type { NewEntry } from '#ledger/entry.ts'
import { isRoundOver, sumOfLanes } from './in-lanes.ts'

/** A change whose policy asks for a link to it on its ticket, where there is none of ours yet. */
export interface WantedLink extends TicketName {
  readonly subject: ChangeSubject
  /** As the change names it, in case the ticket is called otherwise now. */
  readonly recordedKey: string
  /** Of the change, for people. */
  readonly url: string
  readonly policyDigest: string | null
}

export interface LinkPorts {
  readonly now: () => Date
  /**
   * The wanted links of at most so many tickets, those not tried for longest first. Nobody else is given these tickets
   * for a minute after that time, or until they are given back.
   */
  readonly claimWantedLinks: (limit: number, at: Date) => Promise<readonly WantedLink[]>
  /** Nobody is about to write on the ticket any more that was claimed at that time. */
  readonly giveBack: (ticket: TicketName, at: Date) => Promise<void>
  /** Throws nothing for what trackers do. Done twice, it leaves one link. */
  readonly linkTicket: (link: WantedLink & { readonly title: string }) => Promise<LinkOutcome>
  /** One transaction: the link is wanted no more, the payload's blob, and the entry; nothing when somebody else recorded it. */
  readonly recordLink: (link: WantedLink, outcome: RecordedOutcome, recorded: Recorded) => Promise<void>
}

export type LinkOutcome =
  | { readonly outcome: 'linked' }
  /** Will be refused however often it is asked. */
  | { readonly outcome: 'refused'; readonly why: string }
  /** To be tried again. `ticket`: it is this one link that is not taken now, and says nothing of others. */
  | { readonly outcome: 'unavailable'; readonly why: string; readonly about: 'tracker' | 'ticket' }

export type RecordedOutcome = Exclude<LinkOutcome['outcome'], 'unavailable'>

interface Recorded {
  readonly payload: unknown
  readonly entry: NewEntry
}

const atOnce = 50

/**
 * Writes each change's address on its ticket, once, where a policy asks for that. Returns how many it wrote.
 *
 * What a tracker cannot take now stays wanted: such a tracker is asked no more this time, and a ticket that was tried
 * in vain not for a minute. The trackers are gone through side by side.
 */
export async function linkTickets(ports: LinkPorts): Promise<number> {
  const at = ports.now()
  const lanes = Map.groupBy(await ports.claimWantedLinks(atOnce, at), ({ tracker }) => tracker)
  return sumOfLanes([...lanes].map(([tracker, links]) => linkInTurn({ tracker, links, at }, ports)))
}

interface Lane {
  readonly tracker: Tracker
  readonly links: readonly WantedLink[]
  /** When they were claimed. */
  readonly at: Date
}

async function linkInTurn({ tracker, links, at }: Lane, ports: LinkPorts): Promise<number> {
  let linked = 0
  let isAway = false
  for (const [key, wanted] of Map.groupBy(links, (link) => link.key)) {
    const done: LinkedOne = isAway ? notReached : await linkOne(wanted, at, ports)
    linked += done.linked
    isAway ||= done.ended === 'tracker-away'
    // One that was tried in vain stays claimed, and is behind the others next time.
    if (done.ended === 'written' || done.ended === 'not-reached') await ports.giveBack({ tracker, key }, at)
  }
  return linked
}

interface LinkedOne {
  readonly linked: number
  readonly ended: 'written' | 'not-reached' | 'not-taken' | 'tracker-away'
}

const notReached: LinkedOne = { linked: 0, ended: 'not-reached' }

/** Writes all that one ticket is to carry. One after another: a tracker may keep the last of two written at once. */
async function linkOne(wanted: readonly WantedLink[], at: Date, ports: LinkPorts): Promise<LinkedOne> {
  let linked = 0
  for (const link of wanted) {
    // Before others may take the ticket for abandoned.
    if (isRoundOver(at, ports.now())) return { linked, ended: 'not-reached' }
    const { owner, repository, number } = link.subject
    const title = `${owner}/${repository}#${String(number)}`
    const done = await ports.linkTicket({ ...link, title })
    if (done.outcome === 'unavailable') {
      return { linked, ended: done.about === 'tracker' ? 'tracker-away' : 'not-taken' }
    }
    const why = done.outcome === 'refused' ? done.why : null
    await ports.recordLink(link, done.outcome, recordOf(link, { title, why }, ports.now()))
    if (done.outcome === 'linked') linked += 1
  }
  return { linked, ended: 'written' }
}

function recordOf(link: WantedLink, { title, why }: { title: string; why: string | null }, now: Date): Recorded {
  const { subject, tracker, key, url, policyDigest } = link
  const at = now.toISOString()
  const payload = { tracker, key, url, title, refused: why }
  return {
    payload,
    entry: {
      kind: why === null ? 'ticket.linked' : 'ticket.link-refused',
      occurredAt: at,
      receivedAt: at,
      actor: 'countersign',
      reason:
        why === null
          ? `the policy asks for a link on ${key} in ${trackerNames[tracker]}`
          : `${trackerNames[tracker]} refused the link on ${key}: ${why}`,
      organization: subject.owner,
      subject: subjectKey(subject),
      policyDigest,
      payloadDigest: digestOf(payload),
    },
  }
}

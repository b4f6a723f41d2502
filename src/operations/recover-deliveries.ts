/** What GitHub's list of deliveries says of one attempt. */
export interface AttemptedDelivery {
  /** 64-bit, so text. */
  readonly id: string
  readonly guid: string
  readonly deliveredAt: string
  /** Whether our endpoint acknowledged it with a 2xx. */
  readonly acknowledged: boolean
}

export interface Ports {
  readonly now: () => Date
  /** Newest first, back to `since`, as far as GitHub keeps them (about 3 days). */
  readonly listDeliveries: (since: Date) => AsyncIterable<readonly AttemptedDelivery[]>
  readonly redeliver: (id: string) => Promise<void>
  readonly onFailure: (guid: string, error: unknown) => void
  /** Those of the GUIDs that are stored here. */
  readonly findStored: (guids: readonly string[]) => Promise<ReadonlySet<string>>
  /** How far back the last pass reached; null before the first. */
  readonly lastPass: () => Promise<Date | null>
  readonly recordPass: (at: Date) => Promise<void>
}

export interface Recovery {
  readonly seen: number
  /** GUIDs asked for again. */
  readonly redelivered: readonly string[]
  /** GUIDs that came to nothing however often they were asked for. */
  readonly givenUp: readonly string[]
}

/** How often a GUID has been asked for again, and when last. Kept by the caller from pass to pass. */
export type Asked = Map<string, { readonly times: number; readonly at: number }>

const keptByGitHubMs = 3 * 24 * 3_600_000
/** A pass looks this far behind the last one, and further than the longest wait below. */
const overlapMs = 15 * 60_000
/** A delivery under way is not missing yet. */
const graceMs = 15_000
/** Waits before a GUID is asked for again; the last one repeats. */
const waitsMs = [0, 10_000, 30_000, 60_000, 300_000, 600_000]
/** Half a day: what has failed until then is refused, not lost. */
const mostTimes = 72
const longestWaitMs = 600_000

/**
 * Asks GitHub again for every delivery that failed or that we acknowledged and do not have.
 *
 * Idempotent: a redelivery carries the same GUID, and one that has arrived since is not asked for again.
 */
export async function recoverDeliveries(asked: Asked, ports: Ports): Promise<Recovery> {
  const startedAt = ports.now()
  const last = await ports.lastPass()
  const since = new Date(last === null ? startedAt.getTime() - keptByGitHubMs : last.getTime() - overlapMs)
  const redelivered = new Set<string>()
  const givenUp = new Set<string>()
  let seen = 0
  for await (const page of ports.listDeliveries(since)) {
    seen += page.length
    const stored = await ports.findStored(page.map((delivery) => delivery.guid))
    for (const { id, guid, ...delivery } of page) {
      if (stored.has(guid) || redelivered.has(guid) || isUnderWay(delivery, startedAt)) continue
      const { times, at } = asked.get(guid) ?? { times: 0, at: -Infinity }
      if (times >= mostTimes) givenUp.add(guid)
      else if (startedAt.getTime() - at >= (waitsMs[times] ?? longestWaitMs)) {
        await askAgain({ id, guid }, ports)
        asked.set(guid, { times: times + 1, at: startedAt.getTime() })
        redelivered.add(guid)
      }
    }
  }
  await ports.recordPass(startedAt)
  return { seen, redelivered: [...redelivered], givenUp: [...givenUp] }
}

/**
 * One that GitHub will not send again keeps none of the others from being asked for. "Not now" does: the pass ends there,
 * is not recorded, and goes on when it may.
 */
async function askAgain({ id, guid }: Pick<AttemptedDelivery, 'id' | 'guid'>, ports: Ports): Promise<void> {
  try {
    await ports.redeliver(id)
  } catch (error) {
    if (retryAfterMsOf(error) !== null) throw error
    ports.onFailure(guid, error)
  }
}

/** How long to wait, when that is what an error says. */
export const retryAfterMsOf = (error: unknown): number | null =>
  error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
    ? error.retryAfterMs
    : null

function isUnderWay(
  { acknowledged, deliveredAt }: Pick<AttemptedDelivery, 'acknowledged' | 'deliveredAt'>,
  now: Date,
): boolean {
  return acknowledged && now.getTime() - Date.parse(deliveredAt) < graceMs
}

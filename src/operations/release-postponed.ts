/** How many changes could be released at that time (ISO 8601, UTC), in parts of one too. */
export interface ReleaseBucket {
  readonly tokens: number
  readonly at: string
}

export interface Ports {
  readonly now: () => Date
  readonly findPostponedInstallations: () => Promise<readonly number[]>
  /** How many points an hour GitHub gives the installation for GraphQL. */
  readonly hourlyLimitOf: (installationId: number) => number
  /**
   * One transaction that nobody else's of the installation overlaps: queues the changes put by first, as many as there
   * are whole tokens in the refilled bucket, takes as many tokens out of it, and returns how many.
   */
  readonly release: (installationId: number, refill: (bucket: ReleaseBucket) => ReleaseBucket) => Promise<number>
}

/**
 * What a look takes of the GraphQL limit: one point for the query, one for pages that do not fit it, one to spare.
 *
 * GitHub counts the requests it needs for a query's connections, divides by 100 and takes at least one ("Rate limits and
 * query limits for the GraphQL API").
 */
const pointsPerLook = 3

const hourMs = 3_600_000

/**
 * Queues changes that were put by, oldest first, so that judging a whole organization again leaves GitHub's limit to
 * those who push and review meanwhile. Returns how many it queued.
 *
 * In no hour are more queued than the share allows; the first twelfth of them goes at once, so that a small
 * organization does not wait at all.
 */
export async function releasePostponed(ports: Ports, share: number): Promise<number> {
  let released = 0
  for (const installationId of await ports.findPostponedInstallations()) {
    const pace = paceOf(ports.hourlyLimitOf(installationId), share)
    released += await ports.release(installationId, (bucket) => refilled(bucket, pace, ports.now()))
  }
  return released
}

interface Pace {
  readonly capacity: number
  readonly perHour: number
}

/** A full bucket and what flows into it within the hour make the hour's budget. However small that is, it is two. */
function paceOf(hourlyLimit: number, share: number): Pace {
  const budget = Math.max(2, Math.floor((share * hourlyLimit) / pointsPerLook))
  const capacity = Math.max(1, budget / 12)
  return { capacity, perHour: budget - capacity }
}

/** A clock that is set back, or another worker's that is behind, fills nothing twice. */
function refilled({ tokens, at }: ReleaseBucket, { capacity, perHour }: Pace, now: Date): ReleaseBucket {
  const sinceMs = Math.max(0, now.getTime() - Date.parse(at))
  return {
    tokens: Math.min(capacity, tokens + (sinceMs / hourMs) * perHour),
    at: new Date(Date.parse(at) + sinceMs).toISOString(),
  }
}

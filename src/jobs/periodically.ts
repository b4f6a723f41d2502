/** Something that runs again and again until it is stopped. */
export interface Round {
  /** Resolves when a run under way has ended. */
  stop(): Promise<void>
}

export interface RoundOptions {
  readonly everyMs: number
  /** May return another wait, in milliseconds, for the next run. */
  readonly run: () => Promise<number | undefined>
  /** A run that fails is told and does not end the round: the next one may do better. */
  readonly onFailure: (error: unknown) => void
}

/** Runs at once and then `everyMs` after each run has ended, so that runs never overlap. */
export function periodically({ everyMs, run, onFailure }: RoundOptions): Round {
  const stopping = new AbortController()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const waitMs = await run().catch((error: unknown) => {
        onFailure(error)
        return undefined
      })
      await pause(waitMs ?? everyMs, stopping.signal)
    }
  }
  const ended = loop()
  return {
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

import type { QueuedSubject, WorkOptions } from './work-queue.ts'

/** An entry that a worker has taken. */
export interface Claim {
  readonly entry: QueuedSubject
  /** 1 for the first try. */
  readonly attempt: number
}

/** How a claim ended: undefined when the run returned. */
export type Ending = { readonly error: unknown } | undefined

export interface RunningOptions<Taken extends Claim> extends WorkOptions {
  readonly stageOf: (attempt: number) => 'retrying' | 'final'
  /** Takes up to that many entries, never one whose subject is being worked. */
  readonly claim: (atMost: number) => Promise<readonly Taken[]>
  /** Records how a claim ended. Does not throw. */
  readonly settle: (taken: Taken, ending: Ending) => Promise<void>
  /** Told when claiming failed: it is tried again at the next poll. */
  readonly onClaimError: (error: unknown) => void
  readonly pollMs: number
}

/**
 * Keeps up to `concurrency` entries running: claims when woken, when one has ended, and every `pollMs`.
 *
 * Claims never overlap, so that a burst of wakes costs one claim for all free slots.
 */
export function keepRunning<Taken extends Claim>(
  options: RunningOptions<Taken>,
): { readonly wake: () => void; readonly stop: () => Promise<void> } {
  const { concurrency, claim, onClaimError, pollMs } = options
  const running = new Set<Promise<void>>()
  const standing = { stopping: false, woken: false }
  let filling: Promise<void> | null = null

  const fill = async (): Promise<void> => {
    while (standing.woken && !standing.stopping && running.size < concurrency) {
      standing.woken = false
      const wanted = concurrency - running.size
      const taken = await claim(wanted)
      for (const one of taken) {
        const run = runOne(one, options).finally(() => {
          running.delete(run)
          wake()
        })
        running.add(run)
      }
      // As many as wanted: there may be more.
      if (taken.length === wanted) standing.woken = true
    }
  }
  const wake = (): void => {
    standing.woken = true
    if (standing.stopping || filling !== null || running.size >= concurrency) return
    filling = fill()
      .catch(onClaimError)
      .finally(() => {
        filling = null
        if (standing.woken && running.size < concurrency) wake()
      })
  }
  const poll = setInterval(wake, pollMs)
  wake()
  return {
    wake,
    stop: async () => {
      standing.stopping = true
      clearInterval(poll)
      await filling
      await Promise.all(running)
    },
  }
}

async function runOne<Taken extends Claim>(taken: Taken, options: RunningOptions<Taken>): Promise<void> {
  const attempt = { number: taken.attempt, stage: options.stageOf(taken.attempt) }
  let ending: Ending
  try {
    await options.run(taken.entry, attempt)
  } catch (error) {
    ending = { error }
  }
  await options.settle(taken, ending)
}

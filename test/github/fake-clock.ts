import type { Clock } from '#github/limits.ts'

export interface FakeClock extends Clock {
  /** Resolves when the clock shows so much more. */
  readonly wait: (ms: number) => Promise<void>
  /** Lets everything happen that is due, in order of time, until nothing is left or the time is over. */
  readonly run: (untilMs?: number) => Promise<void>
}

/** A clock that only moves when told to, and then at once. */
export function fakeClock(): FakeClock {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  const after: Clock['after'] = (ms, run) => {
    const timer = { at: now + ms, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const settle = () => new Promise((settled) => setImmediate(settled))
  return {
    now: () => now,
    after,
    wait: (ms) => new Promise<void>((resolve) => void after(ms, resolve)),
    run: async (untilMs = Infinity) => {
      for (;;) {
        await settle()
        const [next] = [...timers].sort((one, other) => one.at - other.at)
        if (next === undefined || next.at > untilMs) return
        timers = timers.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.run()
      }
    },
  }
}

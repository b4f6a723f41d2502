import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { periodically, type Round, type RoundOptions } from '#jobs/periodically.ts'

const started: Round[] = []

afterEach(async () => {
  for (const round of started.splice(0)) await round.stop()
})

const anHourMs = 3_600_000

function start(options: Partial<RoundOptions> & Pick<RoundOptions, 'run'>): Round {
  const round = periodically({ everyMs: 1, onFailure: () => undefined, ...options })
  started.push(round)
  return round
}

/** Waits for something to become true; jest's own limit says when it never does. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn()
}

describe('periodically', () => {
  test('runs at once, and again and again', async () => {
    let runs = 0
    start({
      run: () => {
        runs += 1
        return Promise.resolve(undefined)
      },
    })
    expect(runs).toBe(1)
    await until(() => runs >= 5)
  })

  test('never begins a run before the one before has ended', async () => {
    let [begun, running, most] = [0, 0, 0]
    start({
      everyMs: 0,
      run: async () => {
        begun += 1
        running += 1
        most = Math.max(most, running)
        for (let turns = 0; turns < 5; turns += 1) await turn()
        running -= 1
        return undefined
      },
    })
    await until(() => begun >= 5)
    expect(most).toBe(1)
  })

  test('takes the wait that a run returns before its own', async () => {
    let runs = 0
    start({
      everyMs: anHourMs,
      run: () => {
        runs += 1
        return Promise.resolve(runs < 3 ? 1 : undefined)
      },
    })
    await until(() => runs === 3)
  })

  test('tells of a run that fails, and goes on', async () => {
    const told: unknown[] = []
    let runs = 0
    const failure = new Error('GitHub answers 502')
    start({
      run: () => {
        runs += 1
        return runs < 3 ? Promise.reject(failure) : Promise.resolve(undefined)
      },
      onFailure: (error) => void told.push(error),
    })
    await until(() => runs >= 4)
    expect(told).toEqual([failure, failure])
  })

  test('is stopped once the run under way has ended, and begins none after', async () => {
    const events: string[] = []
    const gate = Promise.withResolvers<undefined>()
    const round = start({
      everyMs: 0,
      run: async () => {
        events.push('begun')
        await gate.promise
        events.push('ended')
        return undefined
      },
    })
    const stopped = round.stop().then(() => events.push('stopped'))
    await turn()
    expect(events).toEqual(['begun'])
    gate.resolve(undefined)
    await stopped
    for (let turns = 0; turns < 10; turns += 1) await turn()
    expect(events).toEqual(['begun', 'ended', 'stopped'])
  })

  test('is stopped in the middle of a wait without waiting it out, and may be stopped twice', async () => {
    let runs = 0
    const round = start({
      everyMs: anHourMs,
      run: () => {
        runs += 1
        return Promise.resolve(undefined)
      },
    })
    await turn()
    await round.stop()
    await round.stop()
    expect(runs).toBe(1)
  })
})

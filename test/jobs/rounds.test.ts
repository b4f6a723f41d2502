import { describe, expect, test } from '@jest/globals'
import { type RoundPorts, startRounds } from '#jobs/rounds.ts'

function ports(over: Partial<RoundPorts> = {}) {
  const ran: string[] = []
  const run = (name: string) => () => Promise.resolve(void ran.push(name))
  const all: RoundPorts = {
    recover: () => Promise.resolve({ seen: ran.push('recover'), redelivered: [], givenUp: [] }),
    readInstallations: run('read installations'),
    reconcile: run('reconcile'),
    release: run('release'),
    recheckTickets: run('recheck tickets'),
    linkTickets: run('link tickets'),
    prune: run('prune'),
    onFailure: (round, error) => void ran.push(`${round}: ${String(error)}`),
    ...over,
  }
  return { ran, all }
}

describe('the rounds of a worker', () => {
  test('each run at once', async () => {
    const { ran, all } = ports()
    await startRounds(all).stop()
    expect(ran.sort()).toEqual([
      ...['link tickets', 'prune', 'read installations', 'recheck tickets', 'reconcile', 'recover', 'release'],
    ])
  })

  test('go on without the one that fails, which is told by name', async () => {
    const { ran, all } = ports({ release: () => Promise.reject(new Error('the store is away')) })
    await startRounds(all).stop()
    expect(ran).toContain('release postponed changes: Error: the store is away')
    expect(ran).toContain('prune')
  })

  test('wait as long as GitHub says when it lets no more deliveries be asked for', async () => {
    const { ran, all } = ports({
      recover: () => Promise.reject(Object.assign(new Error('not now'), { retryAfterMs: 60_000 })),
    })
    await startRounds(all).stop()
    expect(ran.filter((line) => line.startsWith('recover'))).toEqual([])
  })
})

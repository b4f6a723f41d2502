import { describe, expect, test } from '@jest/globals'
import { type Asked, type AttemptedDelivery, recoverDeliveries } from '#operations/recover-deliveries.ts'

const now = new Date('2026-11-10T12:00:00.000Z')
const attempted = (id: string, change: Partial<AttemptedDelivery> = {}): AttemptedDelivery => ({
  id,
  guid: `guid-${id}`,
  deliveredAt: '2026-11-10T11:00:00.000Z',
  acknowledged: true,
  ...change,
})

function ports(pages: readonly (readonly AttemptedDelivery[])[], stored: readonly string[], last: Date | null = null) {
  const asked: string[] = []
  const since: Date[] = []
  const passes: Date[] = []
  return {
    asked,
    since,
    passes,
    now: () => now,
    async *listDeliveries(from: Date) {
      since.push(from)
      for (const page of pages) yield await Promise.resolve(page)
    },
    redeliver: (id: string) => Promise.resolve(void asked.push(id)),
    onFailure: (() => undefined) as (guid: string, error: unknown) => void,
    findStored: (guids: readonly string[]) => Promise.resolve(new Set(guids.filter((guid) => stored.includes(guid)))),
    lastPass: () => Promise.resolve(last),
    recordPass: (at: Date) => Promise.resolve(void passes.push(at)),
  }
}

const rows: readonly { when: string; pages: AttemptedDelivery[][]; stored: string[]; asked: string[] }[] = [
  { when: 'it is stored', pages: [[attempted('1')]], stored: ['guid-1'], asked: [] },
  { when: 'it failed', pages: [[attempted('1', { acknowledged: false })]], stored: [], asked: ['1'] },
  {
    when: 'it was acknowledged and is not here (a restored backup)',
    pages: [[attempted('1')]],
    stored: [],
    asked: ['1'],
  },
  {
    when: 'it failed once and came through later',
    pages: [[attempted('2', { guid: 'g' }), attempted('1', { guid: 'g', acknowledged: false })]],
    stored: ['g'],
    asked: [],
  },
  {
    when: 'it failed twice: only its latest attempt',
    pages: [[attempted('2', { guid: 'g', acknowledged: false })], [attempted('1', { guid: 'g', acknowledged: false })]],
    stored: [],
    asked: ['2'],
  },
  {
    when: 'it was delivered this very moment',
    pages: [[attempted('1', { deliveredAt: now.toISOString() })]],
    stored: [],
    asked: [],
  },
]

describe('recoverDeliveries', () => {
  for (const { when, pages, stored, asked } of rows) {
    test(`asks for ${asked.length === 0 ? 'nothing' : asked.join(', ')} again when ${when}`, async () => {
      const fake = ports(pages, stored)
      const recovery = await recoverDeliveries(new Map(), fake)
      expect(fake.asked).toEqual(asked)
      expect(recovery.redelivered).toHaveLength(asked.length)
    })
  }

  test('looks three days back the first time, and a little behind the last pass later', async () => {
    const first = ports([], [])
    await recoverDeliveries(new Map(), first)
    expect(first.since).toEqual([new Date('2026-11-07T12:00:00.000Z')])
    const later = ports([], [], new Date('2026-11-10T11:55:00.000Z'))
    await recoverDeliveries(new Map(), later)
    expect(later.since).toEqual([new Date('2026-11-10T11:40:00.000Z')])
  })

  test('one that GitHub will not send again is told, and keeps no other from being asked for', async () => {
    const page = [attempted('2', { acknowledged: false }), attempted('1', { acknowledged: false })]
    const fake = ports([page], [])
    const told: string[] = []
    const asked: string[] = []
    fake.onFailure = (guid) => void told.push(guid)
    fake.redeliver = (id) => (id === '2' ? Promise.reject(new Error('422')) : Promise.resolve(void asked.push(id)))
    await recoverDeliveries(new Map(), fake)
    expect(told).toEqual(['guid-2'])
    expect(asked).toEqual(['1'])
    expect(fake.passes).toEqual([now])
  })

  test('when GitHub says “not now” the pass ends, unrecorded, and what was not asked for keeps its turn', async () => {
    const page = [attempted('2', { acknowledged: false }), attempted('1', { acknowledged: false })]
    const fake = ports([page], [])
    const asked: Asked = new Map()
    fake.redeliver = (id) =>
      id === '1'
        ? Promise.reject<undefined>(Object.assign(new Error('Not now.'), { retryAfterMs: 60_000 }))
        : Promise.resolve(undefined)
    await expect(recoverDeliveries(asked, fake)).rejects.toMatchObject({ retryAfterMs: 60_000 })
    expect([...asked.keys()]).toEqual(['guid-2'])
    expect(fake.passes).toEqual([])
  })

  test('a pass that is cut short is not recorded, so that the next one reaches as far', async () => {
    const fake = ports([[attempted('1')]], [])
    fake.findStored = () => Promise.reject(new Error('the store is away'))
    await expect(recoverDeliveries(new Map(), fake)).rejects.toThrow('the store is away')
    expect(fake.passes).toEqual([])
  })

  test('what fails time after time is asked for at growing intervals, and given up in the end', async () => {
    const asked: Asked = new Map()
    const fake = ports([[attempted('1', { acknowledged: false })]], [])
    const askedAt: number[] = []
    let givenUp: readonly string[] = []
    for (let second = 0; second < 45_000; second += 5) {
      fake.now = () => new Date(now.getTime() + second * 1_000)
      const recovery = await recoverDeliveries(asked, fake)
      if (recovery.redelivered.length > 0) askedAt.push(second)
      givenUp = recovery.givenUp
    }
    expect(askedAt.slice(0, 8)).toEqual([0, 10, 40, 100, 400, 1_000, 1_600, 2_200])
    expect(askedAt).toHaveLength(72)
    expect(givenUp).toEqual(['guid-1'])
  })
})

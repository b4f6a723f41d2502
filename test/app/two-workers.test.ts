import { expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { openApp } from '#app.ts'
import { readConfig } from '#config.ts'
import { environmentFor } from '#demo/stage.ts'
import type { LoggedRequest } from '#twin/request-log.ts'
import { describeOnServer } from '../store/databases.ts'
import { openHouse, settled, wordOf } from './house.ts'

describeOnServer('two workers on one database', (current) => {
  test('never judge one change at once, however many events come', async () => {
    const environment = { DATABASE_URL: current().databaseUrl ?? '' }
    const house = await openHouse({ environment })
    const second = await openApp(readConfig({ ...environmentFor(house.twin, house.folder), ...environment }))
    await second.startWorker()
    house.twin.fault({ match: { graphql: /^Change$/ }, delayMs: 15 })
    const pulls = Array.from({ length: 5 }, () => house.open())
    for (let round = 0; round < 60; round += 1) {
      const pull = pulls[round % pulls.length]
      pull?.edit({ title: `Round ${String(round)}` }, house.ana)
      if (round % 7 === 0) pull?.review({ by: house.cleo, state: 'approve' })
      await pause(5)
    }
    await settled(house.twin, house.app)
    const looks = house.twin.requests.all({ graphql: /^Change$/ })
    expect(looks.length).toBeGreaterThan(pulls.length)
    expect(overlapping(looks)).toEqual([])
    expect(pulls.map(wordOf)).toEqual(['success', 'success', 'success', 'success', 'success'])
    await second.close()
    await house.close()
  }, 60_000)
})

/** Pairs of looks at one change of which the second began before the first was answered. */
function overlapping(looks: readonly LoggedRequest[]): readonly string[] {
  const byChange = Map.groupBy(looks, ({ body }) => (body as { variables: { number: number } }).variables.number)
  return [...byChange].flatMap(([number, requests]) =>
    requests
      .toSorted((one, other) => one.at.getTime() - other.at.getTime())
      .flatMap((request, index, all) => {
        const next = all[index + 1]
        const endsAt = request.at.getTime() + request.durationMs
        return next !== undefined && next.at.getTime() < endsAt - 1 ? [`#${String(number)} at ${String(endsAt)}`] : []
      }),
  )
}

import { beforeAll, expect, test } from '@jest/globals'
import type { KeptAnswer, KeptKind } from '#engine/assessment.ts'
import type { Database } from '#store/database.ts'
import { deliveryPorts } from '#store/ports.ts'
import { pruneStore } from '#store/prune.ts'
import { describeOnBothDatabases } from './databases.ts'
import { books } from './samples.ts'

const answer = (change: Partial<KeptAnswer> = {}): KeptAnswer => ({
  kind: 'permission',
  installationId: 1,
  repositoryId: 10,
  key: '5',
  ...change,
})

const at = (hour: number) => new Date(Date.UTC(2026, 0, 10, hour))

describeOnBothDatabases('kept answers', (current) => {
  let database: Database
  beforeAll(async () => {
    database = await current().open()
  })
  const keep = (one: KeptAnswer, value: unknown, hour: number) => books(database).keepAnswer(one, value, at(hour))
  const find = async (one: KeptAnswer) => (await books(database).findKeptAnswer(one))?.value ?? null
  const drop = (kinds: readonly KeptKind[], repositoryId: number | null, hour: number) =>
    deliveryPorts(database, { offer: () => Promise.resolve() }, () => at(hour)).inTransaction((within) =>
      within.dropKeptAnswers({ kinds, installationId: 1, repositoryId }),
    )

  test('are found as they were given, with when GitHub was asked; the latest counts', async () => {
    expect(await books(database).findKeptAnswer(answer())).toBeNull()
    const value = { text: 'nul \0, half \ud800', list: [1, null], none: null }
    await keep(answer(), 'read', 1)
    await keep(answer(), value, 2)
    const readAt = at(2).toISOString()
    expect(await books(database).findKeptAnswer(answer())).toEqual({ value, readAt })
  })

  test('are of their kind, installation, repository and key alone', async () => {
    const others = [{ kind: 'revision' }, { installationId: 2 }, { repositoryId: 11 }, { key: '6' }] as const
    for (const other of others) expect(await find(answer(other))).toBeNull()
    for (const [index, other] of others.entries()) await keep(answer(other), index, 2)
    for (const [index, other] of others.entries()) expect(await find(answer(other))).toBe(index)
  })

  test('are dropped by kind: of one repository, or of all of the installation', async () => {
    const team = answer({ kind: 'team-members', repositoryId: 0, key: 'acme/payments' })
    await keep(team, [5], 2)
    await drop(['permission'], 11, 3)
    expect([await find(answer({ repositoryId: 11 })), await find(answer({ key: '6' }))]).toEqual([null, 3])
    await drop(['team-members', 'permission'], null, 3)
    expect([await find(team), await find(answer()), await find(answer({ key: '6' }))]).toEqual([null, null, null])
    expect([await find(answer({ kind: 'revision' })), await find(answer({ installationId: 2 }))]).toEqual([0, 1])
  })

  test('that were asked for before they were dropped are not kept: they may be of the time before', async () => {
    await keep(answer(), 'write', 2)
    expect(await find(answer())).toBeNull()
    await keep(answer(), 'read', 4)
    expect(await find(answer())).toBe('read')
  })

  test('are never kept behind the back of a drop, however the two come together', async () => {
    const other = books(await current().open())
    for (let round = 0; round < 20; round += 1) {
      const one = answer({ key: `round ${round}` })
      const asked = at(10 + round)
      await Promise.all([
        books(database).keepAnswer(one, 'old', asked),
        drop(['permission'], null, 11 + round),
        other.keepAnswer(one, 'old', asked),
      ])
      expect(await find(one)).toBeNull()
    }
  })

  test('are forgotten 30 days after GitHub was asked', async () => {
    await database.kysely.deleteFrom('kept_answers').execute()
    await keep(answer({ kind: 'revision', key: 'old' }), 1, 0)
    await keep(answer({ kind: 'revision', key: 'young' }), 2, 2)
    expect(await pruneStore(database.kysely, at(30 * 24 + 1))).toMatchObject({ keptAnswers: 1 })
    expect(await find(answer({ kind: 'revision', key: 'young' }))).toBe(2)
  })
})

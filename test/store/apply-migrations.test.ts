import { expect, test } from '@jest/globals'
import { findPendingMigrations } from '#store/apply-migrations.ts'
import { migrations } from '#store/migrations/migrations.ts'
import { describeOnBothDatabases, openEmpty } from './databases.ts'

const names = migrations.map(({ name }) => name)

describeOnBothDatabases('pending migrations', (current) => {
  test('are none where all were applied', async () => {
    const database = await current().open()
    expect(await findPendingMigrations(database.kysely)).toEqual([])
  })

  test('are those that this database has not had', async () => {
    const database = await current().open()
    const latest = migrations.at(-1)
    if (latest === undefined) throw new Error('There are no migrations.')
    await database.kysely.deleteFrom('schema_versions').where('number', '=', latest.number).execute()
    expect(await findPendingMigrations(database.kysely)).toEqual([latest.name])
    const { number, name } = latest
    await database.kysely.insertInto('schema_versions').values({ number, name, applied_at: '' }).execute()
    expect(await findPendingMigrations(database.kysely)).toEqual([])
  })

  test('of a newer version are not this version’s to name', async () => {
    const database = await current().open()
    const newer = { number: 9_999, name: 'from-the-future', applied_at: '' }
    await database.kysely.insertInto('schema_versions').values(newer).execute()
    expect(await findPendingMigrations(database.kysely)).toEqual([])
    await database.kysely.deleteFrom('schema_versions').where('number', '=', newer.number).execute()
  })

  test('are all of them where nothing is yet, and to ask changes nothing', async () => {
    const database = await openEmpty(current())
    expect(await findPendingMigrations(database.kysely)).toEqual(names)
    expect(await database.kysely.introspection.getTables()).toEqual([])
    expect((await database.migrate()).map(({ name }) => name)).toEqual(names)
    expect(await findPendingMigrations(database.kysely)).toEqual([])
    await database.close()
  })
})

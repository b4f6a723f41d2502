import { expect, test } from '@jest/globals'
import { CompiledQuery, sql } from 'kysely'
import { known } from '#facts/fact.ts'
import type { Database } from '#store/database.ts'
import { migrations } from '#store/migrations/migrations.ts'
import { summaryPorts, ticketPorts } from '#store/ports.ts'
import { describeOnBothDatabases, openEmpty } from './databases.ts'
import { anAssessment, aSubject, books, namesTicket, recordable, someFacts } from './samples.ts'

const year = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }

describeOnBothDatabases('a database of version 2', (current) => {
  test('keeps its changes, which have no traces and tickets until they are judged again', async () => {
    const database = await openEmpty(current())
    await migrateTo2(database)
    await sql`
      insert into installations (id, account, account_key, standing, changed_at) values (1, 'acme', 'acme', 'active', '')
    `.execute(database.kysely)
    await sql`
      insert into changes
        (repository_id, number, installation_id, owner, repository, state, assessment, merged_at, conclusion, findings_digest)
      values
        (10, 1, 1, 'acme', 'shop', 'merged', 4, '2026-01-03T00:00:00.000Z', 'met', 'f'),
        (10, 2, 1, 'acme', 'shop', 'open', 7, null, 'waiting', 'f')
    `.execute(database.kysely)
    await sql`
      insert into findings (repository_id, number, control, mode, outcome, since, finding)
      values (10, 1, 'ticket-link', 'enforce', 'met', '', '{"because":["the branch names SHOP-1"]}')
    `.execute(database.kysely)

    expect(await database.migrate()).toEqual([{ number: 3, name: 'tickets' }])

    const { countTraces, findUntraced } = summaryPorts(database)
    expect(await countTraces('acme', year)).toEqual([{ repository: 'acme/shop', trace: null, changes: 1 }])
    expect((await findUntraced('acme', year, 10)).changes).toMatchObject([
      { number: 1, trace: null, because: ['the branch names SHOP-1'] },
    ])
    const begun = await books(database).beginAssessment(aSubject({ number: 2 }))
    expect(begun).toMatchObject({ number: 8, findingsDigest: 'f', standing: 'waiting', restsOnOutage: false })
    const facts = { ...someFacts({ number: 2 }), tickets: known([namesTicket()]) }
    const assessment = anAssessment({ subject: aSubject({ number: 2 }), number: 8, facts })
    await books(database).recordAssessment(
      recordable({ assessment, findingsDigest: 'g', entry: null, linkBack: 'wanted' }),
    )
    const { claimWantedLinks } = ticketPorts(database, { offer: () => Promise.resolve() })
    expect(await claimWantedLinks(10, new Date())).toMatchObject([{ key: 'SHOP-1', subject: { number: 2 } }])
    await database.close()
  })
})

async function migrateTo2({ kysely, dialect }: Database): Promise<void> {
  await sql`create table schema_versions (number integer primary key, name text not null, applied_at text not null)`.execute(
    kysely,
  )
  for (const { number, name, statements } of migrations.slice(0, 2)) {
    for (const statement of statements(dialect)) await kysely.executeQuery(CompiledQuery.raw(statement))
    await kysely.insertInto('schema_versions').values({ number, name, applied_at: '' }).execute()
  }
}

import { sql } from 'kysely'
import { openInMemory } from './database.ts'

/** The tables, indexes and triggers of the embedded home as SQL, so that a migration's effect is seen in review. */
export async function dumpSchema(): Promise<string> {
  const database = openInMemory()
  try {
    await database.migrate()
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by type <> 'table', tbl_name, name
    `.execute(database.kysely)
    return rows.map((row) => `${row.sql.replaceAll(/^ {2}(?= )|^ {2}(?=\))/gm, '')};\n`).join('\n')
  } finally {
    await database.close()
  }
}

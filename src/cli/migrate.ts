import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { explained } from './explained.ts'
import { printable } from './terminal-text.ts'

/** `countersign migrate`: brings the database to this version. */
export function addMigrate(program: Command, doors: Doors): void {
  const command = program
    .command('migrate')
    .description('bring the database to this version; does nothing the second time')
  explained(command, [
    ['countersign migrate', 'the embedded database in DATA_DIR'],
    ['DATABASE_URL=postgres://… countersign migrate', 'PostgreSQL'],
  ])
  command.action(async () => {
    const applied = await doors.migrate()
    for (const name of applied) doors.out(`applied ${printable(name)}\n`)
    if (applied.length === 0) doors.out('The database is up to date.\n')
  })
}

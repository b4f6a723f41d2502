import { firstTables } from './0001-first-tables.ts'
import { judgedAgain } from './0002-judged-again.ts'
import { tickets } from './0003-tickets.ts'
import type { Migration } from './migration.ts'

/** In order. A new one is a file and a line here. */
export const migrations: readonly Migration[] = [firstTables, judgedAgain, tickets]

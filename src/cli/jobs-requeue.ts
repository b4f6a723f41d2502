import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained, parseReason } from './explained.ts'

/** `countersign jobs requeue`: tries again what failed for good. */
export function addJobsRequeue(jobs: Command, doors: Doors): void {
  const command = jobs
    .command('requeue')
    .description('try again what failed for good')
    .argument('[ids...]', 'as `countersign jobs list` shows them')
    .option('--all', 'all of them')
    .requiredOption('--reason <text>', 'why, kept in the ledger', parseReason)
  explained(command, [
    ['countersign jobs requeue 41 42 --reason "permission granted"', 'two of them'],
    ['countersign jobs requeue --all --reason "GitHub is back"', 'all of them'],
  ])
  command.action(async (ids: string[], { all, reason }: { all?: true; reason: string }) => {
    if (ids.length > 0 === (all === true)) throw new CommandError(2, 'Give either the ids of jobs or --all.')
    const count = await doors.requeueJobs({ ids: all === true ? 'all' : ids, reason })
    doors.out(`${count} queued again.\n`)
    if (all !== true && count < ids.length) {
      throw new CommandError(1, `${ids.length - count} of them did not fail for good: see countersign jobs list.`)
    }
  })
}

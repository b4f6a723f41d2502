import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { explained } from './explained.ts'
import { json, table } from './terminal-text.ts'
import type { DeadLetter, Subject } from '#facts/subject.ts'

/** `countersign jobs list`: how much waits, and what failed for good and why. */
export function addJobsList(jobs: Command, doors: Doors): void {
  const command = jobs
    .command('list')
    .description('print how much waits, and what failed for good and why')
    .option('--json', 'print JSON')
  explained(command, [
    ['countersign jobs list', 'a table'],
    ['countersign jobs list --json', 'the same for a program'],
  ])
  command.action(async ({ json: asJson }: { json?: true }) => {
    const view = await doors.jobs()
    const { counts, deadLetters } = view
    if (asJson === true) {
      doors.out(json(view))
      return
    }
    doors.out(`waiting ${counts.waiting}, being worked on ${counts.active}, failed for good ${counts.dead}\n`)
    if (deadLetters.length > 0) doors.out(`\n${table(headings, deadLetters.map(row))}`)
  })
}

const headings = ['ID', 'SUBJECT', 'TRIES', 'SINCE', 'BECAUSE OF', 'ERROR']

function row({ id, subject, cause, attempts, error, diedAt }: DeadLetter): readonly string[] {
  return [id, nameOf(subject), String(attempts), diedAt, cause.reason, error]
}

/** As GitHub writes them: `acme/shop#12`; a group of the merge queue by the commit it is to merge, `acme/shop@1a2b3c4d5e6f`. */
const nameOf = (subject: Subject): string =>
  subject.kind === 'change'
    ? `${subject.owner}/${subject.repository}#${subject.number}`
    : `${subject.owner}/${subject.repository}@${subject.headSha.slice(0, 12)}`

import type { Command } from 'commander'
import type { DoctorCheck, Doors } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained } from './explained.ts'
import { jsonLine, printable } from './terminal-text.ts'

/** `countersign doctor`: what stands between this installation and working, and what to do about each. */
export function addDoctor(program: Command, doors: Doors): void {
  const command = program
    .command('doctor')
    .description('check configuration, database, GitHub, webhooks, trackers and policies, and say what to do')
    .option('--json', 'print one JSON object for each check, a line each')
  explained(command, [
    ['countersign doctor', 'print a checklist'],
    ['countersign doctor --json', 'the same for a program'],
  ])
  command.action(async ({ json: asJson }: { json?: true }) => {
    let problems = 0
    for await (const check of doors.doctorChecks()) {
      if (check.standing === 'problem') problems += 1
      doors.out(asJson === true ? jsonLine(check) : lines(check))
    }
    if (problems > 0) throw new CommandError(1, `${problems} ${problems === 1 ? 'problem' : 'problems'} found.`)
  })
}

const marks: Readonly<Record<DoctorCheck['standing'], string>> = { ok: 'ok', problem: 'PROBLEM', unknown: 'unknown' }

function lines({ name, standing, detail, remedy }: DoctorCheck): string {
  const line = `${marks[standing].padEnd(8)} ${printable(name)}: ${printable(detail)}\n`
  return remedy === undefined ? line : `${line}${' '.repeat(9)}→ ${printable(remedy)}\n`
}

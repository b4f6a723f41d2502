import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained } from './explained.ts'
import { faultLine, textOfFile } from './policy-file.ts'
import { printable } from './terminal-text.ts'

type Needed = Pick<Doors, 'readText' | 'importPolicyBot' | 'out' | 'err'>

/**
 * `countersign import policy-bot FILE`: the policy on standard output, what became of it on standard error.
 *
 * Ends with 1 when a comment asks for a decision, so that a script does not take the result for the same policy.
 */
export function addImportPolicyBot(imports: Command, doors: Needed): void {
  const command = imports
    .command('policy-bot')
    .description('print a .policy.yml of policy-bot as a countersign.yml')
    .argument('<file>', 'the .policy.yml; - reads standard input')
  explained(command, [
    ['countersign import policy-bot .policy.yml > countersign.yml', 'write the policy, say what differs'],
    ['git show main:.policy.yml | countersign import policy-bot -', 'from a pipe'],
    ['countersign policy check countersign.yml', 'check it again after you edited it'],
  ])
  command.action(async (file: string) => {
    const imported = doors.importPolicyBot(await textOfFile(file, doors))
    if (!imported.ok) throw new CommandError(2, imported.faults.map((fault) => faultLine(file, fault)).join('\n'))
    doors.out(imported.policy)
    const summary = imported.summary.map(printable).join('\n')
    if (imported.differences > 0) throw new CommandError(1, summary)
    doors.err(`${summary}\n`)
  })
}

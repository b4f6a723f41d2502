import { type Command, InvalidArgumentError } from 'commander'
import { exitCodesHelp } from './exit-codes.ts'

/** Ends a command's help with examples, each a line to type and what it does, and with the exit codes. */
export function explained(command: Command, examples: readonly (readonly [line: string, does: string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, does]) => `  $ ${line.padEnd(width)}  # ${does}`)
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n${exitCodesHelp}`)
}

/** An option that has to say something: who reads the ledger later wants to know why. */
export function parseReason(text: string): string {
  const reason = text.trim()
  if (reason.length >= 3 && reason.length <= 500) return reason
  throw new InvalidArgumentError('Give a reason of 3 to 500 characters, such as "dashboard of the platform team".')
}

export function parseOrganization(text: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(text)) return text
  throw new InvalidArgumentError('Give the login of an organization, as in its address on GitHub.')
}

import { Command, CommanderError } from 'commander'
import { ConfigError } from '#config.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import type { Doors } from './doors.ts'
import { CommandError, type ExitCode, isUnreachable } from './exit-codes.ts'
import { explained } from './explained.ts'
import { addFacts } from './facts.ts'
import { addImportPolicyBot } from './import-policy-bot.ts'
import { addJobsList } from './jobs-list.ts'
import { addJobsRequeue } from './jobs-requeue.ts'
import { addMigrate } from './migrate.ts'
import { addPolicyCheck } from './policy-check.ts'
import { addPolicySchema } from './policy-schema.ts'
import { addProcesses } from './process-start.ts'
import { addSimulate } from './simulate.ts'
import { addTokenCreate } from './token-create.ts'
import { addTokenList } from './token-list.ts'
import { addTokenRevoke } from './token-revoke.ts'

/** The command line, ready to parse. Actions throw; `runProgram` turns that into sentences and exit codes. */
export function buildProgram(doors: Doors): Command {
  const program = new Command('countersign')
    .description(
      'Judges the changes of a GitHub organization against its controls, and shows developers what is missing.',
    )
    .version(doors.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('Add --help to see how it is used.')
    .configureOutput({ writeOut: doors.out, writeErr: doors.err })
    .exitOverride()
  explained(program, [
    ['countersign doctor', 'see what is missing before the first start'],
    ['countersign start', 'take webhooks and work on them, in one process'],
    ['countersign policy check countersign.yml', 'check a policy before it is merged'],
  ])
  addProcesses(program, doors)
  addMigrate(program, doors)
  addDoctor(program, doors)
  const token = explained(program.command('token').description('make, list and revoke tokens for the API'), [
    ['countersign token create --help', 'see what a token needs'],
    ['countersign token list', 'see who has one'],
  ])
  addTokenCreate(token, doors)
  addTokenList(token, doors)
  addTokenRevoke(token, doors)
  const jobs = explained(program.command('jobs').description('see and mend the work queue'), [
    ['countersign jobs list', 'see what waits and what failed for good'],
    ['countersign jobs requeue --all --reason "GitHub is back"', 'try all of it again'],
  ])
  addJobsList(jobs, doors)
  addJobsRequeue(jobs, doors)
  const policy = explained(program.command('policy').description('check policies and describe them to editors'), [
    ['countersign policy check countersign.yml', 'find every fault of a policy'],
    ['countersign policy schema', 'print the JSON Schema'],
  ])
  addPolicyCheck(policy, doors)
  addPolicySchema(policy, doors)
  addSimulate(program, doors)
  addFacts(program, doors)
  const imports = explained(program.command('import').description('turn the policy of another tool into one of ours'), [
    ['countersign import policy-bot .policy.yml', 'print it as a countersign.yml'],
  ])
  addImportPolicyBot(imports, doors)
  addDemo(program, doors)
  return program
}

/** Runs one command line, without node and script; ends by calling `doors.exit`. Never throws. */
export async function runProgram(args: readonly string[], doors: Doors): Promise<void> {
  try {
    await buildProgram(doors).parseAsync([...args], { from: 'user' })
    doors.exit(0)
  } catch (error) {
    const { exitCode, sentence } = explain(error)
    if (sentence !== '') doors.err(`${sentence}\n`)
    doors.exit(exitCode)
  }
}

interface Explained {
  readonly exitCode: ExitCode
  readonly sentence: string
}

function explain(error: unknown): Explained {
  if (error instanceof CommandError) return { exitCode: error.exitCode, sentence: error.message }
  // Commander has printed its own sentence.
  if (error instanceof CommanderError) return { exitCode: isAnswer(error) ? 0 : 2, sentence: '' }
  if (error instanceof ConfigError) return { exitCode: 2, sentence: error.message }
  const message = error instanceof Error ? error.message || error.name : String(error)
  if (isPortTaken(error)) return { exitCode: 2, sentence: portTaken(error) }
  if (isUnreachable(error)) return { exitCode: 3, sentence: `Cannot be reached: ${message}` }
  return { exitCode: 4, sentence: `Unexpected: ${message}` }
}

interface ListenError extends Error {
  readonly address: string
  readonly port: number
}

const isPortTaken = (error: unknown): error is ListenError =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error

const portTaken = ({ address, port }: ListenError): string =>
  `Something else listens on ${address}:${port}: set PORT or METRICS_PORT to a free one.`

const isAnswer = ({ code }: CommanderError): boolean =>
  code === 'commander.helpDisplayed' || code === 'commander.version'

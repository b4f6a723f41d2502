import { type Command, Option } from 'commander'
import type { Finding } from '#engine/assess.ts'
import type { SimulatedChange, SimulatedPolicy, Simulation, SimulationFault } from '#operations/simulate-change.ts'
import type { Doors, PolicyLayer } from './doors.ts'
import { CommandError, simulationCodesHelp } from './exit-codes.ts'
import { faultLine, layerOfPath, textOfFile } from './policy-file.ts'
import { json, printable, table } from './terminal-text.ts'

interface Options {
  readonly facts: string
  readonly policy?: string
  readonly repositoryPolicy?: string
  readonly layer?: PolicyLayer
  readonly json?: true
}

/** `countersign simulate`: how recorded facts come out under a policy. Needs no configuration and no network. */
export function addSimulate(program: Command, doors: Doors): void {
  const command = program
    .command('simulate')
    .description('judge recorded facts by any policy, offline')
    .requiredOption('--facts <file>', 'facts as JSON: one document, a list, or one a line; - reads standard input')
    .option('--policy <file>', 'the policy; without one the default preset judges')
    .option('--repository-policy <file>', "a repository's policy beside its organization's")
    .addOption(
      new Option(
        '--layer <layer>',
        "whose policy --policy is; by default .github/countersign.yml is a repository's",
      ).choices(['organization', 'repository'] satisfies PolicyLayer[]),
    )
    .option('--json', 'print JSON')
  // Its exit codes are its answer, so it has a table of its own.
  command.addHelpText('after', `${examples}\n${simulationCodesHelp}`)
  command.action(async (options: Options) => {
    const simulated = doors.simulateChanges(await readSimulation(options, doors))
    if (!simulated.ok) throw new CommandError(2, faultLines(simulated.faults))
    const { isList, changes } = simulated
    if (options.json === true) doors.out(json(isList ? changes : changes[0]))
    else doors.out(changes.map(rendered).join('\n'))
    answer(changes)
  })
}

const examples = `
Examples:
  $ countersign simulate --facts facts.json --policy countersign.yml  # a table
  $ countersign simulate --facts facts.json                           # by the default preset
  $ countersign facts acme/shop#12 | countersign simulate --facts - --policy countersign.yml --json  # a live change, for a program`

async function readSimulation(options: Options, doors: Doors): Promise<Simulation> {
  const policies = policiesOf(options)
  const paths = [options.facts, ...policies.map(({ path }) => path)]
  if (paths.filter((path) => path === '-').length > 1) {
    throw new CommandError(2, 'Only one file can be read from standard input: give the others by their paths.')
  }
  const facts = { path: options.facts, text: await textOfFile(options.facts, doors) }
  const read: SimulatedPolicy[] = []
  for (const policy of policies) read.push({ ...policy, text: await textOfFile(policy.path, doors) })
  return { facts, policies: read }
}

function policiesOf({ policy, repositoryPolicy, layer }: Options): readonly Omit<SimulatedPolicy, 'text'>[] {
  const first = policy === undefined ? [] : [{ layer: layer ?? layerOfPath(policy), path: policy }]
  if (repositoryPolicy === undefined) return first
  if (first[0]?.layer === 'repository') {
    throw new CommandError(
      2,
      "Both policies are a repository's: give the organization's as --policy, with --layer organization.",
    )
  }
  return [...first, { layer: 'repository', path: repositoryPolicy }]
}

function faultLines(faults: readonly SimulationFault[]): string {
  return [...faults.map((fault) => faultLine(fault.file, fault)), 'Nothing was judged.'].join('\n')
}

function rendered({ subject, conclusion, title, findings, notes }: SimulatedChange): string {
  const rows = findings.flatMap(rowsOf)
  const lines = [`Check: ${conclusion ?? 'in progress'}: ${title}`, ...notes.map((note) => `Note: ${note}`)]
  const judged = rows.length === 0 ? '' : table(headings, rows)
  return `${printable(subject)}\n${judged}${lines.map((line) => `${printable(line)}\n`).join('')}`
}

const headings = ['', 'CONTROL', 'MODE', 'OUTCOME', 'BECAUSE']

const marks: Readonly<Record<Finding['outcome'], string>> = {
  met: '✓',
  unmet: '✗',
  waiting: '…',
  'not-applicable': '–',
  undetermined: '?',
}

const mostReasons = 3

function rowsOf({ control, mode, outcome, because }: Finding): readonly (readonly string[])[] {
  const more = because.length - mostReasons
  const shown = more > 0 ? [...because.slice(0, mostReasons), `and ${more} more: --json prints them all`] : because
  const [first = '', ...others] = shown
  return [[marks[outcome], control, mode, outcome, first], ...others.map((reason) => ['', '', '', '', reason])]
}

/** The worst of the changes decides: unmet before what waits or could not be determined, and that before met. */
function answer(changes: readonly SimulatedChange[]): void {
  const standings = changes.map(({ standing }) => standing)
  if (standings.includes('unmet')) throw new CommandError(1, 'Something judged is unmet.')
  if (standings.some((standing) => standing !== 'met')) {
    throw new CommandError(
      3,
      'Nothing is unmet, but not everything is met: something waits or could not be determined.',
    )
  }
}

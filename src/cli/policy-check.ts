import { type Command, Option } from 'commander'
import type { PolicyFault } from '#policy/effective-policy.ts'
import type { Doors, PolicyLayer } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained } from './explained.ts'
import { faultLine, layerOfPath, textOfFile } from './policy-file.ts'
import { json, printable } from './terminal-text.ts'

interface Options {
  readonly layer?: PolicyLayer
  readonly json?: true
}

/** `countersign policy check FILE`: every fault of a policy, before anybody merges it. Needs no configuration. */
export function addPolicyCheck(policy: Command, doors: Doors): void {
  const command = policy
    .command('check')
    .description('print every fault of a policy file')
    .argument('<file>', 'the policy; - reads standard input')
    .addOption(
      new Option('--layer <layer>', "whose policy it is; by default .github/countersign.yml is a repository's").choices(
        ['organization', 'repository'] satisfies PolicyLayer[],
      ),
    )
    .option('--json', 'print JSON')
  explained(command, [
    ['countersign policy check countersign.yml', "an organization's policy"],
    ['countersign policy check .github/countersign.yml', "a repository's"],
    ['git show main:countersign.yml | countersign policy check - --json', 'from a pipe, for a program'],
  ])
  command.action(async (file: string, { layer = layerOfPath(file), json: asJson }: Options) => {
    const faults = doors.checkPolicy({ text: await textOfFile(file, doors), layer })
    if (asJson === true) doors.out(json({ file, layer, faults }))
    else for (const fault of faults) doors.out(`${faultLine(file, fault)}\n`)
    if (faults.length > 0) throw new CommandError(1, countOf(faults))
    if (asJson !== true) doors.out(`${printable(file)} is a valid policy of ${owners[layer]}.\n`)
  })
}

const owners: Readonly<Record<PolicyLayer, string>> = { organization: 'an organization', repository: 'a repository' }

const countOf = (faults: readonly PolicyFault[]): string =>
  `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} found.`

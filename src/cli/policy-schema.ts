import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { explained } from './explained.ts'

/** `countersign policy schema`: the JSON Schema with which an editor completes and checks a policy. */
export function addPolicySchema(policy: Command, doors: Doors): void {
  const command = policy.command('schema').description('print the JSON Schema of a policy, for editors')
  explained(command, [['countersign policy schema > countersign.schema.json', 'then name it in your editor']])
  command.action(() => doors.out(doors.policySchema()))
}

import type { Command } from 'commander'
import type { Doors, ProcessRole } from './doors.ts'
import { explained } from './explained.ts'

interface Process {
  readonly name: string
  readonly roles: readonly ProcessRole[]
  readonly description: string
  readonly example: readonly [line: string, does: string]
}

const processes: readonly Process[] = [
  {
    name: 'start',
    roles: ['web', 'worker'],
    description: 'take webhooks and work on them, in one process',
    example: ['DATA_DIR=/var/lib/countersign countersign start', 'with the embedded database'],
  },
  {
    name: 'web',
    roles: ['web'],
    description: 'take webhooks and answer the API; workers do the rest (needs PostgreSQL)',
    example: ['DATABASE_URL_FILE=/run/secrets/database HOST=0.0.0.0 countersign web', 'as in compose.yaml'],
  },
  {
    name: 'worker',
    roles: ['worker'],
    description: 'work on what was taken; opens no public port (needs PostgreSQL)',
    example: ['CONCURRENCY=50 countersign worker', 'assess 50 subjects at the same time'],
  },
]

/** `countersign start`, `web` and `worker`: the long-running processes. */
export function addProcesses(program: Command, doors: Doors): void {
  for (const { name, roles, description, example } of processes) {
    const command = program.command(name).description(description)
    explained(command, [[`countersign ${name}`, description.replace(/[;(].*/, '').trimEnd()], example])
    command.action(() => doors.run(roles))
  }
}

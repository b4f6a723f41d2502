import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained } from './explained.ts'

/** `countersign demo`: the story of one pull request, on a GitHub that runs on this machine. */
export function addDemo(program: Command, doors: Doors): void {
  const command = program
    .command('demo')
    .description('watch a pull request being judged, on a GitHub that runs on this machine; changes nothing')
    .option('--exit', 'end after the story instead of staying up')
  explained(command, [
    ['countersign demo', 'tell the story, then stay up with a summary to try'],
    ['countersign demo --exit', 'tell it and end: 0 when every step came out as told'],
  ])
  command.action(async ({ exit }: { exit?: true }) => {
    const isAsTold = await doors.demo(exit === true ? 'exit' : 'stay')
    if (!isAsTold) throw new CommandError(1, 'A step of the story did not come out as told.')
  })
}

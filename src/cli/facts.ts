import { type Command, InvalidArgumentError } from 'commander'
import type { ChangeName, Doors } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained } from './explained.ts'
import { json } from './terminal-text.ts'

/** `countersign facts OWNER/REPO#N`: what is seen of a change now, for `countersign simulate`. Changes nothing. */
export function addFacts(program: Command, doors: Doors): void {
  const command = program
    .command('facts')
    .description('print what is seen of a live change, as JSON for countersign simulate; changes nothing')
    .argument('<change>', 'OWNER/REPO#NUMBER', parseReference)
  explained(command, [
    ['countersign facts acme/shop#12', 'look at it now'],
    ['countersign facts acme/shop#12 > facts.json', 'keep them, to be judged by another policy'],
  ])
  command.action(async (reference: ChangeName) => {
    const document = await doors.readFacts(reference)
    if (document === null) throw new CommandError(2, notSeen(reference))
    doors.out(json(document))
  })
}

function parseReference(text: string): ChangeName {
  const [, owner, repository, number] = /^([\w-]{1,100})\/([\w.-]{1,100})#([1-9]\d{0,9})$/.exec(text) ?? []
  if (owner === undefined || repository === undefined) {
    throw new InvalidArgumentError('Give a pull request as OWNER/REPO#NUMBER, such as acme/shop#12.')
  }
  return { owner, repository, number: Number(number) }
}

const notSeen = ({ owner, repository, number }: ChangeName): string =>
  `No pull request ${owner}/${repository}#${number} is seen: check the number, and that the app is installed on it.`

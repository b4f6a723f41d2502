import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { CommandError } from './exit-codes.ts'
import { explained, parseReason } from './explained.ts'
import { printable } from './terminal-text.ts'

/** `countersign token revoke`: ends a token at once. */
export function addTokenRevoke(token: Command, doors: Doors): void {
  const command = token
    .command('revoke')
    .description('end a token at once')
    .argument('<id>', 'as `countersign token list` shows it')
    .requiredOption('--reason <text>', 'why, kept in the ledger', parseReason)
  explained(command, [['countersign token revoke 3f2a91c07b5e --reason "report retired"', 'it is refused from now on']])
  command.action(async (id: string, { reason }: { reason: string }) => {
    const isRevoked = await doors.revokeToken({ id, reason })
    if (!isRevoked)
      throw new CommandError(2, `There is no token ${printable(id)} in force: see countersign token list.`)
    doors.out(`Token ${printable(id)} is revoked.\n`)
  })
}

import type { Command } from 'commander'
import type { Token } from '#operations/issue-token.ts'
import type { Doors } from './doors.ts'
import { explained, parseOrganization } from './explained.ts'
import { json, table } from './terminal-text.ts'

interface Options {
  readonly organization?: string
  readonly json?: true
}

/** `countersign token list`: who can read what, until when and why. No token's text is kept, so none is shown. */
export function addTokenList(token: Command, doors: Doors): void {
  const command = token
    .command('list')
    .description('list tokens: for whom, until when and why')
    .option('--organization <login>', 'only those of one organization', parseOrganization)
    .option('--json', 'print JSON')
  explained(command, [
    ['countersign token list', 'all of them'],
    ['countersign token list --organization acme --json', "one organization's, for a program"],
  ])
  command.action(async ({ organization, json: asJson }: Options) => {
    const tokens = await doors.listTokens(organization ?? null)
    if (asJson === true) doors.out(json(tokens))
    else
      doors.out(
        tokens.length === 0
          ? 'There are no tokens.\n'
          : table(
              headings,
              tokens.map((one) => row(one, doors.now())),
            ),
      )
  })
}

const headings = ['ID', 'ORGANIZATION', 'ROLE', 'STANDING', 'EXPIRES', 'LAST USED', 'REASON']

function row(token: Token, now: Date): readonly string[] {
  const { id, organization, role, expiresAt, lastUsedAt, reason } = token
  return [
    id,
    organization,
    role,
    standing(token, now),
    expiresAt.slice(0, 10),
    lastUsedAt?.slice(0, 10) ?? 'never',
    reason,
  ]
}

function standing({ revokedAt, expiresAt }: Token, now: Date): string {
  if (revokedAt !== null) return 'revoked'
  return Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'in force'
}

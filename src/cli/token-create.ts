import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Role } from '#operations/issue-token.ts'
import type { Doors } from './doors.ts'
import { explained, parseOrganization, parseReason } from './explained.ts'
import { printable } from './terminal-text.ts'

interface Options {
  readonly organization: string
  readonly role: Role
  readonly expires: number
  readonly reason: string
}

/** `countersign token create`: makes a token and shows it, this once. */
export function addTokenCreate(token: Command, doors: Doors): void {
  const command = token
    .command('create')
    .description('make a token and print it; it is shown this once')
    .requiredOption('--organization <login>', 'the organization it can read', parseOrganization)
    .addOption(
      new Option('--role <role>', 'what it may do: a viewer reads summaries').choices(['viewer']).default('viewer'),
    )
    .requiredOption('--expires <time>', 'when it ends, in days or weeks from 1d to 365d', parseDays)
    .requiredOption('--reason <text>', 'what it is for, kept in the ledger', parseReason)
  explained(command, [
    ['countersign token create --organization acme --expires 90d --reason "weekly report"', 'for a quarter'],
    ['countersign token create --organization acme --expires 1d --reason "try it" | tail -1', 'the token alone'],
  ])
  command.action(async ({ organization, role, expires, reason }: Options) => {
    const expiresAt = new Date(doors.now().getTime() + expires * dayMs)
    const made = await doors.createToken({ organization, role, expiresAt, reason })
    const { id, expiresAt: until } = made.token
    doors.err(
      `Token ${printable(id)} for ${printable(organization)}, ${role}, until ${until}. Keep it: it is not shown again.\n`,
    )
    doors.out(`${made.text}\n`)
  })
}

const dayMs = 24 * 3_600_000
const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7 }

function parseDays(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,3})([dw])$/.exec(text) ?? []
  const days = Number(amount) * (unitDays[unit] ?? Number.NaN)
  if (days >= 1 && days <= 365) return days
  throw new InvalidArgumentError('Give days or weeks from 1d to 365d, such as 90d or 12w.')
}

import { z } from 'zod'
import type { Account } from '#facts/change-facts.ts'
import { isSameName } from '#facts/same-name.ts'
import type { Sight } from './sight.ts'
import { holdsForSome, no, notAsked, notSeen, type Truth, yes } from './truth.ts'

const user = z.union([
  z.int().positive(),
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
      'Write a login without @, as in ana, or the id of the account, which stays when the login changes.',
    ),
])

const team = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w-]{0,99}\/[\w.-]{1,100}$/,
    'Write organization/team, with the slug of the team and without @, as in acme/payments.',
  )

export const appName = z.union([
  z.int().positive(),
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/,
      'Write the slug of the app without [bot], as in dependabot, or the account id of its bot.',
    ),
])

export type AppName = z.output<typeof appName>

export const users = z.array(user).describe('Logins, in any case, or account ids.')
export const teams = z.array(team).describe('`organization/team`. Members of child teams belong; pending ones do not.')
export const apps = z.array(appName).describe('Slugs, or the account id of the bot of the app.')

/** Somebody is among them who is named, or a member of a named team, or a named app. */
export const people = z
  .strictObject({ users: users.optional(), teams: teams.optional(), apps: apps.optional() })
  .refine((named) => Object.values(named).flat().length > 0, 'Name somebody: users, teams or apps.')

export type People = z.output<typeof people>

/** Whether an account is one of those named. Users and apps are told at a glance; for teams we may have to look. */
export function isAmong(account: Account, named: People, sight: Sight): Truth {
  if (account.kind === 'bot') return isApp(account, named.apps ?? []) ? yes : no
  const isNamed = named.users?.some((who) =>
    typeof who === 'number' ? who === account.id : isSameName(who, account.login),
  )
  if (isNamed === true) return yes
  return holdsForSome(named.teams ?? [], (name) => isMember(account, name, sight))
}

/**
 * Whether an account is the bot of one of these apps.
 *
 * No person can have a login with brackets, so `dependabot[bot]` is the app dependabot and nobody else. GitHub tells the
 * id of that account and not the id of the app itself.
 */
const isApp = ({ id, login, kind }: Account, named: readonly AppName[]): boolean =>
  kind === 'bot' && named.some((app) => (typeof app === 'number' ? app === id : isSameName(login, `${app}[bot]`)))

export function isMember({ id }: Account, team: string, sight: Sight): Truth {
  const name = team.toLowerCase()
  const members = sight.membersOf(name)
  if (members === null) return notAsked(`who is in ${name} has not been looked for`, { teams: [name] })
  if (!members.known) return notSeen(`who is in ${name}: ${members.why}`)
  return members.value.has(id) ? yes : no
}

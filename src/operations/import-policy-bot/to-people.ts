import { apps, type People, teams, users } from '#review/people.ts'
import type { Actors } from './policy-bot-file.ts'

export interface Named {
  /** Null when nobody is left whom a policy of ours can name. */
  readonly people: People | null
  /** Whom policy-bot means besides, and ours cannot name: a clause each. */
  readonly lost: readonly string[]
  /** Of `lost`, the organizations. */
  readonly organizations: readonly string[]
}

/**
 * Whom a policy of ours can name of those policy-bot means. There anybody belongs who is in one of the lists; the
 * account of an app is a user there whose name ends in `[bot]`.
 */
export function toPeople(actors: Actors): Named {
  const named = actors.users ?? []
  const slugs = named.filter((name) => name.endsWith('[bot]')).map((name) => name.slice(0, -'[bot]'.length))
  const logins = named.filter((name) => !name.endsWith('[bot]'))
  const sayable = {
    users: logins.filter((login) => users.safeParse([login]).success),
    teams: (actors.teams ?? []).filter((team) => teams.safeParse([team]).success),
    apps: slugs.filter((slug) => apps.safeParse([slug]).success),
  }
  const lists = Object.entries(sayable).filter(([, list]) => list.length > 0)
  return {
    people: lists.length === 0 ? null : Object.fromEntries(lists),
    lost: lostIn(actors, [...sayable.users, ...sayable.teams, ...sayable.apps.map((slug) => `${slug}[bot]`)]),
    organizations: actors.organizations ?? [],
  }
}

/** The least permission that is enough; null when none is named. */
export function leastPermission({ permissions = [], admins, write_collaborators: writers }: Actors): Permission | null {
  const named = [
    ...permissions,
    ...(admins === true ? ['admin' as const] : []),
    ...(writers === true ? ['write' as const] : []),
  ]
  // Nobody's permission is as low as `none`, for policy-bot lets nobody through who has none.
  return order.find((permission) => named.includes(permission)) ?? null
}

type Permission = NonNullable<Actors['permissions']>[number]

const order: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin']

function lostIn(actors: Actors, kept: readonly string[]): readonly string[] {
  const { users: named = [], teams: within = [], organizations = [] } = actors
  const permission = leastPermission(actors)
  return [
    ...[...named, ...within].filter((name) => !kept.includes(name)).map((name) => JSON.stringify(name)),
    ...organizations.map((organization) => `the members of the organization ${JSON.stringify(organization)}`),
    ...(permission === null ? [] : [`whoever has the permission "${permission}"`]),
  ]
}

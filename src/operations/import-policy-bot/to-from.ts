import { type People, teams } from '#review/people.ts'
import type { From } from '#review/rule.ts'
import type { Actors } from './policy-bot-file.ts'
import { leastPermission, toPeople } from './to-people.ts'

export interface Approvers {
  /** Undefined: whoever may write. Null: nobody can approve. */
  readonly from: From | undefined | null
  readonly differs: readonly string[]
}

/**
 * Whose approvals count, as near as ours can say it and never more than with policy-bot.
 *
 * There, anybody in one of the lists will do, and nobody when there is no list. Here, who is named is named, and the
 * permission is asked for besides.
 */
export function toFrom(actors: Actors): Approvers {
  const { people, lost, organizations } = toPeople(actors)
  const { users = [], teams: within = [], apps = [] }: People = people ?? {}
  const robots = apps.map((app) => `"${app}[bot]" counts with policy-bot. Here an app never approves.`)
  if (users.length + within.length > 0) {
    const others = lost.map((who) => `${who} would do for policy-bot as well. Here only those count who are named.`)
    return { from: peopleOf([...new Set(users)], [...new Set(within)]), differs: [...robots, ...others] }
  }
  const permitted = byPermission(actors)
  if (permitted !== null) {
    const others = lost
      .slice(0, -1)
      .map((who) => `${who} would do for policy-bot as well. Here the permission decides.`)
    return { from: permitted.from, differs: [...robots, ...others, ...permitted.differs] }
  }
  const everyone = organizations.map((name) => `${name}/everyone`).filter((team) => teams.safeParse([team]).success)
  if (everyone.length > 0) return { from: { teams: everyone }, differs: [...robots, ...organizations.map(makeATeam)] }
  return { from: null, differs: [...robots, ...lost.map((who) => `${who} cannot be named here.`)] }
}

/** Whether the approvals of these count for ours exactly as they are listed, so that lists can be joined. */
export const isListed = (from: Approvers['from']): from is From =>
  from !== undefined && from !== null && from.permission === undefined

const peopleOf = (users: From['users'] = [], within: readonly string[] = []): From => ({
  ...(users.length > 0 ? { users } : {}),
  ...(within.length > 0 ? { teams: [...within] } : {}),
})

/** Everybody of all these lists. */
export const joined = (all: readonly From[]): From =>
  peopleOf([...new Set(all.flatMap(({ users = [] }) => users))], [...new Set(all.flatMap((from) => from.teams ?? []))])

const makeATeam = (organization: string): string =>
  `with policy-bot every member of the organization "${organization}" may approve. Countersign names teams: make ` +
  `${organization}/everyone with all members in it, or name another. Until it is there nobody can approve.`

function byPermission(actors: Actors): (Pick<Approvers, 'differs'> & { readonly from: From | undefined }) | null {
  const permission = leastPermission(actors)
  if (permission === null) return null
  if (permission === 'maintain' || permission === 'admin') return { from: { permission }, differs: [] }
  const why = `the permission "${permission}" is enough for policy-bot. Here an approval counts from whoever may write.`
  return { from: undefined, differs: permission === 'write' ? [] : [why] }
}

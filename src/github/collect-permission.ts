import type { Account, Permission } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { GitHub } from './client.ts'
import { unlessRefused } from './unless-refused.ts'

/**
 * Collects what an account may do in a change's repository now, from whatever source: team, role or ownership.
 *
 * GitHub is asked by login, and answers for whoever bears it now: another account than the one meant may do nothing.
 */
export function collectPermission(
  github: GitHub,
): (subject: ChangeSubject, account: Pick<Account, 'id' | 'login'>) => Promise<Fact<Permission>> {
  return ({ installationId, owner, repository: repo }, { id, login }) => {
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
    return unlessRefused(
      async () => {
        const asked = { owner, repo, username: login }
        const { data } = await github.forInstallation(installationId).request(route, asked)
        if (data.user === null) return unknown(`GitHub did not say whose permission it told when asked for ${login}`)
        if (data.user.id !== id) return known('none')
        const permission = toPermission(data.role_name, data.user.permissions, data.permission)
        return permission === null ? unknown(`GitHub told no permission of ${login} that we know`) : known(permission)
      },
      ({ said }) =>
        `GitHub did not show what ${login} may do in ${owner}/${repo}: grant the app metadata: read (${said})`,
    )
  }
}

/**
 * A role by its name; a custom role by what it allows; and by the old four permissions where GitHub tells no more.
 *
 * Only the first two tell `triage` and `maintain`: among the old ones these are `read` and `write`.
 */
function toPermission(role: string, allows: Allows | undefined, permission: string): Permission | null {
  const allowed = ranked.find(([flag]) => allows?.[flag] === true)?.[1]
  return byName(role) ?? allowed ?? byName(permission)
}

type Allows = Readonly<Partial<Record<'admin' | 'maintain' | 'push' | 'triage' | 'pull', boolean>>>

const ranked = [
  ['admin', 'admin'],
  ['maintain', 'maintain'],
  ['push', 'write'],
  ['triage', 'triage'],
  ['pull', 'read'],
] as const

const byName = (name: string): Permission | null =>
  permissions.find((permission) => permission === name.toLowerCase()) ?? null

const permissions: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin']

import type { Account, AppIdentity } from '../state/account.ts'
import type { Organization } from '../state/organization.ts'
import type { Repository } from '../state/repository.ts'
import type { Team } from '../state/team.ts'
import { toTimestamp } from '../state/world.ts'
import { covers, holds } from '../installation-tokens.ts'
import { connection } from './connection.ts'
import { type Args, type Context, objectArg, refusal, resolve, stringArg, type TypeResolvers } from './resolver.ts'
import { actorOrNull, type GitActorSource } from './sources.ts'

/** Accounts of every kind, organizations, teams and apps. */
export const actorTypes: readonly TypeResolvers[] = [
  resolve<Account>('User', {
    ...accountFields(),
    name: ({ name }) => name,
    email: () => '',
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    isSiteAdmin: () => false,
  }),
  resolve<Account>('Bot', { ...accountFields(), createdAt: ({ createdAt }) => toTimestamp(createdAt) }),
  resolve<AppIdentity>('App', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    slug: ({ slug }) => slug,
    name: ({ name }) => name,
    url: (app, _args, { world }) => `${world.origin}/apps/${app.slug}`,
  }),
  resolve<GitActorSource>('GitActor', {
    name: ({ name }) => name,
    email: ({ email }) => email,
    date: ({ date }) => date,
    user: userOfGitActor,
  }),
  resolve<Organization>('Organization', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ account }) => account.id,
    login: ({ login }) => login,
    name: ({ account }) => account.name,
    url: ({ login, world }) => `${world.origin}/${login}`,
    resourcePath: ({ login }) => `/${login}`,
    avatarUrl: ({ account, world }) => `${world.origin}/avatars/u/${account.id}`,
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    requiresTwoFactorAuthentication: (organization, _args, context) =>
      administers(organization, context) ? organization.twoFactorRequired : null,
    repository: (organization, args, context) =>
      organizationRepository(organization, stringArg(args, 'name') ?? '', context),
    repositories: repositoriesOf,
    membersWithRole: members,
    teams: (organization, args, context) => {
      requireMembers(organization, context)
      return connection(organization.teams, args, { name: 'teams' })
    },
    team: (organization, args, context) => {
      requireMembers(organization, context)
      return organization.teams.find(({ slug }) => slug === stringArg(args, 'slug')) ?? null
    },
  }),
  resolve<Team>('Team', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    slug: ({ slug }) => slug,
    name: ({ name }) => name,
    combinedSlug: ({ slug, organization }) => `${organization.login}/${slug}`,
    organization: ({ organization }) => organization,
    parentTeam: ({ parent }) => parent,
    childTeams: (team, args) => connection(team.children, args, { name: 'childTeams' }),
    members: teamMembers,
  }),
]

function accountFields(): Readonly<Record<string, (account: Account, args: Args, context: Context) => unknown>> {
  return {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    fullDatabaseId: ({ id }) => String(id),
    login: ({ login, type }) => (type === 'Bot' ? login.replace('[bot]', '') : login),
    url: ({ login, type }, _args, { world }) =>
      `${world.origin}${type === 'Bot' ? `/apps/${login.replace('[bot]', '')}` : `/${login}`}`,
    resourcePath: ({ login }) => `/${login}`,
    avatarUrl: ({ id }, _args, { world }) => `${world.origin}/avatars/u/${id}`,
    repositories: repositoriesOf,
  }
}

/** Only a person is a `user`: an app's bot, GitHub's own committer and an unknown address are null. */
function userOfGitActor({ repository, email }: GitActorSource): Account | null {
  const account = actorOrNull(repository.world.accountOf({ email }) ?? null)
  return account?.type === 'User' && account.login !== 'web-flow' ? account : null
}

function repositoriesOf(owner: Organization | Account, args: Args, context: Context): unknown {
  const account = 'account' in owner ? owner.account : owner
  const privacy = stringArg(args, 'privacy')
  const archived = args['isArchived']
  const visible = context.world.repositories
    .filter((repository) => repository.owner === account && isVisible(repository, context))
    .filter((repository) => privacy === undefined || (privacy === 'PRIVATE') === repository.private)
    .filter((repository) => typeof archived !== 'boolean' || repository.archived === archived)
  const { field, direction } = objectArg(args, 'orderBy')
  const ordered = field === 'NAME' ? [...visible].sort((one, other) => one.name.localeCompare(other.name)) : visible
  return connection(direction === 'DESC' ? [...ordered].reverse() : ordered, args, { name: 'repositories' })
}

const isVisible = (repository: Repository, { grant }: Context): boolean =>
  !repository.private || covers(grant, repository)

function organizationRepository({ login, world }: Organization, name: string, context: Context): Repository | null {
  const repository = world.findRepository(login, name)
  return repository && isVisible(repository, context) ? repository : null
}

function members(organization: Organization, args: Args, context: Context): unknown {
  requireMembers(organization, context)
  const seesTwoFactor = administers(organization, context)
  const all = [...organization.members]
  const roles = new Map(all)
  return connection(
    all.map(([account]) => account),
    args,
    {
      name: 'membersWithRole',
      extra: (account) => ({
        role: roles.get(account) === 'owner' ? 'ADMIN' : 'MEMBER',
        hasTwoFactorEnabled: seesTwoFactor ? account.twoFactor : null,
      }),
    },
  )
}

/** With those of child teams, unless asked for the team's own or only theirs. */
function teamMembers({ members, allMembers }: Team, args: Args): unknown {
  const which = stringArg(args, 'membership')
  const theirs = allMembers.filter((member) => !members.includes(member))
  const shown = which === 'IMMEDIATE' ? members : which === 'CHILD_TEAM' ? theirs : allMembers
  return connection(shown, args, { name: 'members' })
}

const administers = (organization: Organization, { grant }: Context): boolean =>
  grant.installation.organization === organization && holds(grant, ['organization_administration:read'])

function requireMembers(organization: Organization, { grant }: Context): void {
  if (grant.installation.organization !== organization || !holds(grant, ['members:read'])) {
    throw refusal('FORBIDDEN', 'Resource not accessible by integration')
  }
}

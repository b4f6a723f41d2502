import type { Account, AppIdentity } from '../state/account.ts'
import type { Organization } from '../state/organization.ts'
import type { Team } from '../state/team.ts'
import { toTimestamp, type World } from '../state/world.ts'
import { apiUrl, htmlUrl, type Json } from './json.ts'

/** A person, bot or organization as it stands in most replies. A deleted account shows as `ghost`. */
export function accountJson(world: World, account: Account): Json {
  const { login, id, nodeId, type } = account.deleted ? world.ghost : account
  const url = apiUrl(world, `/users/${encodeURIComponent(login)}`)
  return {
    login,
    id,
    node_id: nodeId,
    avatar_url: htmlUrl(world, `/avatars/u/${id}`),
    gravatar_id: '',
    url,
    html_url: htmlUrl(world, type === 'Bot' ? `/apps/${login.replace('[bot]', '')}` : `/${login}`),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  }
}

/** An organization as webhooks carry it. */
export function organizationJson(organization: Organization): Json {
  const { world, account } = organization
  const url = apiUrl(world, `/orgs/${account.login}`)
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: htmlUrl(world, `/avatars/u/${account.id}`),
    description: null,
  }
}

/** An organization as `GET /orgs/{org}` shows it; two-factor only to who may administer it. */
export function organizationFullJson(organization: Organization, visibility: 'administration' | 'public'): Json {
  const created = toTimestamp(organization.createdAt)
  return {
    ...organizationJson(organization),
    name: organization.account.name ?? organization.login,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: organization.repositories.filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: htmlUrl(organization.world, `/${organization.login}`),
    type: 'Organization',
    created_at: created,
    updated_at: created,
    archived_at: null,
    ...(visibility === 'administration' && {
      default_repository_permission: organization.basePermission,
      two_factor_requirement_enabled: organization.twoFactorRequired,
    }),
  }
}

/** Events that GitHub's description does not yet let an app name in the replies that show it. */
const undescribedEvents = new Set(['merge_group', 'repository_ruleset'])

export function appJson(world: World, app: AppIdentity): Json {
  return {
    id: app.id,
    slug: app.slug,
    node_id: app.nodeId,
    client_id: app.clientId,
    owner: accountJson(world, app.owner),
    name: app.name,
    description: null,
    external_url: `https://${app.slug}.example`,
    html_url: htmlUrl(world, `/apps/${app.slug}`),
    created_at: toTimestamp(app.createdAt),
    updated_at: toTimestamp(app.createdAt),
    permissions: app.permissions,
    events: app.events.filter((event) => !undescribedEvents.has(event)),
  }
}

/** A team with its parent; what is shown of the parent ends there. */
export const teamJson = (team: Team): Json => ({
  ...briefTeamJson(team),
  parent: team.parent && briefTeamJson(team.parent),
})

function briefTeamJson(team: Team): Json {
  const { world, login, account } = team.organization
  const url = apiUrl(world, `/organizations/${account.id}/team/${team.id}`)
  return {
    id: team.id,
    node_id: team.nodeId,
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url,
    html_url: htmlUrl(world, `/orgs/${login}/teams/${team.slug}`),
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: account.id,
  }
}

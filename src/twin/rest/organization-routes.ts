import { notFound, unprocessable } from '../refusal.ts'
import { accountJson, organizationFullJson, teamJson } from '../shapes/account.ts'
import type { Organization } from '../state/organization.ts'
import { listed } from './pages.ts'
import { holds, type Need } from '../installation-tokens.ts'
import { type InstallationCall, installationRoute, ok, type Route } from './route.ts'
import { forbidden } from '../refusal.ts'

/** Organizations, their members and teams. */
export const organizationRoutes: readonly Route[] = [
  installationRoute('GET /orgs/{org}', (call) => {
    const organization = organizationOf(call)
    const own = call.grant.installation.organization === organization
    const administers = own && holds(call.grant, ['organization_administration:read'])
    return ok(organizationFullJson(organization, administers ? 'administration' : 'public'))
  }),
  installationRoute('GET /orgs/{org}/members', (call) => {
    const organization = ownOrganization(call, 'members:read')
    const { filter, role } = call.query
    if (filter === '2fa_disabled' && !holds(call.grant, ['organization_administration:read'])) {
      throw unprocessable('Only owners can use this filter.')
    }
    const members = [...organization.members]
      .filter(([account]) => filter !== '2fa_disabled' || !account.twoFactor)
      .filter(([, held]) => role === undefined || role === 'all' || (role === 'admin') === (held === 'owner'))
    return listed(call, members, ([account]) => accountJson(call.world, account))
  }),
  installationRoute('GET /orgs/{org}/teams', (call) =>
    listed(call, ownOrganization(call, 'members:read').teams, teamJson),
  ),
  installationRoute('GET /orgs/{org}/teams/{team_slug}/members', (call) => {
    const team = ownOrganization(call, 'members:read').teams.find(({ slug }) => slug === call.params['team_slug'])
    if (!team) throw notFound()
    return listed(call, team.allMembers, (member) => accountJson(call.world, member))
  }),
]

function organizationOf({ world, params }: InstallationCall): Organization {
  const organization = world.findOrganization(params['org'] ?? '')
  if (!organization) throw notFound()
  return organization
}

function ownOrganization(call: InstallationCall, need: Need): Organization {
  const organization = organizationOf(call)
  if (call.grant.installation.organization !== organization || !holds(call.grant, [need])) throw forbidden()
  return organization
}

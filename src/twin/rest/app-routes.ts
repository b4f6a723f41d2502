import { notFound, unprocessable } from '../refusal.ts'
import { appJson } from '../shapes/account.ts'
import { installationJson } from '../shapes/installation.ts'
import { repositoryJson } from '../shapes/repository.ts'
import type { Installation } from '../state/installation.ts'
import type { Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { counted, listed } from './pages.ts'
import { covers } from '../installation-tokens.ts'
import { type Answer, appRoute, type Call, created, installationRoute, numberOf, ok, type Route } from './route.ts'

/** The app itself, its installations and their tokens. */
export const appRoutes: readonly Route[] = [
  appRoute('GET /app', ({ world }) =>
    ok({ ...appJson(world, world.app), installations_count: world.installations.length }),
  ),
  appRoute('GET /app/installations', (call) => listed(call, call.world.installations, installationJson)),
  appRoute('GET /app/installations/{installation_id}', (call) => ok(installationJson(installationOf(call)))),
  appRoute('GET /orgs/{org}/installation', ({ world, params }) =>
    found(world.findOrganization(params['org'] ?? '')?.installation),
  ),
  appRoute('GET /repos/{owner}/{repo}/installation', ({ world, params }) => {
    const repository = world.findRepository(params['owner'] ?? '', params['repo'] ?? '')
    const installation = repository?.organization?.installation
    return found(repository && installation?.covers(repository) ? installation : undefined)
  }),
  appRoute('POST /app/installations/{installation_id}/access_tokens', issueToken),
  installationRoute('GET /installation/repositories', (call) => {
    const repositories = call.grant.installation.repositories.filter((repository) => covers(call.grant, repository))
    const reply = counted(call, repositories, { key: 'repositories', toJson: repositoryJson })
    return { ...reply, body: { repository_selection: call.grant.installation.selection, ...(reply.body as object) } }
  }),
  { operation: 'GET /rate_limit', answer: rateLimit },
]

const found = (installation: Installation | undefined): Answer => {
  if (!installation) throw notFound()
  return ok(installationJson(installation))
}

function installationOf({ world, params }: Call): Installation {
  const installation = world.findInstallation(numberOf(params['installation_id']))
  if (!installation) throw notFound()
  return installation
}

function issueToken(call: Call): Answer {
  const installation = installationOf(call)
  if (installation.suspendedAt) {
    return {
      status: 403,
      body: { message: 'This installation has been suspended', documentation_url: 'https://docs.github.com/rest' },
    }
  }
  const permissions = (call.body['permissions'] ?? null) as Readonly<Record<string, string>> | null
  const repositories = chosenRepositories(installation, call.body)
  for (const [name, level] of Object.entries(permissions ?? {})) {
    if (!installation.may(name, level === 'read' ? 'read' : 'write')) {
      throw unprocessable('The permissions requested are not granted to this installation.')
    }
  }
  const { token, grant } = call.tokens.issue({ installation, permissions, repositories })
  return created({
    token,
    expires_at: toTimestamp(grant.expiresAt),
    permissions: permissions ?? installation.permissions,
    repository_selection: repositories ? 'selected' : installation.selection,
    ...(repositories && { repositories: repositories.map(repositoryJson) }),
  })
}

function chosenRepositories(installation: Installation, body: Call['body']): readonly Repository[] | null {
  const names = body['repositories'] as readonly string[] | undefined
  const ids = body['repository_ids'] as readonly number[] | undefined
  if (!names && !ids) return null
  const chosen = installation.repositories.filter(({ id, name }) => names?.includes(name) ?? ids?.includes(id))
  if (chosen.length < (names ?? ids ?? []).length) {
    throw unprocessable(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  }
  return chosen
}

function rateLimit({ allowance }: Call): Answer {
  const core = allowance.standing('core')
  const idle = { limit: 30, used: 0, remaining: 30, reset: core.reset }
  return ok({ resources: { core, search: idle, graphql: allowance.standing('graphql') }, rate: core })
}

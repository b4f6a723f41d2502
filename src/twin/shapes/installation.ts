import type { Installation } from '../state/installation.ts'
import { toTimestamp } from '../state/world.ts'
import { accountJson } from './account.ts'
import { apiUrl, htmlUrl, type Json } from './json.ts'

/** An installation as `GET /app/installations` and its webhooks show it. */
export function installationJson(installation: Installation): Json {
  const { id, organization } = installation
  const { world, account } = organization
  return {
    id,
    account: accountJson(world, account),
    repository_selection: installation.selection,
    access_tokens_url: apiUrl(world, `/app/installations/${id}/access_tokens`),
    repositories_url: apiUrl(world, '/installation/repositories'),
    html_url: htmlUrl(world, `/organizations/${account.login}/settings/installations/${id}`),
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: world.app.events,
    created_at: toTimestamp(installation.createdAt),
    updated_at: toTimestamp(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedBy && accountJson(world, installation.suspendedBy),
    suspended_at: installation.suspendedAt && toTimestamp(installation.suspendedAt),
  }
}

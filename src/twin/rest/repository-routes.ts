import { notFound } from '../refusal.ts'
import { accountJson } from '../shapes/account.ts'
import type { Json } from '../shapes/json.ts'
import { activityJson, repositoryFullJson, repositoryPage, repositoryUrl } from '../shapes/repository.ts'
import { protectionOf } from '../state/branch-rules.ts'
import { atLeast, olderNames } from '../state/permission.ts'
import type { Repository } from '../state/repository.ts'
import { link, listed } from './pages.ts'
import { type Answer, type InstallationCall, ok, repositoryRoute, type Route } from './route.ts'

/** A repository, its contents, branches, activity and collaborators. */
export const repositoryRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}', ['metadata:read'], (_call, repository) =>
    ok(repositoryFullJson(repository)),
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/contents/{path}', ['contents:read'], contents),
  repositoryRoute('GET /repos/{owner}/{repo}/activity', ['contents:read'], activity),
  repositoryRoute('GET /repos/{owner}/{repo}/properties/values', ['metadata:read'], (_call, repository) =>
    ok([...repository.properties].map(([property_name, value]) => ({ property_name, value }))),
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/branches', ['contents:read'], (call, repository) =>
    listed(call, [...repository.branches], ([name, sha]) => ({
      name,
      commit: { sha, url: repositoryUrl(repository, `/commits/${sha}`) },
      protected: protectionOf(repository, name) !== undefined,
    })),
  ),
  repositoryRoute('GET /repos/{owner}/{repo}/collaborators/{username}/permission', ['metadata:read'], permission),
]

function contents({ params, query }: InstallationCall, repository: Repository): Answer {
  const path = params['path'] ?? ''
  const commit = repository.resolve(query['ref'] ?? 'HEAD')
  if (!commit) throw notFound(`No commit found for the ref ${query['ref'] ?? ''}`)
  const sha = commit.tree.get(path)
  if (sha !== undefined) return ok(contentJson(repository, { path, sha, ref: commit.sha, form: 'whole' }))
  const inside = [...commit.tree].filter(([name]) => path === '' || name.startsWith(`${path}/`))
  if (inside.length === 0) throw notFound()
  return ok(
    inside.map(([name, blob]) => contentJson(repository, { path: name, sha: blob, ref: commit.sha, form: 'listed' })),
  )
}

interface Content {
  readonly path: string
  readonly sha: string
  readonly ref: string
  readonly form: 'whole' | 'listed'
}

function contentJson(repository: Repository, { path, sha, ref, form }: Content): Json {
  const text = repository.graph.blob(sha)
  const escaped = path.split('/').map(encodeURIComponent).join('/')
  const self = repositoryUrl(repository, `/contents/${escaped}?ref=${ref}`)
  const git = repositoryUrl(repository, `/git/blobs/${sha}`)
  const html = repositoryPage(repository, `/blob/${ref}/${escaped}`)
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha,
    size: Buffer.byteLength(text),
    url: self,
    html_url: html,
    git_url: git,
    download_url: repositoryPage(repository, `/raw/${ref}/${escaped}`),
    type: 'file',
    ...(form === 'whole' && { content: Buffer.from(text).toString('base64'), encoding: 'base64' }),
    _links: { self, git, html },
  }
}

/** By cursor, newest first unless asked otherwise. */
function activity(call: InstallationCall, repository: Repository): Answer {
  const { ref, actor, activity_type: type, direction, before, after, per_page: perPage } = call.query
  const branch = ref?.replace(/^refs\/heads\//, '')
  const all = repository.activities
    .filter((one) => branch === undefined || one.branch === branch)
    .filter((one) => actor === undefined || one.by.login.toLowerCase() === actor.toLowerCase())
    .filter((one) => type === undefined || one.type === type)
    .filter((one) => after === undefined || one.id < Number(after))
    .filter((one) => before === undefined || one.id > Number(before))
  const ordered = direction === 'asc' ? [...all].reverse() : all
  const size = Math.min(100, Math.max(1, Number(perPage ?? 30) || 30))
  const last = ordered[size - 1]
  const headers = ordered.length > size && last ? { link: link(call, { after: last.id }, 'next') } : {}
  return { status: 200, body: ordered.slice(0, size).map(activityJson), headers }
}

/** The older `permission` knows four levels; `role_name` all. */
function permission({ world, params }: InstallationCall, repository: Repository): Answer {
  const account = world.findAccount(params['username'] ?? '')
  if (!account || account.deleted) throw notFound()
  const held = repository.permissionOf(account)
  const levels = { pull: 'read', triage: 'triage', push: 'write', maintain: 'maintain', admin: 'admin' } as const
  const flags = Object.entries(levels).map(([name, level]) => [name, atLeast(held, level)])
  const user = { ...accountJson(world, account), permissions: Object.fromEntries(flags) as Json, role_name: held }
  return ok({ permission: olderNames[held], role_name: held, user })
}

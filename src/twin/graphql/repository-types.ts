import type { PullRequest } from '../state/pull-request.ts'
import type { Label } from '../state/label.ts'
import type { Repository } from '../state/repository.ts'
import { toTimestamp } from '../state/world.ts'
import { connection } from './connection.ts'
import { mergeQueueOf } from './merge-queue-types.ts'
import { protectionOfRef, rulesOfRef } from './rule-types.ts'
import {
  type Args,
  type Context,
  listArg,
  missing,
  numberArg,
  objectArg,
  requireAny,
  resolve,
  stringArg,
  type TypeResolvers,
} from './resolver.ts'
import {
  type BlobSource,
  commitSource,
  ownerSource,
  type RefSource,
  refSource,
  type TreeEntrySource,
  type TreeSource,
} from './sources.ts'

/** Repositories with their branches, rules and contents. */
export const repositoryTypes: readonly TypeResolvers[] = [
  resolve<Repository>('Repository', {
    id: ({ nodeId }) => nodeId,
    databaseId: ({ id }) => id,
    name: ({ name }) => name,
    nameWithOwner: ({ fullName }) => fullName,
    isPrivate: (repository) => repository.private,
    visibility: (repository) => (repository.private ? 'PRIVATE' : 'PUBLIC'),
    isArchived: ({ archived }) => archived,
    isFork: ({ parent }) => parent !== null,
    isDisabled: () => false,
    isEmpty: ({ branches }) => branches.size === 0,
    parent: ({ parent }) => parent,
    url: ({ fullName, world }) => `${world.origin}/${fullName}`,
    resourcePath: ({ fullName }) => `/${fullName}`,
    createdAt: ({ createdAt }) => toTimestamp(createdAt),
    updatedAt: ({ pushedAt }) => toTimestamp(pushedAt),
    pushedAt: ({ pushedAt }) => toTimestamp(pushedAt),
    owner: ownerSource,
    defaultBranchRef: (repository) => refSource(repository, repository.defaultBranch),
    ref: (repository, args, context) => {
      requireAny(context, repository, ['contents:read'])
      return refSource(repository, (stringArg(args, 'qualifiedName') ?? '').replace(/^refs\/heads\//, ''))
    },
    refs: (repository, args, context) => {
      requireAny(context, repository, ['contents:read'])
      const refs = [...repository.branches.keys()].map((name) => refSource(repository, name))
      return connection(refs, args, { name: 'refs' })
    },
    object: objectOf,
    pullRequest: (repository, args, context) => {
      requireAny(context, repository, ['pull_requests:read'])
      const number = numberArg(args, 'number') ?? 0
      const pull = repository.pulls.get(number)
      if (!pull) throw missing(`Could not resolve to a PullRequest with the number of ${number}.`)
      return pull
    },
    pullRequests,
    repositoryTopics: (repository, args) =>
      connection(
        repository.topics.map((name) => ({ topic: { name } })),
        args,
        { name: 'repositoryTopics' },
      ),
    labels: (repository, args) => connection([...repository.labels.values()], args, { name: 'labels' }),
    branchProtectionRules: (repository, args, context) => {
      requireAny(context, repository, ['administration:read'])
      return connection([...repository.protections.values()], args, { name: 'branchProtectionRules' })
    },
    mergeQueue: (repository, args, context) =>
      mergeQueueOf(repository, stringArg(args, 'branch') ?? repository.defaultBranch, context),
    rulesets: (repository, args, context) => {
      requireAny(context, repository, ['metadata:read'])
      const shown = args['includeParents'] === false ? repository.rulesets : repository.rulesetsInForce
      return connection(shown, args, { name: 'rulesets' })
    },
  }),
  resolve<RefSource>('Ref', {
    id: ({ repository, name }) => `REF_${repository.id}_${name}`,
    name: ({ name }) => name,
    prefix: () => 'refs/heads/',
    repository: ({ repository }) => repository,
    target: ({ repository, name }) => commitSource(repository, repository.head(name)),
    branchProtectionRule: protectionOfRef,
    rules: rulesOfRef,
  }),
  resolve<BlobSource>('Blob', {
    id: ({ repository, sha }) => `B_${repository.id}_${sha}`,
    oid: ({ sha }) => sha,
    text: ({ repository, sha }) =>
      isTruncated(repository, sha) ? truncate(repository.graph.blob(sha)) : repository.graph.blob(sha),
    byteSize: ({ repository, sha }) => Buffer.byteLength(repository.graph.blob(sha)),
    isTruncated: ({ repository, sha }) => isTruncated(repository, sha),
    isBinary: ({ repository, sha }) => repository.graph.blob(sha).includes('\0'),
    abbreviatedOid: ({ sha }) => sha.slice(0, 7),
    repository: ({ repository }) => repository,
  }),
  resolve<TreeSource>('Tree', {
    oid: ({ commit }) => commit.treeSha,
    entries: entriesOf,
  }),
  resolve<TreeEntrySource>('TreeEntry', {
    name: ({ path }) => path.split('/').at(-1),
    path: ({ path }) => path,
    type: () => 'blob',
    oid: ({ sha }) => sha,
    object: ({ repository, sha }) => blobOf(repository, sha),
    repository: ({ repository }) => repository,
  }),
  resolve<Label>('Label', {
    id: ({ nodeId }) => nodeId,
    name: ({ name }) => name,
    color: ({ color }) => color,
    description: ({ description }) => description,
    isDefault: () => false,
  }),
]

const longestText = 512_000

const isTruncated = (repository: Repository, sha: string): boolean =>
  Buffer.byteLength(repository.graph.blob(sha)) > longestText

const truncate = (text: string): string => Buffer.from(text).subarray(0, longestText).toString()

const blobOf = (repository: Repository, sha: string): BlobSource => ({ __typename: 'Blob', repository, sha })

/** `HEAD:path`, `sha:path`, `branch:path`, or any of these without a path; also `oid`. */
function objectOf(repository: Repository, args: Args, context: Context): unknown {
  requireAny(context, repository, ['contents:read'])
  const expression = stringArg(args, 'expression') ?? stringArg(args, 'oid') ?? ''
  const colon = expression.indexOf(':')
  const commit = repository.resolve(colon < 0 ? expression : expression.slice(0, colon))
  if (!commit) return null
  if (colon < 0) return commitSource(repository, commit.sha)
  const path = expression.slice(colon + 1).replace(/\/$/, '')
  const sha = commit.tree.get(path)
  if (sha !== undefined) return blobOf(repository, sha)
  const isFolder = path === '' || [...commit.tree.keys()].some((name) => name.startsWith(`${path}/`))
  return isFolder ? ({ __typename: 'Tree', repository, commit, path } satisfies TreeSource) : null
}

function entriesOf({ repository, commit, path }: TreeSource): readonly TreeEntrySource[] {
  const prefix = path === '' ? '' : `${path}/`
  return [...commit.tree]
    .filter(([name]) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
    .map(([name, sha]) => ({ __typename: 'TreeEntry', repository, path: name, sha }))
}

function pullRequests(repository: Repository, args: Args, context: Context): unknown {
  requireAny(context, repository, ['pull_requests:read'])
  const states = listArg(args, 'states')
  const [headRefName, baseRefName] = [stringArg(args, 'headRefName'), stringArg(args, 'baseRefName')]
  const { field, direction } = objectArg(args, 'orderBy')
  const time = (pull: PullRequest): number => (field === 'UPDATED_AT' ? pull.updatedAt : pull.createdAt).getTime()
  const pulls = [...repository.pulls.values()]
    .filter((pull) => states === undefined || states.includes(stateOf(pull)))
    .filter((pull) => headRefName === undefined || pull.headBranch === headRefName)
    .filter((pull) => baseRefName === undefined || pull.baseBranch === baseRefName)
    .sort((one, other) => time(one) - time(other) || one.number - other.number)
  return connection(direction === 'DESC' ? pulls.reverse() : pulls, args, { name: 'pullRequests' })
}

/** Open, closed or merged, in GraphQL's words. */
export const stateOf = (pull: PullRequest): string => (pull.merged ? 'MERGED' : pull.state.toUpperCase())

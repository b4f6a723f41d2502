import { covers } from '../installation-tokens.ts'
import { Repository } from '../state/repository.ts'
import { type Args, type Context, listArg, missing, resolve, stringArg, type TypeResolvers } from './resolver.ts'

/** The entrances of the schema. */
export const queryTypes: readonly TypeResolvers[] = [
  resolve<unknown>('Query', {
    repository: (_root, args, context) => {
      const [owner, name] = [stringArg(args, 'owner') ?? '', stringArg(args, 'name') ?? '']
      const repository = context.world.findRepository(owner, name)
      if (!repository || !isVisible(repository, context)) {
        throw missing(`Could not resolve to a Repository with the name '${owner}/${name}'.`)
      }
      return repository
    },
    organization: (_root, args, { world }) => {
      const login = stringArg(args, 'login') ?? ''
      const organization = world.findOrganization(login)
      if (!organization) throw missing(`Could not resolve to an Organization with the login of '${login}'.`)
      return organization
    },
    repositoryOwner: (_root, args, { world }) => {
      const login = stringArg(args, 'login') ?? ''
      return world.findOrganization(login) ?? world.findAccount(login) ?? null
    },
    user: (_root, args, { world }) => {
      const login = stringArg(args, 'login') ?? ''
      const account = world.findAccount(login)
      if (account?.type !== 'User' || account.deleted)
        throw missing(`Could not resolve to a User with the login of '${login}'.`)
      return account
    },
    viewer: (_root, _args, { world }) => world.app.bot,
    node: (_root, args, context) => nodeOf(stringArg(args, 'id') ?? '', context),
    nodes: (_root, args, context) => (listArg(args, 'ids') ?? []).map((id) => nodeOf(id, context)),
    rateLimit: (_root, args, context) => rateLimit(args, context),
  }),
]

const isVisible = (repository: Repository, { grant }: Context): boolean =>
  !repository.private || covers(grant, repository)

function nodeOf(id: string, context: Context): object {
  const found = context.world.nodes.get(id)
  const repository = found && repositoryOf(found)
  if (!found || (repository && !isVisible(repository, context))) {
    throw missing(`Could not resolve to a node with the global id of '${id}'`)
  }
  return found
}

function repositoryOf(node: object): Repository | undefined {
  if (node instanceof Repository) return node
  const inside = Object.entries(node).find(
    ([key]) => key === 'repository' || key === 'suite' || key === 'pullRequest',
  )?.[1] as unknown
  return typeof inside === 'object' && inside !== null ? repositoryOf(inside) : undefined
}

function rateLimit(_args: Args, { allowance, cost }: Context): unknown {
  const { limit, used, remaining, reset } = allowance.standing('graphql')
  const resetAt = `${new Date(reset * 1000).toISOString().slice(0, 19)}Z`
  return { cost, limit, used: used + cost, remaining: Math.max(0, remaining - cost), resetAt, nodeCount: 0 }
}

import { GraphQLError } from 'graphql'
import type { Grant } from '../installation-tokens.ts'
import type { FieldFault } from '../faults.ts'
import type { Allowance } from '../limits.ts'
import { covers, holds, type Need } from '../installation-tokens.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../state/world.ts'

/** What every resolver may use beside its source and arguments. */
export interface Context {
  readonly world: World
  readonly grant: Grant
  readonly allowance: Allowance
  /** Points this query costs. */
  readonly cost: number
  /** Fields that a fault hides from this query. */
  readonly blindFields: readonly FieldFault[]
  /** Says that the twin was asked something it has not learned. */
  readonly report: (violation: string) => void
}

export type Args = Readonly<Record<string, unknown>>

export type Resolver = (source: unknown, args: Args, context: Context) => unknown

/** A type of GitHub's schema with the fields the twin can resolve. */
export interface TypeResolvers {
  readonly type: string
  readonly fields: Readonly<Record<string, Resolver>>
}

/**
 * Says how a type's fields come out of the twin's own objects.
 *
 * To teach the twin a field, add a line where its type stands. A field that nobody resolves is taken from the source
 * when that is a plain object holding it; otherwise the query fails and a violation is recorded.
 */
export const resolve = <Source>(type: string, fields: FieldsOf<Source>): TypeResolvers => ({
  type,
  fields: fields as TypeResolvers['fields'],
})

/** How each field of a type comes out of the twin's own object for it. */
export type FieldsOf<Source> = Readonly<Record<string, (source: Source, args: Args, context: Context) => unknown>>

/** An error with the `type` that GitHub gives beside path and message. */
export const refusal = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } })

export const missing = (message: string): GraphQLError => refusal('NOT_FOUND', message)

/** Lets pass who holds one of these permissions in a repository. */
export function requireAny({ grant }: Context, repository: Repository, needs: readonly Need[]): void {
  const readable = !repository.private && !covers(grant, repository)
  if (!readable && !holds(grant, needs)) throw refusal('FORBIDDEN', 'Resource not accessible by integration')
}

export function stringArg(args: Args, name: string): string | undefined {
  const value = args[name]
  return typeof value === 'string' ? value : undefined
}

export function numberArg(args: Args, name: string): number | undefined {
  const value = args[name]
  return typeof value === 'number' ? value : undefined
}

export function listArg(args: Args, name: string): readonly string[] | undefined {
  const value = args[name]
  return Array.isArray(value) ? value.map(String) : undefined
}

export function objectArg(args: Args, name: string): Args {
  const value = args[name]
  return typeof value === 'object' && value !== null ? (value as Args) : {}
}

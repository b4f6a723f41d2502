import { type Args, numberArg, refusal, stringArg } from './resolver.ts'

const mostPerPage = 100

/** A page of a list as GraphQL shows it. Asking for nodes without `first` or `last` fails, as on GitHub. */
export interface Connection {
  readonly totalCount: number
  readonly nodes: readonly unknown[]
  readonly edges: readonly unknown[]
  readonly pageInfo: unknown
}

/** Cuts a list by `first`/`after` or `last`/`before`. `extra` puts fields on the edges. */
export function connection<Item>(
  items: readonly Item[],
  args: Args,
  options: { readonly name: string; readonly extra?: (item: Item) => object },
): Connection {
  const window = (): Window<Item> => cut(items, args, options.name)
  return {
    totalCount: items.length,
    get nodes() {
      return window().shown
    },
    get edges() {
      const { shown, start } = window()
      return shown.map((node, index) => ({ cursor: cursorOf(start + index), node, ...options.extra?.(node) }))
    },
    get pageInfo() {
      const { shown, start } = window()
      return {
        hasNextPage: start + shown.length < items.length,
        hasPreviousPage: start > 0,
        startCursor: shown.length > 0 ? cursorOf(start) : null,
        endCursor: shown.length > 0 ? cursorOf(start + shown.length - 1) : null,
      }
    },
  }
}

interface Window<Item> {
  readonly shown: readonly Item[]
  readonly start: number
}

function cut<Item>(items: readonly Item[], args: Args, name: string): Window<Item> {
  const [first, last] = [numberArg(args, 'first'), numberArg(args, 'last')]
  const size = first ?? last
  if (size === undefined) {
    const text = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
    throw refusal('MISSING_PAGINATION_BOUNDARIES', text)
  }
  if (size > mostPerPage) {
    const bound = first === undefined ? 'last' : 'first'
    const text = `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${mostPerPage} records.`
    throw refusal('EXCESSIVE_PAGINATION', text)
  }
  const [after, before] = [stringArg(args, 'after'), stringArg(args, 'before')]
  const from = after === undefined ? 0 : indexOf(after, 'after') + 1
  const to = before === undefined ? items.length : indexOf(before, 'before')
  const start = first === undefined ? Math.max(from, to - size) : from
  return { shown: items.slice(start, first === undefined ? to : Math.min(to, from + size)), start }
}

const cursorOf = (index: number): string => Buffer.from(`cursor:v2:${index}`).toString('base64')

function indexOf(cursor: string, name: string): number {
  const digits = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1]
  if (digits === undefined)
    throw refusal('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor for \`${name}\`.`)
  return Number(digits)
}

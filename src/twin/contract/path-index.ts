/** Finds the template of a path among many, in as many steps as the path has segments. */
export interface PathIndex {
  readonly find: (method: string, path: string) => PathMatch | undefined
}

export interface PathMatch {
  /** The line of the operation list: method and template. */
  readonly line: string
  readonly template: string
  readonly params: Record<string, string>
}

interface Node {
  readonly fixed: Map<string, Node>
  variable: Node | undefined
  /** A last parameter that may hold slashes. */
  rest: string | undefined
  line: string | undefined
}

/**
 * Last parameters that GitHub also reads with plain slashes in them; every other one needs its slashes encoded, as
 * Octokit does.
 */
const mayHoldSlashes = new Set(['{path}', '{basehead}'])

/** Builds the index of operation lines such as `GET /repos/{owner}/{repo}`. */
export function indexPaths(lines: readonly string[]): PathIndex {
  const roots = new Map<string, Node>()
  for (const line of lines) add(roots, line)
  return {
    find: (method, path) => {
      const root = roots.get(method.toUpperCase())
      if (!root) return undefined
      const segments = (path.split('?')[0] ?? '').split('/').slice(1)
      const line = walk(root, segments, 0)
      return line === undefined ? undefined : match(line, segments)
    },
  }
}

function add(roots: Map<string, Node>, line: string): void {
  const [method = '', template = ''] = line.split(' ')
  let node = roots.get(method) ?? emptyNode()
  roots.set(method, node)
  for (const segment of template.split('/').slice(1)) {
    if (mayHoldSlashes.has(segment)) {
      node.rest = line
      return
    }
    if (segment.startsWith('{')) {
      node = node.variable ??= emptyNode()
      continue
    }
    const next = node.fixed.get(segment) ?? emptyNode()
    node.fixed.set(segment, next)
    node = next
  }
  node.line = line
}

function emptyNode(): Node {
  return { fixed: new Map(), variable: undefined, rest: undefined, line: undefined }
}

function walk(node: Node, segments: readonly string[], at: number): string | undefined {
  const segment = segments[at]
  if (segment === undefined) return node.line ?? node.rest
  const fixed = node.fixed.get(segment)
  const found = fixed && walk(fixed, segments, at + 1)
  if (found !== undefined) return found
  const throughVariable = segment !== '' && node.variable ? walk(node.variable, segments, at + 1) : undefined
  return throughVariable ?? node.rest
}

function match(line: string, segments: readonly string[]): PathMatch | undefined {
  const template = line.slice(line.indexOf(' ') + 1)
  const params: Record<string, string> = {}
  const names = template.split('/').slice(1)
  for (const [index, name] of names.entries()) {
    if (!name.startsWith('{')) continue
    const text = mayHoldSlashes.has(name) ? segments.slice(index).join('/') : (segments[index] ?? '')
    const value = decode(text)
    if (value === undefined) return undefined
    params[name.slice(1, -1)] = value
  }
  return { line, template, params }
}

/** The text behind percent signs; undefined when they are broken, which no client sends and no route has. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

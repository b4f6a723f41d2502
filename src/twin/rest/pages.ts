import type { Answer, Call } from './route.ts'

/** One page of a list, `per_page` long (30 unless asked, 100 at most; `whole` where nobody asks for pages), with links to the others in `Link`. */
export function page<Item>(
  call: Call,
  items: readonly Item[],
  whole = 30,
): { readonly items: readonly Item[]; readonly headers: Record<string, string>; readonly current: number } {
  const paged = 'page' in call.query || 'per_page' in call.query
  const size = paged ? Math.min(100, Math.max(1, Number(call.query['per_page'] ?? 30) || 30)) : whole
  const current = Math.max(1, Number(call.query['page'] ?? 1) || 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const links = [
    ...(current > 1 ? [link(call, { page: current - 1 }, 'prev')] : []),
    ...(current < last ? [link(call, { page: current + 1 }, 'next'), link(call, { page: last }, 'last')] : []),
    ...(current > 1 ? [link(call, { page: 1 }, 'first')] : []),
  ]
  const start = (current - 1) * size
  return {
    items: items.slice(start, start + size),
    current,
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  }
}

/** A page of a list that is the whole reply. */
export function listed<Item>(call: Call, items: readonly Item[], toJson: (item: Item) => unknown): Answer {
  const { items: shown, headers } = page(call, items)
  return { status: 200, body: shown.map(toJson), headers }
}

/** A page of a list that stands under a key beside `total_count`. */
export function counted<Item>(
  call: Call,
  items: readonly Item[],
  part: { readonly key: string; readonly toJson: (item: Item) => unknown },
): Answer {
  const { items: shown, headers } = page(call, items)
  return { status: 200, body: { total_count: items.length, [part.key]: shown.map(part.toJson) }, headers }
}

/** A link to the same list with other query values. */
export function link(call: Call, values: Readonly<Record<string, string | number>>, relation: string): string {
  const query = new URLSearchParams(call.query)
  for (const [name, value] of Object.entries(values)) query.set(name, String(value))
  return `<${call.world.origin}${call.path}?${query.toString()}>; rel="${relation}"`
}

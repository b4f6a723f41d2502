/** One page of a REST list: what is on it, and the `link` header that leads to the next. */
export interface Page<Item> {
  readonly found: readonly Item[]
  readonly link: string | undefined
}

/** The parameters that lead to a page, as GitHub gave them: `page`, or `cursor`, or `after`. Empty for the first. */
export type PageParameters = Readonly<Record<string, string>>

/** Reads a REST list page by page, as far as the reader goes on reading. */
export async function* eachPage<Item>(
  read: (page: PageParameters) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, void> {
  let parameters: PageParameters | null = {}
  while (parameters !== null) {
    const { found, link } = await read(parameters)
    yield found
    parameters = nextPage(link)
  }
}

/** Reads a list to its end; null when there are more than `most`, which takes no page more than needed to see. */
export async function readAll<Item>(
  pages: AsyncIterable<readonly Item[]>,
  most: number,
): Promise<readonly Item[] | null> {
  const items: Item[] = []
  for await (const page of pages) {
    items.push(...page)
    if (items.length > most) return null
  }
  return items
}

/** Taken from the address rather than following it: requests then keep their templates, which errors and logs show. */
function nextPage(link: string | undefined): PageParameters | null {
  const [, address] = /<([^<>]+)>;\s*rel="next"/.exec(link ?? '') ?? []
  if (address === undefined || !URL.canParse(address)) return null
  const parameters = [...new URL(address).searchParams].filter(([name]) => name !== 'per_page')
  return Object.fromEntries(parameters)
}

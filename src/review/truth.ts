import { type Asked, notLookedFor } from '#facts/asked.ts'

/** An answer that may still be out: what could not be seen is neither a yes nor a no. */
export type Truth =
  { readonly is: 'yes' } | { readonly is: 'no' } | { readonly is: 'unseen'; readonly unseen: readonly Unseen[] }

export interface Unseen {
  /** A clause that names the permission, limit or fault, or what has not been looked for yet. */
  readonly why: string
  /** Null: it has been looked for, and looking again would not show it. */
  readonly ask: Asked | null
}

export const yes: Truth = { is: 'yes' }
export const no: Truth = { is: 'no' }

export const notSeen = (why: string): Truth => ({ is: 'unseen', unseen: [{ why, ask: null }] })
export const notAsked = (why: string, ask: Asked): Truth => ({ is: 'unseen', unseen: [{ why, ask }] })

/** Whether it holds for every item. One that surely does not holds up all: nothing else has to be seen then. */
export const holdsForEvery = <Item>(items: Iterable<Item>, judge: (item: Item) => Truth): Truth =>
  settle(items, judge, { decisive: 'no', otherwise: yes })

/** Whether it holds for at least one item. One that surely does is enough: nothing else has to be seen then. */
export const holdsForSome = <Item>(items: Iterable<Item>, judge: (item: Item) => Truth): Truth =>
  settle(items, judge, { decisive: 'yes', otherwise: no })

export function opposite(truth: Truth): Truth {
  if (truth.is === 'unseen') return truth
  return truth.is === 'yes' ? no : yes
}

/** What a fact that is not known leaves unseen; `ask` is what to look for where nobody has asked for it yet. */
export const hiddenBy = (why: string, { what, ask }: { readonly what: string; readonly ask: Asked }): Truth => {
  const isAsked = notLookedFor.known || why !== notLookedFor.why
  return { is: 'unseen', unseen: [{ why: `${what}: ${why}`, ask: isAsked ? null : ask }] }
}

export const unseenIn = (truth: Truth): readonly Unseen[] => (truth.is === 'unseen' ? truth.unseen : [])

interface Settling {
  readonly decisive: 'yes' | 'no'
  readonly otherwise: Truth
}

function settle<Item>(items: Iterable<Item>, judge: (item: Item) => Truth, { decisive, otherwise }: Settling): Truth {
  const unseen: Unseen[] = []
  for (const item of items) {
    const truth = judge(item)
    if (truth.is === decisive) return truth
    unseen.push(...unseenIn(truth))
  }
  return unseen.length === 0 ? otherwise : { is: 'unseen', unseen }
}

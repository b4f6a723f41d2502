/** Something we looked for. "We could not see it" is a value: never `false`, never an exception. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string }

export const known = <T>(value: T): Fact<T> => ({ known: true, value })

/** `why` names the permission, limit or fault that hid the fact, as a clause a person can act on. */
export const unknown = (why: string): Fact<never> => ({ known: false, why })
